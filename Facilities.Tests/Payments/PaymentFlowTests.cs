using System.Text.Json.Nodes;
using Facilities.Grains.Payments;
using Facilities.Silo.Delivery;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Payments;

/// <summary>Paying by card and by direct debit, from the choice to the refund.</summary>
public sealed class PaymentFlowTests
{
    private static readonly Wish Mri = Wish.Mri("2027-01-18");

    [Fact]
    public async Task Without_a_provider_there_is_the_invoice_alone()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        var booking = (await sme.Sign(await sme.Hold(Mri))).Expect(200);
        foreach (var method in (string[])["card", "sepaDebit"])
            (await sme.Post($"/bookings/{booking.Id()}/payments", new { method }))
                .Refused(422, "paymentMethodNotOffered");
        Assert.Equal(404, await StripeServer.Send(host.ClientOptions.BaseAddress, "{}"));
        Assert.Equal("agreed", (await sme.Pay(booking)).Expect(200)["payment"]!.Text("status"));
    }

    [Fact]
    public async Task The_page_asks_for_the_share_until_the_deadline_or_a_day_and_two_clicks_open_one()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await stage.ToPay(Mri);
        var session = await stage.Start(booking);
        Assert.Equal(36337, session.Minor);
        // Stripe takes no more than a day, of which ten minutes are left for the message to arrive.
        Assert.Equal(CatalogueDatabase.Opening + Duration.FromMinutes(23 * 60 + 50), session.Until);
        Assert.EndsWith($"/bookings/{booking}?paid=1", session.SuccessUrl, StringComparison.Ordinal);
        await stage.Start(booking);
        Assert.Single(stage.Stripe.Sessions);
        Assert.StartsWith(
            "https://checkout.stripe.test/", (await stage.Booking(booking))["payment"]!.Text("url"),
            StringComparison.Ordinal);

        await stage.Host.AdvanceTo(PaymentStage.Deadline - Duration.FromHours(2));
        Assert.Equal(PaymentStage.Deadline, (await stage.Start(booking, attempt: 2)).Until);
    }

    [Theory]
    [InlineData(3, 0)] // the provider does nothing and says so
    [InlineData(0, 3)] // the provider does it, and the answer is lost
    public async Task A_provider_in_trouble_is_asked_again_and_opens_one_page(int failing, int lost)
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await stage.ToPay(Mri);
        (stage.Stripe.Failing, stage.Stripe.AnswersLost) = (failing, lost);
        var sme = await stage.Host.As("sme.berlin");
        var paying = sme.Post($"/bookings/{booking}/payments", new { method = "card" });
        for (var tries = 0; tries < 400 && stage.Stripe.Failing + stage.Stripe.AnswersLost > 0; tries++)
        {
            await stage.Host.Advance(Duration.FromMinutes(1));
            await Task.Delay(20);
        }
        (await paying).Expect(200);
        await stage.Host.Advance(Duration.FromMinutes(1));
        await stage.Told();
        await stage.Say(stage.Stripe.Paid(Assert.Single(stage.Stripe.Sessions)));
        Assert.Equal("confirmed", (await stage.Booking(booking)).Status());
    }

    [Fact]
    public async Task A_debit_holds_the_slot_for_ten_working_days_and_opens_the_gate_only_when_it_arrives()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await stage.ToPay(Mri);
        await stage.Say(stage.Stripe.Signed(await stage.Start(booking, "sepaDebit")));
        var waiting = await stage.Booking(booking);
        // Ten working days after Tuesday the first of December end with Tuesday the fifteenth, in Torino.
        Assert.Equal(
            ("awaitingPayment", "processing", "2026-12-15T23:00:00Z"),
            (waiting.Status(), waiting["payment"]!.Text("status"), waiting.Text("heldUntil")));
        var sme = await stage.Host.As("sme.berlin");
        (await sme.Pay(waiting)).Refused(409, "paymentUnderWay");

        await stage.Host.AdvanceTo(PaymentStage.Deadline + Duration.FromDays(2));
        Assert.Equal("awaitingPayment", (await stage.Booking(booking)).Status());
        await stage.Say(stage.Stripe.Succeeded(stage.Stripe.Sessions[0]));
        Assert.Equal("confirmed", (await stage.Booking(booking)).Status());
    }

    [Fact]
    public async Task A_debit_that_fails_leaves_two_days_to_pay_otherwise()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await stage.ToPay(Mri);
        await stage.Say(stage.Stripe.Signed(await stage.Start(booking, "sepaDebit")));
        await stage.Host.AdvanceTo(PaymentStage.Deadline + Duration.FromDays(1));
        await stage.Say(stage.Stripe.Failed(stage.Stripe.Sessions[0]));
        var open = await stage.Booking(booking);
        Assert.Equal("open", open["payment"]!.Text("status"));
        Assert.Contains("bank", open["payment"]!.Text("reason"), StringComparison.Ordinal);
        Assert.Equal("2026-12-11T09:00:00Z", open.Text("heldUntil"));
        var card = await stage.Start(booking, attempt: 2);
        await stage.Say(stage.Stripe.Paid(card));
        Assert.Equal("confirmed", (await stage.Booking(booking)).Status());
    }

    [Fact]
    public async Task What_is_above_the_fee_goes_back_by_card_and_the_invoice_shows_what_was_paid()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await Confirmed(stage);
        var sme = await stage.Host.As("sme.berlin");
        // Paris pays no share of public money; Berlin's share of 363.37 is less than a fee of 780.00.
        await stage.Host.AdvanceTo(Instant.FromUtc(2027, 1, 12, 9, 0));
        var preview = (await sme.Get($"/bookings/{booking}/cancellation")).Expect(200);
        var account = preview["refunds"]!.AsArray().First(r => r!.Text("source") == "account")!;
        var (fee, kept, back) = (preview.Amount("fee"), account.Amount("kept"), account.Amount("returned"));
        Assert.Equal(363.37m, account.Amount("committed"));
        Assert.Equal(363.37m, kept + back);
        (await sme.Post($"/bookings/{booking}/cancellation", new { reason = "no more" })).Expect(200);
        await stage.Told();
        Assert.Equal(back, stage.Stripe.Refunds.Sum(r => r["amount"]!.GetValue<long>()) / 100m);
        if (fee == 0m) return;
        var invoice = Assert.Single((await sme.Get($"/bookings/{booking}/invoices")).Expect(200)["items"]!.AsArray())!;
        var whole = (await sme.Get($"/invoices/{invoice.Text("id")}")).Expect(200);
        Assert.Equal((kept, fee - kept),
            (whole["totals"]!.Amount("prepaid"), whole["totals"]!.Amount("payable")));
        Assert.Contains("paid by card", whole.Text("note"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Less_used_than_paid_for_goes_back_on_acceptance_and_nothing_more_is_due()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await Confirmed(stage);
        await stage.Host.AdvanceTo(Instant.FromUtc(2027, 1, 18, 12, 0));
        var (sme, manager) = (await stage.Host.As("sme.berlin"), await stage.Host.As("manager.biopmed-imaging"));
        var item = (await stage.Booking(booking))["items"]![0]!.Text("itemId");
        var delivered = (await manager.Post($"/bookings/{booking}/delivery",
            new { items = new[] { new { itemId = item, used = "PT2H" } } })).Expect(200);
        var final = delivered["final"]!.Amount("accountPays");
        Assert.True(final < 363.37m);
        (await sme.Post($"/bookings/{booking}/acceptance", new { accepted = true, note = "" })).Expect(200);
        await stage.Told();
        Assert.Equal(363.37m - final, stage.Stripe.Refunds.Sum(r => r["amount"]!.GetValue<long>()) / 100m);
        var invoice = Assert.Single((await sme.Get($"/bookings/{booking}/invoices")).Expect(200)["items"]!.AsArray())!;
        var whole = (await sme.Get($"/invoices/{invoice.Text("id")}")).Expect(200);
        Assert.Equal(0m, whole["totals"]!.Amount("payable"));
        Assert.Contains("PrepaidAmount", (await sme.Get(
            $"/invoices/{invoice.Text("id")}", "application/xml")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M7_moving_a_booking_that_was_paid_by_card_asks_for_no_payment_again()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await Confirmed(stage);
        var sme = await stage.Host.As("sme.berlin");
        var item = (await stage.Booking(booking))["items"]![0]!.Text("itemId");
        var moved = (await sme.Post($"/bookings/{booking}/reschedule", new
        {
            items = new[] { new { itemId = item, start = "2027-01-20T08:00:00+01:00" } },
        })).Expect(200);
        await stage.Told();
        Assert.Equal(("confirmed", "paid"), (moved.Status(), moved["payment"]!.Text("status")));
        Assert.Single(stage.Stripe.Sessions);
        Assert.Empty(stage.Stripe.Refunds);
    }

    [Fact]
    public void A_message_waits_twice_as_long_each_time_up_to_six_hours()
    {
        Assert.Equal(Duration.FromSeconds(5), OutboxPump.WaitAfter(0));
        Assert.Equal(Duration.FromSeconds(40), OutboxPump.WaitAfter(3));
        Assert.Equal(Duration.FromHours(6), OutboxPump.WaitAfter(12_345));
    }

    private static async Task<string> Confirmed(PaymentStage stage)
    {
        var booking = await stage.ToPay(Mri);
        await stage.Say(stage.Stripe.Paid(await stage.Start(booking)));
        Assert.Equal("confirmed", (await stage.Booking(booking)).Status());
        return booking;
    }
}
