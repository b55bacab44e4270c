using System.Text.Json.Nodes;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Series;

/// <summary>Weekly time for a study, from the preview to the last date.</summary>
public sealed class SeriesTests
{
    [Fact]
    public async Task B7_a_series_that_overlaps_itself_is_refused_with_both_dates_named_on_however_many_units()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var berlin = await host.As("sme.berlin");
        // A 30-day chamber, of which there are twelve, every week; and ten days of a bioreactor likewise.
        var months = new WeeklyWish(
            "gnd-testing", "stability-month", "2027-02-25T00:00:00+01:00", "P30D", "FREQ=WEEKLY;COUNT=3");
        var days = new WeeklyWish(
            "genopole-bioproduction", "bioreactor-campaign", "2027-02-01T00:00:00+01:00", "P10D",
            "FREQ=WEEKLY;COUNT=3");
        foreach (var (wish, first, until, second) in ((WeeklyWish, string, string, string)[])
            [(months, "Thu 25 Feb", "Sat 27 Mar", "Thu 4 Mar"), (days, "Mon 1 Feb", "Thu 11 Feb", "Mon 8 Feb")])
            foreach (var collisions in (string[])["refuse", "skip"])
            {
                var refusal = (await berlin.QuoteSeries(wish, collisions)).Refused(422, "seriesOverlap");
                Assert.Contains($"starts on {first} 2027, 00:00", refusal.Text("detail"));
                Assert.Contains($"lasts until {until} 2027", refusal.Text("detail"));
                Assert.Contains($"the next one starts on {second} 2027", refusal.Text("detail"));
                Assert.Equal("/items/0/repeat", refusal["errors"]![0]!.Text("pointer"));
            }
        // Every thirty days is as often as it can be.
        (await berlin.QuoteSeries(months with { Rrule = "FREQ=DAILY;INTERVAL=30;COUNT=2" })).Expect(201);
    }

    [Fact]
    public async Task B7_no_move_lets_a_series_overlap_itself()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var berlin = await host.As("sme.berlin");
        var held = await berlin.HoldSeries(new WeeklyWish(
            "biocat-preclinical", "study-design", "2027-02-02T09:00:00+01:00", "PT4H", "FREQ=DAILY;COUNT=2"));
        // The other study director is free then.
        (await berlin.Quote(new Wish("biocat-preclinical", "study-design", "2027-02-02T10:00:00+01:00", "PT4H")))
            .Expect(201);
        (await berlin.MoveSeries(held, "i1.02", "one", "2027-02-02T10:00:00+01:00")).Refused(422, "seriesOverlap");
        (await berlin.Post($"/bookings/{held.Id()}/reschedule", new
        {
            items = new[] { new { itemId = "i1.02", start = "2027-02-02T10:00:00+01:00" } },
        })).Refused(422, "seriesOverlap");
        Assert.Equal(["2027-02-02T09:00", "2027-02-03T09:00"], (await berlin.Booking(held.Id())).Starts());
    }

    [Fact]
    public async Task A_series_is_previewed_booked_with_its_free_dates_and_read_in_the_contract()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        var manager = await host.As("manager.biopmed-imaging");
        await paris.Hold(Wish.Mri("2027-02-09"), "seine-therapeutics");
        (await manager.Post("/platforms/biopmed-imaging/resources/mri-7t/closures", new
        {
            from = "2027-02-23T00:00",
            to = "2027-02-24T00:00",
            reason = "helium refill",
        })).Expect(200);
        var wish = WeeklyWish.Mri("2027-02-02", "FREQ=WEEKLY;COUNT=30");
        var preview = (await berlin.Preview(wish)).Expect(200);
        var refused = preview["dates"]!.AsArray().Where(d => !d!["free"]!.GetValue<bool>()).ToDictionary(
            d => d!.Text("date"), d => (d!.Text("refusal"), d!.Text("reason")));
        Assert.Equal(("slotTaken", "outsideHours"), (refused["2027-02-09"].Item1, refused["2027-02-23"].Item1));
        Assert.Contains("helium refill", refused["2027-02-23"].Item2);
        Assert.Equal("beyondHorizon", refused["2027-08-24"].Item1);

        wish = wish with { Rrule = "FREQ=WEEKLY;COUNT=10" };
        (await berlin.QuoteSeries(wish)).Refused(409, "slotTaken");
        var held = await berlin.HoldSeries(wish, "skip");
        Assert.Equal(
            "7 × Tuesdays 08:00–12:00, 2 February to 6 April 2027, except 9 February, 16 February and 23 February",
            held["series"]![0]!.Text("text"));
        // 08:00 stays 08:00 on both sides of 28 March.
        Assert.Equal(["2027-03-23T08:00", "2027-03-30T08:00"], held.Starts()[4..6]);
        var contract = (await berlin.Get($"/bookings/{held.Id()}/contract", "text/markdown")).Text;
        Assert.Contains("one series: 7 × Tuesdays", contract);
        Assert.Contains("Tue 30 Mar 2027, 08:00", contract);
        var confirmed = await berlin.Confirm(held);
        Assert.Equal("confirmed", confirmed.Status());
        Assert.False((await paris.Quote(Wish.Mri("2027-03-30", offset: "+02:00"), "seine-therapeutics")).Status == 201);
    }

    [Fact]
    public async Task B19_a_preview_says_free_exactly_where_the_quote_books()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var n = 0; n < 12; n++)
        {
            var day = new LocalDate(2027, 1, 11).PlusDays(random.Next(60));
            var quote = await paris.Quote(Wish.Mri($"{day:uuuu-MM-dd}"), "seine-therapeutics");
            if (quote.Status == 201) (await paris.Book(quote.Json)).Expect(201);
        }
        for (var round = 0; round < 8; round++)
        {
            var day = new LocalDate(2027, 1, 11).PlusDays(random.Next(30));
            var wish = WeeklyWish.Mri(
                $"{day:uuuu-MM-dd}", $"FREQ=DAILY;INTERVAL={1 + random.Next(4)};COUNT={2 + random.Next(6)}");
            var preview = (await berlin.Preview(wish)).Expect(200);
            var whole = await berlin.QuoteSeries(wish);
            var because = $"seed {seed}, round {round}: {wish}: {preview}: {whole.Text}";
            Assert.True(preview.Free().All(free => free) == (whole.Status == 201), because);
            var some = await berlin.QuoteSeries(wish, "skip");
            Assert.True(preview.Free().Any(free => free) == (some.Status == 201), because);
            if (some.Status != 201) continue;
            var held = (await berlin.Book(some.Json)).Expect(201);
            Assert.Equal(
                preview["dates"]!.AsArray().Where(d => d!["free"]!.GetValue<bool>())
                    .Select(d => d!.Text("start")[..16]),
                held.Starts());
            Assert.DoesNotContain(true, (await berlin.Preview(wish)).Expect(200).Free().Zip(preview.Free())
                .Where(pair => pair.Second).Select(pair => pair.First));
        }
    }

    [Fact]
    public async Task Of_two_series_over_shared_dates_at_once_one_is_held_whole_and_nothing_of_the_other()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        for (var round = 0; round < 5; round++)
        {
            // They share the dates in the middle.
            var day = new LocalDate(2027, 1, 11 + round);
            const string three = "FREQ=WEEKLY;COUNT=3";
            var ours = (await berlin.QuoteSeries(WeeklyWish.Mri($"{day:uuuu-MM-dd}", three))).Expect(201);
            var theirs = (await paris.QuoteSeries(
                WeeklyWish.Mri($"{day.PlusWeeks(1):uuuu-MM-dd}", three), account: "seine-therapeutics")).Expect(201);
            var answers = await Task.WhenAll(berlin.Book(ours), paris.Book(theirs));
            Assert.Equal([201, 409], answers.Select(a => a.Status).Order());
            var oursWon = answers[0].Status == 201;
            for (var week = 0; week < 4; week++)
            {
                var wish = Wish.Mri($"{day.PlusWeeks(week):uuuu-MM-dd}");
                Assert.Equal(oursWon ? week < 3 : week >= 1, !await berlin.IsListed(wish));
            }
        }
    }

    [Fact]
    public async Task One_date_all_that_follow_and_all_move_by_local_time_and_what_started_stays()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var berlin = await host.As("sme.berlin");
        var booking = await berlin.Confirm(await berlin.HoldSeries(WeeklyWish.Mri("2027-03-15")));
        var one = (await berlin.MoveSeries(booking, "i1.02", "one", "2027-03-23T08:00:00+01:00")).Expect(200);
        Assert.Equal(
            ["2027-03-15T08:00", "2027-03-23T08:00", "2027-03-29T08:00", "2027-04-05T08:00"], one.Starts());
        // From Monday to Tuesday half past twelve; the clocks change between the second and the third.
        var following = (await berlin.MoveSeries(booking, "i1.03", "following", "2027-03-30T12:30:00+02:00"))
            .Expect(200);
        Assert.Equal(
            ["2027-03-15T08:00", "2027-03-23T08:00", "2027-03-30T12:30", "2027-04-06T12:30"], following.Starts());
        await host.AdvanceTo(Instant.FromUtc(2027, 3, 15, 12, 0));
        (await berlin.MoveSeries(booking, "i1.01", "all", "2027-03-16T08:00:00+01:00")).Refused(409, "alreadyStarted");
        var all = (await berlin.MoveSeries(booking, "i1.02", "all", "2027-03-24T08:00:00+01:00")).Expect(200);
        Assert.Equal(["2027-03-15T08:00", "2027-03-24T08:00", "2027-03-31T12:30", "2027-04-07T12:30"], all.Starts());
        // Sent again it changes nothing.
        (await berlin.MoveSeries(booking, "i1.02", "all", "2027-03-24T08:00:00+01:00")).Expect(200);
        // One date that cannot be had refuses all of them.
        await (await host.As("sme.paris")).Hold(Wish.Mri("2027-04-08", "12:30", "+02:00"), "seine-therapeutics");
        var refusal = (await berlin.MoveSeries(booking, "i1.02", "all", "2027-03-25T08:00:00+01:00"))
            .Refused(409, "slotTaken");
        Assert.Equal("/series/start", refusal["errors"]![0]!.Text("pointer"));
        Assert.Equal(all.Starts(), (await berlin.Booking(booking.Id())).Starts());
        // The named date crosses the change of clocks and the others do not: all keep their local time.
        var across = (await berlin.MoveSeries(booking, "i1.02", "all", "2027-03-29T08:00:00+02:00")).Expect(200);
        Assert.Equal(["2027-03-15T08:00", "2027-03-29T08:00", "2027-04-05T12:30", "2027-04-12T12:30"], across.Starts());
    }

    [Fact]
    public async Task B17_a_note_on_a_half_past_series_asks_no_calendar_and_changes_no_date()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var berlin = await host.As("sme.berlin");
        var manager = await host.As("manager.biopmed-imaging");
        var booking = await berlin.Confirm(await berlin.HoldSeries(WeeklyWish.Mri("2027-01-11")));
        await host.AdvanceTo(Instant.FromUtc(2027, 1, 19, 12, 0));
        // By now no date of it could be booked: the past is past, and the facility is closed on the others.
        (await manager.Post("/platforms/biopmed-imaging/resources/mri-7t/closures", new
        {
            from = "2027-01-01T00:00",
            to = "2027-03-01T00:00",
            reason = "rebuilding",
        })).Expect(200);
        var noted = (await berlin.Post($"/bookings/{booking.Id()}/note", new { note = "Bring ice" })).Expect(200);
        Assert.Equal("Bring ice", noted.Text("note"));
        Assert.True(JsonNode.DeepEquals(booking["items"], noted["items"]), "the note moved a date");
        Assert.True(JsonNode.DeepEquals(booking["contract"], noted["contract"]), "the note changed the contract");
        Assert.Null((await berlin.Post($"/bookings/{booking.Id()}/note", new { note = "" })).Expect(200)["note"]);
    }

    [Fact]
    public async Task Dates_are_delivered_as_they_happen_and_the_whole_after_the_last()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        var booking = await berlin.Confirm(
            await berlin.HoldSeries(WeeklyWish.Mri("2027-01-11", "FREQ=WEEKLY;COUNT=3")));
        Task<ApiAnswer> Deliver(params object[] items) =>
            manager.Post($"/bookings/{booking.Id()}/delivery", new { items });
        await host.AdvanceTo(Instant.FromUtc(2027, 1, 19, 12, 0));
        (await Deliver(new { itemId = "i1.03" })).Refused(409, "notYetStarted");
        (await manager.Post($"/bookings/{booking.Id()}/no-show", new { note = "" })).Refused(409, "stepDone");
        var part = (await Deliver(new { itemId = "i1.01", used = "PT2H" })).Expect(200);
        Assert.Equal(("confirmed", 1), (part.Status(), part["usageSoFar"]!.AsArray().Count));
        Assert.Equal(2, (await Deliver()).Expect(200)["usageSoFar"]!.AsArray().Count);
        await host.AdvanceTo(Instant.FromUtc(2027, 1, 25, 12, 0));
        var whole = (await Deliver()).Expect(200);
        Assert.Equal("delivered", whole.Status());
        Assert.Equal(["PT2H", "PT4H", "PT4H"], whole["final"]!["usage"]!.AsArray().Select(u => u!.Text("used")));
        // The operator of the first date is billed for two hours less.
        Assert.Equal(3 * 1_710m - 90m, whole["final"]!.Amount("net"));
        Assert.Equal("accepted", (await berlin.Post($"/bookings/{booking.Id()}/acceptance", new { accepted = true }))
            .Expect(200).Status());
    }
}
