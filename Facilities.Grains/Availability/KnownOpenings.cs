using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>
/// Openings that were reckoned before, so that a hold does not expand the same rules again. A resource never changes
/// (another takes its place), so what follows from it is forgotten with it and can be wrong for nobody.
/// </summary>
internal static class KnownOpenings
{
    // Whoever books for tomorrow and for two years ahead by turns still finds what is known.
    private const int PairsMax = 24;

    private static readonly
        ConditionalWeakTable<Resource, ConcurrentDictionary<(string Zone, LocalDate From), ImmutableArray<TimeRange>>>
        Known = [];

    /// <summary>
    /// The same as <paramref name="reckon"/> would say; by it, where the dates do not lie in two months that follow one
    /// another.
    /// </summary>
    internal static ImmutableArray<TimeRange> Of(
        Resource resource, DateTimeZone zone, LocalDate from, LocalDate to,
        Func<Resource, DateTimeZone, LocalDate, LocalDate, ImmutableArray<TimeRange>> reckon)
    {
        var first = from.PlusDays(1 - from.Day);
        var last = first.PlusMonths(2);
        if (to > last || from >= to) return reckon(resource, zone, from, to);
        var known = Known.GetOrCreateValue(resource);
        if (!known.TryGetValue((zone.Id, first), out var openings))
        {
            if (known.Count >= PairsMax) known.Clear();
            openings = known[(zone.Id, first)] = reckon(resource, zone, first, last);
        }
        return Between(openings, PlatformClock.Midnight(from, zone), PlatformClock.Midnight(to, zone));
    }

    // Those that reach into a time; one that runs on is cut at its end.
    private static ImmutableArray<TimeRange> Between(ImmutableArray<TimeRange> openings, Instant begin, Instant end)
    {
        var low = openings.FirstAfter(begin);
        var high = low;
        while (high < openings.Length && openings[high].Start < end) high++;
        var reaching = openings.Slice(low, high - low);
        return low < high && reaching[^1].End > end
            ? reaching.SetItem(reaching.Length - 1, reaching[^1] with { End = end })
            : reaching;
    }
}
