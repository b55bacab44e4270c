using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Grains.ICalendar;

/// <summary>Dates, times, offsets and durations as RFC 5545 writes them (3.3).</summary>
internal static partial class CalendarValues
{
    private static readonly LocalDatePattern DateShape = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");

    private static readonly LocalDateTimePattern TimeShape =
        LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss");

    // Far outside these years local times have no instants.
    private const int FirstYear = 1600;
    private const int LastYear = 2999;

    internal static string Text(LocalDate date) => DateShape.Format(date);

    internal static string Text(LocalDateTime local) => TimeShape.Format(local);

    internal static string Text(Instant instant) => TimeShape.Format(instant.InUtc().LocalDateTime) + "Z";

    internal static string Text(Offset offset) => offset.ToString(
        offset.Seconds % 60 == 0 ? "+HHmm" : "+HHmmss", CultureInfo.InvariantCulture);

    /// <summary>A date, or a local time and whether it is in UTC; null where it is neither.</summary>
    internal static (LocalDateTime Local, bool IsDate, bool IsUtc)? Time(string text)
    {
        text = text.Trim();
        if (DateShape.Parse(text) is { Success: true, Value: var date })
            return Holds(date) ? (date.AtMidnight(), true, false) : null;
        var utc = text.EndsWith('Z');
        var local = utc ? text[..^1] : text;
        // A leap second counts as the one before it (3.3.12).
        if (local.EndsWith("60", StringComparison.Ordinal)) local = local[..^2] + "59";
        return TimeShape.Parse(local) is { Success: true, Value: var time } && Holds(time.Date)
            ? (time, false, utc)
            : null;
    }

    internal static Offset? Offset(string text)
    {
        if (OffsetShape().Match(text.Trim()) is not { Success: true } match) return null;
        var seconds = Part(match, "h") * 3600 + Part(match, "m") * 60 + Part(match, "s");
        if (seconds >= 18 * 3600) return null;
        return NodaTime.Offset.FromSeconds(match.Groups["sign"].Value == "-" ? -seconds : seconds);
    }

    /// <summary>A duration that is not negative.</summary>
    internal static CalendarDuration? Duration(string text)
    {
        if (DurationShape().Match(text.Trim().ToUpperInvariant()) is not { Success: true } match
            || !match.Groups.Values.Skip(1).Any(group => group.Success)) return null;
        return new(Part(match, "w") * 7 + Part(match, "d"), NodaTime.Duration.FromSeconds(
            Part(match, "h") * 3600L + Part(match, "m") * 60L + Part(match, "s")));
    }

    internal static string Text(Duration duration) => PeriodPattern.Roundtrip.Format(
        Period.FromSeconds((long)duration.TotalSeconds).Normalize());

    private static bool Holds(LocalDate date) => date.Year is >= FirstYear and <= LastYear;

    private static int Part(Match match, string name) => match.Groups[name] is { Success: true } group
        ? int.Parse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture)
        : 0;

    [GeneratedRegex("^(?<sign>[+-])(?<h>[0-9]{2})(?<m>[0-5][0-9])(?<s>[0-5][0-9])?$")]
    private static partial Regex OffsetShape();

    [GeneratedRegex("^\\+?P(?:(?<w>[0-9]{1,4})W)?(?:(?<d>[0-9]{1,5})D)?"
        + "(?:T(?:(?<h>[0-9]{1,6})H)?(?:(?<m>[0-9]{1,7})M)?(?:(?<s>[0-9]{1,9})S)?)?$")]
    private static partial Regex DurationShape();
}
