using System.Collections.Immutable;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>
/// Makes an item of a confirmed booking longer or shorter before it starts; its start stays. The calendar checks it
/// like a new booking. The sealed quote and the contract stay: the new length costs their unit prices, no source of
/// funding pays more than was reserved, and the SME pays the remainder.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">A person who books for the account; to make it longer, one who may sign for it too.</param>
/// <param name="Item">Which item.</param>
/// <param name="Duration">How long it is to be.</param>
public sealed record ChangeLength(CommandId Id, Actor By, ItemId Item, Length Duration) : Command(Id, By);

/// <summary>What a new length would cost: the change and the whole price with it, or why it cannot be.</summary>
public sealed record LengthPreview(LengthChange? Change, Settlement? Price, Refused<BookingRefusal>? Refusal);

/// <summary>A new length that the platform refused.</summary>
public sealed record RefusedLength(ItemId Item, Length To, string Refusal, string Reason);

public sealed partial record BookingState
{
    /// <summary>Why a length was refused; null where it was not, or the item has it now.</summary>
    public RefusedLength? WhyNotLong(ItemId item, Length to) =>
        Agreed?.Items.Any(i => i.Id == item && i.Duration == to) == true
            ? null
            : RefusedLengths?.LastOrDefault(refused => refused.Item == item && refused.To == to);
}

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="ChangeLength"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(BookingState booking, ChangeLength command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (!MayBook(booking, command))
            return No(BookingRefusal.NotAllowed, "Only a person who books for the account changes how long it is.");
        if (booking.Agreed!.Items.FirstOrDefault(i => i.Id == command.Item) is not { Dropped: false } item)
            return NoItem(booking, command.Item);
        if (MayNotEnd(booking) is { } refusal) return refusal;
        if (booking.Status != BookingStatus.Confirmed)
            return No(
                BookingRefusal.NotConfirmed,
                $"The booking is {Words(booking.Status)}: nothing is agreed yet. Ask for a new quote instead.");
        if (booking.Pending != PendingWork.None)
            return No(BookingRefusal.MoveUnderWay, "The booking is being changed. Try again in a moment.");
        var start = booking.Items.First(i => i.Id == item.Id).Start;
        if (start <= now)
            return No(
                BookingRefusal.AlreadyStarted,
                "The slot has started. What is not used any more can be given back; the price stays.");
        if (Released(booking, [item.Id]) is { } released) return released;
        if (command.Duration == item.Duration) return Decision<BookingEvent, BookingRefusal>.Nothing;
        var zone = booking.ZoneOf(item.Id);
        var end = command.Duration.After(start, zone);
        if (NotPriced(item, command.Duration, end <= start) is { } unpriced) return unpriced;
        if ((end > booking.Items.First(i => i.Id == item.Id).End
            ? NotLonger(booking, item, command)
            : NotShorter(booking, item, now)) is { } no) return no;
        if (OverlapsItself(booking, [new ItemMove(item.Id, start, end)]) is { } overlap) return overlap;

        // From here on it must succeed.
        return new LengthChangeRequested(
            ChangeOf(booking, item, command.Duration), start, end, booking.MoveNumber + 1, command.By.Name);
    }

    /// <summary>What a new length would cost, and whether the rules of the booking allow it; the calendar is not
    /// asked.</summary>
    public static LengthPreview PreviewLength(BookingState booking, Actor by, ItemId item, Length duration, Instant now)
    {
        var decision = Decide(booking, new ChangeLength(new CommandId("preview"), by, item, duration), now);
        if (decision.Refusal is { } refusal) return new(null, null, refusal);
        if (decision.Events is not [LengthChangeRequested { Change: var change }])
            return new(null, PriceNow(booking), null);
        var next = booking with { Lengths = [.. (booking.Lengths ?? []).Where(l => l.Item != item), change] };
        return new(change, PriceNow(next), null);
    }

    /// <summary>
    /// What the booking costs as it stands before delivery: the lengths as they are now, the sealed unit prices, the
    /// fees of what was cancelled of it, no funding above what was reserved.
    /// </summary>
    public static Settlement PriceNow(BookingState booking) =>
        booking is { Lengths: null, Dropped: null, Quote: { } quote }
        ? new Settlement(
            booking.Agreed!.Items, new FundingOutcome(quote.Funding, [], quote.Notes, []), quote.Tax,
            new Totals(quote.Net, quote.TaxTotal, quote.Gross, quote.AccountPays))
        : Settlements.Of(booking.Quote!, booking.Agreed!.Items, BasisOf(booking).Funding());

    private static Refused<BookingRefusal>? NotPriced(QuotedItem item, Length duration, bool isEmpty)
    {
        if (isEmpty || duration.IsZero || duration.IsCalendarDays != item.Duration.IsCalendarDays)
            return No(
                BookingRefusal.LengthNotAllowed,
                $"{item.ServiceName} is counted like {item.Duration}, not like {duration}.", "/duration");
        if (item.PricePer is not { } per || duration.DividedBy(per) is null)
            return No(
                BookingRefusal.LengthNotAllowed,
                $"The price of {item.ServiceName} does not go by time, so another length has no sealed price. "
                    + "Book it anew.", "/duration");
        return null;
    }

    private static Refused<BookingRefusal>? NotLonger(BookingState booking, QuotedItem item, ChangeLength command)
    {
        if (item.Approval == Services.ApprovalRule.Manager)
            return No(
                BookingRefusal.GateOpen,
                "The facility approved this length. Book the added time on its own, so that it is approved too.");
        return command.By.Has(OrganisationKind.Sme, booking.Account!.Id.Value, Role.Signatory)
            ? null
            : No(
                BookingRefusal.NotAllowed,
                "Longer costs more than what was signed. Ask a person entitled to sign for the account to do it.");
    }

    /// <summary>To take time away is to cancel a part, so it is free as long as cancelling is.</summary>
    private static Refused<BookingRefusal>? NotShorter(BookingState booking, QuotedItem item, Instant now)
    {
        var fee = CancellationFees.Reckon(
            AsMoved(booking), Zones(booking), now, CancellationCase.ByAccount, Money.Zero(booking.Quote!.Currency),
            booking.Notices).Items.First(f => f.Item == item.Id);
        return fee.Fee.IsZero ? null : No(
            BookingRefusal.LengthNotAllowed,
            $"Cancelling would cost {fee.Percent} now, so time is no longer taken off the price. Give back what is not "
                + "needed: it is free for others, and the price stays.", "/duration");
    }

    private static LengthChange ChangeOf(BookingState booking, QuotedItem item, Length duration)
    {
        var @sealed = booking.Whole.First(i => i.Id == item.Id);
        var price = ItemPrices.ForLength(@sealed, duration);
        var difference = price.Net >= item.Net
            ? $"{Kernel.Words.Money(price.Net - item.Net)} more"
            : $"{Kernel.Words.Money(item.Net - price.Net)} less";
        return new LengthChange(
            item.Id, item.Duration, duration, price.Lines, price.Net,
            $"{item.ServiceName}: {Kernel.Words.Length(duration)} instead of {Kernel.Words.Length(item.Duration)}, "
                + $"{difference} net at the sealed unit prices");
    }
}
