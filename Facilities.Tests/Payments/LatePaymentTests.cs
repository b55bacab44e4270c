using System.Text.Json.Nodes;
using Facilities.Grains.Bookings;
using Facilities.Grains.Payments;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;

namespace Facilities.Tests.Payments;

/// <summary>
/// Row B22: money that was paid in time and learnt too late brings the booking back if everything is still free, and
/// else goes back, once.
/// </summary>
public sealed class LatePaymentTests
{
    private static readonly Wish Mri = Wish.Mri("2027-01-18");

    public static TheoryData<StorageProvider, bool> Cases => new()
    {
        { StorageProvider.Sqlite, true }, { StorageProvider.Sqlite, false },
        { StorageProvider.Postgres, true }, { StorageProvider.Postgres, false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task B22_paid_before_and_learnt_after_the_deadline_it_is_confirmed_if_all_is_still_free(
        StorageProvider provider, bool isPaidInTime)
    {
        await using var stage = await PaymentStage.Open(provider);
        var (booking, session) = await Expired(stage);
        Assert.True(await (await stage.Host.As("sme.berlin")).IsListed(Mri));
        Assert.Equal(0m, (await (await stage.Host.As("sme.berlin")).Voucher()).Amount("reserved"));

        var now = stage.Host.Clock.GetCurrentInstant();
        var notice = stage.Stripe.Paid(session, isPaidInTime ? now - Duration.FromHours(2) : now);
        await stage.Say(notice, notice);

        var revived = await stage.Booking(booking);
        Assert.Equal(("confirmed", "paid"), (revived.Status(), revived["payment"]!.Text("status")));
        Assert.Empty(stage.Stripe.Refunds);
        var sme = await stage.Host.As("sme.berlin");
        Assert.False(await sme.IsListed(Mri));
        Assert.Equal(1090.13m, (await sme.Voucher()).Amount("reserved"));
        // It is like any other from now on: cancelled, it is free again, and the money goes back by card.
        (await sme.Post($"/bookings/{booking}/cancellation", new { reason = "no more" })).Expect(200);
        await stage.Told();
        Assert.True(await sme.IsListed(Mri));
        Assert.Equal(0m, (await sme.Voucher()).Amount("reserved"));
        Assert.Equal(36337, Assert.Single(stage.Stripe.Refunds)["amount"]!.GetValue<long>());
        await stage.Verified();
    }

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task B22_if_the_slot_was_sold_meanwhile_the_money_goes_back_once_with_words(StorageProvider provider)
    {
        await using var stage = await PaymentStage.Open(provider);
        var (booking, session) = await Expired(stage);
        var paris = await stage.Host.As("sme.paris");
        var other = await paris.Confirm(await paris.Hold(Mri, "seine-therapeutics"));

        var notice = stage.Stripe.Paid(session, PaymentStage.Deadline - Duration.FromHours(1));
        await stage.Say(notice, notice, stage.Stripe.Succeeded(session));

        var ended = await stage.Booking(booking);
        Assert.Equal("expired", ended.Status());
        var refund = Assert.Single(ended["payment"]!["refunds"]!.AsArray())!;
        Assert.Equal((363.37m, "paid"), (refund.Amount("amount"), refund.Status()));
        Assert.Contains("cannot be held again", refund.Text("reason"), StringComparison.Ordinal);
        Assert.Single(stage.Stripe.Refunds);
        Assert.Equal("confirmed", (await paris.Booking(other.Id())).Status());
        Assert.Equal(0m, (await (await stage.Host.As("sme.berlin")).Voucher()).Amount("reserved"));
        await stage.Verified();
    }

    [Fact]
    public async Task B22_if_the_voucher_is_used_up_meanwhile_nothing_stays_held_and_the_money_goes_back()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var (booking, session) = await Expired(stage);
        var sme = await stage.Host.As("sme.berlin");
        // Four others draw 4,360.52 of 5,000.00, so that 1,090.13 are no longer there.
        foreach (var day in (string[])["2027-01-19", "2027-01-20", "2027-01-21", "2027-01-22"])
            await sme.Hold(Wish.Mri(day));
        await stage.Say(stage.Stripe.Paid(session, PaymentStage.Deadline - Duration.FromHours(1)));
        Assert.Equal("expired", (await stage.Booking(booking)).Status());
        Assert.Single(stage.Stripe.Refunds);
        Assert.True(await sme.IsListed(Mri));
        Assert.Equal(4360.52m, (await sme.Voucher()).Amount("reserved"));
    }

    [Fact]
    public async Task B22_money_of_a_booking_that_was_cancelled_goes_back_and_brings_nothing_back()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await stage.ToPay(Mri);
        var session = await stage.Start(booking);
        var sme = await stage.Host.As("sme.berlin");
        (await sme.Post($"/bookings/{booking}/cancellation", new { reason = "no more" })).Expect(200);
        await stage.Say(stage.Stripe.Paid(session));
        Assert.Equal("cancelled", (await stage.Booking(booking)).Status());
        Assert.Single(stage.Stripe.Refunds);
        Assert.True(await sme.IsListed(Mri));
    }

    [Theory]
    [InlineData(36336, null)]
    [InlineData(36338, null)]
    [InlineData(36337, "huf")]
    public async Task B22_another_amount_or_currency_passes_no_gate_and_goes_back(long minor, string? currency)
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await stage.ToPay(Mri);
        await stage.Say(stage.Stripe.Paid(await stage.Start(booking), null, minor, currency));
        var open = await stage.Booking(booking);
        Assert.Equal("awaitingPayment", open.Status());
        var refund = Assert.Single(open["payment"]!["refunds"]!.AsArray())!;
        Assert.Contains("another amount", refund.Text("reason"), StringComparison.Ordinal);
        Assert.Equal(minor, Assert.Single(stage.Stripe.Refunds)["amount"]!.GetValue<long>());
    }

    /// <summary>A booking whose page was open when the deadline passed.</summary>
    private static async Task<(string Booking, StripeSession Session)> Expired(PaymentStage stage)
    {
        var booking = await stage.ToPay(Mri);
        await stage.Host.AdvanceTo(PaymentStage.Deadline - Duration.FromHours(3));
        var session = await stage.Start(booking);
        await stage.Told();
        await stage.Host.Advance(Duration.FromHours(18));
        await stage.Told();
        Assert.Equal("expired", (await stage.Booking(booking)).Status());
        return (booking, session);
    }
}
