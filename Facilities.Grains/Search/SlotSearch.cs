using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Availability;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using NodaTime;
using Orleans;

namespace Facilities.Grains.Search;

/// <summary>What a person looks for.</summary>
/// <param name="Category">Kind of service; null for any.</param>
/// <param name="From">First local date, at each platform.</param>
/// <param name="To">The date after the last.</param>
/// <param name="Duration">How long; null for the shortest of each service.</param>
/// <param name="Country">Of the platform; null for any.</param>
/// <param name="Cluster">Of the platform; null for any.</param>
/// <param name="ByPrice">Cheapest first instead of earliest first.</param>
/// <param name="PerService">The most slots of one service.</param>
/// <param name="Limit">The most slots in all.</param>
/// <param name="Words">Words that the service and its platform hold; null for any.</param>
public sealed record SearchRequest(
    string? Category, LocalDate From, LocalDate To, Length? Duration, string? Country, ClusterId? Cluster, bool ByPrice,
    int PerService, int Limit, string? Words = null);

/// <summary>A free slot of one service, with what it costs.</summary>
/// <param name="Platform">Where.</param>
/// <param name="Service">What.</param>
/// <param name="Duration">How long.</param>
/// <param name="Slot">When.</param>
/// <param name="Price">For the account that looks; null for visitors.</param>
/// <param name="Net">What the account is charged, or the external price for visitors.</param>
public sealed record FoundSlot(
    PlatformProfile Platform, Service Service, Length Duration, Slot Slot, Quote? Price, Money Net);

/// <summary>
/// Looks for free slots over every platform at once: in the index of free time, with the word of the platform itself
/// for every slot that is shown. While the index is not there, each platform is asked.
/// </summary>
public sealed class SlotSearch(IGrainFactory grains, QuoteDesk quotes, IFreeTimes times, IClock clock)
{
    // What a platform says differs from the index only for what was booked in between, and for units by turns.
    private const int RoundsMax = 16;

    /// <summary>The slots found, earliest or cheapest first.</summary>
    /// <param name="request">What is looked for.</param>
    /// <param name="account">Who looks; null for visitors.</param>
    /// <param name="catalogue">Reads all platforms, where the index is not there.</param>
    /// <exception cref="StorageUnavailableException">
    /// The index is not there yet, and there are too many platforms to ask each.
    /// </exception>
    public async Task<ImmutableArray<FoundSlot>> Find(
        SearchRequest request, AccountView? account, Func<Task<ImmutableArray<PlatformView>>> catalogue)
    {
        if (await times.Fresh() is not { } index) return await AskEach(await catalogue(), request, account);
        var now = clock.GetCurrentInstant();
        var look = index.Look(request, now);
        var price = request.ByPrice && account is not null
            ? await AccountPrices.Read(grains, account, look.Clusters, await quotes.Rates(account, now), now)
            : null;
        var changes = PricePeriods.Of(account);
        var check = new StartCheck(grains, request, look);
        var starts = ImmutableArray<FreeStart>.Empty;
        for (var round = 0; round < RoundsMax; round++)
        {
            starts = !request.ByPrice ? look.Earliest()
                : look.Cheapest(price?.Of ?? ListPrices.Of, price?.Key ?? "", changes);
            if (await check.AreFree(starts, round)) break;
        }
        var shown = check.Slots(starts).Select(s => Shown(s.Platform, s.Service, s.Slots, request, account));
        var asked = look.Asked.Take(Limits.ServicesAsked)
            .Select(a => Of(a.Platform.Profile, a.Service, request, account));
        return InOrder((await Task.WhenAll(shown.Concat(asked))).SelectMany(f => f), request);
    }

    /// <summary>The same by asking every platform: for a few of them, and to prove the index right.</summary>
    public async Task<ImmutableArray<FoundSlot>> AskEach(
        IEnumerable<PlatformView> platforms, SearchRequest request, AccountView? account)
    {
        var candidates = platforms.Select(p => CatalogueWords.Narrowed(p, request.Words))
            .Where(p => request.Country is null || p.Profile.Country == request.Country)
            .Where(p => request.Cluster is null || p.Profile.Cluster == request.Cluster)
            .SelectMany(p => p.Services.Select(s => (Platform: p.Profile, Service: s)))
            .Where(c => request.Category is null || c.Service.Category == request.Category)
            .Where(c => SlotRules.DurationRefusal(c.Service, request.Duration ?? c.Service.Duration.Min) is null)
            .ToArray();
        if (candidates.Length > Limits.ServicesAsked)
            throw new StorageUnavailableException(
                "The free times of all platforms are still being read: try again in a moment, or narrow the search.");
        var found = await Task.WhenAll(candidates.Select(c => Of(c.Platform, c.Service, request, account)));
        return InOrder(found.SelectMany(f => f), request);
    }

    private static ImmutableArray<FoundSlot> InOrder(IEnumerable<FoundSlot> slots, SearchRequest request)
    {
        slots = request.ByPrice
            ? slots.OrderBy(f => PriceRank.Of(f.Price?.AccountPays ?? f.Net)).ThenBy(f => f.Slot.Start)
                .ThenBy(f => f.Platform.Id.Value, StringComparer.Ordinal).ThenBy(f => f.Service.Id.Value)
            : slots.OrderBy(f => f.Slot.Start).ThenBy(f => f.Service.Id.Value, StringComparer.Ordinal)
                .ThenBy(f => f.Platform.Id.Value, StringComparer.Ordinal);
        return [.. slots.Take(request.Limit)];
    }

    private async Task<IEnumerable<FoundSlot>> Of(
        PlatformProfile platform, Service service, SearchRequest request, AccountView? account)
    {
        var duration = request.Duration ?? service.Duration.Min;
        var isByTime = service.Rules?.SpecialHours is not null
            || !PricePeriods.Within(PricePeriods.Of(account), request).IsEmpty;
        var answer = await grains.GetGrain<IPlatformGrain>(platform.Id.Value)
            .FreeSlots(new SlotsAsked(service.Id, duration, 1, request.From, request.To,
                request.ByPrice && isByTime ? int.MaxValue : request.PerService));
        if (answer.Slots.IsEmpty) return [];
        var all = await Shown(platform, service, answer.Slots, request, account);
        return (request.ByPrice
            ? all.OrderBy(f => (f.Price?.AccountPays ?? f.Net).Minor).ThenBy(f => f.Slot.Start)
            : all.OrderBy(f => f.Slot.Start)).Take(request.PerService);
    }

    private async Task<IEnumerable<FoundSlot>> Shown(
        PlatformProfile platform, Service service, ImmutableArray<Slot> slots, SearchRequest request,
        AccountView? account)
    {
        var duration = request.Duration ?? service.Duration.Min;
        var found = await Task.WhenAll(Alike(platform, service, slots, PricePeriods.Of(account))
            .Select(alike => Priced(platform, service, duration, alike, account)));
        return found.SelectMany(priced => priced);
    }

    // Slots with as much of their time in special hours cost the same, where the same vouchers pay.
    private static IEnumerable<ImmutableArray<Slot>> Alike(
        PlatformProfile platform, Service service, ImmutableArray<Slot> slots, ImmutableArray<Instant> changes)
    {
        if (service.Rules?.SpecialHours is null && changes.IsEmpty) return [slots];
        var zone = DateTimeZoneProviders.Tzdb[platform.TimeZone];
        return slots.GroupBy(slot => (PricePeriods.At(changes, slot.End), service.Rules?.SpecialHours is { } special
            ? (SpecialPrices.Minutes(special, zone, new(slot.Start, slot.End)), slot.End - slot.Start)
            : default)).Select(group => group.ToImmutableArray());
    }

    // Every one of the slots costs the same, so one is priced for all.
    private async Task<IEnumerable<FoundSlot>> Priced(
        PlatformProfile platform, Service service, Length duration, ImmutableArray<Slot> slots, AccountView? account)
    {
        var price = account is null ? null : (await quotes.Preview(account, new OrderedItem(
            new ItemId("i1"), platform, service, slots[0].Start, duration, 1, []))).Value?.Quote;
        var net = price?.Net ?? ItemPrices.Price(service, new Tariff(TariffClass.External, ""), duration, 1, [],
            new TimeRange(slots[0].Start, slots[0].End), platform.TimeZone).Net;
        return slots.Select(slot => new FoundSlot(platform, service, duration, slot, price, net));
    }
}
