using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Search;

/// <summary>Prices in the order in which they are shown: euros first, then by currency, then by amount.</summary>
/// <param name="Currency">Empty for euros, which come first.</param>
/// <param name="Minor">The amount in minor units.</param>
public readonly record struct PriceRank(string Currency, long Minor) : IComparable<PriceRank>
{
    /// <summary>The place of a price.</summary>
    public static PriceRank Of(Money price) =>
        new(price.Currency.Code == "EUR" ? "" : price.Currency.Code, price.Minor);

    /// <inheritdoc/>
    public int CompareTo(PriceRank other) => string.CompareOrdinal(Currency, other.Currency) is not 0 and var order
        ? order
        : Minor.CompareTo(other.Minor);
}

/// <summary>What a service costs one who looks: at a start, or at any where that is the same.</summary>
/// <param name="platform">Where.</param>
/// <param name="service">What.</param>
/// <param name="duration">How long.</param>
/// <param name="start">When.</param>
public delegate Money PriceOf(PlatformProfile platform, Service service, Length duration, Instant start);

/// <summary>The prices that everybody sees.</summary>
public static class ListPrices
{
    private static readonly Tariff External = new(TariffClass.External, "");

    /// <summary>The net price for one who is not known.</summary>
    public static Money Of(PlatformProfile platform, Service service, Length duration, Instant start) =>
        ItemPrices.Price(service, External, duration, 1, [],
            new TimeRange(start, duration.After(start, DateTimeZoneProviders.Tzdb[platform.TimeZone])),
            platform.TimeZone).Net;
}

/// <summary>The services of a shelf by price, those that cost the same together.</summary>
/// <param name="Levels">From the cheapest on; each with its services as numbers, in the order of the shelf.</param>
/// <param name="ByTime">
/// Services whose price depends on when it is, by the least that it can be.
/// </param>
internal sealed record PriceOrder(
    ImmutableArray<(PriceRank Price, ImmutableArray<int> Numbers)> Levels,
    ImmutableArray<(PriceRank Least, int Number)> ByTime)
{
    private static readonly HoursRule Always = new(
        "FREQ=DAILY", TimeOfDay.Parse("00:00"), TimeOfDay.EndOfDay, new LocalDate(1970, 1, 1));

    /// <summary>The order of those services that can be booked for a length.</summary>
    /// <param name="shelf">The services.</param>
    /// <param name="duration">How long; null for the shortest of each.</param>
    /// <param name="price">What they cost.</param>
    /// <param name="starts">A start in each time in which prices are other ones; mostly one.</param>
    internal static PriceOrder Of(Shelf shelf, Length? duration, PriceOf price, ImmutableArray<Instant> starts)
    {
        var levels = new SortedDictionary<PriceRank, List<int>>();
        var byTime = new List<(PriceRank Least, int Number)>();
        for (var number = 0; number < shelf.Entries.Length; number++)
        {
            var (platform, service) = (shelf.Entries[number].Platform.Profile, shelf.Entries[number].Service);
            var length = duration ?? service.Duration.Min;
            if (!SlotRules.Allows(service.Duration, length)) continue;
            var cheapest = AtItsCheapest(service);
            var rank = starts.Min(start => PriceRank.Of(price(platform, cheapest, length, start)));
            if (service.Rules?.SpecialHours is not null || starts.Length > 1) byTime.Add((rank, number));
            else if (levels.TryGetValue(rank, out var numbers)) numbers.Add(number);
            else levels.Add(rank, [number]);
        }
        return new([.. levels.Select(l => (l.Key, l.Value.ToImmutableArray()))], [.. byTime.Order()]);
    }

    // As if it lay wholly in hours that cost less, and not at all in those that cost more.
    private static Service AtItsCheapest(Service service) => service.Rules?.SpecialHours is not { } special
        ? service
        : service with
        {
            Rules = service.Rules with
            {
                SpecialHours = special.Kind == SpecialHoursKind.Discount ? special with { Hours = [Always] } : null,
            },
        };
}
