using System.Globalization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;

namespace Facilities.Grains.Bookings;

public partial interface IBookingGrain
{
    /// <summary>See <see cref="StartPayment"/>; the provider's page is opened soon after.</summary>
    Task<Reply<BookingRefusal>> StartPayment(StartPayment command);
    /// <summary>See <see cref="RecordPaymentOpened"/>.</summary>
    Task<Reply<BookingRefusal>> RecordPaymentOpened(RecordPaymentOpened command);
    /// <summary>See <see cref="RecordPaymentProcessing"/>.</summary>
    Task<Reply<BookingRefusal>> RecordPaymentProcessing(RecordPaymentProcessing command);
    /// <summary>See <see cref="RecordPaymentFailed"/>.</summary>
    Task<Reply<BookingRefusal>> RecordPaymentFailed(RecordPaymentFailed command);
    /// <summary>See <see cref="Payments.RecordPayment"/>; what becomes of the money is decided with it.</summary>
    Task<Reply<BookingRefusal>> RecordPayment(RecordPayment command);
    /// <summary>See <see cref="RecordRefundPaid"/>.</summary>
    Task<Reply<BookingRefusal>> RecordRefundPaid(RecordRefundPaid command);
    /// <summary>See <see cref="RecordRefundFailed"/>.</summary>
    Task<Reply<BookingRefusal>> RecordRefundFailed(RecordRefundFailed command);
    /// <summary>An attempt to pay, for the payment provider; null where there is none.</summary>
    Task<PaymentAttempt?> Attempt(int number);
}

public sealed partial class BookingGrain
{
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> StartPayment(StartPayment command) => Tell(command, PaymentDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> RecordPaymentOpened(RecordPaymentOpened command) =>
        Tell(command, PaymentDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> RecordPaymentProcessing(RecordPaymentProcessing command) =>
        Tell(command, PaymentDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> RecordPaymentFailed(RecordPaymentFailed command) =>
        Tell(command, PaymentDecisions.Decide);

    /// <inheritdoc/>
    public async Task<Reply<BookingRefusal>> RecordPayment(RecordPayment command)
    {
        var reply = await Then(Tell(command, PaymentDecisions.Decide));
        await Settle();
        return reply;
    }

    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> RecordRefundPaid(RecordRefundPaid command) =>
        Tell(command, PaymentDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<BookingRefusal>> RecordRefundFailed(RecordRefundFailed command) =>
        Tell(command, PaymentDecisions.Decide);

    /// <inheritdoc/>
    public Task<PaymentAttempt?> Attempt(int number) =>
        Read(state => state.Attempts?.FirstOrDefault(a => a.Number == number));

    /// <summary>Decides on money that arrived while the parts were following something else.</summary>
    private async Task Settle()
    {
        if (Durable.Unsettled is not { } paid || Durable.Pending != PendingWork.None) return;
        await Tell(
            new SettlePayment(Once($"settle-{paid.Number.ToString(CultureInfo.InvariantCulture)}"), Actor.System),
            PaymentDecisions.Decide);
        await Follow();
    }

    private async Task Revive(BookingParts parts, BookingState booking)
    {
        var (number, step) = (booking.Revival!.Value, Step("revived" + BookingParts.RevivalOf(booking)));
        await Tell(await parts.HoldAgain(booking) is { } no
            ? new RecordRevivalRefused(step, Actor.System, number, no.Refusal, no.Reason, no.Item)
            : (Command)new RecordRevived(step, Actor.System, number));
    }

    private static void AssertPayments(BookingState state)
    {
        if (state.Attempts is not { } attempts) return;
        if (attempts.Count(a => a.Use == PaymentUse.Counted) > 1)
            throw new InvalidOperationException($"Booking {state.Id} counts two payments.");
        foreach (var attempt in attempts.Where(a => a.Received is not null))
            if (Money.Sum(
                (state.Refunds ?? []).Where(r => r.Attempt == attempt.Number).Select(r => r.Amount),
                attempt.Received!.Value.Currency) > attempt.Received.Value)
                throw new InvalidOperationException($"Booking {state.Id} refunds more than was paid.");
    }
}
