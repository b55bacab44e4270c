using System.Collections.Concurrent;
using NodaTime;

namespace Facilities.Grains.Search;

/// <summary>
/// When the days of a time zone begin. Days count from 1970-01-01 and instants in seconds from there, so that what is
/// looked through for a search are numbers.
/// </summary>
public sealed class ZoneDays
{
    // What is kept reaches two years ahead, and may be kept for some time.
    private const int YearsBefore = 1;
    private const int YearsAfter = 5;

    private static readonly ConcurrentDictionary<(string Zone, int Year), ZoneDays> Known = new();

    private readonly long[] _midnights;

    private ZoneDays(DateTimeZone zone, int year)
    {
        Zone = zone;
        First = Number(new LocalDate(year - YearsBefore, 1, 1));
        _midnights = new long[Number(new LocalDate(year + YearsAfter, 1, 1)) - First + 1];
        for (var day = 0; day < _midnights.Length; day++)
            _midnights[day] = zone.AtStartOfDay(Date(First + day)).ToInstant().ToUnixTimeSeconds();
    }

    /// <summary>The zone.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>The first day that is known.</summary>
    public int First { get; }

    /// <summary>The day after the last one that is known.</summary>
    public int End => First + _midnights.Length - 1;

    /// <summary>The days of a zone around an instant.</summary>
    public static ZoneDays Of(DateTimeZone zone, Instant now) =>
        Known.GetOrAdd((zone.Id, now.InUtc().Year), static (key, zone) => new(zone, key.Year), zone);

    /// <summary>The number of a date.</summary>
    public static int Number(LocalDate date) => Period.DaysBetween(new(1970, 1, 1), date);

    /// <summary>The date of a number.</summary>
    public static LocalDate Date(int day) => new LocalDate(1970, 1, 1).PlusDays(day);

    /// <summary>When a day begins; the first or the last known one where it lies outside.</summary>
    public long Midnight(int day) => _midnights[Math.Clamp(day - First, 0, _midnights.Length - 1)];

    /// <summary>The day on which an instant lies; the first or the last known one where it lies outside.</summary>
    public int DayOf(long second)
    {
        var day = (int)Math.Clamp((second - _midnights[0]) / 86_400, 0, _midnights.Length - 1);
        while (day > 0 && _midnights[day] > second) day--;
        while (day < _midnights.Length - 1 && _midnights[day + 1] <= second) day++;
        return First + day;
    }
}
