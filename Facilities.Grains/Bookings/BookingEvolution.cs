using System.Collections.Immutable;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>How a booking's state follows from its events.</summary>
public static partial class BookingEvolution
{
    /// <summary>The state after an event.</summary>
    /// <exception cref="InvalidOperationException">The event cannot happen to a booking.</exception>
    public static BookingState Evolve(BookingState state, BookingEvent happened, Instant at) =>
        Apply(state, happened, at).Told(state, happened, at);

    private static BookingState Apply(BookingState state, BookingEvent happened, Instant at) => happened switch
    {
        BookingRequested e => Requested(state, e, at),
        BookingPrepared e => state with { PreparedBy = e.By },
        ResponsibleNamed e => state with { Responsible = new Contact(e.Person, e.Name) },
        BookingHeld e => (state with { HeldUntil = e.HeldUntil, Pending = PendingWork.None }).AtGate(),
        BookingNotHeld e => state with
        {
            Status = BookingStatus.NotHeld,
            Pending = PendingWork.Releasing,
            Refusal = e.Refusal,
            Reason = e.Reason,
            RefusedItem = e.Item,
        },
        HoldExtended e => state with { HeldUntil = e.HeldUntil, Extended = true },
        BookingApproved e => (state with { ApprovedBy = state.ApprovedBy.Add(e.Platform.Value) }).AtGate(),
        BookingRejected => state.Ended(BookingStatus.Rejected, at),
        AlternativesProposed e => state with { Proposed = e.Starts },
        ContractSigned e => (state with
        {
            Signatures = state.Signatures.Add(e.Signature),
            // Nobody of the account booked what was prepared for it: whoever takes it on is expected.
            Responsible = state is { Responsible: null, PreparedBy: not null }
                && e.Signature.Party == state.Account!.Id.Value
                ? new Contact(e.Signature.Person, e.Signature.Name)
                : state.Responsible,
        }).AtGate(),
        PaymentAgreed e => state with { Payment = e.Method },
        DeadlineSet e => state with { HeldUntil = e.HeldUntil },
        BookingConfirmed => state with
        {
            Status = BookingStatus.Confirmed,
            Pending = PendingWork.Firming,
            HeldUntil = null,
            WasFirm = true,
        },
        MoveRequested e => state with { Moves = e.Moves, MoveNumber = e.Number, Pending = PendingWork.Moving },
        MoveAcrossRequested e => state with
        {
            Moves = e.Moves,
            MoveNumber = e.Number,
            Pending = PendingWork.Moving,
            Across = new MoveAcross(AcrossStage.Asking),
        },
        PlacesHeld => state with { Across = new MoveAcross(AcrossStage.Moving) },
        MoveGivenUp e => state with { Across = new MoveAcross(AcrossStage.GivingUp, e) },
        NoticeKept e => state with { NoticesAsked = e.Items },
        BookingMoved => state.Moved() with { Notices = state.NoticesNow() },
        LengthChangeRequested e => state.Changing(new ItemMove(e.Change.Item, e.Start, e.End), e.Number) with
        {
            LengthAsked = e,
        },
        LengthChanged e => state.Moved() with
        {
            Lengths = [.. (state.Lengths ?? []).Where(l => l.Item != e.Change.Item), e.Change],
            RefusedLengths = state.RefusedLengths?.RemoveAll(r => r.Item == e.Change.Item && r.To == e.Change.To),
        },
        ReleaseRequested e => state.Changing(
            new ItemMove(e.Item, state.Items.First(i => i.Id == e.Item).Start, e.From), e.Number) with
        { ReleaseAsked = e },
        TimeReleased e => state.Moved() with { Released = [.. state.Released ?? [], e] },
        DropRequested e => state with { DropAsked = e, MoveNumber = e.Number, Pending = PendingWork.Moving },
        ItemsDropped e => state.Without(e, at),
        SplitRequested e => state.Changing(
            new ItemMove(e.Split.First.Id, e.Split.First.Start, e.Split.First.End), e.Number) with
        {
            SplitAsked = e,
        },
        SlotSplit e => state.Split(e.Split),
        CheckedIn e => state with
        {
            Arrivals = [.. state.Arrivals ?? [], new Arrival(e.Item, at, e.ByFacility, e.ByName)],
        },
        MoveRefused e => state with
        {
            RefusedSplits = state.SplitAsked is { Split: var split }
                ? [.. state.RefusedSplits ?? [], new RefusedSplit(split, e.Refusal, e.Reason)]
                : state.RefusedSplits,
            RefusedMoves = state is { LengthAsked: null, ReleaseAsked: null, SplitAsked: null }
                ? (state.RefusedMoves ?? []).Add(new RefusedMove(state.Moves, e.Refusal, e.Reason, e.Item))
                : state.RefusedMoves,
            RefusedLengths = state.LengthAsked is { Change: var change }
                ? [.. state.RefusedLengths ?? [], new RefusedLength(change.Item, change.To, e.Refusal, e.Reason)]
                : state.RefusedLengths,
            Moves = [],
            NoticesAsked = null,
            Across = null,
            LengthAsked = null,
            ReleaseAsked = null,
            SplitAsked = null,
            Pending = PendingWork.None,
            Refusal = e.Refusal,
            Reason = e.Reason,
            RefusedItem = e.Item,
        },
        BookingNoted e => state with { Note = e.Note.Length == 0 ? null : e.Note },
        UsageRecorded e => state with
        {
            UsageSoFar = [.. (state.UsageSoFar ?? []).Where(u => e.Usage.All(n => n.Item != u.Item)), .. e.Usage],
        },
        BookingCancelled e => state.Ended(BookingStatus.Cancelled, at) with { Cancellation = e.Fee },
        BookingExpired => state.Ended(BookingStatus.Expired, at),
        NoShowRecorded e => state.Ended(BookingStatus.NoShow, at) with { Cancellation = e.Fee },
        DeliveryRecorded e => state with
        {
            Status = BookingStatus.Delivered,
            Usage = e.Usage,
            Final = e.Price,
            DeliveredAt = at,
            AcceptBy = e.AcceptBy,
        },
        DeliveryDisputed => state with { AcceptBy = null },
        DeliveryAccepted e => state with
        {
            Status = BookingStatus.Accepted,
            Pending = PendingWork.SettlingUp,
            AcceptedAt = at,
            AcceptedBy = e.ByName,
            AcceptBy = null,
        },
        BookingInvoiced e => state with
        {
            Invoices = state.Invoices.Add(new BookedInvoice(e.Invoice, e.Number, e.Platform, e.Payable, false)),
        },
        PartsFollowed => state with { Pending = PendingWork.None },
        ClaimSettled e => state with { Claims = state.Claims.Add(e) },
        ObligationPaid e => state with { ObligationsPaid = [.. state.ObligationsPaid ?? [], e] },
        InvoicePaid e =>
            state with { Invoices = [.. state.Invoices.Select(i => i.Id == e.Invoice ? i with { Paid = true } : i)] },
        BookingSettled => state with { Status = BookingStatus.Settled },
        BookingCreditEvent e => CreditDecisions.Apply(state, e, at),
        BookingPaymentEvent e => PaymentEvolution.Apply(state, e, at),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to a booking."),
    };

    private static BookingState Requested(BookingState state, BookingRequested e, Instant at)
    {
        if (state.Status != BookingStatus.None)
            throw new InvalidOperationException($"Booking {e.Booking} was requested twice.");
        return state with
        {
            Id = e.Booking,
            Status = BookingStatus.Holding,
            Pending = PendingWork.Holding,
            Quote = e.Quote,
            Account = e.Account,
            Platforms = e.Platforms,
            Agreements = e.Agreements,
            Vouchers = e.Vouchers,
            Offers = e.Offers,
            Items =
            [
                .. e.Quote.Items.Select(i =>
                    new BookedItem(i.Id, i.Platform, i.Service, i.ServiceName, i.Start, i.End)),
            ],
            Purpose = e.Purpose,
            ContentHash = e.ContentHash,
            CreatedAt = at,
        };
    }

    private static BookingState Ended(this BookingState state, BookingStatus status, Instant at) => state with
    {
        Status = status,
        Pending = PendingWork.Releasing,
        HeldUntil = null,
        EndedAt = at,
        AcceptBy = null,
    };

    /// <summary>The status by the first gate that is open.</summary>
    private static BookingState AtGate(this BookingState state)
    {
        if (state.Status is not BookingStatus.Holding && !state.IsBeforeConfirmation) return state;
        return state with
        {
            Status = !state.ApprovalPassed ? BookingStatus.AwaitingApproval
                : state.SignaturePassed ? BookingStatus.AwaitingPayment
                : !state.HasSigned(state.Account!.Id.Value) && state.ToApprove.IsEmpty ? BookingStatus.Held
                : BookingStatus.AwaitingSignature,
        };
    }

    private static BookingState Moved(this BookingState state) => state with
    {
        Items = [.. state.Items.Select(i => state.Moves.FirstOrDefault(m => m.Item == i.Id) is { } move
            ? i with { Start = move.Start, End = move.End }
            : i)],
        // What became of the last move to a time is what a repeat of any move there is told.
        RefusedMoves = state.RefusedMoves?.RemoveAll(refused =>
            refused.IsTo([.. state.Moves.Select(m => new ItemStart(m.Item, m.Start))])),
        Moves = [],
        NoticesAsked = null,
        Across = null,
        LengthAsked = null,
        ReleaseAsked = null,
        DropAsked = null,
        SplitAsked = null,
        Pending = PendingWork.None,
    };

    private static BookingState Without(this BookingState state, ItemsDropped e, Instant at) => state.Moved() with
    {
        Items = state.Items.RemoveAll(i => e.Fees.Any(f => f.Item == i.Id)),
        Dropped =
        [
            .. state.Dropped ?? [],
            .. e.Fees.Select(f => new DroppedItem(state.Items.First(i => i.Id == f.Item), f, at, e.ByName, e.Reason)),
        ],
    };

    private static BookingState Changing(this BookingState state, ItemMove move, int number) =>
        state with { Moves = [move], MoveNumber = number, Pending = PendingWork.Moving };

    /// <summary>Of each item the least notice that its moves had.</summary>
    private static ImmutableArray<KeptNotice>? NoticesNow(this BookingState state) =>
        state.NoticesAsked is not { } asked
            ? state.Notices
            : [.. asked.Concat(state.Notices ?? []).GroupBy(n => n.Item).Select(n => n.MinBy(k => k.Days)!)];

    private static BookingState Told(
        this BookingState state, BookingState before, BookingEvent happened, Instant at) =>
        Sentence(before, state, happened) is var (text, by) && text is not null
            ? state with { History = state.History.Add(new HistoryEntry(at, text, by ?? Actor.System.Name)) }
            : state;

    private static (string? Text, string? By) Sentence(
        BookingState before, BookingState state, BookingEvent happened) => happened switch
        {
            BookingRequested e => ("Asked to hold the slot", e.ByName),
            BookingPrepared e => ($"Prepared for {state.Account!.Name} by {e.By.OrganisationName}", e.By.Name),
            ResponsibleNamed when before.Status == BookingStatus.Holding => (null, null),
            ResponsibleNamed e => ($"Handed to {e.Name}", e.ByName),
            BookingHeld => ("Slot and funding held", null),
            HoldExtended => ("Hold lengthened", null),
            BookingApproved e => ($"Approved by {state.PlatformOf(e.Platform).Name}{Note(e.Note)}", e.ByName),
            BookingRejected e => ($"Refused by {state.PlatformOf(e.Platform).Name}{Note(e.Note)}", e.ByName),
            ContractSigned { Signature.Standing: true } e =>
                ($"Contract signed in advance by {PartyName(state, e.Signature.Party)}", e.Signature.Name),
            ContractSigned e => ($"Contract signed for {PartyName(state, e.Signature.Party)}", e.Signature.Name),
            PaymentAgreed e => ($"Payment agreed: by {PaymentEvolution.Word(e.Method)}", e.ByName),
            BookingConfirmed => ("Confirmed: every gate is passed", null),
            BookingMoved => ("Moved to another time", null),
            MoveRefused e when before is { LengthAsked: null, ReleaseAsked: null, SplitAsked: null } =>
                ($"Not moved: {e.Reason}", null),
            MoveRefused e => ($"Not changed: {e.Reason}", null),
            LengthChanged e => ($"Length changed: {e.Change.Reason}", e.ByName),
            TimeReleased e => (
                $"Rest of the slot given back from {Words.Time(e.From, state.ZoneOf(e.Item))}; the price stays",
                e.ByName),
            ItemsDropped e => (BookingDecisions.DropInWords(before, e), e.ByName),
            SlotSplit { Split: var (first, second, _) } e => (
                $"{first.ServiceName} split: {Words.Length(first.Duration)} from "
                    + $"{Words.Time(first.Start, state.ZoneOf(first.Id))}, {Words.Length(second.Duration)} from "
                    + $"{Words.Time(second.Start, state.ZoneOf(first.Id))}; the price stays in sum", e.ByName),
            CheckedIn e => (e.ByFacility ? "Checked in by the facility" : "Checked in", e.ByName),
            BookingNoted e => (e.Note.Length == 0 ? "Note taken away" : "Note written", e.ByName),
            UsageRecorded e => ($"Use recorded of {Words.Count(e.Usage.Length, "date")}", e.ByName),
            BookingCancelled e => ($"Cancelled{Note(e.Reason)}", e.ByName),
            BookingExpired e => ($"Expired: {e.Reason}", null),
            NoShowRecorded e => ($"Nobody turned up{Note(e.Note)}", e.ByName),
            DeliveryRecorded e => ("Delivery recorded", e.ByName),
            DeliveryDisputed e => ($"Delivery not accepted{Note(e.Note)}", e.ByName),
            DeliveryAccepted { Deemed: true } => ("Deemed accepted: nobody objected in time", null),
            DeliveryAccepted e => ($"Delivery accepted{Note(e.Note)}", e.ByName),
            BookingInvoiced e => ($"Invoice {e.Number} issued by {state.PlatformOf(e.Platform).Name}", null),
            ClaimSettled { Paid: true } e => ($"The funder paid {e.Amount}", null),
            ClaimSettled e =>
                ($"The funder rejected its part of {e.Amount}; by the contract {state.Account!.Name} owes it", null),
            ObligationPaid e => ("Payment of what the funder rejected arrived", e.ByName),
            InvoicePaid e => ("Payment of an invoice arrived", e.ByName),
            BookingSettled => ("Settled: nobody owes anything", null),
            BookingCreditEvent e => CreditDecisions.Sentence(state, e),
            BookingPaymentEvent e => PaymentEvolution.Sentence(state, e),
            _ => (null, null),
        };

    private static string Note(string? note) => string.IsNullOrWhiteSpace(note) ? "" : $": {note}";

    private static string PartyName(BookingState state, string party) => state.Account!.Id.Value == party
        ? state.Account.Name
        : state.Platforms.First(p => p.Id.Value == party).Provider.LegalName;
}
