using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>
/// When resources are open, as instants. An opening time that the clocks skip moves to the first instant after the gap;
/// one that occurs twice opens the first time, and a closing time that occurs twice closes the second time.
/// </summary>
public static class Openings
{
    /// <summary>
    /// The openings of a resource, closures apart, that reach into <paramref name="from"/> ≤ date &lt;
    /// <paramref name="to"/>: in order, joined where they touch. Each begins where it truly begins, were it long before
    /// <paramref name="from"/>, because starts are counted from there; one that runs on past the last date is cut
    /// there.
    /// </summary>
    public static ImmutableArray<TimeRange> Of(Resource resource, DateTimeZone zone, LocalDate from, LocalDate to) =>
        KnownOpenings.Of(resource, zone, from, to, Reckon);

    private static ImmutableArray<TimeRange> Reckon(
        Resource resource, DateTimeZone zone, LocalDate from, LocalDate to)
    {
        if (resource.Hours.IsDefaultOrEmpty || from >= to) return [];
        var rules = resource.Hours.Select(OpenHours.Of).ToArray();
        var earliest = PlatformClock.Midnight(rules.Min(rule => rule.First), zone);
        var begin = PlatformClock.Midnight(from, zone);
        var reach = 32;
        for (var date = from; ; reach *= 2)
        {
            // An opening may run past midnight, so the day before is looked at too.
            var merged = Merged(rules.SelectMany(rule => rule.Ranges(zone, date.PlusDays(-1), to)));
            var reaching = merged.RemoveAll(range => range.End <= begin);
            // An opening that stands at the edge of what was looked at may have begun before it: look further back.
            if (reaching.IsEmpty) return reaching;
            var start = reaching[0].Start;
            if (start > PlatformClock.Midnight(date, zone) || start <= earliest) return Before(to, reaching, zone);
            date = LocalDate.Min(date, PlatformClock.DateAt(start, zone)).PlusDays(-reach);
        }
    }

    /// <summary>The times at which all of the resources are open, closures apart; see the overload for one.</summary>
    public static ImmutableArray<TimeRange> Of(
        IEnumerable<Resource> resources, DateTimeZone zone, LocalDate from, LocalDate to)
    {
        ImmutableArray<TimeRange>? common = null;
        foreach (var resource in resources)
        {
            var next = Of(resource, zone, from, to);
            common = common is { } ranges ? Intersection(ranges, next) : next;
        }
        return common ?? [];
    }

    /// <summary>The closures of the resources that reach into a time, unordered.</summary>
    public static ImmutableArray<TimeRange> Closures(
        IEnumerable<Resource> resources, DateTimeZone zone, TimeRange within) =>
        [.. from resource in resources
            where !resource.Closures.IsDefaultOrEmpty
            from closure in resource.Closures
            let range = Range(closure, zone)
            where range.Overlaps(within)
            select range];

    /// <summary>Whether a time lies wholly inside the hours of every resource and outside all their closures.</summary>
    public static bool Hold(IReadOnlyCollection<Resource> resources, DateTimeZone zone, TimeRange time)
    {
        var last = PlatformClock.DateAt(time.End, zone).PlusDays(1);
        return Of(resources, zone, PlatformClock.DateAt(time.Start, zone), last).Any(opening => opening.Contains(time))
            && Closures(resources, zone, time).IsEmpty;
    }

    /// <summary>A closure as instants: as long as its local times can mean.</summary>
    public static TimeRange Range(Closure closure, DateTimeZone zone) =>
        new(PlatformClock.Begins(closure.From, zone), PlatformClock.Ends(closure.To, zone));

    /// <summary>What two lists share; each is in order and its ranges do not touch.</summary>
    internal static ImmutableArray<TimeRange> Intersection(
        ImmutableArray<TimeRange> left, ImmutableArray<TimeRange> right)
    {
        var shared = ImmutableArray.CreateBuilder<TimeRange>(Math.Min(left.Length, right.Length));
        for (int l = 0, r = 0; l < left.Length && r < right.Length;)
        {
            if (left[l].Intersect(right[r]) is { } both) shared.Add(both);
            if (left[l].End <= right[r].End) l++;
            else r++;
        }
        return shared.DrainToImmutable();
    }

    private static ImmutableArray<TimeRange> Before(LocalDate to, ImmutableArray<TimeRange> ranges, DateTimeZone zone)
    {
        var end = PlatformClock.Midnight(to, zone);
        var last = ranges[^1];
        return last.End <= end ? ranges
            : last.Start >= end ? ranges.RemoveAt(ranges.Length - 1)
            : ranges.SetItem(ranges.Length - 1, last with { End = end });
    }

    /// <summary>The same times in order, joined where they touch, without empty ones.</summary>
    internal static ImmutableArray<TimeRange> Merged(IEnumerable<TimeRange> ranges)
    {
        var merged = ImmutableArray.CreateBuilder<TimeRange>();
        foreach (var range in ranges.Where(range => !range.IsEmpty).OrderBy(range => range.Start))
        {
            if (merged.Count > 0 && range.Start <= merged[^1].End)
                merged[^1] = merged[^1] with { End = Instant.Max(merged[^1].End, range.End) };
            else
                merged.Add(range);
        }
        return merged.DrainToImmutable();
    }
}
