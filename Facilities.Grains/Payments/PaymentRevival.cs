using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Payments;

/// <summary>Records that slots and funding are held anew.</summary>
public sealed record RecordRevived(CommandId Id, Actor By, int Number) : Command(Id, By);

/// <summary>Records that a part could not be held anew.</summary>
public sealed record RecordRevivalRefused(
    CommandId Id, Actor By, int Number, BookingRefusal Refusal, string Reason, ItemId? Item) : Command(Id, By);

public static partial class PaymentDecisions
{
    /// <summary>Decides <see cref="RecordRevived"/>: every gate is passed, so it is confirmed at once.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordRevived command, Instant now)
    {
        if (Reviving(booking, command.Number) is not { } paid) return Decision<BookingEvent, BookingRefusal>.Nothing;
        return (BookingEvent[])
            [new BookingRevived(), new PaymentCounted(paid.Number, paid.Method), new BookingConfirmed()];
    }

    /// <summary>Decides <see cref="RecordRevivalRefused"/>: what was held of it is released, the money goes back.
    /// </summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordRevivalRefused command, Instant now)
    {
        if (Reviving(booking, command.Number) is not { } paid) return Decision<BookingEvent, BookingRefusal>.Nothing;
        return (BookingEvent[])
        [
            new RevivalRefused(command.Refusal.ToString(), command.Reason, command.Item),
            Back(booking, paid, $"the booking had expired, and it cannot be held again: {command.Reason}"),
        ];
    }

    private static PaymentAttempt? Reviving(BookingState booking, int number) =>
        booking.Pending == PendingWork.Reviving && booking.Revival == number
            ? booking.Attempts?.FirstOrDefault(a => a.Use == PaymentUse.Reviving)
            : null;
}
