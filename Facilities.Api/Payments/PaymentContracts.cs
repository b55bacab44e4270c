using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using NodaTime;

namespace Facilities.Api.Payments;

/// <summary>
/// How the account pays the providers. Status: <c>notRequired</c>, <c>open</c>, <c>pending</c> (the payer is asked for
/// at the address), <c>processing</c> (a direct debit is under way), <c>agreed</c> (by invoice) or <c>paid</c>.
/// </summary>
/// <param name="Reason">Why the last attempt came to nothing, or why money that arrived went back.</param>
public sealed record PaymentAnswer(
    PaymentMethod? Method, string Status, Money Amount, int? Attempt, string? Url, Instant? ExpiresAt, Instant? PaidAt,
    string? Reason, ImmutableArray<PaymentRefundAnswer> Refunds)
{
    public static PaymentAnswer Of(BookingState booking)
    {
        var last = booking.Counted ?? booking.Attempts?.LastOrDefault();
        var amount = booking.Quote!.PaysProviders;
        ImmutableArray<PaymentRefundAnswer> refunds = [.. (booking.Refunds ?? []).Select(PaymentRefundAnswer.Of)];
        PaymentAnswer Plain(string status, string? reason = null) =>
            new(booking.Payment, status, amount, null, null, null, null, reason, refunds);
        if (booking.Counted is { } paid)
            return Plain("paid") with { Attempt = paid.Number, PaidAt = paid.PaidAt };
        if (booking.Payment is not null) return Plain("agreed");
        if (booking.PaymentPassed) return Plain("notRequired");
        return last switch
        {
            { IsLive: true } when booking.IsBeforeConfirmation => Plain("pending") with
            {
                Method = last.Method,
                Attempt = last.Number,
                Url = last.Url,
                ExpiresAt = last.ExpiresAt,
            },
            { Stage: PaymentStage.Processing } => Plain("processing") with
            {
                Method = last.Method,
                Attempt = last.Number,
            },
            { Stage: PaymentStage.Failed } => Plain("open", last.Reason),
            _ => Plain("open", booking.Refunds?.LastOrDefault()?.Reason),
        };
    }
}

/// <summary>Money that goes back. Status: <c>requested</c>, <c>paid</c> or <c>failed</c>.</summary>
public sealed record PaymentRefundAnswer(string Id, Money Amount, string Reason, RefundStage Status, Instant At)
{
    public static PaymentRefundAnswer Of(PaymentRefund refund) =>
        new(refund.Id, refund.Amount, refund.Reason, refund.Stage, refund.At);
}
