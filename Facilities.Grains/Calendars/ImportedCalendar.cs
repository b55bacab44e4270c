using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>
/// A calendar kept elsewhere whose events make resources busy. What the events say is not kept: only when.
/// </summary>
/// <param name="Id">The calendar.</param>
/// <param name="Name">As the managers call it.</param>
/// <param name="Resources">Which resources it makes busy.</param>
/// <param name="Units">Which units of the one resource, from 0; none for all.</param>
/// <param name="Times">When: in order, joined where they touch.</param>
public sealed record ImportedCalendar(
    CalendarId Id, string Name, ImmutableArray<ResourceId> Resources, ImmutableArray<int> Units,
    ImmutableArray<TimeRange> Times)
{
    /// <summary>Why a slot cannot stand in its times, for managers.</summary>
    [JsonIgnore]
    public string BusyWords => WordsOf(Name);

    /// <summary>The calendars as resources see them.</summary>
    public static ImmutableDictionary<ResourceId, ImmutableArray<BusyElsewhere>> ByResource(
        IEnumerable<ImportedCalendar> calendars) =>
        (from calendar in calendars
         from resource in calendar.Resources
         group new BusyElsewhere(calendar.Id, calendar.Name, calendar.Units, calendar.Times) by resource)
        .ToImmutableDictionary(busy => busy.Key, busy => busy.ToImmutableArray());

    internal static string WordsOf(string name) => $"busy in the calendar «{name}»";

    /// <summary>What a reading changes: nothing where both agree on the time that it looked at.</summary>
    /// <param name="found">The times that the reading found, in order, joined.</param>
    /// <param name="window">The time that it looked at; what lies outside of it is over.</param>
    public (ImmutableArray<TimeRange> Removed, ImmutableArray<TimeRange> Added) Changes(
        ImmutableArray<TimeRange> found, TimeRange window)
    {
        // A time that reaches out of the window is cut, else the same one would look new on another day.
        var known = Times.Select(time => (Time: time, Cut: time.Intersect(window))).ToArray();
        var wanted = found.Select(time => time.Intersect(window)).OfType<TimeRange>().ToHashSet();
        var kept = known.Select(pair => pair.Cut).OfType<TimeRange>().Where(wanted.Contains).ToHashSet();
        return (
            [.. known.Where(pair => pair.Cut is { } cut && !kept.Contains(cut)).Select(pair => pair.Time)],
            [.. wanted.Where(time => !kept.Contains(time)).OrderBy(time => time.Start)]);
    }

    /// <summary>The calendar after a reading; what is long over leaves its memory.</summary>
    internal ImportedCalendar After(CalendarSynced synced, Instant at)
    {
        var removed = synced.Removed.ToHashSet();
        var times = Times.Where(time => !removed.Contains(time) && time.End > at - Limits.PastSlots)
            .Concat(synced.Added).OrderBy(time => time.Start);
        return this with { Times = [.. times] };
    }
}
