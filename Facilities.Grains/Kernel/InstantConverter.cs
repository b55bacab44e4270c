using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Grains.Kernel;

/// <summary>
/// Instants as <see cref="InstantPattern.ExtendedIso"/> writes them. A state holds tens of thousands, so those of the
/// usual form take the short way, which writes and reads the very same text.
/// </summary>
internal sealed class InstantConverter : JsonConverter<Instant>
{
    private const int ShortestUsual = 20, LongestUsual = 28, NanosecondsPerTick = 100;

    private static readonly TextConverter<Instant> Any = new(
        "an instant such as 2027-02-01T07:00:00Z",
        text => InstantPattern.ExtendedIso.Parse(text).GetValueOrThrow(), InstantPattern.ExtendedIso.Format);

    private static readonly Instant First = Instant.FromUtc(1, 1, 1, 0, 0), Last = Instant.FromUtc(9999, 12, 31, 0, 0);

    public override Instant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IsUsual(ref reader) && reader.TryGetDateTime(out var utc) && utc.Kind == DateTimeKind.Utc
            ? Instant.FromDateTimeUtc(utc)
            : Any.Read(ref reader, typeToConvert, options);

    public override void Write(Utf8JsonWriter writer, Instant value, JsonSerializerOptions options)
    {
        if (value >= First && value < Last && (value - First).NanosecondOfDay % NanosecondsPerTick == 0)
            writer.WriteStringValue(value.ToDateTimeUtc());
        else
            Any.Write(writer, value, options);
    }

    public override Instant ReadAsPropertyName(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Any.ReadAsPropertyName(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, Instant value, JsonSerializerOptions options) =>
        Any.WriteAsPropertyName(writer, value, options);

    // To the second or a fraction of it, in UTC: the framework would also take other forms.
    private static bool IsUsual(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || reader.HasValueSequence) return false;
        var text = reader.ValueSpan;
        return text.Length is >= ShortestUsual and <= LongestUsual && text[^1] == (byte)'Z';
    }
}
