using NodaTime;
using NodaTime.TimeZones;

namespace Facilities.Grains.ICalendar;

/// <summary>
/// Writes the VTIMEZONE of a zone from what the IANA database knows: each change of the clocks that a series can meet,
/// by its dates and not by a rule, because rules that were guessed are wrong as soon as a country changes its mind.
/// </summary>
internal static class ZoneWriter
{
    // An endless series gets this many years of changes; a feed is read again long before.
    private const int YearsAhead = 10;

    /// <summary>Writes the zone of these series, which is one and the same.</summary>
    internal static void Write(IEnumerable<EntryTime.Series> ofZone, Action<string, string> line)
    {
        var series = ofZone.ToArray();
        var zone = series[0].Zone;
        var first = series.Min(one => one.Start).PlusYears(-1);
        var last = series.Max(one => one.Start).PlusYears(YearsAhead);
        var intervals = zone.GetZoneIntervals(
            Recurrence.ToInstant(first, zone), Recurrence.ToInstant(last, zone)).ToArray();
        line("BEGIN", "VTIMEZONE");
        line("TZID", zone.Id);
        // The first interval holds from long before, so its own beginning is no change that is worth telling.
        Observance(intervals[0], [first.Date.AtMidnight()], intervals[0].WallOffset, line);
        var changes = intervals.Skip(1).Zip(intervals, (after, before) => (Before: before.WallOffset, After: after));
        foreach (var alike in changes.GroupBy(change => (change.Before, change.After.WallOffset, change.After.Name)))
        {
            // The onset is told by the clocks that are about to change.
            var onsets = alike.Select(change => change.After.Start.WithOffset(change.Before).LocalDateTime).ToArray();
            Observance(alike.First().After, onsets, alike.Key.Before, line);
        }
        line("END", "VTIMEZONE");
    }

    private static void Observance(
        ZoneInterval interval, LocalDateTime[] onsets, Offset before, Action<string, string> line)
    {
        var kind = interval.Savings == Offset.Zero ? "STANDARD" : "DAYLIGHT";
        line("BEGIN", kind);
        line("DTSTART", CalendarValues.Text(onsets[0]));
        foreach (var onset in onsets.Skip(1)) line("RDATE", CalendarValues.Text(onset));
        line("TZOFFSETFROM", CalendarValues.Text(before));
        line("TZOFFSETTO", CalendarValues.Text(interval.WallOffset));
        line("TZNAME", interval.Name);
        line("END", kind);
    }
}
