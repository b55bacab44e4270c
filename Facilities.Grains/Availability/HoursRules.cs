using System.Globalization;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>
/// Opening hours that repeat: any recurrence rule of RFC 5545 (3.3.10), of which each occurrence is an opening that
/// lasts as long as from <c>from</c> to <c>to</c>. <c>validFrom</c> at <c>from</c> is the DTSTART; unlike in the RFC it
/// counts only where the rule matches it. BYHOUR, BYMINUTE, FREQ=HOURLY and MINUTELY move the opening within the day,
/// so that it may end on the next one.
/// </summary>
public static class HoursRules
{
    private const string NoTime = "A local time is HH:mm, from 00:00 to 24:00.";

    /// <summary>Every fault of a rule at once; none where it can be used.</summary>
    /// <param name="rule">The rule as received.</param>
    /// <param name="pointer">Where the rule stands in the request, such as <c>/hours/0</c>.</param>
    public static IReadOnlyList<Fault> Faults(HoursRule rule, string pointer)
    {
        var (recurrence, messages) = RecurrenceRule.Read(rule.Rrule);
        List<Fault> faults = [.. messages.Select(message => new Fault($"{pointer}/rrule", message))];
        if (recurrence is not null)
            faults.AddRange(RuleFaults(recurrence, rule).Select(fault => new Fault($"{pointer}/rrule", fault)));
        if (rule.From.Minutes < 0) faults.Add(new($"{pointer}/from", NoTime));
        if (rule.To.Minutes > TimeOfDay.EndOfDay.Minutes) faults.Add(new($"{pointer}/to", NoTime));
        if (rule.From.Minutes >= rule.To.Minutes)
            faults.Add(new($"{pointer}/to", $"The closing time {rule.To} must be later than the opening time "
                + $"{rule.From}; hours past midnight are two rules, the first up to 24:00 and the second from 00:00."));
        if (!DateRange.Holds(rule.ValidFrom)) faults.Add(new($"{pointer}/validFrom", DateRange.Reason));
        if (rule.ValidUntil is { } last)
        {
            if (!DateRange.Holds(last)) faults.Add(new($"{pointer}/validUntil", DateRange.Reason));
            if (last < rule.ValidFrom)
                faults.Add(new($"{pointer}/validUntil", "validUntil must not lie before validFrom."));
        }
        return faults;
    }

    /// <summary>
    /// The dates on which a valid rule opens, each once, with <paramref name="from"/> ≤ date &lt;
    /// <paramref name="to"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The rule has <see cref="Faults"/>.</exception>
    public static IEnumerable<LocalDate> Dates(HoursRule rule, DateTimeZone zone, LocalDate from, LocalDate to) =>
        OpenHours.Of(rule).Starts(zone, from, to).Select(start => start.Date).Distinct();

    private static IEnumerable<string> RuleFaults(RecurrenceRule recurrence, HoursRule rule)
    {
        if (recurrence.Until is { } until && until.WrittenDate < rule.ValidFrom)
            yield return "UNTIL lies before validFrom: the rule never occurs.";
        if (!recurrence.Seconds.IsEmpty) yield return "BYSECOND does not stand in hours, which are to the minute.";
        if (recurrence.MostPerDay > Limits.OpeningsPerDay)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"The rule opens up to {recurrence.MostPerDay} times a day, and {Limits.OpeningsPerDay} are the most: ")
                + "write fewer and longer openings.";
    }
}

/// <summary>A rule made ready to be asked for its openings.</summary>
internal sealed record OpenHours(HoursRule Rule, RecurrenceRule Recurrence)
{
    internal LocalDate First => Rule.ValidFrom;

    /// <summary>Whether the rule is one opening from its first day to its last.</summary>
    internal bool IsAroundTheClock =>
        Rule.From.Minutes == 0 && Rule.To == TimeOfDay.EndOfDay && Recurrence.IsEveryDay;

    internal static OpenHours Of(HoursRule rule)
    {
        var (recurrence, faults) = RecurrenceRule.Read(rule.Rrule);
        return recurrence is null
            ? throw new InvalidOperationException($"Hours '{rule.Rrule}': {string.Join(' ', faults)}")
            : new(rule, recurrence);
    }

    /// <summary>The local opening times on the dates from one to before another, in order.</summary>
    internal IEnumerable<LocalDateTime> Starts(DateTimeZone zone, LocalDate from, LocalDate to)
    {
        var end = Rule.ValidUntil is { } last && last < to ? last.PlusDays(1) : to;
        return ICalendar.Recurrence.Starts(
            Recurrence, First.AtMidnight().PlusMinutes(Rule.From.Minutes), zone, from.AtMidnight(), end.AtMidnight());
    }

    /// <summary>The openings that begin on the dates from one to before another.</summary>
    internal IEnumerable<TimeRange> Ranges(DateTimeZone zone, LocalDate from, LocalDate to)
    {
        if (!IsAroundTheClock) return Starts(zone, from, to).Select(start => From(start, zone));
        return LastDay(zone, to) is var end && First < end
            ? [new(PlatformClock.Midnight(First, zone), PlatformClock.Midnight(end, zone))]
            : [];
    }

    private TimeRange From(LocalDateTime start, DateTimeZone zone) => new(
        PlatformClock.Begins(start, zone),
        PlatformClock.Ends(start.PlusMinutes(Rule.To.Minutes - Rule.From.Minutes), zone));

    // The day after the last one of a rule that opens every day, at most a given one.
    private LocalDate LastDay(DateTimeZone zone, LocalDate to)
    {
        var end = Rule.ValidUntil is { } last && last < to ? last.PlusDays(1) : to;
        if (Recurrence.Count is { } count) end = LocalDate.Min(end, First.PlusDays(count));
        if (Recurrence.Until is not { } until) return end;
        if (until.End(zone) is { } bound) end = LocalDate.Min(end, bound.Date);
        while (end > First && !until.Includes(end.PlusDays(-1).AtMidnight(), zone)) end = end.PlusDays(-1);
        return end;
    }
}
