using System.Globalization;
using System.Text.Json;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Silo.Delivery;
using Facilities.Silo.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;
using Orleans;

namespace Facilities.Silo.Payments;

/// <summary>Carries what bookings ask of the payment provider to Stripe, and tells them what it said.</summary>
public sealed partial class StripeMessages(
    StripeClient stripe, IGrainFactory grains, IClock clock, ILogger<StripeMessages> log) : IMessageHandler
{
    /// <inheritdoc/>
    public IReadOnlyCollection<string> Kinds { get; } =
        [PaymentMessages.Open, PaymentMessages.Close, PaymentMessages.Refund];

    /// <inheritdoc/>
    public Task Deliver(WaitingMessage message, CancellationToken cancel) => message.Kind switch
    {
        PaymentMessages.Open => Open(Read<OpenPayment>(message), cancel),
        PaymentMessages.Close => Close(Read<ClosePayment>(message), cancel),
        PaymentMessages.Refund => Refund(Read<RefundPayment>(message), cancel),
        _ => throw new InvalidOperationException($"{message.Kind} is none of Stripe's."),
    };

    private async Task Open(OpenPayment payment, CancellationToken cancel)
    {
        var grain = grains.GetGrain<IBookingGrain>(payment.Booking.Value);
        var step = payment.Attempt.ToString(CultureInfo.InvariantCulture);
        // Nobody needs a page for what was replaced before it was opened.
        if (await grain.Attempt(payment.Attempt) is not { Stage: PaymentStage.Started }) return;
        try
        {
            var session = await stripe.OpenSession(payment, cancel);
            Must(await grain.RecordPaymentOpened(new RecordPaymentOpened(
                new($"stripe-opened-{step}"), Actor.System, payment.Attempt, session.Id, session.Url ?? "")));
        }
        catch (StripeException fault) when (fault.IsFinal)
        {
            Must(await grain.RecordPaymentFailed(new RecordPaymentFailed(
                new($"stripe-not-opened-{step}"), Actor.System, payment.Attempt,
                "the payment provider did not open its page. Try again, or pay by invoice",
                clock.GetCurrentInstant())));
        }
    }

    private async Task Close(ClosePayment payment, CancellationToken cancel)
    {
        try
        {
            await stripe.ExpireSession(payment.Session, cancel);
        }
        catch (StripeException fault) when (fault.IsFinal)
        {
            // It was paid or is closed already; what was paid comes as a notice.
        }
    }

    private async Task Refund(RefundPayment refund, CancellationToken cancel)
    {
        var grain = grains.GetGrain<IBookingGrain>(refund.Booking.Value);
        try
        {
            // Whoever was killed between asking and recording left no trace but the refund itself.
            var made = await stripe.FindRefund(refund, cancel) ?? await stripe.Refund(refund, cancel);
            if (made.Status is "failed" or "canceled") await NotRefunded(grain, refund, Refused);
            else
                Must(await grain.RecordRefundPaid(new RecordRefundPaid(
                    new($"stripe-refunded-{refund.Refund}"), Actor.System, refund.Refund, made.Id)));
        }
        catch (StripeException fault) when (fault.IsFinal)
        {
            await NotRefunded(grain, refund, fault.Code == "charge_already_refunded" ? RefundedElsewhere : Refused);
        }
    }

    private async Task NotRefunded(IBookingGrain grain, RefundPayment refund, string reason)
    {
        Must(await grain.RecordRefundFailed(new RecordRefundFailed(
            new($"stripe-not-refunded-{refund.Refund}"), Actor.System, refund.Refund, reason)));
        RefundRefused(log, refund.Refund, refund.Booking.Value, reason);
    }

    private const string Refused = "the payment provider could not pay it back; the facility sends it by transfer";

    private const string RefundedElsewhere =
        "the payment was paid back before, on the payment provider's own pages; nothing more is sent";

    private static T Read<T>(WaitingMessage message) => JsonSerializer.Deserialize<T>(message.Json, Json.Options)!;

    private static void Must(Reply<BookingRefusal> reply)
    {
        if (reply.Refusal is { Code: not BookingRefusal.CommandIdReused } refusal)
            throw new InvalidOperationException($"A booking did not take what Stripe said: {refusal.Reason}");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The refund {Refund} of {Booking} was not paid: {Reason}")]
    private static partial void RefundRefused(ILogger log, string refund, string booking, string reason);
}
