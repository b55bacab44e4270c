using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Services;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Tests.Simulation;

/// <summary>A voucher ends while a booking that is paid in advance still has a part of it.</summary>
public sealed class EndedVoucherTests
{
    private const string Voucher = "v-first-spree-diagnostics";
    private static readonly BookingId Booking = new("b-1");
    private static readonly Actor Sme = Marketplace.Sme("spree-diagnostics");

    [Fact]
    public void What_a_cancelled_booking_had_drawn_lapses_once_and_is_free_budget_again()
    {
        var fund = Marketplace.Programmes[0];
        var start = Marketplace.Starts[0];
        Money? before = null, after = null;
        Voucher? left = null;
        // Whatever went on for ever would be found here.
        SimulatedRun.Calm(start, async (incarnation, clock) =>
        {
            await Marketplace.Open(incarnation.Grains, fund);
            await Book(incarnation, start);
            var wallet = incarnation.Grains.GetGrain<IAccountGrain>("spree-diagnostics");
            var programme = incarnation.Grains.GetGrain<IProgrammeGrain>(fund.Id);
            before = await programme.Free();
            Ok(await wallet.EndVoucher(new EndVoucher(
                new("revoke"), Marketplace.Officer(fund.Id), new(Voucher), VoucherEnd.Revoked, "No need.")));
            Ok(await incarnation.Grains.GetGrain<IBookingGrain>(Booking.Value).Cancel(
                new CancelBooking(new("cancel"), Sme, "")));
            after = await programme.Free();
            left = (await wallet.View())!.Vouchers.Single(v => v.Id.Value == Voucher);
        });
        Assert.Equal((0, 0, 110_000), (left!.Reserved.Minor, left.Redeemed.Minor, left.Lapsed.Minor));
        Assert.Equal(110_000, (after! - before!).Value.Minor);
    }

    private static async Task Book(Incarnation incarnation, Instant start)
    {
        var offer = Marketplace.OfferOf(Marketplace.Chemistry, "lab");
        var slot = (await Clients.Listed(incarnation, offer, start + Duration.FromDays(1))).First();
        var basis = (await incarnation.Quotes.Make(
            new("q-1"), Sme, new("spree-diagnostics"),
            [
                new AskedItem(
                    new PlatformId(offer.Platform), new ServiceId(offer.Service),
                    OffsetDateTimePattern.ExtendedIso.Format(
                        slot.Start.InZone(DateTimeZoneProviders.Tzdb[offer.Zone]).ToOffsetDateTime()),
                    slot.Duration, 1),
            ], new VoucherChoice.Auto())).Value!;
        Assert.Contains(basis.Quote.Funding, f => f.Kind == FundingKind.Voucher && f.Id == Voucher);
        var held = (await incarnation.Bookings.Book(Booking, Sme, basis.Quote.Id, basis.Quote.Seal, "A trial"))
            .Value!;
        var booking = incarnation.Grains.GetGrain<IBookingGrain>(Booking.Value);
        Ok(await booking.Sign(new SignContract(new("sign"), Sme, held.ContentHash, Sme.Name)));
        Ok(await booking.AgreePayment(new AgreePayment(new("pay"), Sme, PaymentMethod.Invoice)));
    }

    private static void Ok<TRefusal>(Reply<TRefusal> reply) where TRefusal : struct, Enum =>
        Assert.True(reply.Accepted, $"{reply.Refusal?.Code}: {reply.Refusal?.Reason}");
}
