using System.Text.Json.Nodes;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Services;
using Facilities.Silo.Verification;
using Facilities.Tests.Feeds;
using Facilities.Tests.Series;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Bookings;

/// <summary>What was split is cancelled in part, moved, given back, waited for and read in feeds like anything else.
/// </summary>
public sealed class SplitBesideTests
{
    private const string Paris = "seine-therapeutics";
    private static readonly Wish Day =
        new("biopmed-devices", "assembly-half-day", "2027-01-20T08:00:00+01:00", "PT10H");
    private static readonly Wish Afternoon = At("2027-01-20T13:00:00+01:00");

    [Fact]
    public async Task What_a_split_leaves_is_offered_to_who_waits_and_the_parts_stand_apart_in_the_feeds()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        var feed = await FeedReader.Of(
            host, "sme.berlin", new { kind = "account", accountId = ApiClient.Account, audience = "full" });
        var booking = await berlin.Confirm(await berlin.Hold(Day));
        (await paris.Post($"/accounts/{Paris}/waitlist", new
        {
            platformId = Afternoon.Platform,
            serviceId = Afternoon.Service,
            duration = Afternoon.Duration,
            start = Afternoon.Start,
        })).Expect(201);
        var whole = await feed.Event(booking);
        (await Split(berlin, booking, "i1", "2027-01-21T08:00:00+01:00")).Expect(200);
        var offer = Assert.Single((await paris.Get($"/accounts/{Paris}/waitlist")).Expect(200)["items"]!.AsArray())!;
        Assert.Equal(("offered", Afternoon.Start), (offer.Status(), offer["offer"]!.Text("start")));

        var parts = await feed.Events();
        Assert.Equal([(8, whole.Uid), (8, parts[1].Uid)], parts.Select(e => (Hour(e), e.Uid)));
        Assert.NotEqual(whole.Uid, parts[1].Uid);
        Assert.True(whole.Sequence < parts[0].Sequence);
        Assert.Equal(Duration.FromHours(5), FeedReader.EndOf(parts[0]) - FeedReader.StartOf(parts[0]));
        (await Drop(berlin, booking, "i2")).Expect(200);
        Assert.Equal([EventStatus.Confirmed, EventStatus.Cancelled], (await feed.Events()).Select(e => e.Status));
        await Verified(host);
    }

    [Fact]
    public async Task An_item_that_was_cancelled_keeps_its_id_and_its_fee_when_another_is_split()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var berlin = await host.As("sme.berlin");
        var booking = await Campaign(berlin);
        (await Drop(berlin, booking, "i2")).Expect(200);
        var split = (await Split(berlin, booking, "i1")).Expect(200);
        Assert.Equal([("i1", "confirmed"), ("i2", "cancelled"), ("i3", "confirmed")],
            split["items"]!.AsArray().Select(i => (i!.Text("itemId"), i!.Status())));
        (await Drop(berlin, booking, "i3")).Expect(200);
        (await Drop(berlin, booking, "i1")).Refused(422, "nothingLeft");
        await Verified(host);
    }

    [Fact]
    public async Task Parts_and_what_lies_elsewhere_move_at_once_and_a_part_is_given_back_and_then_not_split()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-devices"));
        var booking = await Campaign(berlin);
        (await Split(berlin, booking, "i1")).Expect(200);
        var moved = (await berlin.Post($"/bookings/{booking.Id()}/reschedule", new
        {
            items = new[]
            {
                new { itemId = "i3", start = "2027-01-27T08:00:00+01:00" },
                new { itemId = "i2", start = "2027-01-25T08:00:00+01:00" },
            },
        })).Expect(200);
        Assert.Equal(["2027-01-20T08:00", "2027-01-25T08:00", "2027-01-27T08:00"], moved.Starts());
        Assert.True(await berlin.IsListed(Afternoon));
        (await manager.Post($"/bookings/{booking.Id()}/release",
            new { itemId = "i3", from = "2027-01-27T10:00:00+01:00" })).Expect(200);
        (await Split(berlin, booking, "i3", first: "PT2H")).Refused(409, "partReleased");
        await Verified(host);
    }

    [Fact]
    public async Task B7_the_part_of_a_date_is_a_date_of_its_series_and_lies_over_no_other()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var berlin = await host.As("sme.berlin");
        var booking = await berlin.Confirm(await berlin.HoldSeries(
            new(Day.Platform, Day.Service, Day.Start, Day.Duration, "FREQ=WEEKLY;COUNT=3")));
        (await Split(berlin, booking, "i1.01", "2027-01-27T13:00:00+01:00")).Refused(422, "seriesOverlap");
        var split = (await Split(berlin, booking, "i1.02", "2027-01-28T08:00:00+01:00")).Expect(200);
        Assert.Equal(["i1.01", "i1.02", "i1.03", "i1.04"],
            split["items"]!.AsArray().Select(i => i!.Text("itemId")));
        // Both parts go with all that follow, and the date before them stays.
        var moved = (await berlin.MoveSeries(booking, "i1.02", "following", "2027-01-28T08:00:00+01:00")).Expect(200);
        Assert.Equal(["2027-01-20T08:00", "2027-01-28T08:00", "2027-02-04T08:00", "2027-01-29T08:00"],
            moved.Starts());
        var kept = (await Drop(berlin, booking, "i1.02", "following")).Expect(200);
        Assert.Equal(["confirmed", "cancelled", "cancelled", "cancelled"],
            kept["items"]!.AsArray().Select(i => i!.Status()));
        await Verified(host);
    }

    private static Wish At(string start) => Day with { Start = start, Duration = "PT5H" };

    private static int Hour(CalendarEvent read) =>
        FeedReader.StartOf(read).InZone(DateTimeZoneProviders.Tzdb["Europe/Rome"]).Hour;

    /// <summary>A long item that can be split, and one at another facility.</summary>
    private static async Task<JsonNode> Campaign(ApiClient client)
    {
        var quote = (await client.Post("/quotes", new
        {
            accountId = ApiClient.Account,
            items = new[] { Day.Item(), Wish.Mri("2027-01-18").Item() },
        })).Expect(201);
        return await client.Confirm((await client.Book(quote)).Expect(201));
    }

    private static Task<ApiAnswer> Split(
        ApiClient client, JsonNode booking, string item, string? second = null, string first = "PT5H") =>
        client.Post(
            $"/bookings/{booking.Id()}/split", new { itemId = item, firstDuration = first, secondStart = second });

    private static Task<ApiAnswer> Drop(ApiClient client, JsonNode booking, string item, string scope = "one") =>
        client.Post(
            $"/bookings/{booking.Id()}/cancellation", new { reason = "Less", series = new { itemId = item, scope } });

    private static async Task Verified(ApiHost host)
    {
        using var output = new StringWriter();
        var faults = await new Verifier(host.Storage.Open(), host.Clock, TimeProvider.System).Check(output);
        Assert.True(faults.ByName.Count == 0, output.ToString());
    }
}
