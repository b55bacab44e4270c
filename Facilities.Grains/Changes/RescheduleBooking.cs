using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>
/// Moves items to other starts, at one platform or at several, all or nothing. The price stays, and so does the notice
/// that the account had when it asked: moving ahead makes no cancellation cheaper.
/// </summary>
public sealed record RescheduleBooking(CommandId Id, Actor By, ImmutableArray<ItemStart> Items) : Command(Id, By);

/// <summary>A new start of an item.</summary>
/// <param name="Item">Which item.</param>
/// <param name="Start">Its new start.</param>
public sealed record ItemStart(ItemId Item, Instant Start)
{
    /// <summary>Where, for those who say so: where the item lies, since another platform is another contract.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlatformId? At { get; init; }
}

/// <summary>A move that could not be made, and why.</summary>
public sealed record RefusedMove(ImmutableArray<ItemMove> Moves, string Refusal, string Reason, ItemId? Item)
{
    /// <summary>Whether it was to these starts.</summary>
    public bool IsTo(ImmutableArray<ItemStart> starts) => Moves.Length == starts.Length
        && starts.All(s => Moves.Any(m => m.Item == s.Item && m.Start == s.Start));
}

/// <summary>Records that the platform moved the slots.</summary>
public sealed record RecordMoved(CommandId Id, Actor By, int Number) : Command(Id, By);

/// <summary>Records that the platform could not move the slots.</summary>
public sealed record RecordMoveRefused(
    CommandId Id, Actor By, int Number, BookingRefusal Refusal, string Reason, ItemId? Item) : Command(Id, By);

public sealed partial record BookingState
{
    /// <summary>
    /// Why a move to these starts was refused; null where it was not, or the booking lies there now.
    /// </summary>
    public RefusedMove? WhyNotMoved(ImmutableArray<ItemStart> to) =>
        to.All(m => Items.Any(i => i.Id == m.Item && i.Start == m.Start))
            ? null
            : RefusedMoves?.LastOrDefault(refused => refused.IsTo(to));
}

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
        if (NotMovable(booking, command) is { } not) return not;
        var moved = command.Items.Select(m => booking.Items.First(i => i.Id == m.Item)).ToArray();
        var byFacility = moved.All(i => MayManage(i, command));
        if (!MayBook(booking, command) && !byFacility)
            return No(
                BookingRefusal.NotAllowed,
                "A manager moves what lies at the own facility. The company moves the rest.");
        if (MayNotEnd(booking) is { } refusal) return refusal;
        if (Late(booking, now) is { } late) return late;
        if (booking.Pending != PendingWork.None)
            return No(BookingRefusal.MoveUnderWay, "The booking is being changed. Try again in a moment.");
        if (moved.Any(i => i.Start <= now))
            return No(BookingRefusal.AlreadyStarted, "The slot has started, so it can no longer be moved.");
        if (moved.Any(i => booking.ToApprove.Contains(i.Platform)) && booking.ApprovalPassed && !byFacility)
            return No(BookingRefusal.GateOpen, "The facility approved this time. Ask its manager to move the booking.");
        var moves = command.Items.Select(m => MoveOf(booking, m)).ToImmutableArray();
        if (moves.Zip(moved).All(m => m.First.Start == m.Second.Start))
            return Decision<BookingEvent, BookingRefusal>.Nothing;
        if (Released(booking, moves.Select(m => m.Item)) is { } released) return released;
        if (OverlapsItself(booking, moves) is { } overlap) return overlap;
        if (!MayManage(booking, command) && Dearer(booking, moves) is { } dearer) return dearer;

        // From here on it must succeed. What the facility moves takes nothing of the account's notice.
        BookingEvent requested = moved.DistinctBy(i => i.Platform).Count() == 1
            ? new MoveRequested(moves, booking.MoveNumber + 1, command.By.Name)
            : new MoveAcrossRequested(moves, booking.MoveNumber + 1, command.By.Name);
        if (!booking.WasFirm || byFacility) return (BookingEvent[])[requested];
        return (BookingEvent[])[requested, new NoticeKept([.. moves.Select(m => NoticeOf(booking, m, now))])];
    }

    /// <summary>Decides <see cref="RecordMoved"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordMoved command, Instant now) =>
        booking.Pending == PendingWork.Moving && booking.MoveNumber == command.Number
            && booking.Across is null or { Stage: AcrossStage.Moving }
            ? booking switch
            {
                { SplitAsked: { } asked } => new SlotSplit(asked.Split, asked.ByName),
                { LengthAsked: { } asked } => new LengthChanged(asked.Change, asked.ByName),
                { ReleaseAsked: { } asked } => new TimeReleased(
                    asked.Item, asked.From, booking.Items.First(i => i.Id == asked.Item).End, asked.ByName),
                { DropAsked: { } asked } => new ItemsDropped(
                    asked.Fees, asked.ByFacility, asked.ByName, asked.Reason),
                _ => new BookingMoved(),
            }
            : Decision<BookingEvent, BookingRefusal>.Nothing;

    /// <summary>Decides <see cref="RecordMoveRefused"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordMoveRefused command, Instant now) =>
        booking.Pending == PendingWork.Moving && booking.MoveNumber == command.Number
            && booking.Across is null or { Stage: AcrossStage.GivingUp }
            ? new MoveRefused(command.Refusal.ToString(), command.Reason, command.Item)
            : Decision<BookingEvent, BookingRefusal>.Nothing;

    private static Refused<BookingRefusal>? NotMovable(BookingState booking, RescheduleBooking command)
    {
        foreach (var (move, index) in command.Items.Select((move, index) => (move, index)))
        {
            if (booking.Items.FirstOrDefault(i => i.Id == move.Item) is not { } item)
                return NoItem(booking, move.Item, $"/items/{index}/itemId");
            if (move.At is { } at && at != item.Platform)
                return No(
                    BookingRefusal.SlotNotOffered,
                    $"{item.Name} is agreed with {booking.PlatformOf(item.Platform).Name}. At another facility it is "
                        + "another contract: ask for a quote there, book it, then cancel this booking.",
                    $"/items/{index}/platformId");
        }
        return command.Items.DistinctBy(m => m.Item).Count() < command.Items.Length
            ? No(BookingRefusal.SlotNotOffered, "Name each item once, with its new start.", "/items")
            : null;
    }

    /// <summary>
    /// Who booked hours that cost less does not move to hours that cost more: the sealed price stays with a move.
    /// </summary>
    private static Refused<BookingRefusal>? Dearer(BookingState booking, ImmutableArray<ItemMove> moves)
    {
        foreach (var move in moves)
            if (Dearer(booking.Agreed!.Items.First(i => i.Id == move.Item), new(move.Start, move.End)) is { } dearer)
                return dearer;
        return null;
    }

    private static Refused<BookingRefusal>? Dearer(QuotedItem item, TimeRange time) =>
        item.Terms?.SpecialHours is { } special && SpecialPrices.Change(item, time) is { IsPositive: true } more
            ? No(
                BookingRefusal.PriceWouldRise,
                $"{item.ServiceName} would cost {Kernel.Words.Money(more)} more net at that time, because its "
                    + $"price depends on the hours ({SpecialPrices.Hours(special)}), and a move keeps the price. "
                    + "Choose a time that costs the same or less, or book anew.",
                item.Id.Value)
            : null;

    private static ItemMove MoveOf(BookingState booking, ItemStart move)
    {
        var item = booking.Agreed!.Items.First(i => i.Id == move.Item);
        return new ItemMove(move.Item, move.Start, item.Duration.After(move.Start, booking.ZoneOf(move.Item)));
    }

    private static KeptNotice NoticeOf(BookingState booking, ItemMove move, Instant now)
    {
        var start = booking.Items.First(i => i.Id == move.Item).Start;
        return new KeptNotice(
            move.Item, start, CancellationFees.NoticeDays(
                booking.Agreed!.Items.First(i => i.Id == move.Item), start, now, booking.ZoneOf(move.Item)), now);
    }

    private static Refused<BookingRefusal>? Released(BookingState booking, IEnumerable<ItemId> items) =>
        (booking.Released ?? []).Any(r => items.Contains(r.Item))
            ? No(
                BookingRefusal.PartReleased,
                "The rest of this slot was given back, so it can be neither moved nor made longer or shorter. "
                    + "Book another slot.")
            : null;
}
