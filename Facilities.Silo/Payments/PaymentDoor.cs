using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Silo.Delivery;
using NodaTime;
using Orleans;

namespace Facilities.Silo.Payments;

/// <summary>What pages and API share of paying: which methods are offered, and the start of one.</summary>
public sealed class PaymentDoor(IGrainFactory grains, OutboxPump pump, TimeProvider time, StripeOptions? stripe = null)
{
    // The provider answers within a second; whoever waits longer finds the address at the booking.
    private static readonly TimeSpan UrlMax = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>The methods by which an amount can be paid here; a direct debit is in euro alone.</summary>
    public ImmutableArray<PaymentMethod> Offered(Currency currency) => (stripe, currency == Currency.Eur) switch
    {
        (null, _) => [PaymentMethod.Invoice],
        (_, false) => [PaymentMethod.Invoice, PaymentMethod.Card],
        _ => [PaymentMethod.Invoice, PaymentMethod.Card, PaymentMethod.SepaDebit],
    };

    /// <summary>Agrees the payment by invoice, or starts another and waits a little for the provider's page.</summary>
    public async Task<Reply<BookingRefusal>> Pay(
        CommandId id, Actor by, BookingState booking, PaymentMethod method, Uri site, CancellationToken cancel)
    {
        var grain = grains.GetGrain<IBookingGrain>(booking.Id!.Value.Value);
        if (method == PaymentMethod.Invoice || !Offered(booking.Quote!.Currency).Contains(method))
            return await grain.AgreePayment(new AgreePayment(id, by, method));
        var reply = await grain.StartPayment(
            new StartPayment(id, by, method, site.GetLeftPart(UriPartial.Authority)));
        if (!reply.Accepted) return reply;
        pump.Nudge();
        var started = time.GetTimestamp();
        while (await grain.View(by) is { Attempts: [.., { Stage: PaymentStage.Started }] }
            && time.GetElapsedTime(started) < UrlMax)
            await Task.Delay(Step, time, cancel);
        return reply;
    }
}
