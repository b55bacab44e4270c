using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Series;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>
/// Cancels an item of a confirmed booking, or dates of a series, and keeps the rest: for the account by the ladder of
/// each, for a facility without a fee. The fee stands in the final price as one line that no public money pays. What
/// was set aside stays so until the settlement, which takes what is owed and gives the rest back.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">A person who books for the account, or a manager of the items' facility.</param>
/// <param name="Item">Which item.</param>
/// <param name="Scope">Which dates of its series follow it.</param>
/// <param name="Reason">Why; the other side reads it.</param>
public sealed record DropItems(CommandId Id, Actor By, ItemId Item, SeriesScope Scope, string Reason)
    : Command(Id, By);

/// <summary>An item that was cancelled on its own; the booking went on without it.</summary>
/// <param name="Item">As it lay then.</param>
/// <param name="Fee">What it still costs.</param>
/// <param name="At">When.</param>
/// <param name="ByName">Who cancelled it.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record DroppedItem(BookedItem Item, ItemFee Fee, Instant At, string ByName, string Reason);

/// <summary>What cancelling some items would cost and give back, or why it cannot be.</summary>
/// <param name="Items">What would be cancelled, in the order of their starts.</param>
/// <param name="Fee">The fee by item, and by source what of its money the settlement would keep and give back.</param>
/// <param name="Price">The whole price without them.</param>
/// <param name="Refusal">Why not.</param>
public sealed record DropPreview(
    ImmutableArray<BookedItem> Items, CancellationFee? Fee, Settlement? Price, Refused<BookingRefusal>? Refusal);

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="DropItems"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(BookingState booking, DropItems command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (booking.Items.FirstOrDefault(i => i.Id == command.Item) is not { } item)
            return NoItem(booking, command.Item, "/series/itemId");
        var byFacility = MayManage(item, command);
        if (!byFacility && !MayBook(booking, command))
            return No(
                BookingRefusal.NotAllowed,
                "Only a person who books for the account, or a manager of the item's facility, cancels it.");
        if (booking.IsBeforeConfirmation)
            return No(
                BookingRefusal.NotConfirmed,
                "Nothing is agreed yet, so cancelling is free: cancel the whole booking, and book what you need.");
        if (MayNotEnd(booking) is { } refusal) return refusal;
        if (booking.Pending != PendingWork.None)
            return No(BookingRefusal.MoveUnderWay, "The booking is being changed. Try again in a moment.");
        if (item.Start <= now || booking.UsageSoFar?.Any(u => u.Item == item.Id) == true)
            return No(
                BookingRefusal.AlreadyStarted,
                $"{item.Name} of {At(booking, item.Start)} has started, so it can no longer be cancelled. Name a date "
                    + "that is still to come.", "/series/itemId");
        var dropped = SeriesMoves.Affected(booking, item.Id, command.Scope, now);
        if (dropped.Length == booking.Items.Length)
            return No(
                BookingRefusal.NothingLeft,
                "Nothing of the booking would be left. To give all of it up, cancel the booking.", "/series/scope");

        // From here on it must succeed.
        return new DropRequested(
            FeesOf(booking, dropped, byFacility, now), booking.MoveNumber + 1, byFacility, command.By.Name,
            command.Reason);
    }

    /// <summary>What cancelling some items would cost, and whether it may be done.</summary>
    public static DropPreview PreviewDrop(
        BookingState booking, Actor by, ItemId item, SeriesScope scope, Instant now)
    {
        var decision = Decide(booking, new DropItems(new CommandId("preview"), by, item, scope, ""), now);
        if (decision.Events is not [DropRequested asked]) return new([], null, null, decision.Refusal);
        var next = BookingEvolution.Evolve(
            booking, new ItemsDropped(asked.Fees, asked.ByFacility, asked.ByName, ""), now);
        var price = PriceNow(next);
        var fee = CancellationFees.Sum(booking.Agreed!, asked.Fees) with { Refunds = RefundsOf(booking, price) };
        return new([.. asked.Fees.Select(f => booking.Items.First(i => i.Id == f.Item))], fee, price, null);
    }

    /// <summary>One sentence on what was cancelled of a booking.</summary>
    internal static string DropInWords(BookingState before, ItemsDropped happened)
    {
        var dates = happened.Fees.Select(f => before.Items.First(i => i.Id == f.Item)).OrderBy(i => i.Start).ToArray();
        var net = Money.Sum(happened.Fees.Select(f => f.Fee), before.Quote!.Currency);
        var what = dates.Length == 1
            ? $"{dates[0].Name} of {At(before, dates[0].Start)}"
            : $"{dates.Length} × {dates[0].Name} from {At(before, dates[0].Start)} on";
        return $"Cancelled: {what}, {(net.IsZero ? "without a fee" : $"for {Kernel.Words.Money(net)} net")}"
            + (string.IsNullOrWhiteSpace(happened.Reason) ? "" : $": {happened.Reason}");
    }

    private static ImmutableArray<ItemFee> FeesOf(
        BookingState booking, ImmutableArray<BookedItem> items, bool byFacility, Instant now)
    {
        var all = CancellationFees.Reckon(
            AsMoved(booking), Zones(booking), now,
            byFacility ? CancellationCase.ByFacility : CancellationCase.ByAccount, booking.Paid, booking.Notices).Items;
        return [.. items.Select(i => all.First(f => f.Item == i.Id))];
    }

    /// <summary>By source what of its money the settlement would keep and give back, if all else stays so.</summary>
    private static ImmutableArray<SourceRefund> RefundsOf(BookingState booking, Settlement price)
    {
        var (zero, paid) = (Money.Zero(booking.Quote!.Currency), booking.Paid);
        var kept = Money.Min(paid, price.PaysProviders);
        var account = new SourceRefund(
            RefundSource.Account, booking.Account!.Id.Value, booking.Account.Id.Value, paid, kept, paid - kept,
            price.PaysProviders - kept, paid.IsZero
                ? "Nothing was paid yet; the rest of the booking and the fee are."
                : "What was paid above this goes back after the last delivery is accepted.");
        return [account, .. booking.Quote.Funding.Select(share =>
        {
            var used = price.Funding.Shares.FirstOrDefault(s => s.Id == share.Id && s.Payer == share.Payer)?.Amount
                ?? zero;
            return new SourceRefund(
                share.Kind == FundingKind.Voucher ? RefundSource.Voucher : RefundSource.CoFinancing, share.Id,
                share.Payer, share.Amount, used, share.Amount - used, zero,
                "Stays reserved until the last delivery is accepted; then what is not needed is released. Public "
                    + "money pays no cancellation fee.");
        })];
    }

    /// <summary>Why an item cannot be named: it never was one, or it was cancelled.</summary>
    private static Refused<BookingRefusal> NoItem(BookingState booking, ItemId item, string pointer = "/itemId") => No(
        BookingRefusal.ItemUnknown,
        booking.Dropped?.FirstOrDefault(d => d.Item.Id == item) is { } dropped
            ? $"{dropped.Item.Name} of {At(booking, dropped.Item.Start)} was cancelled on {At(booking, dropped.At)}."
            : $"The booking has no item {item}.", pointer);
}

public partial interface IBookingGrain
{
    /// <summary>See <see cref="DropItems"/>; the slots are free for others when this accepts.</summary>
    Task<Reply<BookingRefusal>> Drop(DropItems command);
    /// <summary>What cancelling some items would cost; null where the person has no business with them.</summary>
    Task<DropPreview?> PreviewDrop(Actor by, ItemId item, SeriesScope scope);
}

public sealed partial class BookingGrain
{
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> Drop(DropItems command) => Then(Tell(command, BookingDecisions.Decide));

    /// <inheritdoc/>
    public Task<DropPreview?> PreviewDrop(Actor by, ItemId item, SeriesScope scope) => Read(state =>
        state.IsVisible && BookingDecisions.Concerns(state, by)
            ? BookingDecisions.PreviewDrop(state, by, item, scope, Now)
            : null);
}
