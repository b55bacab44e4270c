using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Rates;
using NodaTime;

namespace Facilities.Grains.Funding;

/// <summary>One item as funding sees it.</summary>
/// <param name="Id">The item.</param>
/// <param name="Cluster">The cluster of its platform.</param>
/// <param name="Nuts">The region of its platform.</param>
/// <param name="Category">The kind of service.</param>
/// <param name="Net">Its net price.</param>
/// <param name="Platform">Where.</param>
/// <param name="Vat">The VAT on it that the provider charges.</param>
public sealed record FundingItem(
    ItemId Id, ClusterId Cluster, string Nuts, string Category, Money Net, PlatformId Platform, Money Vat)
{
    /// <summary>When its slot ends; null where that is not asked.</summary>
    public Instant? Ends { get; init; }
}

/// <summary>Which vouchers an order uses.</summary>
public abstract record VoucherChoice
{
    private VoucherChoice() { }

    /// <summary>Every voucher that fits, nearest expiry first.</summary>
    public sealed record Auto : VoucherChoice;

    /// <summary>No voucher.</summary>
    public sealed record None : VoucherChoice;

    /// <summary>These vouchers, each of which must fit.</summary>
    /// <param name="Vouchers">In any order; they are used nearest expiry first all the same.</param>
    public sealed record Named(ImmutableArray<VoucherId> Vouchers) : VoucherChoice;
}

/// <summary>All that decides who pays part of an order.</summary>
/// <param name="Account">Who buys.</param>
/// <param name="Items">What is bought, all in one currency; at least one.</param>
/// <param name="Agreements">All agreements that may matter; others are passed over.</param>
/// <param name="Vouchers">The account's wallet.</param>
/// <param name="Choice">Which vouchers to use.</param>
/// <param name="Now">The instant of the quote.</param>
/// <param name="Day">The day of the quote, on which agreements count.</param>
/// <param name="ClusterNames">Clusters as people know them; the id stands in for a missing name.</param>
public sealed record FundingRequest(
    AccountProfile Account, ImmutableArray<FundingItem> Items, ImmutableArray<Agreement> Agreements,
    ImmutableArray<Voucher> Vouchers, VoucherChoice Choice, Instant Now, LocalDate Day,
    IReadOnlyDictionary<ClusterId, string>? ClusterNames = null)
{
    /// <summary>Reference rates of the day and the week before; none where no voucher is converted.</summary>
    public ImmutableArray<DayRate> Rates { get; init; } = [];

    /// <summary>The currency of the order.</summary>
    public Currency Currency => Items[0].Net.Currency;

    internal string NameOf(ClusterId cluster) =>
        ClusterNames is not null && ClusterNames.TryGetValue(cluster, out var name) ? name : cluster.Value;
}

/// <summary>Why a named voucher is not accepted.</summary>
public enum FundingRefusal
{
    /// <summary>The account has no such voucher.</summary>
    VoucherUnknown,
    /// <summary>Its last day has passed.</summary>
    VoucherExpired,
    /// <summary>It is in another currency than the order.</summary>
    CurrencyDiffers,
    /// <summary>None of the items may be paid with it.</summary>
    VoucherNotAccepted,
    /// <summary>Nothing of it is left.</summary>
    VoucherUsedUp,
    /// <summary>The eligible cost is outside what the programme funds.</summary>
    CostNotFunded,
    /// <summary>The slot ends too late for what must happen while the voucher is valid.</summary>
    OutsideValidity,
    /// <summary>The programme does not fund the activity that the work is for.</summary>
    ActivityNotFunded,
    /// <summary>It would pay in another currency, and no rate of the day is known.</summary>
    RateMissing,
}

/// <summary>What one payer pays of one item; from these come claims and invoices of several providers.</summary>
/// <param name="Kind">Voucher or co-financing.</param>
/// <param name="Id">The voucher id, or the agreement id.</param>
/// <param name="Payer">The programme id or cluster id that pays.</param>
/// <param name="Item">Of which item.</param>
/// <param name="Amount">How much.</param>
public sealed record FundingAllocation(FundingKind Kind, string Id, string Payer, ItemId Item, Money Amount);

/// <summary>Who pays part of an order, or why a named voucher cannot.</summary>
/// <param name="Shares">In order: co-financing first, then vouchers, nearest expiry first.</param>
/// <param name="Allocations">The shares by item; they add up to each share.</param>
/// <param name="Notes">What did not apply and why.</param>
/// <param name="Refusals">One for each named voucher that does not fit; then there are no shares.</param>
public sealed record FundingOutcome(
    ImmutableArray<FundingShare> Shares, ImmutableArray<FundingAllocation> Allocations, ImmutableArray<string> Notes,
    ImmutableArray<Refused<FundingRefusal>> Refusals)
{
    /// <summary>What one payer pays of some items, by share; shares that pay nothing of them are left out.</summary>
    public ImmutableArray<FundingShare> SharesOf(IReadOnlySet<ItemId> items) =>
    [
        .. Shares.Select(share => PartOf(share, items)).Where(share => share.Amount.IsPositive),
    ];

    private FundingShare PartOf(FundingShare share, IReadOnlySet<ItemId> items)
    {
        FundingAllocation[] all = [.. Allocations.Where(a => a.Id == share.Id && a.Payer == share.Payer)];
        var part = share with
        {
            Amount = Money.Sum(
                all.Where(a => items.Contains(a.Item)).Select(a => a.Amount), share.Amount.Currency),
        };
        if (share.Charged is not { } charged) return part;
        // Not each part by the rate on its own, or the parts would not add up to what the voucher loses.
        var charges = ProRata.Split(
            charged.Amount, [.. all.Select(a => new Money(a.Amount.Minor, charged.Amount.Currency))]);
        return part with
        {
            Charged = charged with
            {
                Amount = Money.Sum(
                    charges.Where((_, i) => items.Contains(all[i].Item)), charged.Amount.Currency),
            },
        };
    }
}
