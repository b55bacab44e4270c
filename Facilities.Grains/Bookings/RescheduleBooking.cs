using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>
/// Moves items of one platform to other starts, all or nothing. The price stays, and so does the notice that the
/// account had when it asked: moving ahead makes no cancellation cheaper.
/// </summary>
public sealed record RescheduleBooking(CommandId Id, Actor By, ImmutableArray<ItemStart> Items) : Command(Id, By);

/// <summary>A new start of an item.</summary>
public sealed record ItemStart(ItemId Item, Instant Start);

/// <summary>Records that the platform moved the slots.</summary>
public sealed record RecordMoved(CommandId Id, Actor By, int Number) : Command(Id, By);

/// <summary>Records that the platform could not move the slots.</summary>
public sealed record RecordMoveRefused(
    CommandId Id, Actor By, int Number, BookingRefusal Refusal, string Reason, ItemId? Item) : Command(Id, By);

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="RescheduleBooking"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RescheduleBooking command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (!MayBook(booking, command) && !MayManage(booking, command))
            return No(
                BookingRefusal.NotAllowed,
                "Only a person who books for the account, or a manager of the facility, may move it.");
        foreach (var (item, index) in command.Items.Select((item, index) => (item, index)))
            if (!booking.Items.Any(i => i.Id == item.Item))
                return No(
                    BookingRefusal.ItemUnknown, $"The booking has no item {item.Item}.", $"/items/{index}/itemId");
        if (command.Items.DistinctBy(m => m.Item).Count() < command.Items.Length)
            return No(BookingRefusal.SlotNotOffered, "Name each item once, with its new start.", "/items");
        if (MayNotEnd(booking) is { } refusal) return refusal;
        if (Late(booking, now) is { } late) return late;
        if (booking.Pending != PendingWork.None)
            return No(BookingRefusal.MoveUnderWay, "The booking is being changed. Try again in a moment.");
        if (command.Items.Any(m => booking.Items.First(i => i.Id == m.Item).Start <= now))
            return No(BookingRefusal.AlreadyStarted, "The slot has started, so it can no longer be moved.");
        if (command.Items.Select(m => booking.Items.First(i => i.Id == m.Item).Platform).Distinct().Count() != 1)
            return No(
                BookingRefusal.SlotNotOffered,
                "Items of one platform are moved at a time. Send a request for each platform.", "/items");
        if (!booking.ToApprove.IsEmpty && booking.ApprovalPassed && !MayManage(booking, command))
            return No(BookingRefusal.GateOpen, "The facility approved this time. Ask its manager to move the booking.");
        var moves = command.Items.Select(m => MoveOf(booking, m)).ToImmutableArray();
        if (moves.All(m => booking.Items.First(i => i.Id == m.Item).Start == m.Start))
            return Decision<BookingEvent, BookingRefusal>.Nothing;
        if (Released(booking, moves.Select(m => m.Item)) is { } released) return released;

        // From here on it must succeed. What the facility moves takes nothing of the account's notice.
        var requested = new MoveRequested(moves, booking.MoveNumber + 1, command.By.Name);
        if (!booking.WasFirm || MayManage(booking, command)) return requested;
        return (BookingEvent[])[requested, new NoticeKept([.. moves.Select(m => NoticeOf(booking, m, now))])];
    }

    /// <summary>Decides <see cref="RecordMoved"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordMoved command, Instant now) =>
        booking.Pending == PendingWork.Moving && booking.MoveNumber == command.Number
            ? booking switch
            {
                { LengthAsked: { } asked } => new LengthChanged(asked.Change, asked.ByName),
                { ReleaseAsked: { } asked } => new TimeReleased(
                    asked.Item, asked.From, booking.Items.First(i => i.Id == asked.Item).End, asked.ByName),
                _ => new BookingMoved(),
            }
            : Decision<BookingEvent, BookingRefusal>.Nothing;

    /// <summary>Decides <see cref="RecordMoveRefused"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordMoveRefused command, Instant now) =>
        booking.Pending == PendingWork.Moving && booking.MoveNumber == command.Number
            ? new MoveRefused(command.Refusal.ToString(), command.Reason, command.Item)
            : Decision<BookingEvent, BookingRefusal>.Nothing;

    private static ItemMove MoveOf(BookingState booking, ItemStart move)
    {
        var item = booking.Agreed!.Items.First(i => i.Id == move.Item);
        return new ItemMove(move.Item, move.Start, item.Duration.After(move.Start, booking.ZoneOf(move.Item)));
    }

    private static KeptNotice NoticeOf(BookingState booking, ItemMove move, Instant now)
    {
        var start = booking.Items.First(i => i.Id == move.Item).Start;
        return new KeptNotice(
            move.Item, start, CancellationFees.NoticeDays(start, now, booking.ZoneOf(move.Item)), now);
    }

    private static Refused<BookingRefusal>? Released(BookingState booking, IEnumerable<ItemId> items) =>
        (booking.Released ?? []).Any(r => items.Contains(r.Item))
            ? No(
                BookingRefusal.PartReleased,
                "The rest of this slot was given back, so it can be neither moved nor made longer or shorter. "
                    + "Book another slot.")
            : null;
}
