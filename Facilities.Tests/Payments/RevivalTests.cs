using System.Text.Json.Nodes;
using Facilities.Grains.Payments;
using Facilities.Grains.Services;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Payments;

/// <summary>Row B22: what late money may bring back, and what stands in its way.</summary>
public sealed class RevivalTests
{
    private const string Cuneo = "langhe-biotech";
    private static readonly Wish Mri = Wish.Mri("2027-01-18");

    [Fact]
    public async Task B22_late_money_does_not_take_what_was_offered_to_somebody_on_the_waitlist()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await stage.ToPay(Mri);
        var cuneo = await stage.Host.As("sme.cuneo");
        (await cuneo.Post($"/accounts/{Cuneo}/waitlist", new
        {
            platformId = Mri.Platform,
            serviceId = Mri.Service,
            duration = Mri.Duration,
            start = Mri.Start,
        })).Expect(201);
        var session = await Expire(stage, booking);
        Assert.Equal("offered", await Offer(cuneo));

        await stage.Say(stage.Stripe.Paid(session, PaymentStage.Deadline - Duration.FromHours(1)));

        var ended = await stage.Booking(booking);
        Assert.Equal("expired", ended.Status());
        Assert.Contains(
            "cannot be held again", Assert.Single(ended["payment"]!["refunds"]!.AsArray())!.Text("reason"),
            StringComparison.Ordinal);
        Assert.Single(stage.Stripe.Refunds);
        Assert.Equal("offered", await Offer(cuneo));
        Assert.Equal("held", (await cuneo.Hold(Mri, Cuneo)).Status());
        await stage.Verified();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B22_items_at_two_platforms_come_back_together_or_not_at_all(bool isFree)
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var (sme, paris) = (await stage.Host.As("sme.berlin"), await stage.Host.As("sme.paris"));
        // Its platform comes first in the order of ids, so that it is held when the other refuses.
        var bench = new Wish("biopmed-devices", "bench-day", "", "PT10H");
        bench = bench with { Start = (await sme.Slots(bench, "2027-01-18", "2027-01-22"))[0]!.Text("start") };
        var free = await Free(sme, bench);
        var booking = await ToPay(stage, bench, Mri);
        var session = await Expire(stage, booking);
        var reserved = (await sme.Voucher()).Amount("reserved");
        if (!isFree) await paris.Hold(Mri, "seine-therapeutics");

        await stage.Say(stage.Stripe.Paid(session, PaymentStage.Deadline - Duration.FromHours(1)));

        Assert.Equal(isFree ? "confirmed" : "expired", (await stage.Booking(booking)).Status());
        Assert.Equal(isFree ? 0 : 1, stage.Stripe.Refunds.Count);
        Assert.Equal(isFree ? free - 1 : free, await Free(sme, bench));
        Assert.False(await sme.IsListed(Mri));
        Assert.Equal(isFree, (await sme.Voucher()).Amount("reserved") > reserved);
        await stage.Verified();
    }

    [Fact]
    public async Task B22_a_slot_that_has_started_meanwhile_is_not_held_again()
    {
        await using var stage = await PaymentStage.Open(StorageProvider.Sqlite);
        var booking = await stage.ToPay(Mri);
        var session = await Expire(stage, booking);
        await stage.Host.AdvanceTo(Instant.FromUtc(2027, 1, 18, 7, 0));
        await stage.Say(stage.Stripe.Paid(session, PaymentStage.Deadline - Duration.FromHours(1)));
        var ended = await stage.Booking(booking);
        Assert.Equal("expired", ended.Status());
        Assert.Contains(
            "has started", Assert.Single(ended["payment"]!["refunds"]!.AsArray())!.Text("reason"),
            StringComparison.Ordinal);
        await stage.Verified();
    }

    /// <summary>A booking of several items that both sides signed.</summary>
    private static async Task<string> ToPay(PaymentStage stage, params Wish[] wishes)
    {
        var sme = await stage.Host.As("sme.berlin");
        var quote = (await sme.Post("/quotes", new
        {
            accountId = ApiClient.Account,
            items = wishes.Select(w => w.Item()).ToArray(),
            vouchers = "auto",
        })).Expect(201);
        var signed = (await sme.Sign((await sme.Book(quote)).Expect(201))).Expect(200);
        Assert.Equal("awaitingPayment", signed.Status());
        return signed.Id();
    }

    /// <summary>Opens the page shortly before the deadline, and lets an hour pass after it.</summary>
    private static async Task<StripeSession> Expire(PaymentStage stage, string booking)
    {
        await stage.Host.AdvanceTo(PaymentStage.Deadline - Duration.FromHours(3));
        var session = await stage.Start(booking);
        await stage.Told();
        await stage.Host.Advance(Duration.FromHours(4));
        await stage.Told();
        Assert.Equal("expired", (await stage.Booking(booking)).Status());
        return session;
    }

    /// <summary>How many units are free at the wished start; 0 where it is not listed.</summary>
    private static async Task<int> Free(ApiClient client, Wish wish) =>
        (await client.Slots(wish, "2027-01-18", "2027-01-22"))
            .FirstOrDefault(s => s!.Text("start") == wish.Start)?["free"]!.GetValue<int>() ?? 0;

    private static async Task<string> Offer(ApiClient client) => Assert.Single(
        (await client.Get($"/accounts/{Cuneo}/waitlist")).Expect(200)["items"]!.AsArray())!.Status();
}
