using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>
/// Opening hours that repeat (RFC 5545, 3.3.10): FREQ=DAILY and FREQ=WEEKLY with INTERVAL, BYDAY without numbers,
/// COUNT, UNTIL and WKST. <c>validFrom</c> is the DTSTART date; unlike in the RFC it counts only where the rule
/// matches it.
/// </summary>
public static class HoursRules
{
    private const string NoTime = "A local time is HH:mm, from 00:00 to 24:00.";

    /// <summary>Every fault of a rule at once; none where it can be used.</summary>
    /// <param name="rule">The rule as received.</param>
    /// <param name="pointer">Where the rule stands in the request, such as <c>/hours/0</c>.</param>
    public static IReadOnlyList<Fault> Faults(HoursRule rule, string pointer)
    {
        var (recurrence, messages) = RecurrenceReader.Read(rule.Rrule);
        List<Fault> faults = [.. messages.Select(message => new Fault($"{pointer}/rrule", message))];
        if (recurrence?.Until is { } until && until.WrittenDate < rule.ValidFrom)
            faults.Add(new($"{pointer}/rrule", "UNTIL lies before validFrom: the rule never occurs."));
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
    /// The dates on which a valid rule opens, with <paramref name="from"/> ≤ date &lt; <paramref name="to"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The rule has <see cref="Faults"/>.</exception>
    public static IEnumerable<LocalDate> Dates(HoursRule rule, DateTimeZone zone, LocalDate from, LocalDate to) =>
        OpenDays.Of(rule, zone).Between(from, to);
}

/// <summary>A rule made ready to be asked for its dates.</summary>
internal sealed record OpenDays(HoursRule Rule, Recurrence Recurrence, LocalDate? Last)
{
    internal LocalDate First => Rule.ValidFrom;

    /// <summary>Whether the rule is one opening from its first day to its last.</summary>
    internal bool IsAroundTheClock =>
        Rule.From.Minutes == 0 && Rule.To == TimeOfDay.EndOfDay && Recurrence.IsEveryDay;

    internal static OpenDays Of(HoursRule rule, DateTimeZone zone)
    {
        var (recurrence, faults) = RecurrenceReader.Read(rule.Rrule);
        if (recurrence is null)
            throw new InvalidOperationException($"Hours '{rule.Rrule}': {string.Join(' ', faults)}");
        var byRule = recurrence.Last(rule.ValidFrom, LocalTime.Midnight.PlusMinutes(rule.From.Minutes), zone);
        var last = byRule is { } a && rule.ValidUntil is { } b ? LocalDate.Min(a, b) : byRule ?? rule.ValidUntil;
        return new(rule, recurrence, last);
    }

    internal IEnumerable<LocalDate> Between(LocalDate from, LocalDate to)
    {
        var end = Last is { } last && last < to ? last.PlusDays(1) : to;
        for (var date = LocalDate.Max(from, First); date < end; date = date.PlusDays(1))
            if (Recurrence.Matches(date, First)) yield return date;
    }

    internal TimeRange On(LocalDate date, DateTimeZone zone) => new(
        PlatformClock.Begins(date.AtMidnight().PlusMinutes(Rule.From.Minutes), zone),
        PlatformClock.Ends(date.AtMidnight().PlusMinutes(Rule.To.Minutes), zone));
}
