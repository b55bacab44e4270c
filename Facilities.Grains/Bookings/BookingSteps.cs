using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Orleans;

namespace Facilities.Grains.Bookings;

public sealed partial class BookingGrain
{
    /// <summary>Records what became of a step that the parts followed.</summary>
    private async Task Tell(Command command)
    {
        var reply = command switch
        {
            RecordHeld c => await Tell(c, BookingDecisions.Decide),
            RecordNotHeld c => await Tell(c, BookingDecisions.Decide),
            RecordPartsFollowed c => await Tell(c, BookingDecisions.Decide),
            RecordPlacesHeld c => await Tell(c, BookingDecisions.Decide),
            RecordMoveGivenUp c => await Tell(c, BookingDecisions.Decide),
            RecordMoved c => await Tell(c, BookingDecisions.Decide),
            RecordMoveRefused c => await Tell(c, BookingDecisions.Decide),
            RecordInvoice c => await Tell(c, BookingDecisions.Decide),
            RecordCreditNote c => await Tell(c, CreditDecisions.Decide),
            RecordRevived c => await Tell(c, PaymentDecisions.Decide),
            RecordRevivalRefused c => await Tell(c, PaymentDecisions.Decide),
            _ => throw new InvalidOperationException($"{command.GetType().Name} is no step of a booking."),
        };
        // Another process may have taken the same step first, with another outcome: then that one counts.
        if (reply.Refusal is { Code: not BookingRefusal.CommandIdReused } refusal)
            throw new InvalidOperationException(
                $"Booking {this.GetPrimaryKeyString()}: {refusal.Code}, {refusal.Reason}");
    }
}
