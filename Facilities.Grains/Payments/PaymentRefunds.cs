using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using NodaTime;

namespace Facilities.Grains.Payments;

/// <summary>Records that the provider pays a refund.</summary>
public sealed record RecordRefundPaid(CommandId Id, Actor By, string Refund, string Reference) : Command(Id, By);

/// <summary>Records that the provider could not pay a refund.</summary>
public sealed record RecordRefundFailed(CommandId Id, Actor By, string Refund, string Reason) : Command(Id, By);

public static partial class PaymentDecisions
{
    /// <summary>Decides <see cref="RecordRefundPaid"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordRefundPaid command, Instant now)
    {
        if (!command.By.IsSystem) return NotTheirs();
        return RefundOf(booking, command.Refund) is { Stage: RefundStage.Requested }
            ? new RefundPaid(command.Refund, command.Reference)
            : Decision<BookingEvent, BookingRefusal>.Nothing;
    }

    /// <summary>
    /// Decides <see cref="RecordRefundFailed"/>. A bank may send back what the provider had already sent, so a failure
    /// is the last word.
    /// </summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordRefundFailed command, Instant now)
    {
        if (!command.By.IsSystem) return NotTheirs();
        return RefundOf(booking, command.Refund) is { Stage: not RefundStage.Failed }
            ? new RefundFailed(command.Refund, command.Reason)
            : Decision<BookingEvent, BookingRefusal>.Nothing;
    }

    /// <summary>An end that costs a fee, and what of the payment goes back the way it came.</summary>
    internal static BookingEvent[] WithRefund(BookingState booking, BookingEvent ending, CancellationFee fee) =>
        WithRefund(
            booking, ending, fee.Refunds.First(r => r.Source == RefundSource.Account).Returned,
            fee.Gross.IsZero ? "nothing is owed" : $"what is above the fee of {Kernel.Words.Money(fee.Gross)}");

    internal static BookingEvent[] WithRefund(BookingState booking, BookingEvent ending, Money back, string reason) =>
        booking.Counted is { } paid && back.IsPositive ? [ending, Back(booking, paid, back, reason)] : [ending];

    private static PaymentRefund? RefundOf(BookingState booking, string refund) =>
        booking.Refunds?.FirstOrDefault(r => r.Id == refund);
}
