using System.Text.Json;
using Facilities.Grains.Kernel;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Tests.Kernel;

/// <summary>Instants in JSON take a short way of their own; it must say what the usual one says.</summary>
public sealed class InstantTextTests
{
    private const int Tries = 5_000;

    [Fact]
    public void Instants_are_written_and_read_as_the_standard_form_has_them()
    {
        var random = new Random(20261122);
        for (var index = 0; index < Tries; index++)
        {
            // Half of them to the second; the rest with ever finer fractions.
            var fine = Enumerable.Repeat(10L, random.Next(10)).Aggregate(1L, (one, ten) => one * ten);
            var instant = Instant.FromUnixTimeSeconds(random.NextInt64(-62_135_596_800, 253_402_300_799))
                + Duration.FromNanoseconds(index % 2 == 0 ? 0 : random.NextInt64(1_000_000_000) / fine * fine);

            var text = JsonSerializer.Serialize(instant, Json.Options);

            Assert.Equal($"\"{InstantPattern.ExtendedIso.Format(instant)}\"", text);
            Assert.Equal(instant, JsonSerializer.Deserialize<Instant>(text, Json.Options));
        }
    }

    [Theory]
    [InlineData("2027-02-01T07:00:00.1234567Z", true)]
    [InlineData("2027-02-01T07:00:00.123456789Z", true)]
    [InlineData("-0044-03-15T12:00:00Z", true)]
    [InlineData("2027-02-01\\u005407:00:00Z", true)]
    [InlineData("2027-02-01T07:00:00", false)]
    [InlineData("2027-02-01T07:00:00+00:00", false)]
    [InlineData("2027-02-01T07:00:00+01:00Z", false)]
    [InlineData("2027-02-01T07:00Z", false)]
    [InlineData("2027-02-01", false)]
    [InlineData("2027-02-29T07:00:00Z", false)]
    [InlineData("2027-02-01T24:00:01Z", false)]
    [InlineData("2027-02-01T07:00:60Z", false)]
    [InlineData("", false)]
    public void Other_texts_are_read_as_before_or_refused(string text, bool isRead)
    {
        var plain = text.Replace("\\u0054", "T", StringComparison.Ordinal);
        var expected = InstantPattern.ExtendedIso.Parse(plain);
        Assert.Equal(isRead, expected.Success);

        if (isRead) Assert.Equal(expected.Value, JsonSerializer.Deserialize<Instant>($"\"{text}\"", Json.Options));
        else Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Instant>($"\"{text}\"", Json.Options));
    }
}
