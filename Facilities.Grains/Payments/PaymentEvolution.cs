using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Payments;

/// <summary>How a booking's payments follow from its events.</summary>
internal static class PaymentEvolution
{
    public static BookingState Apply(BookingState state, BookingPaymentEvent happened, Instant at) => happened switch
    {
        PaymentStarted e => state with
        {
            Attempts = [.. state.Attempts ?? [], new PaymentAttempt(
                e.Attempt, e.Method, e.Amount, at, e.ExpiresAt, PaymentStage.Started)],
        },
        PaymentOpened e => state.Change(e.Attempt, a => a with
        {
            Session = e.Session,
            Url = e.Url,
            Stage = a.Stage == PaymentStage.Started ? PaymentStage.Open : a.Stage,
        }),
        PaymentReplaced e => state.Change(e.Attempt, a => a with { Stage = PaymentStage.Replaced }),
        PaymentProcessing e => state.Change(e.Attempt, a => a with
        {
            Stage = PaymentStage.Processing,
            InitiatedAt = e.InitiatedAt,
        }) with
        { HeldUntil = e.HeldUntil, PaymentBy = state.PaymentBy ?? state.HeldUntil },
        PaymentFailed e => state.Change(e.Attempt, a => a with { Stage = PaymentStage.Failed, Reason = e.Reason }) with
        {
            HeldUntil = e.HeldUntil ?? state.HeldUntil,
        },
        PaymentReceived e => state.Change(e.Attempt, a => a with
        {
            Stage = PaymentStage.Paid,
            Received = e.Amount,
            PaidAt = e.PaidAt,
            Reference = e.Reference,
        }),
        PaymentCounted e => state.Change(e.Attempt, a => a with { Use = PaymentUse.Counted }) with
        {
            Payment = e.Method,
        },
        RevivalRequested e => state.Change(e.Attempt, a => a with { Use = PaymentUse.Reviving }) with
        {
            Revival = e.Number,
            Pending = PendingWork.Reviving,
        },
        BookingRevived => state with
        {
            Status = BookingStatus.AwaitingPayment,
            Pending = PendingWork.None,
            EndedAt = null,
        },
        RevivalRefused e => state with
        {
            Pending = PendingWork.Releasing,
            Refusal = e.Refusal,
            Reason = e.Reason,
            RefusedItem = e.Item,
        },
        RefundRequested e => state.Change(e.Attempt, a => a with
        {
            Use = a.Use == PaymentUse.Counted ? a.Use : PaymentUse.Returned,
        }) with
        {
            Refunds = [.. state.Refunds ?? [], new PaymentRefund(
                e.Refund, e.Attempt, e.Amount, e.Reason, at, RefundStage.Requested, null)],
        },
        RefundPaid e => state.Change(e.Refund, r => r with { Stage = RefundStage.Paid, Note = e.Reference }),
        RefundFailed e => state.Change(e.Refund, r => r with { Stage = RefundStage.Failed, Note = e.Reason }),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to a booking."),
    };

    public static (string? Text, string? By) Sentence(BookingState state, BookingPaymentEvent happened) =>
        happened switch
        {
            PaymentStarted e => ($"Payment by {Word(e.Method)} started", e.ByName),
            PaymentProcessing => ("Direct debit under way; the slot stays held", null),
            PaymentFailed e => ($"Not paid: {e.Reason}", null),
            PaymentReceived e => (
                $"{Words.Money(e.Amount)} paid on {Words.Time(e.PaidAt, state.Zone)}", null),
            PaymentCounted e => ($"Share paid by {Word(e.Method)}", null),
            RevivalRequested => ("Paid after the booking expired; slot and funding are asked for again", null),
            BookingRevived => ("Slot and funding held again", null),
            RevivalRefused e => ($"Not held again: {e.Reason}", null),
            RefundRequested e => ($"{Words.Money(e.Amount)} goes back: {e.Reason}", null),
            RefundPaid e => ($"Refund of {Words.Money(RefundOf(state, e.Refund).Amount)} sent", null),
            RefundFailed e => ($"Refund of {Words.Money(RefundOf(state, e.Refund).Amount)} failed: {e.Reason}", null),
            _ => (null, null),
        };

    public static string Word(PaymentMethod method) => method switch
    {
        PaymentMethod.Invoice => "invoice after acceptance",
        PaymentMethod.Card => "card",
        _ => "SEPA direct debit",
    };

    private static PaymentRefund RefundOf(BookingState state, string refund) =>
        state.Refunds!.Value.First(r => r.Id == refund);

    private static BookingState Change(
        this BookingState state, int attempt, Func<PaymentAttempt, PaymentAttempt> change) => state with
        {
            Attempts = [.. (state.Attempts ?? []).Select(a => a.Number == attempt ? change(a) : a)],
        };

    private static BookingState Change(
        this BookingState state, string refund, Func<PaymentRefund, PaymentRefund> change) => state with
        {
            Refunds = [.. (state.Refunds ?? []).Select(r => r.Id == refund ? change(r) : r)],
        };
}
