using System.Text.Json.Nodes;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Bookings;

/// <summary>What a cancellation costs and gives back; and the way over an approval, where both sides sign.</summary>
public sealed class CancellationTests
{
    [Fact]
    public async Task Before_it_is_confirmed_a_booking_is_cancelled_without_a_fee()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        var wish = Wish.Mri("2026-12-07");
        var booking = await sme.Hold(wish);
        (await sme.Sign(booking)).Expect(200);
        var cancelled = await CancelsAsPreviewed(sme, booking, 0.00m);
        Assert.Equal("void", cancelled["contract"]!.Status());
        await EverythingIsBack(sme, wish);
    }

    [Theory]
    [InlineData("2026-12-15", 0)] // 14 days of notice
    [InlineData("2026-12-14", 25)] // 13
    [InlineData("2026-12-08", 25)] // 7
    [InlineData("2026-12-07", 50)] // 6
    public async Task After_it_is_confirmed_the_ladder_tells_the_fee(string day, int percent)
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        var wish = Wish.Mri(day);
        var booking = await sme.Confirm(await sme.Hold(wish));
        Assert.Equal("confirmed", booking.Status());
        // The base is time and operator: 1,380.00 + 180.00.
        await CancelsAsPreviewed(sme, booking, 1560.00m * percent / 100);
        await EverythingIsBack(sme, wish);
        var invoices = (await sme.Get($"/bookings/{booking.Id()}/invoices")).Expect(200)["items"]!.AsArray();
        Assert.Equal(
            percent == 0 ? [] : [1560.00m * percent / 100],
            invoices.Select(i => i!["totals"]!.Amount("payable")));
    }

    [Fact]
    public async Task The_facility_cancels_without_a_fee()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        var wish = Wish.Mri("2026-12-07");
        var booking = await sme.Confirm(await sme.Hold(wish));
        await CancelsAsPreviewed(await host.As("manager.biopmed-imaging"), booking, 0.00m);
        await EverythingIsBack(sme, wish);
    }

    [Fact]
    public async Task Nothing_is_cancelled_once_the_slot_has_started_and_a_second_time()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        var started = await sme.Confirm(await sme.Hold(Wish.Mri("2026-12-07")));
        var later = await sme.Hold(Wish.Mri("2026-12-17"));
        (await Cancel(sme, later)).Expect(200);
        (await Cancel(sme, later)).Refused(409, "bookingEnded");
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 7, 7, 0));
        (await Cancel(sme, started)).Refused(409, "alreadyStarted");
    }

    [Fact]
    public async Task Where_the_facility_approves_both_sides_sign()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (sme, manager) = (await host.As("sme.berlin"), await host.As("manager.biocat-structural"));
        // This platform has a standing offer, the next one has none.
        var first = await First(sme, "biocat-structural", "cryo-em-session", "PT12H");
        var offered = await sme.Hold(new("biocat-structural", "cryo-em-session", first, "PT12H"));
        Assert.Equal("awaitingApproval", offered.Status());
        (await sme.Sign(offered)).Refused(409, "gateOpen");
        (await sme.Post($"/bookings/{offered.Id()}/approval", new { decision = "approve", note = "" }))
            .Refused(403, "notAllowed");
        var approved = (await manager.Post(
            $"/bookings/{offered.Id()}/approval", new { decision = "approve", note = "Welcome" })).Expect(200);
        Assert.Equal("awaitingSignature", approved.Status());
        Assert.Equal("confirmed", (await sme.Confirm(approved)).Status());

        var chemists = await host.As("manager.biocat-medchem");
        var start = await First(sme, "biocat-medchem", "hts-day", "PT10H");
        var booking = await sme.Hold(new("biocat-medchem", "hts-day", start, "PT10H"));
        booking = (await chemists.Post($"/bookings/{booking.Id()}/approval", new { decision = "approve", note = "" }))
            .Expect(200);
        booking = (await sme.Sign(booking)).Expect(200);
        Assert.Equal("awaitingSignature", booking.Status());
        (await sme.Pay(booking)).Refused(409, "gateOpen");
        (await chemists.Post(
            $"/bookings/{booking.Id()}/contract/signatures",
            new { contentHash = "sha256:0", name = "Marta Soler" }))
            .Refused(409, "contractChanged");
        booking = (await chemists.Sign(booking, "Marta Soler")).Expect(200);
        Assert.Equal(
            ["Jana Krüger", "Marta Soler"],
            booking["contract"]!["signatures"]!.AsArray().Select(s => s!.Text("name")));
        Assert.Equal("confirmed", (await sme.Pay(booking)).Expect(200).Status());
    }

    [Fact]
    public async Task A_move_that_cannot_be_names_the_item_and_leaves_everything_as_it_was()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (sme, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        var (mine, other) = (Wish.Mri("2027-01-18"), Wish.Mri("2027-01-19"));
        await paris.Hold(other, "seine-therapeutics");
        var booking = await sme.Confirm(await sme.Hold(mine));
        Task<ApiAnswer> Move(string start) =>
            sme.Post($"/bookings/{booking.Id()}/reschedule", new { items = new[] { new { itemId = "i1", start } } });
        var taken = (await Move(other.Start)).Refused(409, "slotTaken");
        Assert.Equal("/items/0/start", taken["errors"]![0]!.Text("pointer"));
        Assert.NotEmpty(taken["alternatives"]!.AsArray());
        var offGrid = (await Move("2027-01-20T09:00:00+01:00")).Refused(422, "slotNotOffered");
        Assert.Equal("/items/0/start", offGrid["errors"]![0]!.Text("pointer"));
        Assert.Equal(mine.Start, (await sme.Booking(booking.Id()))["items"]![0]!.Text("start"));
        Assert.False(await sme.IsListed(mine));
        var moved = (await Move("2027-01-20T08:00:00+01:00")).Expect(200);
        Assert.Equal(("confirmed", "2027-01-20T08:00:00+01:00"), (moved.Status(), moved["items"]![0]!.Text("start")));
        Assert.True(await sme.IsListed(mine));
        Assert.Equal(1090.13m, (await sme.Voucher()).Amount("reserved"));
    }

    private static async Task<string> First(ApiClient client, string platform, string service, string duration) =>
        (await client.Slots(new(platform, service, "", duration), "2027-01-11", "2027-03-01"))[0]!.Text("start");

    private static Task<ApiAnswer> Cancel(ApiClient client, JsonNode booking) =>
        client.Post($"/bookings/{booking.Id()}/cancellation", new { reason = "The sample is not ready" });

    private static async Task<JsonNode> CancelsAsPreviewed(ApiClient client, JsonNode booking, decimal fee)
    {
        var preview = (await client.Get($"/bookings/{booking.Id()}/cancellation")).Expect(200);
        Assert.Equal(fee, preview.Amount("fee"));
        Assert.All(preview["refunds"]!.AsArray(), r =>
            Assert.Equal(r!.Amount("committed"), r!.Amount("kept") + r!.Amount("returned")));
        Assert.Equal([171.00m, 85.50m, 1090.13m],
            preview["refunds"]!.AsArray()
                .Where(r => r!.Text("source") != "account").Select(r => r!.Amount("returned")));
        Assert.NotEmpty(preview.Text("reason"));
        var cancelled = (await Cancel(client, booking)).Expect(200);
        Assert.Equal(("cancelled", fee), (cancelled.Status(), cancelled.Amount("cancellationFee")));
        return cancelled;
    }

    private static async Task EverythingIsBack(ApiClient sme, Wish wish)
    {
        Assert.Equal((0m, 5000m), (await sme.Voucher() is var v ? v.Amount("reserved") : 0, v.Amount("available")));
        Assert.True(await sme.IsListed(wish));
    }
}
