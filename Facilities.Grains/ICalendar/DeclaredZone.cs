using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;
using NodaTime.TimeZones;

namespace Facilities.Grains.ICalendar;

/// <summary>A zone by the offsets that a VTIMEZONE states (RFC 5545, 3.6.5), up to the year 2100.</summary>
internal sealed class DeclaredZone : DateTimeZone
{
    private static readonly LocalDateTime From = new(1970, 1, 1, 0, 0);
    private static readonly LocalDateTime To = new(2100, 1, 1, 0, 0);

    private readonly ImmutableArray<ZoneInterval> _intervals;

    private DeclaredZone(string id, ImmutableArray<ZoneInterval> intervals)
        : base(id, intervals.Length == 1, intervals.Min(i => i.WallOffset), intervals.Max(i => i.WallOffset)) =>
        _intervals = intervals;

    /// <summary>The zone; null where the declaration cannot be used, with the reason among the problems.</summary>
    internal static DateTimeZone? Of(
        string id, Component declaration, RecurrenceEffort effort, List<CalendarProblem> problems)
    {
        var changes = new SortedDictionary<Instant, (Offset Before, Offset After, string Name)>();
        foreach (var observance in declaration.Children.Where(child => child.Name is "STANDARD" or "DAYLIGHT"))
        {
            if (Fault(observance, effort, changes) is not { } fault) continue;
            problems.Add(new(observance.Number, observance.Name, $"The zone '{id}': {fault}", IsLeftOut: false));
            return null;
        }
        return changes.Count == 0 ? null : new DeclaredZone(id, [.. Intervals(changes)]);
    }

    /// <inheritdoc/>
    public override ZoneInterval GetZoneInterval(Instant instant)
    {
        var (low, high) = (0, _intervals.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_intervals[middle].Start <= instant) low = middle;
            else high = middle - 1;
        }
        return _intervals[low];
    }

    private static string? Fault(
        Component observance, RecurrenceEffort effort,
        SortedDictionary<Instant, (Offset Before, Offset After, string Name)> changes)
    {
        if (observance.Line("TZOFFSETFROM") is not { } from || CalendarValues.Offset(from.Value) is not { } before)
            return "TZOFFSETFROM is no offset such as +0100.";
        if (observance.Line("TZOFFSETTO") is not { } to || CalendarValues.Offset(to.Value) is not { } after)
            return "TZOFFSETTO is no offset such as +0100.";
        if (observance.Line("DTSTART") is not { } start || CalendarValues.Time(start.Value) is not { } first)
            return "DTSTART is no local time such as 19700101T020000.";
        var name = observance.Line("TZNAME")?.Value is { Length: > 0 } stated ? stated : observance.Name;
        Add(first.Local);
        foreach (var text in observance.All("RDATE").SelectMany(line => line.Value.Split(',')))
            if (CalendarValues.Time(text) is { } time) Add(time.Local);
        foreach (var line in observance.All("RRULE"))
        {
            var (rule, faults) = RecurrenceRule.Read(line.Value.Trim());
            if (rule is null) return string.Join(' ', faults);
            var (starts, refusal) = Recurrence.Between(
                rule, first.Local, ForOffset(before), From, To, Limits.Occurrences, effort);
            if (refusal is not null) return refusal;
            foreach (var onset in starts) Add(onset);
        }
        return null;

        // An onset is told by the clocks that are about to change.
        void Add(LocalDateTime onset) => changes[onset.WithOffset(before).ToInstant()] = (before, after, name);
    }

    private static IEnumerable<ZoneInterval> Intervals(
        SortedDictionary<Instant, (Offset Before, Offset After, string Name)> changes)
    {
        var (first, initial) = changes.First();
        yield return new("", null, first, initial.Before, Offset.Zero);
        var (start, current) = (first, initial);
        foreach (var (instant, change) in changes.Skip(1))
        {
            yield return new(current.Name, start, instant, current.After, Offset.Zero);
            (start, current) = (instant, change);
        }
        yield return new(current.Name, start, null, current.After, Offset.Zero);
    }
}
