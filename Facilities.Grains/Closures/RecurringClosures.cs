using Facilities.Grains.Availability;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Grains.Closures;

/// <summary>A time in which a resource is closed again and again, in the platform's local time.</summary>
/// <param name="First">The first closed time: its start is the rule's DTSTART.</param>
/// <param name="Rrule">How it repeats (RFC 5545, 3.3.10).</param>
public sealed record RecurringClosure(Closure First, string Rrule);

/// <summary>Closures that repeat, by the same engine as hours.</summary>
public static class RecurringClosures
{
    /// <summary>Every fault at once; none where the closure can be used.</summary>
    /// <param name="closure">As received.</param>
    /// <param name="pointer">Where the closure stands in the request; empty for its root.</param>
    public static IReadOnlyList<Fault> Faults(RecurringClosure closure, string pointer)
    {
        var (rule, messages) = RecurrenceRule.Read(closure.Rrule);
        List<Fault> faults = [.. ClosureRules.Faults(closure.First.From, closure.First.To, pointer)];
        faults.AddRange(messages.Select(message => new Fault($"{pointer}/rrule", message)));
        if (rule is { MostPerDay: > Limits.OpeningsPerDay })
            faults.Add(new($"{pointer}/rrule", $"A rule closes at most {Limits.OpeningsPerDay} times a day."));
        if (Period.DaysBetween(closure.First.From.Date, closure.First.To.Date) > Limits.SlotDays)
            faults.Add(new($"{pointer}/to", $"A closure that repeats lasts at most {Limits.SlotDays} days."));
        return faults;
    }

    /// <summary>
    /// The closed times that reach into a time, in order of their start. Unlike hours, a closure is closed the first
    /// time also where the rule does not match it.
    /// </summary>
    /// <exception cref="FormatException">The rule has <see cref="Faults"/>.</exception>
    public static IEnumerable<TimeRange> Ranges(RecurringClosure closure, DateTimeZone zone, TimeRange within)
    {
        var (first, rule) = (closure.First, RecurrenceRule.Parse(closure.Rrule));
        var seconds = Period.Between(first.From, first.To, PeriodUnits.Seconds).Seconds;
        // A day more on each side, because local times and instants differ.
        var from = within.Start.InZone(zone).LocalDateTime.PlusSeconds(-seconds).PlusDays(-1);
        var to = within.End.InZone(zone).LocalDateTime.PlusDays(1);
        return Recurrence.Starts(rule, first.From, zone, from, to).Prepend(first.From).Distinct()
            .Select(start => Openings.Range(first with { From = start, To = start.PlusSeconds(seconds) }, zone))
            .Where(range => range.Overlaps(within));
    }
}
