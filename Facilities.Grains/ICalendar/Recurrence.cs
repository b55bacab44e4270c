using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.ICalendar;

/// <summary>What a rule gives in a window.</summary>
/// <param name="Starts">Local times in order; none where refused.</param>
/// <param name="Refusal">Why the rule was not followed to the end of the window; null where it was.</param>
public sealed record Occurrences(ImmutableArray<LocalDateTime> Starts, string? Refusal);

/// <summary>
/// Expands recurrence rules: the one engine behind opening hours, closures, series and imported events. All arithmetic
/// is on local times; an instant comes of them by <see cref="ToInstant"/>.
/// </summary>
public static class Recurrence
{
    // Beyond it local dates run out; no window reaches there.
    private static readonly LocalDateTime Last = new(9990, 1, 1, 0, 0);

    /// <summary>
    /// The instant of a local time (RFC 5545, 3.3.5): one that the clocks skip is read with the offset before the gap,
    /// one that occurs twice is the first.
    /// </summary>
    public static Instant ToInstant(LocalDateTime local, DateTimeZone zone) => zone.AtLeniently(local).ToInstant();

    /// <summary>
    /// The starts of a rule with <paramref name="from"/> ≤ start &lt; <paramref name="to"/>, refused beyond
    /// <see cref="Limits.Occurrences"/> of them or where looking for them takes more than
    /// <see cref="Limits.RecurrenceSteps"/>.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="first">DTSTART. It is an occurrence only where the rule matches it.</param>
    /// <param name="zone">The zone of the local times; it tells what an UNTIL in UTC means.</param>
    /// <param name="from">The first local time of the window.</param>
    /// <param name="to">The local time after it.</param>
    /// <param name="most">How many are enough to refuse the rule.</param>
    public static Occurrences Between(
        RecurrenceRule rule, LocalDateTime first, DateTimeZone zone, LocalDateTime from, LocalDateTime to,
        int most = Limits.Occurrences) =>
        Between(rule, first, zone, from, to, most, new(Limits.RecurrenceSteps));

    /// <summary>The same for a caller who counts what was looked at.</summary>
    internal static Occurrences Between(
        RecurrenceRule rule, LocalDateTime first, DateTimeZone zone, LocalDateTime from, LocalDateTime to, int most,
        RecurrenceEffort effort)
    {
        var starts = Walk(rule, first, zone, from, to, effort).Take(most + 1).ToImmutableArray();
        if (effort.IsSpent)
            return new([], string.Create(CultureInfo.InvariantCulture,
                $"{rule}: looking for its occurrences takes more than {effort.Most:N0} steps. ")
                + "Choose a longer FREQ or fewer BY parts.");
        return starts.Length <= most
            ? new(starts, null)
            : new([], string.Create(CultureInfo.InvariantCulture,
                $"{rule}: it occurs more than {most:N0} times. Choose a longer FREQ, an UNTIL or a COUNT."));
    }

    /// <summary>
    /// The starts of a rule with <paramref name="from"/> ≤ start &lt; <paramref name="to"/>, one by one and without a
    /// limit: for rules whose number of occurrences in a day is bounded.
    /// </summary>
    public static IEnumerable<LocalDateTime> Starts(
        RecurrenceRule rule, LocalDateTime first, DateTimeZone zone, LocalDateTime from, LocalDateTime to) =>
        Walk(rule, first, zone, from, to, new(long.MaxValue));

    private static IEnumerable<LocalDateTime> Walk(
        RecurrenceRule rule, LocalDateTime first, DateTimeZone zone, LocalDateTime from, LocalDateTime to,
        RecurrenceEffort effort)
    {
        var end = Min(to, Min(rule.Until?.End(zone) ?? Last, Last));
        from = from > first ? from : first;
        if (from >= end) yield break;
        var periods = new RecurrencePeriods(rule, first);
        var (number, left) = Begin(rule, periods, first, from);
        var lastIndex = periods.IndexOf(end);
        while (left > 0 && periods.IndexAt(number) is var index && index <= lastIndex)
        {
            if (!effort.Spend(periods.Effort)) yield break;
            if (periods.AfterGap(index) is { } next)
            {
                number = periods.NumberFrom(next);
                continue;
            }
            foreach (var start in periods.Occurrences(index))
            {
                if (start < first) continue;
                if (start >= end || left-- <= 0) yield break;
                if (start < from) continue;
                if (rule.Until?.Includes(start, zone) == false) continue;
                yield return start;
            }
            number++;
        }
    }

    // The period to begin with, and how many occurrences COUNT leaves from there on.
    private static (long Number, long Left) Begin(
        RecurrenceRule rule, RecurrencePeriods periods, LocalDateTime first, LocalDateTime from)
    {
        var number = periods.NumberFrom(periods.IndexOf(from));
        if (rule.Count is not { } count) return (number, long.MaxValue);
        if (number == 0 || !periods.AreUniform) return (0, count);
        var inFirst = periods.Occurrences(periods.IndexAt(0)).Count(start => start >= first);
        var inEach = periods.Occurrences(periods.IndexAt(1)).Count();
        return (number, count - inFirst - (number - 1) * inEach);
    }

    private static LocalDateTime Min(LocalDateTime one, LocalDateTime other) => one < other ? one : other;
}

/// <summary>Counts what expansions look at, up to a limit.</summary>
/// <param name="most">The days, hours and minutes that may be looked at.</param>
internal sealed class RecurrenceEffort(long most)
{
    private long _left = most;

    internal long Most { get; } = most;

    internal bool IsSpent => _left < 0;

    internal long Spent => Most - Math.Max(0, _left);

    internal bool Spend(long steps) => !IsSpent && (_left -= steps) >= 0;
}
