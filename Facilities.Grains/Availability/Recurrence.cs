using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Grains.Availability;

/// <summary>A recurrence rule of RFC 5545 (3.3.10) as far as hours need it: by days or by weeks.</summary>
/// <param name="ByWeeks">FREQ=WEEKLY; otherwise FREQ=DAILY.</param>
/// <param name="Interval">Every how many days or weeks.</param>
/// <param name="Days">BYDAY; empty where the rule has none.</param>
/// <param name="Count">The number of occurrences, where stated.</param>
/// <param name="Until">The last moment at which an occurrence may start, where stated.</param>
/// <param name="WeekStart">WKST, on which the weeks of an interval begin.</param>
internal sealed record Recurrence(
    bool ByWeeks, int Interval, ImmutableArray<IsoDayOfWeek> Days, int? Count, Until? Until, IsoDayOfWeek WeekStart)
{
    /// <summary>Whether a date that is not before the first one belongs to the rule, its end apart.</summary>
    internal bool Matches(LocalDate date, LocalDate first)
    {
        if (!IsDay(date, first)) return false;
        if (Interval == 1) return true;
        return ByWeeks
            ? Period.DaysBetween(WeekOf(first), WeekOf(date)) / 7 % Interval == 0
            : Period.DaysBetween(first, date) % Interval == 0;
    }

    /// <summary>Whether the rule means every day.</summary>
    internal bool IsEveryDay =>
        Interval == 1 && (Days.IsEmpty ? !ByWeeks : Days.Distinct().Count() == 7);

    /// <summary>
    /// The last date by COUNT and UNTIL: null where neither ends the rule, before the first where it never occurs.
    /// </summary>
    internal LocalDate? Last(LocalDate first, LocalTime opening, DateTimeZone zone)
    {
        var byCount = Count is { } count ? DateOf(count, first) : null;
        var byUntil = Until?.LastDate(opening, zone);
        return byCount is { } a && byUntil is { } b ? LocalDate.Min(a, b) : byCount ?? byUntil;
    }

    private bool IsDay(LocalDate date, LocalDate first) =>
        Days.IsEmpty ? !ByWeeks || date.DayOfWeek == first.DayOfWeek : Days.Contains(date.DayOfWeek);

    private LocalDate WeekOf(LocalDate date) => date.PlusDays(-(((int)date.DayOfWeek - (int)WeekStart + 7) % 7));

    // Either frequency repeats itself after 7 × INTERVAL days, so one such cycle tells where the n-th occurrence lies.
    private LocalDate? DateOf(int count, LocalDate first)
    {
        var cycleDays = 7 * Interval;
        var matching = Enumerable.Range(0, cycleDays).Where(n => Matches(first.PlusDays(n), first)).ToArray();
        if (matching.Length == 0) return first.PlusDays(-1);
        var days = (count - 1L) / matching.Length * cycleDays + matching[(count - 1) % matching.Length];
        return days > Period.DaysBetween(first, LocalDate.MaxIsoValue) ? null : first.PlusDays((int)days);
    }
}

/// <summary>UNTIL: a date, a local time, or an instant in UTC.</summary>
internal sealed record Until(LocalDate? Date, LocalDateTime? Local, Instant? Instant)
{
    private static readonly LocalDatePattern DateShape = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");

    private static readonly LocalDateTimePattern LocalShape =
        LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss");

    internal static Until? Parse(string text)
    {
        if (DateShape.Parse(text) is { Success: true, Value: var date }) return new(date, null, null);
        var utc = text.EndsWith('Z');
        if (LocalShape.Parse(utc ? text[..^1] : text) is not { Success: true, Value: var local }) return null;
        return utc ? new(null, null, local.InUtc().ToInstant()) : new(null, local, null);
    }

    /// <summary>The last date whose opening does not lie after this.</summary>
    internal LocalDate LastDate(LocalTime opening, DateTimeZone zone)
    {
        // A far end such as 99991231T235959Z means for ever, and has no local time in some zones.
        if (Date is not null || !DateRange.Holds(WrittenDate)) return WrittenDate;
        var local = Local ?? Instant!.Value.InZone(zone).LocalDateTime;
        return opening <= local.TimeOfDay ? local.Date : local.Date.PlusDays(-1);
    }

    /// <summary>The date as written, for comparing it with the start of the rule.</summary>
    internal LocalDate WrittenDate => Date ?? Local?.Date ?? Instant!.Value.InUtc().Date;
}
