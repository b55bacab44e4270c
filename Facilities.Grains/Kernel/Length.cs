using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;

namespace Facilities.Grains.Kernel;

/// <summary>
/// How long something takes: either elapsed minutes (<c>PT4H</c>) or calendar days of the platform (<c>P1D</c>).
/// Calendar days have 23, 24 or 25 hours; the two kinds never convert into each other.
/// </summary>
/// <remarks>The default value is <c>PT0M</c>. Lengths have no order across the two kinds.</remarks>
/// <param name="Days">Calendar days; zero where the length is elapsed time.</param>
/// <param name="Minutes">Elapsed minutes; zero where the length is calendar days.</param>
public readonly partial record struct Length(int Days, long Minutes)
{
    /// <summary>No time at all.</summary>
    public static readonly Length Zero;

    /// <summary>A number of calendar days.</summary>
    public static Length OfDays(int days) => new(days, 0);

    /// <summary>A number of elapsed minutes.</summary>
    public static Length OfMinutes(long minutes) => new(0, minutes);

    /// <summary>A number of elapsed hours.</summary>
    public static Length OfHours(long hours) => new(0, hours * 60);

    /// <summary>Whether this counts calendar days.</summary>
    public bool IsCalendarDays => Days != 0;

    /// <summary>Whether this is no time at all.</summary>
    public bool IsZero => Days == 0 && Minutes == 0;

    /// <summary>Elapsed time of a length that is not calendar days.</summary>
    /// <exception cref="InvalidOperationException">The length counts calendar days.</exception>
    public Duration Elapsed => IsCalendarDays
        ? throw new InvalidOperationException("Calendar days are no elapsed time.")
        : Duration.FromMinutes(Minutes);

    /// <summary>Hours billed for an operator: 24 a calendar day, also on the days the clocks change.</summary>
    public decimal Hours => IsCalendarDays ? Days * 24m : Minutes / 60m;

    /// <summary>
    /// How many times another length of the same kind goes into this one; null where the kinds differ or it is zero.
    /// </summary>
    public decimal? DividedBy(Length other) => (IsCalendarDays, other.IsCalendarDays) switch
    {
        (true, true) => (decimal)Days / other.Days,
        (false, false) when other.Minutes > 0 => (decimal)Minutes / other.Minutes,
        _ => null,
    };

    /// <summary>
    /// The instant this long after a start, in a platform's zone. A calendar day ends at the same local time.
    /// </summary>
    public Instant After(Instant start, DateTimeZone zone) => Shift(start, zone, 1);

    /// <summary>The instant this long before an end, in a platform's zone.</summary>
    public Instant Before(Instant end, DateTimeZone zone) => Shift(end, zone, -1);

    /// <summary>Reads an ISO 8601 duration with whole minutes, or with whole days (weeks count as 7) alone.</summary>
    /// <exception cref="FormatException">Negative, of mixed kinds, or not an ISO 8601 duration.</exception>
    public static Length Parse(string text) => TryParse(text, out var length)
        ? length
        : throw new FormatException(
            $"'{text}' is no length: write PT4H or PT30M for elapsed time, P1D for calendar days.");

    /// <summary>Reads a length if the text is one; see <see cref="Parse"/>.</summary>
    public static bool TryParse(string? text, out Length length)
    {
        length = Zero;
        if (text is null || Shape.Match(text) is not { Success: true } match) return false;
        long Part(string name) =>
            match.Groups[name].Success ? long.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture) : 0;
        length = match.Groups["elapsed"].Success
            ? OfMinutes(Part("hours") * 60 + Part("minutes"))
            : OfDays((int)(Part("weeks") * 7 + Part("days")));
        return true;
    }

    /// <summary>The length as an ISO 8601 duration: <c>PT4H</c>, <c>PT4H30M</c>, <c>P1D</c>, <c>PT0M</c>.</summary>
    public override string ToString() => (Days, Minutes / 60, Minutes % 60) switch
    {
        ( > 0, _, _) => $"P{Days}D",
        (_, > 0, > 0) => $"PT{Minutes / 60}H{Minutes % 60}M",
        (_, > 0, _) => $"PT{Minutes / 60}H",
        _ => $"PT{Minutes}M",
    };

    [GeneratedRegex(
        @"^P(?:(?<elapsed>T(?=\d)(?:(?<hours>\d{1,6})H)?(?:(?<minutes>\d{1,6})M)?)"
        + @"|(?=\d)(?:(?<weeks>\d{1,3})W)?(?:(?<days>\d{1,4})D)?)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Shape { get; }

    private Instant Shift(Instant from, DateTimeZone zone, int sign) => IsCalendarDays
        ? from.InZone(zone).LocalDateTime.PlusDays(sign * Days).InZoneLeniently(zone).ToInstant()
        : from + Duration.FromMinutes(sign * Minutes);
}
