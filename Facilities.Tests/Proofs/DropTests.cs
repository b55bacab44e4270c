using System.Text.Json.Nodes;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Services;
using Facilities.Silo.Verification;
using Facilities.Tests.Feeds;
using Facilities.Tests.Series;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Proofs;

/// <summary>Some dates of a series are cancelled and the rest is kept.</summary>
public sealed class DropTests
{
    private const string Paris = "seine-therapeutics";

    private static Task<ApiAnswer> Drop(ApiClient client, JsonNode booking, string item, string scope = "one") =>
        client.Post(
            $"/bookings/{booking.Id()}/cancellation", new { reason = "Less", series = new { itemId = item, scope } });

    private static Task<ApiAnswer> Preview(ApiClient client, JsonNode booking, string item, string scope = "one") =>
        client.Get($"/bookings/{booking.Id()}/cancellation?itemId={item}&scope={scope}");

    [Fact]
    public async Task B20_a_dropped_date_is_offered_listed_and_booked_by_others_at_once_and_the_rest_stays()
    {
        var storage = await CatalogueDatabase.Sqlite();
        using var host = ApiHost.Start(storage);
        var (berlin, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        var booking = await berlin.Confirm(await berlin.HoldSeries(WeeklyWish.Mri("2027-01-11")));
        var (second, third) = (Wish.Mri("2027-01-18"), Wish.Mri("2027-01-25"));
        (await paris.Post($"/accounts/{Paris}/waitlist", new
        {
            platformId = third.Platform,
            serviceId = third.Service,
            duration = third.Duration,
            start = third.Start,
        })).Expect(201);
        Assert.False(await paris.IsListed(second));
        (await Drop(paris, booking, "i1.02")).Refused(404, "notFound");

        var dropped = (await Drop(berlin, booking, "i1.02")).Expect(200);
        Assert.Equal(["confirmed", "cancelled", "confirmed", "confirmed"], Statuses(dropped));
        Assert.True(await paris.IsListed(second));
        (await paris.Book((await paris.Quote(second, Paris)).Expect(201))).Expect(201);
        (await Drop(berlin, booking, "i1.02")).Refused(422, "itemUnknown");
        (await berlin.MoveSeries(booking, "i1.02", "one", "2027-02-02T08:00:00+01:00")).Refused(422, "itemUnknown");

        dropped = (await Drop(berlin, booking, "i1.03", "following")).Expect(200);
        Assert.Equal(["confirmed", "cancelled", "cancelled", "cancelled"], Statuses(dropped));
        Assert.StartsWith("1 × Mondays", dropped["series"]![0]!.Text("text"));
        var offer = Assert.Single((await paris.Get($"/accounts/{Paris}/waitlist")).Expect(200)["items"]!.AsArray())!;
        Assert.Equal(("offered", third.Start), (offer.Status(), offer["offer"]!.Text("start")));
        Assert.False(await berlin.IsListed(third));
        Assert.True(await berlin.IsListed(Wish.Mri("2027-02-01")));
        (await Drop(berlin, booking, "i1.01")).Refused(422, "nothingLeft");
        await Verified(host);
    }

    [Fact]
    public async Task I6_a_dropped_date_is_cancelled_in_the_feeds_with_a_higher_SEQUENCE_and_the_others_are_not()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var feed = await FeedReader.Of(
            host, "sme.berlin", new { kind = "account", accountId = ApiClient.Account, audience = "full" });
        var berlin = await host.As("sme.berlin");
        var booking = await berlin.Confirm(await berlin.HoldSeries(WeeklyWish.Mri("2027-01-11")));
        var before = await feed.Events();
        (await Drop(berlin, booking, "i1.03", "following")).Expect(200);
        var after = await feed.Events();
        Assert.Equal(before.Select(e => (e.Uid, FeedReader.StartOf(e))), after.Select(e =>
            (e.Uid, FeedReader.StartOf(e))));
        Assert.Equal(
            [EventStatus.Confirmed, EventStatus.Confirmed, EventStatus.Cancelled, EventStatus.Cancelled],
            after.Select(e => e.Status));
        Assert.All(before.Zip(after), pair => Assert.True(pair.First.Sequence < pair.Second.Sequence));
    }

    [Fact]
    public async Task M5_the_fee_and_each_source_are_as_previewed_and_the_settlement_takes_no_more()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        var booking = await berlin.Confirm(
            await berlin.HoldSeries(WeeklyWish.Mri("2027-01-11", "FREQ=WEEKLY;COUNT=3")));
        var reserved = (await berlin.Voucher()).Amount("reserved");
        // Free as long as the ladder says so; and by the facility always.
        Assert.Equal(0m, (await Preview(berlin, booking, "i1.02")).Expect(200).Amount("fee"));
        await host.AdvanceTo(Instant.FromUtc(2027, 1, 13, 12, 0));
        Assert.Equal(0m, (await Preview(manager, booking, "i1.02")).Expect(200).Amount("fee"));
        (await Preview(berlin, booking, "i1.01")).Refused(409, "alreadyStarted");
        // Five days of notice: half of time and operator, 780 net.
        var preview = (await Preview(berlin, booking, "i1.02")).Expect(200);
        Assert.Equal(780m, preview.Amount("feeNet"));
        var dropped = (await Drop(berlin, booking, "i1.02")).Expect(200);
        Assert.Equal(
            (780m, preview["price"]!.Amount("accountPays")),
            (dropped["dropped"]![0]!.Amount("feeNet"), dropped["agreed"]!.Amount("accountPays")));
        Assert.Equal(reserved, (await berlin.Voucher()).Amount("reserved"));
        await Verified(host);
        // The whole booking counts it in full.
        Assert.Equal(
            780m, (await manager.Get($"/bookings/{booking.Id()}/cancellation")).Expect(200).Amount("feeNet"));

        await host.AdvanceTo(Instant.FromUtc(2027, 1, 25, 12, 0));
        (await manager.Post($"/bookings/{booking.Id()}/delivery", new { items = new[] { new { itemId = "i1.02" } } }))
            .Refused(422, "itemUnknown");
        var whole = (await manager.Post($"/bookings/{booking.Id()}/delivery", new { })).Expect(200);
        Assert.Equal(["i1.01", "i1.03"], whole["final"]!["usage"]!.AsArray().Select(u => u!.Text("item")));
        Assert.Equal(2 * 1_710m + 780m, whole["final"]!.Amount("net"));
        Assert.Equal(preview["price"]!.Amount("accountPays"), whole["final"]!.Amount("accountPays"));
        (await berlin.Post($"/bookings/{booking.Id()}/acceptance", new { accepted = true })).Expect(200);
        var voucher = await berlin.Voucher();
        var kept = preview["refunds"]!.AsArray().Single(r => r!.Text("source") == "voucher")!;
        Assert.Equal((0m, kept.Amount("kept")), (voucher.Amount("reserved"), voucher.Amount("redeemed")));
        Assert.Equal(reserved, kept.Amount("kept") + kept.Amount("returned"));
        await Verified(host);
    }

    private static string[] Statuses(JsonNode booking) =>
        [.. booking["items"]!.AsArray().Select(i => i!.Text("status"))];

    private static async Task Verified(ApiHost host)
    {
        await using var output = new StringWriter();
        var verifier = new Verifier(host.Service<Facilities.Silo.Storage.IDialect>(), host.Clock, TimeProvider.System);
        Assert.True(await verifier.Run(output) == 0, output.ToString());
    }
}
