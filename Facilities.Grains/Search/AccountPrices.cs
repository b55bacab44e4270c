using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Clusters;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Rates;
using NodaTime;
using Orleans;

namespace Facilities.Grains.Search;

/// <summary>What an account pays for services, by the very rules of a quote.</summary>
/// <param name="Key">The same as long as all that the prices rest on is the same, for at most an hour.</param>
/// <param name="Of">The price.</param>
public sealed record AccountPrices(string Key, PriceOf Of)
{
    private static readonly QuoteId Preview = new("preview");
    private static readonly ItemId Item = new("i1");

    /// <summary>Gathers what the prices of an account rest on.</summary>
    public static async Task<AccountPrices> Read(
        IGrainFactory grains, AccountView account, IEnumerable<ClusterId> clusters, ImmutableArray<DayRate> rates,
        Instant now)
    {
        var own = account.Profile.Cluster;
        var agreements = (await Task.WhenAll(clusters.Append(own).Distinct()
                .Select(cluster => grains.GetGrain<IClusterGrain>(cluster.Value).Agreements())))
            .SelectMany(a => a).DistinctBy(a => a.Id)
            .Where(a => a.First == own || a.Second == own).ToArray();
        var hour = now.ToUnixTimeSeconds() / 3_600;
        var basis = JsonSerializer.SerializeToUtf8Bytes(new { account, agreements, rates, hour }, Json.Options);
        return new(Convert.ToHexStringLower(SHA256.HashData(basis)), (platform, service, duration, start) =>
            Quotes.AccountPays(new QuoteRequest(
                Preview, account.Profile, [new OrderedItem(Item, platform, service, start, duration, 1, [])],
                [.. agreements.Where(a => a.IsBetween(own, platform.Cluster))], account.Vouchers,
                new VoucherChoice.Auto(), now)
            {
                Rates = rates,
            })
            ?? ListPrices.Of(platform, service, duration, start));
    }
}
