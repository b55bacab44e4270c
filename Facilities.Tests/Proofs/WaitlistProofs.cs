using System.Text.Json.Nodes;
using Facilities.Grains.Services;
using Facilities.Tests.Bookings;
using Facilities.Tests.Pages;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Proofs;

/// <summary>Row B21 at the doors: an offer is a hold with an expiry, once, in order.</summary>
public sealed class WaitlistProofs
{
    private const string Paris = "seine-therapeutics";
    private const string Cuneo = "langhe-biotech";
    private static readonly Wish Mri = Wish.Mri("2027-01-18");

    private static object OneSlot(Wish wish) => new
    {
        platformId = wish.Platform,
        serviceId = wish.Service,
        duration = wish.Duration,
        start = wish.Start,
    };

    private static async Task<JsonNode> Join(ApiClient client, string account, object? body = null) =>
        (await client.Post($"/accounts/{account}/waitlist", body ?? OneSlot(Mri))).Expect(201);

    private static async Task<JsonArray> Line(ApiClient client, string account) =>
        (await client.Get($"/accounts/{account}/waitlist")).Expect(200)["items"]!.AsArray();

    private static async Task Cancel(ApiClient client, JsonNode booking) =>
        (await client.Post($"/bookings/{booking.Id()}/cancellation", new { reason = "" })).Expect(200);

    /// <summary>On its page an offer is priced for any activity of the company; that takes nothing.</summary>
    private static async Task AskedForAnActivity(ApiHost host, ApiClient paris, string entry)
    {
        var further = new[] { new { nace = "26.60", isSeparated = true } };
        (await paris.Put($"/accounts/{Paris}/activities", new { main = "72.11", further })).Expect(200);
        var quote = await DemonstrationPages.Post(
            await ApprovalTests.Browser(host, "sme.paris"), "/waitlist", $"take-{entry}",
            new() { ["entry"] = entry, ["activity"] = "26.60" });
        Assert.Contains(
            "For the activity NACE 26.60.", await quote.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B21_a_cancelled_slot_is_offered_in_order_once_until_a_stated_instant()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris, cuneo) = (
            await host.As("sme.berlin"), await host.As("sme.paris"), await host.As("sme.cuneo"));
        var manager = await host.As("manager.biopmed-imaging");
        (await paris.Post($"/accounts/{Paris}/waitlist", OneSlot(Mri))).Refused(409, "slotFree");
        var held = await berlin.Hold(Mri);
        Assert.Equal(1, (await Join(paris, Paris))["place"]!.GetValue<int>());
        Assert.Equal(2, (await Join(cuneo, Cuneo))["place"]!.GetValue<int>());
        (await paris.Post($"/accounts/{Paris}/waitlist", OneSlot(Mri))).Refused(409, "alreadyWaiting");
        Assert.Equal([Paris, Cuneo], (await manager.Get("/platforms/biopmed-imaging/waitlist")).Expect(200)["items"]!
            .AsArray().Select(w => w!.Text("accountId")));

        await Cancel(berlin, held);
        var offer = Assert.Single(await Line(paris, Paris))!;
        Assert.Equal(("offered", "2026-12-01T21:00:00Z", Mri.Start),
            (offer.Status(), offer["offer"]!.Text("until"), offer["offer"]!.Text("start")));
        await AskedForAnActivity(host, paris, offer.Text("entryId"));
        Assert.Equal("waiting", Assert.Single(await Line(cuneo, Cuneo))!.Status());
        // Nobody else gets it, by no door, and it is listed for nobody.
        Assert.False(await berlin.IsListed(Mri));
        (await berlin.Quote(Mri)).Refused(409, "slotTaken");
        (await cuneo.Quote(Mri, Cuneo)).Refused(409, "slotTaken");

        // Asking for it again and again changes nothing; an offer that lapsed goes to the next one, once.
        await host.Advance(Duration.FromHours(12));
        Assert.Empty(await Line(paris, Paris));
        (await paris.Quote(Mri, Paris)).Refused(409, "slotTaken");
        var next = Assert.Single(await Line(cuneo, Cuneo))!;
        Assert.Equal(("offered", "2026-12-02T09:00:00Z"), (next.Status(), next["offer"]!.Text("until")));
        var booking = (await cuneo.Book((await cuneo.Quote(Mri, Cuneo)).Expect(201))).Expect(201);
        Assert.Equal("held", booking.Status());
        Assert.Empty(await Line(cuneo, Cuneo));
        Assert.False(await berlin.IsListed(Mri));
    }

    [Fact]
    public async Task B21_who_leaves_while_an_offer_stands_gives_it_to_the_next_one_and_the_last_to_everybody()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris, cuneo) = (
            await host.As("sme.berlin"), await host.As("sme.paris"), await host.As("sme.cuneo"));
        var held = await berlin.Hold(Mri);
        var first = await Join(paris, Paris, new
        {
            platformId = Mri.Platform,
            serviceId = Mri.Service,
            duration = Mri.Duration,
            from = Mri.Start,
            to = "2027-01-18T12:00:00+01:00",
        });
        var second = await Join(cuneo, Cuneo);
        (await cuneo.Send(HttpMethod.Delete, $"/accounts/{Cuneo}/waitlist/{first.Text("entryId")}", null))
            .Refused(404, "waitlistEntryUnknown");
        await Cancel(berlin, held);
        Assert.Equal("offered", Assert.Single(await Line(paris, Paris))!.Status());
        Assert.Equal(204, (await paris.Send(
            HttpMethod.Delete, $"/accounts/{Paris}/waitlist/{first.Text("entryId")}", null)).Status);
        Assert.Equal("offered", Assert.Single(await Line(cuneo, Cuneo))!.Status());
        Assert.Equal(204, (await cuneo.Send(
            HttpMethod.Delete, $"/accounts/{Cuneo}/waitlist/{second.Text("entryId")}", null)).Status);
        Assert.True(await berlin.IsListed(Mri));
    }

    [Theory]
    [InlineData("quote")]
    [InlineData("booking")]
    [InlineData("several items")]
    [InlineData("move")]
    [InlineData("move by the facility")]
    public async Task B3_no_door_takes_time_that_is_offered_to_another(string door)
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        var manager = await host.As("manager.biopmed-imaging");
        var early = (await paris.Quote(Mri, Paris)).Expect(201);
        var held = await berlin.Hold(Mri);
        await Join(await host.As("sme.cuneo"), Cuneo);
        await Cancel(berlin, held);
        var booked = await paris.Confirm(await paris.Hold(Wish.Mri("2027-01-19"), Paris));
        object move = new { items = new[] { new { itemId = "i1", start = Mri.Start } } };
        var answer = door switch
        {
            "quote" => await paris.Quote(Mri, Paris),
            "booking" => await paris.Book(early),
            "several items" => await paris.Post("/quotes", new
            {
                accountId = Paris,
                items = new[] { Wish.Mri("2027-01-20").Item(), Mri.Item() },
            }),
            "move" => await paris.Post($"/bookings/{booked.Id()}/reschedule", move),
            _ => await manager.Post($"/bookings/{booked.Id()}/reschedule", move),
        };
        answer.Refused(409, "slotTaken");
        Assert.Equal("offered", Assert.Single(await Line(await host.As("sme.cuneo"), Cuneo))!.Status());
    }

    [Fact]
    public async Task B21_parallel_releases_make_as_many_offers_as_there_are_slots_and_never_two_of_one()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris, cuneo) = (
            await host.As("sme.berlin"), await host.As("sme.paris"), await host.As("sme.cuneo"));
        Wish[] wishes = [.. Enumerable.Range(18, 5).Select(day => Wish.Mri($"2027-01-{day}"))];
        var held = new List<JsonNode>();
        foreach (var wish in wishes)
        {
            held.Add(await berlin.Hold(wish));
            await Join(paris, Paris, OneSlot(wish));
            await Join(cuneo, Cuneo, OneSlot(wish));
        }
        await Task.WhenAll(held.Select(b => Cancel(berlin, b)));
        Assert.Equal(wishes.Select(w => w.Start), (await Line(paris, Paris))
            .Select(w => w!["offer"]!.Text("start")).Order(StringComparer.Ordinal));
        Assert.All(await Line(cuneo, Cuneo), w => Assert.Equal("waiting", w!.Status()));
    }

    [Fact]
    public async Task B21_of_a_booking_and_the_expiry_through_two_processes_one_wins_and_the_slot_has_one_owner()
    {
        var storage = await CatalogueDatabase.Postgres();
        var clock = new FakeClock(CatalogueDatabase.Opening);
        using var one = ApiHost.Start(storage, clock);
        using var two = ApiHost.Start(storage, clock);
        var (berlin, paris, cuneo) = (
            await one.As("sme.berlin"), await one.As("sme.paris"), await two.As("sme.cuneo"));
        for (var day = 18; day < 22; day++)
        {
            var wish = Wish.Mri($"2027-01-{day}");
            var held = await berlin.Hold(wish);
            await Join(paris, Paris, OneSlot(wish));
            await Join(cuneo, Cuneo, OneSlot(wish));
            await Cancel(berlin, held);
            await one.Advance(Duration.FromHours(12) - Duration.FromMinutes(1));
            var quotes = await Task.WhenAll(
                Enumerable.Range(0, 4).Select(async _ => (await paris.Quote(wish, Paris)).Expect(201)));
            var books = Task.WhenAll(quotes.Select(q => paris.Book(q)));
            clock.Advance(Duration.FromMinutes(1));
            var wakes = Task.WhenAll(one.RunDueWork(), two.RunDueWork());
            var answers = await books;
            await wakes;
            await one.RunDueWork();
            foreach (var client in new[] { one, two }) await client.Advance(Duration.Zero);
            var won = answers.Where(a => a.Status == 201).ToArray();
            Assert.True(won.Length <= 1, $"{won.Length} bookings of one slot");
            foreach (var lost in answers.Except(won)) lost.Refused(409, "slotTaken");
            var next = (await Line(cuneo, Cuneo)).Single(w => w!.Text("from") == wish.Start)!;
            Assert.Equal(won.Length == 1 ? "waiting" : "offered", next.Status());
            Assert.Empty(await Line(paris, Paris));
            Assert.False(await berlin.IsListed(wish));
        }
    }
}
