using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using NodaTime;
using static Facilities.Grains.Bookings.BookingDecisions;

namespace Facilities.Grains.Payments;

/// <summary>Records that a direct debit was agreed to and is under way.</summary>
public sealed record RecordPaymentProcessing(CommandId Id, Actor By, int Attempt, Instant InitiatedAt)
    : Command(Id, By);

/// <summary>Records that a payment came to nothing.</summary>
public sealed record RecordPaymentFailed(CommandId Id, Actor By, int Attempt, string Reason, Instant FailedAt)
    : Command(Id, By);

/// <summary>Records money that arrived, whenever it is learnt.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">The marketplace.</param>
/// <param name="Attempt">By which attempt.</param>
/// <param name="Amount">What arrived.</param>
/// <param name="PaidAt">When, by the provider's clock.</param>
/// <param name="Reference">The provider's payment.</param>
public sealed record RecordPayment(
    CommandId Id, Actor By, int Attempt, Money Amount, Instant PaidAt, string Reference) : Command(Id, By);

/// <summary>Decides what becomes of money that arrived while the booking was being changed or released.</summary>
public sealed record SettlePayment(CommandId Id, Actor By) : Command(Id, By);

/// <summary>How a booking is paid through a provider: started, answered, given back.</summary>
public static partial class PaymentDecisions
{
    /// <summary>
    /// Decides <see cref="RecordPaymentProcessing"/>. The slot stays held while the bank works, never past its start.
    /// </summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordPaymentProcessing command, Instant now)
    {
        if (!command.By.IsSystem) return NotTheirs();
        if (AttemptOf(booking, command.Attempt) is not { IsLive: true }
            || booking is not { Status: BookingStatus.AwaitingPayment, HeldUntil: { } until })
            return Decision<BookingEvent, BookingRefusal>.Nothing;
        var end = WorkingDays.EndAfter(command.InitiatedAt, Limits.DebitWorkingDays, booking.Zone);
        return new PaymentProcessing(
            command.Attempt, command.InitiatedAt, Instant.Max(until, Instant.Min(end, booking.Start)));
    }

    /// <summary>
    /// Decides <see cref="RecordPaymentFailed"/>. Where a debit took its time, there is time again to pay otherwise.
    /// </summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordPaymentFailed command, Instant now)
    {
        if (!command.By.IsSystem) return NotTheirs();
        if (AttemptOf(booking, command.Attempt) is not { } attempt
            || attempt is not ({ IsLive: true } or { Stage: PaymentStage.Processing }))
            return Decision<BookingEvent, BookingRefusal>.Nothing;
        if (booking is not { Status: BookingStatus.AwaitingPayment, HeldUntil: { } until }
            || attempt.Method != PaymentMethod.SepaDebit)
            return new PaymentFailed(command.Attempt, command.Reason, null);
        var again = Length.OfDays(Limits.PaymentRetryDays).After(command.FailedAt, booking.Zone);
        return new PaymentFailed(
            command.Attempt, command.Reason,
            Instant.Max(booking.PaymentBy ?? until, Instant.Min(again, booking.Start)));
    }

    /// <summary>Decides <see cref="RecordPayment"/>. One attempt is paid once, however often it is told.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordPayment command, Instant now)
    {
        if (!command.By.IsSystem) return NotTheirs();
        if (AttemptOf(booking, command.Attempt) is not { PaidAt: null })
            return Decision<BookingEvent, BookingRefusal>.Nothing;

        // From here on it must succeed: money is there, whatever the booking has come to.
        var received = new PaymentReceived(command.Attempt, command.Amount, command.PaidAt, command.Reference);
        var next = BookingEvolution.Evolve(booking, received, now);
        return (BookingEvent[])[received, .. Settled(next, now)];
    }

    /// <summary>Decides <see cref="SettlePayment"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, SettlePayment command, Instant now) => Settled(booking, now);

    /// <summary>
    /// What becomes of money: it passes the gate, brings an expired booking back if everything is still free, or goes
    /// back. Nothing yet while the calendar is being changed.
    /// </summary>
    private static BookingEvent[] Settled(BookingState booking, Instant now)
    {
        if (booking.Unsettled is not { } paid) return [];
        if (paid.Received != paid.Amount)
            return [Back(booking, paid, $"{Kernel.Words.Money(paid.Amount)} was asked for, another amount arrived")];
        if (booking.Payment is not null)
            return [Back(booking, paid, "the share was paid or agreed otherwise, and nothing is paid twice")];
        if (booking.Status is not (BookingStatus.AwaitingPayment or BookingStatus.Expired))
            return [Back(booking, paid, $"the booking is {Words(booking.Status)}")];
        // Who changes or releases it now decides first where it lies.
        if (booking.Pending != PendingWork.None) return [];
        if (booking.Status == BookingStatus.AwaitingPayment)
            return [new PaymentCounted(paid.Number, paid.Method), new BookingConfirmed()];
        if (booking.Start <= now)
            return [Back(booking, paid, "the booking had expired, and its slot has started")];
        return [new RevivalRequested(paid.Number, (booking.Revival ?? 0) + 1)];
    }

    private static RefundRequested Back(BookingState booking, PaymentAttempt paid, string reason) =>
        Back(booking, paid, paid.Received!.Value, reason);

    private static RefundRequested Back(BookingState booking, PaymentAttempt paid, Money amount, string reason) =>
        new($"r{(booking.Refunds?.Length ?? 0) + 1}", paid.Number, amount, reason);

    private static Refused<BookingRefusal> NotTheirs() =>
        No(BookingRefusal.NotAllowed, "Only the payment provider reports on payments.");
}
