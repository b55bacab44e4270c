using System.Text.Json.Nodes;
using Facilities.Grains.Payments;
using Facilities.Grains.Services;
using Facilities.Silo.Payments;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Payments;

/// <summary>Row M6: notices of payments are stored first, once, and end the same in any order.</summary>
public sealed class PaymentNoticeTests
{
    public static TheoryData<StorageProvider> Both => [StorageProvider.Sqlite, StorageProvider.Postgres];

    [Theory]
    [MemberData(nameof(Both))]
    public async Task M6_notices_in_any_order_and_any_number_end_the_same(StorageProvider provider)
    {
        await using var stage = await PaymentStage.Open(provider);
        var ends = new List<string>();
        var days = new Queue<int>([11, 12, 13, 14, 15, 18, 19]);
        // A debit: signed, then carried out; each order, each twice, with what is no news in between.
        foreach (var order in (int[][])[[0, 1], [1, 0], [0, 0, 1, 1], [1, 1, 0, 0, 1], [0, 1, 2], [2, 1, 0], [1, 2, 0]])
        {
            var booking = await stage.ToPay(Wish.Mri($"2027-01-{days.Dequeue()}"));
            var session = await stage.Start(booking, "sepaDebit");
            string[] notices =
                [stage.Stripe.Signed(session), stage.Stripe.Succeeded(session), stage.Stripe.Paid(session)];
            await stage.Say([.. order.Select(i => notices[i])]);
            ends.Add(End(await stage.Booking(booking)));
        }
        Assert.Equal(["confirmed paid 0 1 1"], ends.Distinct());
        Assert.Empty(stage.Stripe.Refunds);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task M6_one_notice_at_two_processes_at_once_is_stored_once_and_counts_once(StorageProvider provider)
    {
        await using var stage = await PaymentStage.Open(provider);
        using var second = provider == StorageProvider.Postgres ? stage.AnotherProcess() : null;
        var booking = await stage.ToPay(Wish.Mri("2027-01-11"));
        var notice = stage.Stripe.Paid(await stage.Start(booking));
        var sites = new[] { stage.Host.ClientOptions.BaseAddress, (second ?? stage.Host).ClientOptions.BaseAddress };
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => StripeServer.Send(sites[i % 2], notice)));
        Assert.All(answers, status => Assert.Equal(200, status));
        await stage.Told();
        Assert.Equal(1, await stage.Count("select count(*) from payment_notices"));
        Assert.Equal("confirmed paid 0 1 1", End(await stage.Booking(booking)));
    }

    [Fact]
    public async Task M6_a_second_payment_goes_back_once_and_the_first_counts()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await stage.ToPay(Wish.Mri("2027-01-11"));
        var first = await stage.Start(booking);
        var second = await stage.Start(booking, "sepaDebit", 2);
        await stage.Told();
        Assert.Equal("expired", first.Status);
        // The payer had the first page open all the same, and both are paid.
        var (early, late) = (stage.Stripe.Paid(first), stage.Stripe.Succeeded(second));
        await stage.Say(late, early, late, early);
        Assert.Equal("confirmed paid 1 1 2", End(await stage.Booking(booking)));
        Assert.Equal(first.Intent, Assert.Single(stage.Stripe.Refunds)["payment_intent"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("wrong secret")]
    [InlineData("old")]
    [InlineData("no event")]
    [InlineData("too large")]
    public async Task M6_what_is_not_signed_or_is_no_notice_is_refused_and_not_stored(string fault)
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await stage.ToPay(Wish.Mri("2027-01-11"));
        var notice = stage.Stripe.Paid(await stage.Start(booking));
        var site = stage.Host.ClientOptions.BaseAddress;
        var status = await (fault switch
        {
            "wrong secret" => StripeServer.Send(site, notice, "whsec_other"),
            "old" => StripeServer.Send(site, notice, age: TimeSpan.FromMinutes(6)),
            "no event" => StripeServer.Send(site, """{"id": 7, "type": null}"""),
            _ => StripeServer.Send(site, notice + new string(' ', 300_000)),
        });
        Assert.Equal(fault == "too large" ? 413 : 400, status);
        Assert.Equal(0, await stage.Count("select count(*) from payment_notices"));
        Assert.Equal("awaitingPayment", (await stage.Booking(booking)).Status());
    }

    [Fact]
    public async Task M6_a_type_that_says_nothing_to_us_is_stored_and_ignored()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        await stage.Say(
            stage.Stripe.Event("customer.created", new JsonObject { ["id"] = "cus_1" }),
            stage.Stripe.Event("checkout.session.completed", new JsonObject { ["id"] = "cs_of_another_shop" }));
        Assert.Equal(2, await stage.Count("select count(*) from payment_notices where status = 'ignored'"));
    }

    [Fact]
    public async Task M6_a_notice_that_was_stored_by_a_process_that_died_is_told_by_the_next()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Postgres);
        var booking = await stage.ToPay(Wish.Mri("2027-01-11"));
        var notice = System.Text.Encoding.UTF8.GetBytes(stage.Stripe.Paid(await stage.Start(booking)));
        // All that the first process did: the rest of its work is in the table alone.
        await stage.Host.Service<PaymentInbox>().Store(StripeNotice.Read(notice)!, notice);
        using var second = stage.AnotherProcess();
        await second.Service<PaymentInbox>().RunOnce();
        await stage.Told();
        Assert.Equal("confirmed paid 0 1 1", End(await stage.Booking(booking)));
    }

    /// <summary>Where a booking ended: status, payment, refunds, and how often it was confirmed and paid.</summary>
    private static string End(JsonNode booking)
    {
        var payment = booking["payment"]!;
        var confirmed = booking["history"]!.AsArray()
            .Count(h => h!.Text("event").StartsWith("Confirmed", StringComparison.Ordinal));
        var received = booking["history"]!.AsArray()
            .Count(h => h!.Text("event").Contains(" paid on ", StringComparison.Ordinal));
        var refunds = payment["refunds"]!.AsArray().Count;
        return $"{booking.Status()} {payment.Text("status")} {refunds} {confirmed} {received}";
    }
}
