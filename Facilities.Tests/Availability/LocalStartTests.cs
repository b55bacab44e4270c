using Facilities.Grains.Availability;
using NodaTime;
using NodaTime.Text;
using static Facilities.Tests.Availability.Samples;

namespace Facilities.Tests.Availability;

public sealed class LocalStartTests
{
    [Fact]
    public void T5_a_start_that_the_clocks_skip_is_refused_with_the_gap()
    {
        var start = LocalStart.Resolve(Local("2027-03-28T02:30"), null, Rome, "/items/0/start");

        Assert.Null(start.Instant);
        Assert.Equal("/items/0/start", start.Fault!.Pointer);
        Assert.Contains("from 2027-03-28T02:00 to 2027-03-28T03:00", start.Fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-10-25")]
    [InlineData("2027-10-31")]
    public void T5_a_start_that_occurs_twice_must_name_its_offset(string date)
    {
        var local = Local(date + "T02:30");

        var start = LocalStart.Resolve(local, null, Rome);

        Assert.Null(start.Instant);
        Assert.Contains(
            $"{date}T02:30:00+02:00 or {date}T02:30:00+01:00", start.Fault!.Message, StringComparison.Ordinal);
        Assert.NotNull(LocalStart.Resolve(local, Offset.FromHours(5), Rome).Fault);
        Assert.Equal(local.WithOffset(Offset.FromHours(2)).ToInstant(),
            LocalStart.Resolve(local, Offset.FromHours(2), Rome).Instant);
        Assert.Equal(local.WithOffset(Offset.FromHours(1)).ToInstant(),
            LocalStart.Resolve(local, Offset.FromHours(1), Rome).Instant);
    }

    [Fact]
    public void A_plain_start_needs_no_offset_and_takes_only_the_right_one()
    {
        var local = Local("2027-02-01T08:00");

        Assert.Equal(At("2027-02-01T08:00", Rome), LocalStart.Resolve(local, null, Rome).Instant);
        Assert.Equal(At("2027-02-01T08:00", Rome), LocalStart.Resolve(local, Offset.FromHours(1), Rome).Instant);
        Assert.Contains("2027-02-01T08:00:00+01:00",
            LocalStart.Resolve(local, Offset.FromHours(2), Rome).Fault!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2027-02-01T08:00:00+01:00", "2027-02-01T07:00:00Z")]
    [InlineData("2027-02-01T12:45:00+05:45", "2027-02-01T07:00:00Z")]
    [InlineData("2027-03-28T02:30:00Z", "2027-03-28T02:30:00Z")]
    [InlineData("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z")]
    [InlineData("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00Z")]
    public void A_start_with_an_offset_is_that_instant(string text, string instant) =>
        Assert.Equal(instant, LocalStart.FromOffset(Parse(text), Rome).Instant.ToString());

    [Theory]
    [InlineData("2027-03-28T02:30:00+01:00")]
    [InlineData("2027-03-28T02:00:00+02:00")]
    public void T5_a_skipped_platform_time_is_refused_with_either_of_the_platforms_offsets(string text) =>
        Assert.Contains(
            "does not exist", LocalStart.FromOffset(Parse(text), Rome).Fault!.Message, StringComparison.Ordinal);

    private static OffsetDateTime Parse(string text) => OffsetDateTimePattern.ExtendedIso.Parse(text).Value;
}
