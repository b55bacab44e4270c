using System.Collections.Immutable;
using System.Numerics;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Search;

/// <summary>A start that is free as far as the index knows.</summary>
/// <param name="Number">Of the service, in this look.</param>
/// <param name="Platform">Where, as the index knows it.</param>
/// <param name="Service">What.</param>
/// <param name="Start">When, in seconds from 1970.</param>
/// <param name="Day">On which local day, in days from 1970.</param>
public readonly record struct FreeStart(int Number, PlatformView Platform, Service Service, long Start, int Day);

/// <summary>
/// One request's look at the free time. What a platform says in answer is put in the place of what the index knows, and
/// the look is repeated until both agree.
/// </summary>
public sealed class FreeTimeLook
{
    // Fewer are looked at one by one; more through the table of days.
    private const int FewMax = 32;

    // A slot that starts so long before a change ends before it.
    private static readonly Duration Before = Duration.FromDays(40);

    private readonly Shelf _shelf;
    private readonly SearchRequest _request;
    private readonly Instant _now;
    private readonly ulong[] _meant;
    private readonly long[] _earliest;
    private readonly long[] _latest;
    private readonly Dictionary<(int Number, int Day), long[]> _told = [];

    internal FreeTimeLook(Shelf shelf, SearchRequest request, Instant now)
    {
        (_shelf, _request, _now) = (shelf, request, now);
        From = Math.Max(Day(request.From), shelf.Days.First);
        To = Math.Min(Day(request.To), shelf.Days.End);
        _meant = shelf.Meant(request);
        (_earliest, _latest) = (new long[shelf.Terms.Length], new long[shelf.Terms.Length]);
        TakeAsked();
    }

    /// <summary>
    /// Services whose free time the index does not tell for this request: those that use a resource for a part of the
    /// booking, at another length than their shortest, and those that can be booked more than two years ahead.
    /// </summary>
    public ImmutableArray<(PlatformView Platform, Service Service)> Asked { get; private set; } = [];

    /// <summary>How many services fit the request.</summary>
    public int Meant => _meant.Sum(BitOperations.PopCount);

    /// <summary>The clusters of all platforms.</summary>
    public IReadOnlyCollection<ClusterId> Clusters => _shelf.Clusters;

    internal int From { get; }

    internal int To { get; }

    internal Shelf Shelf => _shelf;

    internal SearchRequest Request => _request;

    /// <summary>The earliest free starts, in the order in which they are shown.</summary>
    public ImmutableArray<FreeStart> Earliest() => First(_meant.ToArray(), _request.Limit, n => n, true);

    /// <summary>The cheapest free starts, in the order in which they are shown.</summary>
    /// <param name="price">What they cost one who looks.</param>
    /// <param name="key">Whose prices these are, while they stay the same.</param>
    /// <param name="changes">After which ends of slots the prices are other ones.</param>
    public ImmutableArray<FreeStart> Cheapest(PriceOf price, string key, ImmutableArray<Instant> changes)
    {
        // Prices are sampled at a start that can be meant, or before and after each change.
        var from = Instant.Max(_now, _request.From.PlusDays(1).AtMidnight().InUtc().ToInstant());
        var within = PricePeriods.Within(changes, _request);
        ImmutableArray<Instant> starts = within.IsEmpty ? [from] : [within[0] - Before, .. within];
        var whose = $"{key} {PricePeriods.At(changes, from)} {string.Join(' ', within)}";
        return new CheapestStarts(
            this, _shelf.ByPrice(_request.Duration, price, whose, starts), price, within).Find();
    }

    /// <summary>What a platform says of a service on some days, in the place of what the index knows.</summary>
    public void Tell(int number, int from, int to, IEnumerable<Instant> starts)
    {
        var days = _shelf.Entries[number].Times.Zone;
        var told = starts.Select(start => start.ToUnixTimeSeconds()).ToLookup(days.DayOf);
        for (var day = from; day < to; day++) _told[(number, day)] = [.. told[day]];
    }

    /// <summary>The earliest starts of a set of services, of each at most as many as the request says.</summary>
    /// <param name="among">The services; used up.</param>
    /// <param name="limit">How many starts are enough.</param>
    /// <param name="rank">The order of equal starts.</param>
    /// <param name="isByNumber">Whether that is the order of their numbers.</param>
    internal ImmutableArray<FreeStart> First(ulong[] among, int limit, Func<int, int> rank, bool isByNumber)
    {
        if (limit <= 0) return [];
        // The services with the earliest first starts: no other can have one among the earliest.
        var best = new Best(limit);
        if (Count(among) <= FewMax) Few(among, best, rank);
        else Many(among, best, rank, isByNumber);
        var starts = new List<(long Start, int Rank, int Number, int Day)>();
        var worst = best.IsFull ? best.Worst.Start : long.MaxValue;
        foreach (var (first, _, number) in best.All)
        {
            var day = _shelf.Entries[number].Times.Zone.DayOf(first);
            foreach (var start in Following(number, day, first).Take(Math.Min(_request.PerService, limit)))
            {
                if (start.Second > worst) break;
                starts.Add((start.Second, rank(number), number, start.Day));
            }
        }
        return
        [
            .. starts.Order().Take(limit).Select(s => new FreeStart(
                s.Number, _shelf.Entries[s.Number].Platform, _shelf.Entries[s.Number].Service, s.Start, s.Day)),
        ];
    }

    internal bool IsMeant(int number) => Bits.IsSet(_meant, number);

    /// <summary>The free starts of a service from one on, in order.</summary>
    internal IEnumerable<(long Second, int Day)> Following(int number, int day, long from)
    {
        for (; day < To; day++)
        {
            for (var start = On(number, day, from); start is { } second; start = On(number, day, second + 1))
                yield return (second, day);
            if (_told.Count == 0)
            {
                if (_shelf.Entries[number].Times.DayFrom(day + 1, To) is not { } next) yield break;
                day = next - 1;
            }
        }
    }

    private void Few(ulong[] among, Best best, Func<int, int> rank)
    {
        for (var place = Bits.Next(among, 0, _shelf.Entries.Length); place >= 0;
            place = Bits.Next(among, place + 1, _shelf.Entries.Length))
        {
            var number = (int)place;
            foreach (var (second, _) in Following(number, From, long.MinValue))
            {
                best.Offer(second, rank(number), number);
                break;
            }
        }
    }

    // Day by day, and of each day only the services whose first start could be among the best.
    private void Many(ulong[] among, Best best, Func<int, int> rank, bool isByNumber)
    {
        for (var day = From; day < To; day++)
        {
            var begin = DayTable.Base(day);
            if (best.IsFull && best.Worst.Start < begin) return;
            if (_shelf.Days.Row(day) is not { } row) continue;
            for (var word = 0; word < among.Length; word++)
            {
                if (among[word] == 0) continue;
                var limit = Limit(best, begin, isByNumber ? word * 64 : -1);
                for (var found = Bits.Below(row, word * 64, limit) & among[word]; found != 0; found &= found - 1)
                {
                    var number = word * 64 + BitOperations.TrailingZeroCount(found);
                    if (On(number, day, long.MinValue) is not { } second) continue;
                    best.Offer(second, rank(number), number);
                    among[word] &= ~(1UL << (number & 63));
                }
            }
        }
    }

    // A start in the quarter of the worst may be earlier; at the very same second only who comes before it counts.
    private static byte Limit(Best best, long begin, int number)
    {
        if (!best.IsFull) return DayTable.Nothing;
        var after = best.Worst.Start - begin;
        var quarters = number > best.Worst.Rank
            ? (after + DayTable.Quarter - 1) / DayTable.Quarter
            : after / DayTable.Quarter + 1;
        return (byte)Math.Clamp(quarters, 0, DayTable.Nothing);
    }

    // The first start of a service on a day that is free for as long as is asked, and can be booked now.
    private long? On(int number, int day, long from)
    {
        var entry = _shelf.Entries[number];
        from = Math.Max(from, EarliestOf(entry.Terms));
        if (_told.Count > 0 && _told.TryGetValue((number, day), out var told))
        {
            foreach (var second in told) if (second >= from) return second;
            return null;
        }
        for (var start = entry.Times.On(day, from); start is { } second; start = entry.Times.On(day, second + 1))
        {
            if (second > LatestOf(entry.Terms)) return null;
            if (_request.Duration is not { } duration || IsFree(entry, second, duration)) return second;
        }
        return null;
    }

    // Where a longer booking fits, the shortest one fits at each step of it.
    private static bool IsFree(ShelfEntry entry, long second, Length duration)
    {
        var (least, step, times) = (entry.Service.Duration.Min, entry.Service.StartStep, entry.Times);
        if (duration == least || step.IsZero || step.IsCalendarDays != duration.IsCalendarDays) return true;
        if (step.IsCalendarDays)
        {
            var day = times.Zone.DayOf(second);
            for (var more = step.Days; more <= duration.Days - least.Days; more += step.Days)
                if (!times.IsFree(times.Zone.Midnight(day + more))) return false;
            return true;
        }
        for (var more = step.Minutes; more <= duration.Minutes - least.Minutes; more += step.Minutes)
            if (!times.IsFree(second + more * 60)) return false;
        return true;
    }

    private void TakeAsked()
    {
        var asked = ImmutableArray.CreateBuilder<(PlatformView, Service)>();
        var far = ZoneDays.Number(_now.InUtc().Date) + ServiceTimes.DaysMax - 1;
        foreach (var number in _shelf.Special)
        {
            if (!Bits.IsSet(_meant, number)) continue;
            var entry = _shelf.Entries[number];
            var isPart = entry.Service.Rules?.PartialUses is { IsDefaultOrEmpty: false }
                && _request.Duration is { } duration && duration != entry.Service.Duration.Min;
            if (!isPart && (Day(_request.To) <= far || LatestOf(entry.Terms) < far * 86_400L)) continue;
            _meant[number >> 6] &= ~(1UL << (number & 63));
            asked.Add((entry.Platform, entry.Service));
        }
        Asked = asked.ToImmutable();
    }

    private long EarliestOf(int terms) => _earliest[terms] != 0
        ? _earliest[terms]
        : _earliest[terms] = _shelf.Earliest(terms, _now);

    private long LatestOf(int terms) => _latest[terms] != 0
        ? _latest[terms]
        : _latest[terms] = _shelf.Latest(terms, _now);

    private static int Count(ulong[] among) => among.Sum(BitOperations.PopCount);

    private static int Day(LocalDate date) => ZoneDays.Number(date);
}
