using Dapper;
using Facilities.Grains.Payments;
using Facilities.Grains.Services;
using Facilities.Silo.Payments;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Payments;

/// <summary>What somebody must see to: refunds that were not made, and notices that nobody can read.</summary>
public sealed class PaymentTroubleTests
{
    private static readonly Wish Mri = Wish.Mri("2027-01-18");

    [Fact]
    public async Task M5_a_refund_that_was_made_by_a_process_that_died_is_made_once_though_its_key_is_forgotten()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await Confirmed(stage);
        stage.Stripe.RefundAnswersLost = 1;
        await Cancel(stage, booking);
        await Until(() => Task.FromResult(stage.Stripe is { RefundAnswersLost: 0, Refunds.Count: 1 }));
        await Until(async () => await stage.Count("select count(*) from outbox where attempts > 0") == 1);
        // A process that dies leaves no word that it tried, and the provider keeps its keys for a day.
        await stage.Host.Service<IDatabase>().Read(c => c.ExecuteAsync("update outbox set attempts = 0"));
        stage.Stripe.ForgetKeys();
        await stage.Host.Advance(Duration.FromDays(2));
        await stage.Told();
        Assert.Single(stage.Stripe.Refunds);
        Assert.Equal("paid", Assert.Single((await stage.Booking(booking))["payment"]!["refunds"]!.AsArray())!.Status());
        await stage.Verified();
    }

    [Theory]
    [InlineData("insufficient_funds", "by transfer")]
    [InlineData("charge_already_refunded", "paid back before")]
    public async Task A_refund_that_is_refused_for_good_is_named_to_operator_and_facility(string code, string words)
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await Confirmed(stage);
        Assert.DoesNotContain("refundFailed", await stage.Verified(), StringComparison.Ordinal);
        stage.Stripe.RefundRefusal = code;
        await Cancel(stage, booking);
        await stage.Told();
        Assert.Empty(stage.Stripe.Refunds);
        var seen = await (await stage.Host.As("manager.biopmed-imaging")).Booking(booking);
        Assert.Equal("failed", Assert.Single(seen["payment"]!["refunds"]!.AsArray())!.Status());
        var noted = (await stage.Verified()).Split('\n')
            .Single(line => line.StartsWith("NOTE refundFailed", StringComparison.Ordinal));
        Assert.Contains(booking, noted, StringComparison.Ordinal);
        Assert.Contains(words, noted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M6_a_notice_of_money_that_cannot_be_read_is_kept_holds_up_no_other_and_is_named()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var (first, second) = (await stage.ToPay(Mri), await stage.ToPay(Wish.Mri("2027-01-19")));
        var (unread, read) = (await stage.Start(first), await stage.Start(second));
        var thing = unread.Json("paid");
        thing.Remove("amount_total");
        var site = stage.Host.ClientOptions.BaseAddress;
        Assert.Equal(200, await StripeServer.Send(site, stage.Stripe.Event("checkout.session.completed", thing)));
        Assert.Equal(200, await StripeServer.Send(site, stage.Stripe.Paid(read)));
        await stage.Host.Service<PaymentInbox>().RunOnce();
        await Until(async () => (await stage.Booking(second)).Status() == "confirmed");
        Assert.Equal("awaitingPayment", (await stage.Booking(first)).Status());
        Assert.Equal(1, await stage.Count("select count(*) from payment_notices where status = 'waiting'"));

        await stage.Host.Advance(Duration.FromHours(25));
        var (faults, output) = await stage.Verify();
        Assert.Equal(1, faults);
        Assert.Contains("FAULT noticeUntold payment_notices/evt_", output, StringComparison.Ordinal);
    }

    private static async Task<string> Confirmed(PaymentStage stage)
    {
        var booking = await stage.ToPay(Mri);
        await stage.Say(stage.Stripe.Paid(await stage.Start(booking)));
        return booking;
    }

    private static async Task Cancel(PaymentStage stage, string booking)
    {
        var sme = await stage.Host.As("sme.berlin");
        (await sme.Post($"/bookings/{booking}/cancellation", new { reason = "no more" })).Expect(200);
    }

    private static async Task Until(Func<Task<bool>> isSo)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if (await isSo()) return;
            await Task.Delay(50);
        }
        throw new InvalidOperationException("It did not come to that.");
    }
}
