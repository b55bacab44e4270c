using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Closures;
using Facilities.Grains.Clusters;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Rates;
using Facilities.Grains.Services;
using Facilities.Grains.Tax;
using NodaTime;

namespace Facilities.Grains.Pricing;

/// <summary>One service at one slot, as ordered and checked.</summary>
/// <param name="Id">Unique within the quote.</param>
/// <param name="Platform">Where.</param>
/// <param name="Service">What.</param>
/// <param name="Start">When it starts.</param>
/// <param name="Duration">How long.</param>
/// <param name="Quantity">How many.</param>
/// <param name="Options">Extras.</param>
public sealed record OrderedItem(
    ItemId Id, PlatformProfile Platform, Service Service, Instant Start, Length Duration, int Quantity,
    ImmutableArray<ChosenOption> Options);

/// <summary>All that a price depends on.</summary>
/// <param name="Id">The quote to be.</param>
/// <param name="Account">Who buys.</param>
/// <param name="Items">What is ordered, all in one currency; at least one.</param>
/// <param name="Agreements">All agreements that may matter.</param>
/// <param name="Vouchers">The account's wallet.</param>
/// <param name="Choice">Which vouchers to use.</param>
/// <param name="Now">The instant of the quote.</param>
/// <param name="ClusterNames">Clusters as people know them.</param>
public sealed record QuoteRequest(
    QuoteId Id, AccountProfile Account, ImmutableArray<OrderedItem> Items, ImmutableArray<Agreement> Agreements,
    ImmutableArray<Voucher> Vouchers, VoucherChoice Choice, Instant Now,
    IReadOnlyDictionary<ClusterId, string>? ClusterNames = null)
{
    /// <summary>The activity that the account states; null for its main one.</summary>
    public string? Activity { get; init; }

    /// <summary>Reference rates around the day; none where no voucher of the wallet is converted.</summary>
    public ImmutableArray<DayRate> Rates { get; init; } = [];
}

/// <summary>A sealed quote, or why the named vouchers do not fit.</summary>
/// <param name="Quote">Null where refused.</param>
/// <param name="Funding">Shares by item, or the refusals.</param>
public sealed record QuoteOutcome(Quote? Quote, FundingOutcome Funding);

/// <summary>Makes quotes: tariff, lines, funding, tax, seal.</summary>
public static class Quotes
{
    /// <summary>The whole price of an order that was checked before.</summary>
    public static QuoteOutcome Price(QuoteRequest request)
    {
        var (priced, tax, funding) = Plan(request);
        if (funding.Refusals.Length > 0) return new QuoteOutcome(null, funding);
        return new QuoteOutcome(Make(
            request.Id, request.Account.Id, request.Now, priced, funding, tax, request.Activity), funding);
    }

    /// <summary>What the account pays of an order, without a quote of it; null where vouchers are refused.</summary>
    public static Money? AccountPays(QuoteRequest request)
    {
        var (priced, tax, funding) = Plan(request);
        return funding.Refusals.Length > 0 ? null : Totals.Of(priced, funding.Shares, tax).AccountPays;
    }

    private static (ImmutableArray<QuotedItem> Items, ImmutableArray<TaxLine> Tax, FundingOutcome Funding) Plan(
        QuoteRequest request)
    {
        var priced = request.Items.Select(item => Item(request, item)).ToImmutableArray();
        var (tax, index) = TaxLines.Of(
            [.. request.Items.Zip(priced, (ordered, item) => (Vat(request, ordered), item.Net))]);
        priced = [.. priced.Select((item, i) => item with { TaxIndex = index[i] })];
        var vat = TaxLines.ByItem(tax, priced);
        return (priced, tax, FundingPlan.Make(new FundingRequest(
            request.Account,
            [.. request.Items.Select((ordered, i) => FundingItemOf(ordered.Platform, priced[i], vat[i]))],
            request.Agreements, request.Vouchers, request.Choice, request.Now, Day(request, request.Items[0].Platform),
            request.ClusterNames)
        {
            Rates = request.Rates,
        }));
    }

    /// <summary>Puts a quote together and seals it. Its totals are asserted.</summary>
    public static Quote Make(
        QuoteId id, AccountId account, Instant now, ImmutableArray<QuotedItem> items, FundingOutcome funding,
        ImmutableArray<TaxLine> tax, string? activity = null)
    {
        if (items.IsDefaultOrEmpty) throw new InvalidOperationException("A quote has at least one item.");
        var totals = Totals.Of(items, funding.Shares, tax);
        return QuoteSeal.Seal(new Quote(
            id, account, now, now + Limits.Quote, "", items, funding.Shares, tax, totals.Net,
            totals.Tax, totals.Gross, totals.AccountPays, funding.Notes)
        {
            Activity = activity,
        });
    }

    /// <summary>An item as funding sees it.</summary>
    public static FundingItem FundingItemOf(PlatformProfile platform, QuotedItem item, Money vat) =>
        new(item.Id, platform.Cluster, platform.Nuts, item.Category, item.Net, platform.Id, vat)
        {
            Ends = item.End,
        };

    private static QuotedItem Item(QuoteRequest request, OrderedItem ordered)
    {
        var (platform, service) = (ordered.Platform, ordered.Service);
        var tariff = Tariffs.For(request.Account, platform, request.Agreements, Day(request, platform));
        var price = ItemPrices.Price(service, tariff, ordered.Duration, ordered.Quantity, ordered.Options,
            new TimeRange(ordered.Start, End(ordered)), platform.TimeZone);
        return new QuotedItem(
            ordered.Id, platform.Id, service.Id, service.Name, ordered.Start, End(ordered), ordered.Duration,
            ordered.Quantity, ordered.Options, tariff, price.Lines, price.Net, service.Cancellation, service.Approval,
            service.PricePer, service.Category)
        {
            Terms = QuotedTerms.Of(
                service, platform.TimeZone, PublicHolidays.Of(platform.Country, platform.Nuts)?.Code),
        };
    }

    private static VatDecision Vat(QuoteRequest request, OrderedItem ordered) => VatDecisions.Decide(new VatSupply(
        ordered.Platform.Country, request.Account.Country, request.Account.Vat,
        End(ordered).InZone(Zone(ordered.Platform)).Date, request.Now,
        ordered.Service.Rules?.VatClass ?? VatClass.General));

    private static Instant End(OrderedItem ordered) => ordered.Duration.After(ordered.Start, Zone(ordered.Platform));

    private static LocalDate Day(QuoteRequest request, PlatformProfile platform) =>
        request.Now.InZone(Zone(platform)).Date;

    private static DateTimeZone Zone(PlatformProfile platform) => DateTimeZoneProviders.Tzdb[platform.TimeZone];
}
