using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.ICalendar;

/// <summary>One occurrence that makes busy.</summary>
/// <param name="Uid">UID of its event.</param>
/// <param name="Original">
/// The start that its series gives it: with the UID it names the occurrence on every reading, also once moved.
/// </param>
/// <param name="Time">When.</param>
/// <param name="Summary">What; empty where the event says nothing.</param>
/// <param name="IsPrivate">CLASS other than PUBLIC: the summary is for nobody else.</param>
/// <param name="Line">The line of its event.</param>
public sealed record BusyOccurrence(
    string Uid, Instant Original, TimeRange Time, string Summary, bool IsPrivate, int Line);

/// <summary>What makes a resource busy.</summary>
/// <param name="Busy">In order, joined where they touch.</param>
/// <param name="Occurrences">The same one by one, by start.</param>
/// <param name="Problems">Those of the file, and rules that explode.</param>
public sealed record ImportedTimes(
    ImmutableArray<TimeRange> Busy, ImmutableArray<BusyOccurrence> Occurrences,
    ImmutableArray<CalendarProblem> Problems);

/// <summary>
/// What of a calendar makes busy: neither EXDATE nor STATUS:CANCELLED nor TRANSP:TRANSPARENT, overrides where they are
/// now. What cannot be understood for certain stays busy.
/// </summary>
public static class BusyTimes
{
    /// <summary>The busy times that reach into a window; refused where there are too many.</summary>
    /// <param name="calendar">The calendar.</param>
    /// <param name="platform">The zone of floating times, of dates and of unknown zones.</param>
    /// <param name="window">At most <see cref="Limits.CalendarHorizonDays"/> days.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is longer.</exception>
    public static Answer<ImportedTimes> Of(CalendarFile calendar, DateTimeZone platform, TimeRange window)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            window.Duration, Duration.FromDays(Limits.CalendarHorizonDays), nameof(window));
        var problems = calendar.Problems.ToBuilder();
        var found = new List<SeriesTime>();
        var effort = new RecurrenceEffort(Limits.CalendarSteps);
        foreach (var events in calendar.Events.GroupBy(e => e.Uid))
        {
            Add(events, platform, window, effort, found, problems);
            // Half of a calendar would show free what is not.
            if (effort.IsSpent)
                return Refusal.Of("calendarTooLarge", string.Create(CultureInfo.InvariantCulture,
                    $"Following the calendar's rules takes more than {Limits.CalendarSteps:N0} steps. ")
                    + "Export a shorter time of it.");
            if (found.Count > Limits.CalendarTimes)
                return Refusal.Of("calendarTooLarge", string.Create(CultureInfo.InvariantCulture,
                    $"The calendar is busy more than {Limits.CalendarTimes:N0} times. Export a shorter time of it."));
        }
        var occurrences = found.Select(time => new BusyOccurrence(
                time.Event.Uid, time.Original, new(time.Start, time.End), time.Event.Summary,
                time.Event.Class != "PUBLIC", time.Event.Line))
            .OrderBy(o => o.Time.Start).ThenBy(o => o.Uid, StringComparer.Ordinal).ToImmutableArray();
        return new ImportedTimes(Joined(occurrences), occurrences, problems.ToImmutable());
    }

    private static void Add(
        IEnumerable<CalendarEvent> sameUid, DateTimeZone platform, TimeRange window, RecurrenceEffort effort,
        List<SeriesTime> found, ImmutableArray<CalendarProblem>.Builder problems)
    {
        var masters = Newest(sameUid.Where(e => e.Replaces is null));
        // Of two overrides of one occurrence the one with the higher SEQUENCE counts, else the later in the file.
        var overrides = sameUid.Where(e => e.Replaces is not null)
            .GroupBy(e => e.Replaces!.ToInstant(platform))
            .Select(same => same.OrderBy(e => e.Sequence).Last()).ToArray();
        if (masters.Length > 0 && masters.All(e => e.Status == EventStatus.Cancelled)) return;
        foreach (var one in overrides.Where(e => e.IsBusy))
        {
            var start = one.Start.ToInstant(platform);
            Keep(new(one, one.Replaces!.ToInstant(platform), start, one.Length(platform).After(one.Start, platform)));
        }
        var overridden = new StatedStarts(overrides.Select(o => o.Replaces!), platform);
        foreach (var master in masters)
        {
            if (found.Count > Limits.CalendarTimes) return;
            var series = new EventSeries(master, overrides, overridden, platform);
            var (times, refusal) = series.Between(window.Start, window.End, effort);
            if (refusal is not null) problems.Add(new(master.Line, "RRULE", refusal, IsLeftOut: true));
            foreach (var time in times.Where(time => time.Event.IsBusy)) Keep(time);
        }

        void Keep(SeriesTime time)
        {
            if (time.End > time.Start && time.Start < window.End && window.Start < time.End) found.Add(time);
        }
    }

    // Programs that give several events one UID and SEQUENCE exist: all of them stay busy.
    private static CalendarEvent[] Newest(IEnumerable<CalendarEvent> events)
    {
        var all = events.ToArray();
        var newest = all.Length == 0 ? 0 : all.Max(e => e.Sequence);
        return [.. all.Where(e => e.Sequence == newest)];
    }

    private static ImmutableArray<TimeRange> Joined(ImmutableArray<BusyOccurrence> occurrences)
    {
        var joined = ImmutableArray.CreateBuilder<TimeRange>();
        foreach (var (_, _, time, _, _, _) in occurrences)
        {
            if (joined.Count > 0 && time.Start <= joined[^1].End)
                joined[^1] = joined[^1] with { End = Instant.Max(joined[^1].End, time.End) };
            else
                joined.Add(time);
        }
        return joined.DrainToImmutable();
    }
}
