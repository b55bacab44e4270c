using System.Collections.Immutable;
using Facilities.Api.Bookings;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Series;
using NodaTime;

namespace Facilities.Api.Changes;

/// <summary>Cancels a booking, or with <c>series</c> one date or a part of it alone.</summary>
public sealed record CancellationBody(string Reason = "", PartCancellation? Series = null);

/// <summary>What is cancelled of a booking that goes on.</summary>
/// <param name="ItemId">An item, or a date of a series, that has not started.</param>
/// <param name="Scope">Which dates of its series follow it.</param>
public sealed record PartCancellation(ItemId ItemId, SeriesScope Scope = SeriesScope.One);

/// <summary>Asks for a preview: of the whole booking without an item, else of that item and what follows it.</summary>
public sealed record CancellationQuery(ItemId? ItemId = null, SeriesScope Scope = SeriesScope.One);

/// <summary>An item that was cancelled on its own.</summary>
/// <param name="ItemId">Which.</param>
/// <param name="FeeNet">What it still costs, before tax.</param>
/// <param name="Fee">How that comes about.</param>
/// <param name="At">When it was cancelled.</param>
/// <param name="By">By whom.</param>
/// <param name="Reason">Why.</param>
public sealed record DroppedAnswer(ItemId ItemId, Money FeeNet, string Fee, Instant At, string By, string Reason)
{
    public static DroppedAnswer Of(DroppedItem dropped) => new(
        dropped.Item.Id, dropped.Fee.Fee, dropped.Fee.Reason, dropped.At, dropped.ByName, dropped.Reason);
}

/// <summary>What a cancellation costs and gives back: <c>committed = kept + returned</c> for each source.</summary>
public sealed record CancellationAnswer(
    Money Fee, Money FeeNet, Money Base, ImmutableArray<ItemFee> Items, ImmutableArray<TaxLine> Tax,
    ImmutableArray<RefundAnswer> Refunds, string Reason)
{
    /// <summary>The price of what is kept with the fee, where only a part is cancelled.</summary>
    public AgreedAnswer? Price { get; init; }

    public static CancellationAnswer Of(CancellationFee fee, Settlement? price = null) => new(
        fee.Gross, fee.Net, Money.Sum(fee.Items.Select(i => i.Base), fee.Net.Currency), fee.Items, fee.Tax,
        [.. fee.Refunds.Select(r => new RefundAnswer(
            r.Source, r.Id, r.Payer, r.Committed, r.Kept, r.Returned, r.StillDue, r.Reason))],
        string.Join(" ", fee.Items.Select(i => i.Reason).Distinct()))
    {
        Price = price is null ? null : AgreedAnswer.Of(price),
    };
}

public sealed record RefundAnswer(
    RefundSource Source, string Id, string PayerId, Money Committed, Money Kept, Money Returned, Money StillDue,
    string Reason);
