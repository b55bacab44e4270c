using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Api.Planner;

/// <summary>One bar of a track, in minutes from its left edge.</summary>
/// <param name="Lane">The first of its units, from the top.</param>
/// <param name="Lanes">How many units beside each other.</param>
public sealed record TrackBar(
    BoardEntry Entry, long X, long Width, long BufferX, long BufferWidth, int Lane, int Lanes, bool IsFirst);

/// <summary>A day of a resource as a picture: minutes from left to right, units from top to bottom.</summary>
/// <param name="Shown">The time that it shows; a day on which the clocks change is as long as it is.</param>
public sealed record BoardTrack(
    TimeRange Shown, long Width, int Lanes, ImmutableArray<(long X, long Width)> Open,
    ImmutableArray<(long X, long Width, string Reason)> Closed, ImmutableArray<TrackBar> Bars,
    ImmutableArray<(long X, int Hour)> Hours)
{
    public static BoardTrack Of(BoardDay day, Grains.Platforms.Resource resource, CalendarBoard board)
    {
        var shown = new TimeRange(At(day, board.FromHour, board.Zone), At(day, board.ToHour, board.Zone));
        ImmutableArray<(BoardEntry Entry, BoardUse Use)> uses =
            [.. from entry in day.Entries from use in entry.UsesOf(resource.Id) select (entry, use)];
        var lanes = LanesOf(uses);
        var count = Math.Max(resource.Units, lanes.SelectMany(l => l).DefaultIfEmpty(0).Max() + 1);
        return new BoardTrack(shown, Minutes(shown.Duration), count,
            [.. from range in day.Open
                let inside = range.Intersect(shown)
                where inside is not null
                select Place(inside.Value, shown)],
            [.. from closed in day.Closed
                let inside = closed.Range.Intersect(shown)
                where inside is not null
                let place = Place(inside.Value, shown)
                select (place.X, place.Width, closed.Reason)],
            [.. uses.SelectMany((used, index) => BarsOf(used.Entry, used.Use, lanes[index], shown))
                .GroupBy(bar => bar.Entry).SelectMany(FirstOf)],
            [.. HoursOf(shown, board.Zone)]);
    }

    private static Instant At(BoardDay day, int hour, DateTimeZone zone) => hour == 24
        ? day.Range.End
        : hour == 0 ? day.Range.Start : (day.Date + new LocalTime(hour, 0)).InZoneLeniently(zone).ToInstant();

    // By the clock on the wall: on the day it goes back an hour stands twice, when it goes forward one is left out.
    private static IEnumerable<(long X, int Hour)> HoursOf(TimeRange shown, DateTimeZone zone)
    {
        for (var instant = shown.Start; instant < shown.End; instant += Duration.FromHours(1))
            yield return (Minutes(instant - shown.Start), instant.InZone(zone).Hour);
    }

    /// <summary>One bar for each row of neighbouring units.</summary>
    private static IEnumerable<TrackBar> BarsOf(
        BoardEntry entry, BoardUse use, ImmutableArray<int> lanes, TimeRange shown)
    {
        if (use.Blocked.Intersect(shown) is not { } blocked) yield break;
        var (bufferX, bufferWidth) = Place(blocked, shown);
        var (x, width) = use.Range.Intersect(shown) is { } inside ? Place(inside, shown) : (bufferX, 0);
        for (var first = 0; first < lanes.Length;)
        {
            var next = first + 1;
            while (next < lanes.Length && lanes[next] == lanes[next - 1] + 1) next++;
            yield return new TrackBar(entry, x, width, bufferX, bufferWidth, lanes[first], next - first, false);
            first = next;
        }
    }

    /// <summary>Of the bars of an entry the first that has a width is its link.</summary>
    private static IEnumerable<TrackBar> FirstOf(IEnumerable<TrackBar> bars)
    {
        var isFirst = true;
        foreach (var bar in bars)
        {
            yield return bar with { IsFirst = isFirst && bar.Width > 0 };
            isFirst &= bar.Width == 0;
        }
    }

    private static (long X, long Width) Place(TimeRange range, TimeRange shown) =>
        (Minutes(range.Start - shown.Start), Minutes(range.Duration));

    private static long Minutes(Duration duration) => (long)duration.TotalMinutes;

    /// <summary>The units as the platform gave them; where it has forgotten, the topmost that are free.</summary>
    private static ImmutableArray<int>[] LanesOf(ImmutableArray<(BoardEntry Entry, BoardUse Use)> uses)
    {
        var lanes = new ImmutableArray<int>[uses.Length];
        for (var index = 0; index < uses.Length; index++)
        {
            if (uses[index].Use.Units is { IsEmpty: false } known)
            {
                lanes[index] = [.. known.Order()];
                continue;
            }
            var taken = Enumerable.Range(0, uses.Length)
                .Where(other => !lanes[other].IsDefault && uses[other].Use.Range.Overlaps(uses[index].Use.Range))
                .SelectMany(other => lanes[other]).ToHashSet();
            lanes[index] = [Enumerable.Range(0, taken.Count + 1).First(lane => !taken.Contains(lane))];
        }
        return lanes;
    }
}
