using System.Collections.Concurrent;
using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Search;

/// <summary>One service as a search finds it.</summary>
internal sealed class ShelfEntry(PlatformView platform, Service service, ServiceTimes times, int rank, int terms)
{
    internal PlatformView Platform { get; } = platform;
    internal Service Service { get; } = service;

    /// <summary>Its place in the catalogue, by platform.</summary>
    internal int Rank { get; } = rank;

    /// <summary>Which of the shelf's terms of notice it has.</summary>
    internal int Terms { get; } = terms;

    /// <summary>When it is free; replaced as bookings come and go.</summary>
    internal ServiceTimes Times { get; set; } = times;
}

/// <summary>How soon and how far ahead services of a zone can start.</summary>
internal readonly record struct NoticeTerms(string Zone, Length LeadTime, Length Horizon);

/// <summary>
/// Every service in the order in which equal starts are shown, by identifier and then by platform, with what is looked
/// through to find some of them: who is of which kind, and the first free start of each on each day.
/// </summary>
internal sealed class Shelf
{
    // Whoever asks for ever new lengths makes the shelf no heavier.
    private const int LengthsMax = 64;
    private const int PricesMax = 64;

    private readonly Dictionary<string, ulong[]> _categories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ulong[]> _countries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ulong[]> _clusters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Length, ulong[]> _lengths = new();
    private readonly ConcurrentDictionary<(string Key, Length? Duration), PriceOrder> _prices = new();
    private readonly Dictionary<string, (int From, int Count)> _platforms = new(StringComparer.Ordinal);
    private readonly int[] _ordinals;
    private Instant _counted;

    internal Shelf(IEnumerable<PlatformTimes> platforms, Instant now)
    {
        var terms = new Dictionary<NoticeTerms, int>();
        var entries = new List<ShelfEntry>();
        foreach (var platform in platforms.OrderBy(p => p.View.Profile.Id.Value, StringComparer.Ordinal))
        {
            _platforms.Add(platform.View.Profile.Id.Value, (entries.Count, platform.Services.Length));
            for (var place = 0; place < platform.Services.Length; place++)
            {
                var service = platform.View.Services[place];
                var notice = new NoticeTerms(platform.View.Profile.TimeZone, service.LeadTime, service.Horizon);
                if (!terms.TryGetValue(notice, out var number)) terms.Add(notice, number = terms.Count);
                entries.Add(new(platform.View, service, platform.Services[place], entries.Count, number));
            }
        }
        Entries = [.. entries.OrderBy(e => e.Service.Id.Value, StringComparer.Ordinal).ThenBy(e => e.Rank)];
        Terms = [.. terms.OrderBy(t => t.Value).Select(t => t.Key)];
        _ordinals = new int[Entries.Length];
        for (var ordinal = 0; ordinal < Entries.Length; ordinal++) _ordinals[Entries[ordinal].Rank] = ordinal;
        for (var ordinal = 0; ordinal < Entries.Length; ordinal++)
        {
            Add(_categories, Entries[ordinal].Service.Category, ordinal);
            Add(_countries, Entries[ordinal].Platform.Profile.Country, ordinal);
            Add(_clusters, Entries[ordinal].Platform.Profile.Cluster.Value, ordinal);
        }
        Special =
        [
            .. Enumerable.Range(0, Entries.Length).Where(ordinal =>
                Entries[ordinal].Service.Rules?.PartialUses is { IsDefaultOrEmpty: false }
                || Entries[ordinal].Service.Horizon.Hours > (ServiceTimes.DaysMax - 1) * 24),
        ];
        Days = new DayTable(Entries);
        Count(now);
    }

    internal ImmutableArray<ShelfEntry> Entries { get; }

    internal ImmutableArray<NoticeTerms> Terms { get; }

    internal DayTable Days { get; }

    /// <summary>Services that use a resource for a part of the booking or can be booked years ahead.</summary>
    internal ImmutableArray<int> Special { get; }

    /// <summary>The clusters of all platforms.</summary>
    internal IReadOnlyCollection<ClusterId> Clusters => [.. _clusters.Keys.Select(key => new ClusterId(key))];

    /// <summary>How many words of 64 bits a set of services takes.</summary>
    internal int Words => (Entries.Length + 63) / 64;

    /// <summary>The services that a request may mean, as bits.</summary>
    internal ulong[] Meant(SearchRequest request)
    {
        var meant = new ulong[Words];
        Array.Fill(meant, ulong.MaxValue);
        if (Entries.Length % 64 is > 0 and var rest) meant[^1] = (1UL << rest) - 1;
        if (request.Category is { } category) Keep(meant, _categories, category);
        if (request.Country is { } country) Keep(meant, _countries, country);
        if (request.Cluster is { } cluster) Keep(meant, _clusters, cluster.Value);
        if (request.Duration is { } duration) Bits.And(meant, Lasting(duration));
        if (request.Words is null) return meant;
        for (var place = Bits.Next(meant, 0, Entries.Length); place >= 0;
            place = Bits.Next(meant, place + 1, Entries.Length))
            if (!CatalogueWords.Match(
                Entries[(int)place].Platform.Profile, Entries[(int)place].Service, request.Words))
                meant[place >> 6] &= ~(1UL << (int)(place & 63));
        return meant;
    }

    /// <summary>Takes up when a platform is free now; false where it offers something else than it did.</summary>
    internal bool Take(PlatformTimes platform)
    {
        if (!_platforms.TryGetValue(platform.View.Profile.Id.Value, out var where)) return false;
        if (where.Count != platform.Services.Length) return false;
        for (var place = 0; place < where.Count; place++)
            if (Entries[_ordinals[where.From + place]].Platform.Edition != platform.View.Edition
                || !Days.Holds(platform.Services[place])) return false;
        for (var place = 0; place < where.Count; place++)
        {
            var ordinal = _ordinals[where.From + place];
            if (Entries[ordinal].Times == platform.Services[place]) continue;
            Entries[ordinal].Times = platform.Services[place];
            Days.Count(ordinal, Entries[ordinal].Times, Earliest(Entries[ordinal].Terms, _counted));
        }
        return true;
    }

    /// <summary>Leaves out what can no longer be booked, for the notice that it needs.</summary>
    internal void Count(Instant now)
    {
        var earliest = Terms.Select((_, terms) => Earliest(terms, now)).ToArray();
        var before = Terms.Select((_, terms) => Earliest(terms, _counted)).ToArray();
        for (var ordinal = 0; ordinal < Entries.Length; ordinal++)
        {
            var entry = Entries[ordinal];
            if (_counted == default || now < _counted) Days.Count(ordinal, entry.Times, earliest[entry.Terms]);
            else Days.Pass(ordinal, entry.Times, before[entry.Terms], earliest[entry.Terms]);
        }
        _counted = now;
    }

    /// <summary>Whether another minute has come since what can no longer be booked was left out.</summary>
    internal bool IsDue(Instant now) => now < _counted || now - _counted >= Duration.FromMinutes(1);

    /// <summary>The first second at which a service of some terms may start.</summary>
    internal long Earliest(int terms, Instant now)
    {
        var instant = Terms[terms].LeadTime.After(now, DateTimeZoneProviders.Tzdb[Terms[terms].Zone]);
        var second = instant.ToUnixTimeSeconds();
        return Instant.FromUnixTimeSeconds(second) < instant ? second + 1 : second;
    }

    /// <summary>The last second at which it may.</summary>
    internal long Latest(int terms, Instant now) => Terms[terms].Horizon
        .After(now, DateTimeZoneProviders.Tzdb[Terms[terms].Zone]).ToUnixTimeSeconds();

    /// <summary>The services by price, for one who looks.</summary>
    internal PriceOrder ByPrice(Length? duration, PriceOf price, string key, ImmutableArray<Instant> starts)
    {
        if (_prices.TryGetValue((key, duration), out var known)) return known;
        var order = PriceOrder.Of(this, duration, price, starts);
        if (_prices.Count >= PricesMax) _prices.Clear();
        return _prices[(key, duration)] = order;
    }

    private ulong[] Lasting(Length duration)
    {
        if (_lengths.TryGetValue(duration, out var known)) return known;
        var lasting = new ulong[Words];
        for (var ordinal = 0; ordinal < Entries.Length; ordinal++)
            if (SlotRules.Allows(Entries[ordinal].Service.Duration, duration)) Bits.Set(lasting, ordinal);
        if (_lengths.Count >= LengthsMax) _lengths.Clear();
        return _lengths[duration] = lasting;
    }

    private void Add(Dictionary<string, ulong[]> kinds, string kind, int ordinal)
    {
        if (!kinds.TryGetValue(kind, out var of)) kinds.Add(kind, of = new ulong[Words]);
        Bits.Set(of, ordinal);
    }

    private static void Keep(ulong[] meant, Dictionary<string, ulong[]> kinds, string kind)
    {
        if (kinds.TryGetValue(kind, out var of)) Bits.And(meant, of);
        else Array.Clear(meant);
    }
}
