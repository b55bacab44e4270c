using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Series;

/// <summary>One date that a rule gives.</summary>
/// <param name="Number">Its number in the rule, from 1.</param>
/// <param name="Local">The platform's local time, the same on each date.</param>
/// <param name="Start">When that is; null where the clocks skip that time, or show it twice.</param>
/// <param name="ClockFault">What the clocks do then, in words.</param>
public sealed record SeriesDate(int Number, LocalDateTime Local, Instant? Start, string? ClockFault);

/// <summary>The dates of a rule, or every fault of the rule.</summary>
public sealed record SeriesDatesAnswer(ImmutableArray<SeriesDate> Dates, ImmutableArray<string> Faults);

/// <summary>
/// Expands a repeat in local time, so that 09:00 stays 09:00 on both sides of a clock change. A local time that does
/// not exist on a date, or occurs twice, is a fault of that date and never another time.
/// </summary>
public static class SeriesDates
{
    /// <summary>The dates that are kept, in order.</summary>
    /// <param name="repeat">As asked for.</param>
    /// <param name="first">The start of the item, which is the first date.</param>
    /// <param name="zone">The platform's zone.</param>
    /// <param name="most">How many dates there may be.</param>
    public static SeriesDatesAnswer Of(Repeat repeat, Instant first, DateTimeZone zone, int most)
    {
        var (rule, faults) = RecurrenceRule.Read(repeat.Rrule);
        if (rule is null) return new([], faults);
        if (Unfit(rule) is { } unfit) return new([], [unfit]);
        var start = first.InZone(zone).LocalDateTime;
        // No rule reaches farther than people plan, and what has no end stops here.
        var found = Recurrence.Between(
            rule, start, zone, start, start.PlusDays(Limits.SeriesYears * 366), Limits.Occurrences);
        if (found.Refusal is { } refusal) return new([], [refusal]);
        if (found.Starts is not [var earliest, ..] || earliest != start)
            return new([], [found.Starts is [var next, ..]
                ? $"{Day(start)} is no date of this rule: start on {Day(next)}, or choose another weekday."
                : $"{Day(start)} is no date of this rule, and no later day is. Choose another start or end."]);
        if (found.Starts.Length > most)
            return new([], [$"The series has {found.Starts.Length} dates; one booking takes {most} in all. End it on "
                + $"{Day(found.Starts[most - 1])}, and book the rest as a second series."]);
        var except = repeat.Except ?? [];
        if (except.FirstOrNull(e => found.Starts.All(s => s.Date != e)) is { } unknown)
            return new([], [$"{Words.Day(unknown)} is no date of this rule, so it cannot be left out."]);
        ImmutableArray<SeriesDate> dates = [.. found.Starts
            .Select((local, index) => DateOf(index + 1, local, index == 0 ? first : null, zone))
            .Where(date => !except.Contains(date.Local.Date))];
        return dates.IsEmpty ? new([], ["Every date is left out. Keep at least one."]) : new(dates, []);
    }

    /// <summary>A local time on one date; where it has no one instant, what the clocks do.</summary>
    public static SeriesDate DateOf(int number, LocalDateTime local, Instant? known, DateTimeZone zone)
    {
        if (known is { } instant) return new(number, local, instant, null);
        var resolved = LocalStart.Resolve(local, null, zone);
        return new(number, local, resolved.Instant, resolved.Fault is null ? null
            : zone.MapLocal(local).Count == 0
                ? $"The clocks skip {Time(local)} on {Words.Day(local.Date)}, so the series has no start then."
                : $"The clocks show {Time(local)} twice on {Words.Day(local.Date)}, so it is not clear which is "
                    + "meant.");
    }

    private static string? Unfit(RecurrenceRule rule) => rule switch
    {
        { Frequency: Frequency.Hourly or Frequency.Minutely } => "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY here.",
        { Hours.Length: > 0 } => "BYHOUR has no place here: each date starts at the time of the first.",
        { Minutes.Length: > 0 } => "BYMINUTE has no place here: each date starts at the time of the first.",
        { Seconds.Length: > 0 } => "BYSECOND has no place here: each date starts at the time of the first.",
        { Count: null, Until: null } => "The series needs an end: a COUNT or an UNTIL.",
        _ => null,
    };

    private static T? FirstOrNull<T>(this IEnumerable<T> values, Func<T, bool> which) where T : struct
    {
        foreach (var value in values)
            if (which(value)) return value;
        return null;
    }

    private static string Day(LocalDateTime local) =>
        $"{local.DayOfWeek} {Words.Day(local.Date)}";

    private static string Time(LocalDateTime local) =>
        local.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);
}
