using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.ICalendar;

/// <summary>When one occurrence of an event takes place.</summary>
/// <param name="Event">The event or the override that says so.</param>
/// <param name="Original">The start that the series gives it, by which it is known whatever happens to it.</param>
/// <param name="Start">The start.</param>
/// <param name="End">The end.</param>
internal sealed record SeriesTime(CalendarEvent Event, Instant Original, Instant Start, Instant End);

/// <summary>Starts by which a calendar names occurrences: in EXDATE and RECURRENCE-ID.</summary>
internal sealed class StatedStarts(IEnumerable<CalendarTime> times, DateTimeZone platform)
{
    private readonly HashSet<Instant> _instants =
        [.. times.Where(time => !time.IsDate).Select(time => time.ToInstant(platform))];

    private readonly HashSet<LocalDate> _dates = [.. times.Where(time => time.IsDate).Select(time => time.Local.Date)];
    private readonly HashSet<LocalDate> _allDates = [.. times.Select(time => time.Local.Date)];

    /// <summary>Whether an occurrence is among them. A date means the occurrence of that day, timed or not.</summary>
    internal bool Have(CalendarTime start, Instant instant) => start.IsDate
        ? _allDates.Contains(start.Local.Date)
        : _instants.Contains(instant) || _dates.Contains(start.Local.Date);
}

/// <summary>
/// An event with its RRULE and RDATE, without EXDATE, and without what an override by RECURRENCE-ID replaces.
/// </summary>
internal sealed class EventSeries
{
    private readonly CalendarEvent _master;
    private readonly DateTimeZone _platform;
    private readonly DateTimeZone _zone;
    private readonly StatedStarts _removed;
    private readonly StatedStarts _overridden;
    private readonly CalendarEvent[] _later;
    private readonly Instant[] _laterFrom;

    /// <summary>A series.</summary>
    /// <param name="master">The event without RECURRENCE-ID.</param>
    /// <param name="overrides">Those with one, of which one alone counts for each occurrence.</param>
    /// <param name="overridden">The occurrences whose place those take.</param>
    /// <param name="platform">The zone of times that have none.</param>
    internal EventSeries(
        CalendarEvent master, IEnumerable<CalendarEvent> overrides, StatedStarts overridden, DateTimeZone platform)
    {
        (_master, _platform, _zone) = (master, platform, master.Start.Zone ?? platform);
        (_removed, _overridden) = (new(master.Removed, platform), overridden);
        _later = [.. overrides.Where(o => o.AndLater).OrderBy(o => o.Replaces!.ToInstant(platform))];
        _laterFrom = [.. _later.Select(o => o.Replaces!.ToInstant(platform))];
    }

    /// <summary>The occurrences that may reach into a window, overrides apart; or why there are too many.</summary>
    internal (ImmutableArray<SeriesTime> Times, string? Refusal) Between(
        Instant from, Instant to, RecurrenceEffort effort)
    {
        var length = _master.Length(_platform);
        var reach = Reach(length) + _later.Select(change => Reach(change.Length(_platform))
            + Duration.Max(Shift(change), -Shift(change))).DefaultIfEmpty(Duration.Zero).Max();
        var (first, last) = (Local(from - reach), Local(to + reach));
        var starts = new Dictionary<LocalDateTime, CalendarDuration> { [_master.Start.Local] = length };
        foreach (var rule in _master.Rules)
        {
            var own = new RecurrenceEffort(Limits.RecurrenceSteps);
            var (found, refusal) = Recurrence.Between(
                rule, _master.Start.Local, _zone, first, last, Limits.Occurrences, own);
            effort.Spend(own.Spent);
            if (refusal is not null) return ([], refusal);
            foreach (var start in found) starts.TryAdd(start, length);
        }
        foreach (var added in _master.Added) starts[AsMaster(added.Start)] = added.Length ?? length;
        return ([.. starts.Select(start => Occurrence(start.Key, start.Value)).OfType<SeriesTime>()
            .DistinctBy(time => time.Start)], null);
    }

    private SeriesTime? Occurrence(LocalDateTime local, CalendarDuration length)
    {
        var start = _master.Start with { Local = local };
        var original = start.ToInstant(_platform);
        if (_removed.Have(start, original) || _overridden.Have(start, original)) return null;
        var place = Array.BinarySearch(_laterFrom, original);
        if (place < 0) place = ~place - 1;
        if (place < 0) return new(_master, original, original, length.After(start, _platform));
        var change = _later[place];
        var moved = start with { Local = local.PlusTicks(Shift(change).BclCompatibleTicks) };
        return new(change, original, moved.ToInstant(_platform), change.Length(_platform).After(moved, _platform));
    }

    // By how much of local time a change of this and all later occurrences moves each.
    private Duration Shift(CalendarEvent change) =>
        AsMaster(change.Start).InUtc().ToInstant() - AsMaster(change.Replaces!).InUtc().ToInstant();

    // How long before a window something may begin that reaches into it: a day more for the offsets of zones.
    private static Duration Reach(CalendarDuration length) => Duration.FromDays(length.Days + 1) + length.Exact;

    private LocalDateTime AsMaster(CalendarTime time) =>
        time.IsDate || time.Zone is null || time.Zone == _master.Start.Zone ? time.Local : Local(time.ToInstant(_zone));

    private LocalDateTime Local(Instant instant) => instant.InZone(_zone).LocalDateTime;
}
