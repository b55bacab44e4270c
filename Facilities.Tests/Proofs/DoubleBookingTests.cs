using System.Text.Json.Nodes;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Proofs;

/// <summary>Rows B5 to B20 of the failures that others had, at the doors.</summary>
public sealed class DoubleBookingTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    [Fact]
    public async Task B5_of_two_who_hold_at_once_one_wins_and_only_the_winner_confirms()
    {
        var (berlin, paris) = (await api.Host.As("sme.berlin"), await api.Host.As("sme.paris"));
        for (var day = 11; day <= 15; day++)
        {
            var wish = Wish.Mri($"2027-01-{day}");
            var (ours, theirs) =
                ((await berlin.Quote(wish)).Expect(201), (await paris.Quote(wish, "seine-therapeutics")).Expect(201));
            var answers = await Task.WhenAll(berlin.Book(ours), paris.Book(theirs));
            Assert.Equal([201, 409], answers.Select(a => a.Status).Order());
            var (winner, loser) = answers[0].Status == 201 ? (berlin, paris) : (paris, berlin);
            var held = answers.Single(a => a.Status == 201).Json;
            // The holder confirms while the other tries again.
            var again = loser.Book(loser == berlin ? ours : theirs);
            Assert.Equal("confirmed", (await winner.Confirm(held)).Status());
            (await again).Refused(409, "slotTaken");
        }
    }

    [Fact]
    public async Task B5_a_hold_that_ends_while_its_holder_signs_is_had_by_one_alone()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        for (var day = 11; day <= 15; day++)
        {
            var wish = Wish.Mri($"2027-01-{day}");
            var theirs = (await paris.Quote(wish, "seine-therapeutics")).Expect(201);
            var held = await berlin.Hold(wish);
            host.Clock.Advance(Duration.FromMinutes(30));
            var (signed, booked, _) = (berlin.Sign(held), paris.Book(theirs), host.RunDueWork());
            (await signed).Refused(410, "holdExpired");
            await host.RunDueWork();
            if ((await booked).Status != 201) (await paris.Book(theirs)).Expect(201);
            Assert.Equal("expired", (await berlin.Booking(held.Id())).Status());
        }
    }

    [Fact]
    public async Task B6_every_loser_is_told_so_and_nothing_of_theirs_stays_held()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        var wish = Wish.Mri("2027-02-09");
        var quotes = await Task.WhenAll(Enumerable.Range(0, 30).Select(async _ => (await sme.Quote(wish)).Expect(201)));
        var answers = await Task.WhenAll(quotes.Select(quote => sme.Book(quote)));
        Assert.Single(answers, a => a.Status == 201);
        foreach (var loser in answers.Where(a => a.Status != 201)) loser.Refused(409, "slotTaken");
        Assert.Equal(1090.13m, (await sme.Voucher()).Amount("reserved"));
        var listed = (await sme.Get(
            $"/bookings?accountId={ApiClient.Account}&from=2027-02-09T00:00:00Z&to=2027-02-10T00:00:00Z"))
            .Expect(200)["items"]!.AsArray();
        Assert.Single(listed);
    }

    /// <summary>Both optical imagers are taken from 10:00 to 12:00, and a quarter of an hour of buffer after.</summary>
    [Theory]
    [InlineData("08:30", "PT1H", true)] // before
    [InlineData("09:00", "PT30M", true)] // its buffer ends in time
    [InlineData("09:30", "PT30M", false)] // meets, but its own buffer does not fit
    [InlineData("09:30", "PT1H", false)] // overlaps
    [InlineData("10:00", "PT1H", false)] // starts
    [InlineData("10:00", "PT2H", false)] // equals
    [InlineData("10:00", "PT3H", false)] // is started by
    [InlineData("10:30", "PT1H", false)] // during
    [InlineData("09:30", "PT3H", false)] // contains
    [InlineData("11:00", "PT1H", false)] // finishes
    [InlineData("09:00", "PT3H", false)] // is finished by
    [InlineData("11:30", "PT1H", false)] // is overlapped by
    [InlineData("12:00", "PT1H", false)] // is met by, but within the buffer
    [InlineData("12:30", "PT1H", true)] // after
    public async Task B10_no_relation_of_two_times_slips_through(string time, string duration, bool isFree)
    {
        var sme = await api.Host.As("sme.berlin");
        Wish At(string start, string length) =>
            new("biopmed-imaging", "optical-hour", $"2027-02-10T{start}:00+01:00", length);
        if (await sme.IsListed(At("10:00", "PT2H")))
        {
            await sme.Hold(At("10:00", "PT2H"));
            await sme.Hold(At("10:00", "PT2H"));
        }
        Assert.Equal(isFree, await sme.IsListed(At(time, duration)));
        var answer = await sme.Quote(At(time, duration));
        if (isFree) answer.Expect(201);
        else answer.Refused(409, "slotTaken");
    }

    [Fact]
    public async Task B13_services_that_share_a_resource_and_resources_of_several_units_are_counted()
    {
        var sme = await api.Host.As("sme.berlin");
        // MRI and PET/CT each take one of two operators: side by side they fit, twice the same scanner does not.
        await sme.Hold(Wish.Mri("2027-02-12"));
        var petCt = new Wish("biopmed-imaging", "pet-ct-session", "2027-02-12T09:00:00+01:00", "PT2H");
        await sme.Hold(petCt);
        (await sme.Quote(petCt)).Refused(409, "slotTaken");
        (await sme.Quote(Wish.Mri("2027-02-12"))).Refused(409, "slotTaken");
        // Two imagers: of three at once one is refused.
        var optical = new Wish("biopmed-imaging", "optical-hour", "2027-02-12T09:00:00+01:00", "PT1H");
        var quotes = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(async _ => (await sme.Quote(optical)).Expect(201)));
        var answers = await Task.WhenAll(quotes.Select(quote => sme.Book(quote)));
        Assert.Equal([201, 201, 409], answers.Select(a => a.Status).Order());
        // One order takes both items or none.
        var twice = new[] { Wish.Mri("2027-02-18").Item(), Wish.Mri("2027-02-18").Item() };
        (await sme.Post("/quotes", new { accountId = ApiClient.Account, items = twice }))
            .Refused(409, "slotTaken");
    }

    [Fact]
    public async Task B16_the_same_key_twice_and_in_parallel_makes_one_booking_with_one_answer()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        var quote = (await sme.Quote(Wish.Mri("2027-03-01"))).Expect(201);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => sme.Book(quote, "B16")));
        var again = await sme.Book(quote, "B16");
        Assert.All(answers.Append(again), answer => Assert.Equal((201, again.Text), (answer.Status, answer.Text)));
        Assert.Equal(1090.13m, (await sme.Voucher()).Amount("reserved"));
        Assert.Single((await sme.Get($"/bookings?accountId={ApiClient.Account}")).Expect(200)["items"]!.AsArray());
        // A refusal is repeated too, even when the slot has become free meanwhile.
        var paris = await host.As("sme.paris");
        var held = await sme.Hold(Wish.Mri("2027-03-02"));
        var quick = (await sme.Quote(Wish.Mri("2027-03-03"))).Expect(201);
        await paris.Hold(Wish.Mri("2027-03-03"), "seine-therapeutics");
        (await sme.Book(quick, "B16 refused")).Refused(409, "slotTaken");
        (await sme.Book(quick, "B16 refused")).Refused(409, "slotTaken");
        (await sme.Post($"/bookings/{held.Id()}/cancellation", new { reason = "" }, "B16 cancel")).Expect(200);
        (await sme.Post($"/bookings/{held.Id()}/cancellation", new { reason = "" }, "B16 cancel")).Expect(200);
    }

    [Fact]
    public async Task B15_a_move_sent_twice_moves_once()
    {
        var sme = await api.Host.As("sme.berlin");
        var held = await sme.Hold(Wish.Mri("2027-03-08"));
        JsonNode move = JsonNode.Parse("""{"items": [{"itemId": "i1", "start": "2027-03-09T08:00:00+01:00"}]}""")!;
        var moved = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(_ => sme.Post($"/bookings/{held.Id()}/reschedule", move, "B15")));
        Assert.All(moved, answer =>
            Assert.Equal("2027-03-09T08:00:00+01:00", answer.Expect(200)["items"]![0]!.Text("start")));
        Assert.True(await sme.IsListed(Wish.Mri("2027-03-08")));
        Assert.False(await sme.IsListed(Wish.Mri("2027-03-09")));
    }
}
