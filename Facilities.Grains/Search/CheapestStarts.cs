using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using NodaTime;

namespace Facilities.Grains.Search;

/// <summary>The cheapest free starts: level by level of the price, and of each level the earliest.</summary>
internal sealed class CheapestStarts(
    FreeTimeLook look, PriceOrder order, PriceOf price, ImmutableArray<Instant> changes)
{
    private readonly PriorityQueue<FreeStart, (PriceRank Price, long Start, int Rank)> _timed = new();
    private int _level;
    private int _byTime;

    /// <summary>As many as the request wants, in the order in which they are shown.</summary>
    internal ImmutableArray<FreeStart> Find()
    {
        var found = ImmutableArray.CreateBuilder<FreeStart>();
        while (found.Count < look.Request.Limit && Next() is { } next)
        {
            var (most, same) = (look.Request.Limit - found.Count, new List<FreeStart>());
            if (_level < order.Levels.Length && order.Levels[_level].Price == next)
                same.AddRange(Earliest(order.Levels[_level++].Numbers, most));
            while (_timed.TryPeek(out _, out var timed) && timed.Price == next) same.Add(_timed.Dequeue());
            found.AddRange(same.OrderBy(s => s.Start).ThenBy(s => RankOf(s.Number)).Take(most));
        }
        return found.ToImmutable();
    }

    // The next price; before it is taken, whatever could be as cheap is looked at.
    private PriceRank? Next()
    {
        while (true)
        {
            PriceRank? next = _level < order.Levels.Length ? order.Levels[_level].Price : null;
            if (_timed.TryPeek(out _, out var timed) && (next is not { } level || timed.Price.CompareTo(level) < 0))
                next = timed.Price;
            if (_byTime == order.ByTime.Length || (next is { } rank && order.ByTime[_byTime].Least.CompareTo(rank) > 0))
                return next;
            var (least, number) = order.ByTime[_byTime++];
            if (look.IsMeant(number)) Expand(number, least);
        }
    }

    private ImmutableArray<FreeStart> Earliest(ImmutableArray<int> numbers, int limit)
    {
        var among = new ulong[look.Shelf.Words];
        var any = false;
        foreach (var number in numbers)
        {
            if (!look.IsMeant(number)) continue;
            Bits.Set(among, number);
            any = true;
        }
        return any ? look.First(among, limit, RankOf, false) : [];
    }

    // Of a service whose price depends on when it is, the cheapest that are shown, over all the time that is asked for.
    private void Expand(int number, PriceRank least)
    {
        var (platform, service) = (look.Shelf.Entries[number].Platform, look.Shelf.Entries[number].Service);
        var duration = look.Request.Duration ?? service.Duration.Min;
        var known = new Dictionary<(long Minutes, Duration Length), PriceRank>();
        var priced = new List<(PriceRank Price, FreeStart Start)>();
        var (cheapest, most) = (0, look.Request.PerService);
        for (var period = 0; period <= changes.Length && cheapest < most; period++)
        {
            known.Clear();
            var taken = 0;
            foreach (var (second, day, end) in Ending(number, duration, period))
            {
                var rank = Price(Instant.FromUnixTimeSeconds(second), end);
                priced.Add((rank, new(number, platform, service, second, day)));
                taken++;
                // What comes later can be no cheaper than these, nor what comes later in a time of one price.
                if ((rank.CompareTo(least) <= 0 && ++cheapest == most)
                    || (service.Rules?.SpecialHours is null && taken == most)) break;
            }
        }
        foreach (var (rank, start) in priced.OrderBy(p => p.Price).ThenBy(p => p.Start.Start).Take(most))
            _timed.Enqueue(start, (rank, start.Start, RankOf(number)));

        PriceRank Price(Instant start, Instant end)
        {
            var minutes = service.Rules?.SpecialHours is { } special
                ? SpecialPrices.Minutes(special, look.Shelf.Entries[number].Times.Zone.Zone, new(start, end))
                : 0;
            return known.TryGetValue((minutes, end - start), out var rank)
                ? rank
                : known[(minutes, end - start)] = PriceRank.Of(price(platform.Profile, service, duration, start));
        }
    }

    // The free starts of a service whose slots end after one change and not after the next one.
    private IEnumerable<(long Second, int Day, Instant End)> Ending(int number, Length duration, int period)
    {
        var zone = look.Shelf.Entries[number].Times.Zone;
        var day = look.From;
        if (period > 0)
            day = Math.Max(day, zone.DayOf(duration.Before(changes[period - 1], zone.Zone).ToUnixTimeSeconds()) - 1);
        foreach (var (second, on) in look.Following(number, day, long.MinValue))
        {
            var end = duration.After(Instant.FromUnixTimeSeconds(second), zone.Zone);
            if (period < changes.Length && end > changes[period]) yield break;
            if (period == 0 || end > changes[period - 1]) yield return (second, on, end);
        }
    }

    private int RankOf(int number) => look.Shelf.Entries[number].Rank;
}
