using System.Text.Json.Nodes;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Proofs;

/// <summary>Rows B14, B20 and M5: a booking is changed by the one way in, and what it gives up is free.</summary>
public sealed class ChangeTests
{
    private static readonly Wish Morning = Wish.Mri("2027-01-18");
    private static readonly Wish Afternoon = Wish.Mri("2027-01-18", "12:30");
    private static readonly Wish Long = Morning with { Duration = "PT8H" };

    [Fact]
    public async Task B14_a_longer_booking_takes_no_time_that_somebody_has_and_none_outside_the_hours()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        var booking = await berlin.Confirm(await berlin.Hold(Morning));
        var other = await paris.Hold(Afternoon, "seine-therapeutics");
        (await Resize(berlin, booking, "PT8H")).Refused(409, "slotTaken");
        foreach (var (length, status) in new[]
            { ("", 400), ("-PT4H", 400), ("PT0S", 400), ("PT0M", 422), ("P1D", 422), ("PT5H", 422), ("PT16H", 422) })
            Assert.Equal((length, status), (length, (await Resize(berlin, booking, length)).Status));
        Assert.True(JsonNode.DeepEquals(booking["items"], (await berlin.Booking(booking.Id()))["items"]));
        (await paris.Post($"/bookings/{other.Id()}/cancellation", new { reason = "" })).Expect(200);

        var preview = (await berlin.Get($"/bookings/{booking.Id()}/length?itemId=i1&duration=PT8H")).Expect(200);
        var longer = (await Resize(berlin, booking, "PT8H")).Expect(200);
        Assert.Equal(("confirmed", "2027-01-18T16:00:00+01:00"),
            (longer.Status(), longer["items"]![0]!.Text("end")));
        Assert.Equal((3270m, 1923.37m), (longer["agreed"]!.Amount("net"), longer["agreed"]!.Amount("accountPays")));
        Assert.True(JsonNode.DeepEquals(preview["price"], longer["agreed"]), "the preview differs");
        Assert.True(JsonNode.DeepEquals(booking["quote"], longer["quote"]), "the sealed price changed");
        Assert.Equal(1090.13m, (await berlin.Voucher()).Amount("reserved"));
        Assert.False(await berlin.IsListed(Afternoon));
        Assert.Equal(409, (await paris.Quote(Afternoon, "seine-therapeutics")).Status);
        // Thirteen hours from eight go beyond the closing time at twenty.
        Assert.Equal(422, (await Resize(berlin, booking, "PT13H")).Status);
        Assert.Equal(0, await Faults(host));
    }

    [Fact]
    public async Task B20_time_that_is_given_back_is_listed_and_booked_by_others_and_the_price_stays()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        var manager = await host.As("manager.biopmed-imaging");
        var booking = await berlin.Confirm(await berlin.Hold(Long));
        var pays = booking["quote"]!.Amount("accountPays");
        Assert.False(await paris.IsListed(Afternoon));
        var path = $"/bookings/{booking.Id()}/release";
        object Body(string from) => new { itemId = "i1", from };
        foreach (var from in new[]
            { "2027-01-18T08:00:00+01:00", "2027-01-18T16:00:00+01:00", "2026-11-01T12:00:00+01:00" })
            (await berlin.Post(path, Body(from))).Refused(422, "nothingToRelease");
        (await berlin.Post(path, Body(""))).Refused(400, "invalidRequest");
        var released = (await berlin.Post(path, Body("2027-01-18T12:00:00+01:00"), "release")).Expect(200);
        Assert.Equal("2027-01-18T12:00:00+01:00", released["items"]![0]!.Text("end"));
        Assert.Equal("2027-01-18T16:00:00+01:00", released["released"]![0]!.Text("until"));
        Assert.Equal(200, (await berlin.Post(path, Body("2027-01-18T12:00:00+01:00"), "release")).Status);
        Assert.True(await paris.IsListed(Afternoon));
        await paris.Hold(Afternoon, "seine-therapeutics");
        Assert.Equal(0, await Faults(host));

        await host.AdvanceTo(Instant.FromUtc(2027, 1, 18, 6, 30));
        (await berlin.Post($"/bookings/{booking.Id()}/check-in", new { itemId = "i1" })).Expect(200);
        var there = (await manager.Post($"/bookings/{booking.Id()}/check-in", new { itemId = "i1" })).Expect(200);
        Assert.Equal(2, there["arrivals"]!.AsArray().Count);
        await host.AdvanceTo(Instant.FromUtc(2027, 1, 18, 10, 0));
        (await manager.Post($"/bookings/{booking.Id()}/no-show", new { note = "" })).Refused(409, "stepDone");
        (await manager.Post(path, new { itemId = "i1" })).Expect(200);
        var delivered = (await manager.Post($"/bookings/{booking.Id()}/delivery", new { })).Expect(200);
        Assert.Equal(pays, delivered["final"]!.Amount("accountPays"));
        (await berlin.Post($"/bookings/{booking.Id()}/acceptance", new { accepted = true })).Expect(200);
        Assert.Equal(0, await Faults(host));
    }

    [Fact]
    public async Task M5_a_booking_that_was_lengthened_moved_and_cancelled_gives_each_source_what_is_its_own()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var berlin = await host.As("sme.berlin");
        var booking = await berlin.Confirm(await berlin.Hold(Morning));
        (await Resize(berlin, booking, "PT8H")).Expect(200);
        await host.AdvanceTo(Instant.FromUtc(2027, 1, 13, 9, 0));
        (await berlin.Post($"/bookings/{booking.Id()}/reschedule",
            new { items = new[] { new { itemId = "i1", start = "2027-03-15T08:00:00+01:00" } } })).Expect(200);
        Assert.True(await berlin.IsListed(Morning));
        // Five days were left when it was moved: half of 2 × 1,380.00 and 8 × 45.00, also two months ahead.
        var preview = (await berlin.Get($"/bookings/{booking.Id()}/cancellation")).Expect(200);
        Assert.Equal(1560m, preview.Amount("fee"));
        Assert.Contains("Moving ahead adds none", preview.Text("reason"), StringComparison.Ordinal);
        Assert.All(preview["refunds"]!.AsArray(), r =>
            Assert.Equal(r!.Amount("committed"), r!.Amount("kept") + r!.Amount("returned")));
        var cancelled = (await berlin.Post($"/bookings/{booking.Id()}/cancellation", new { reason = "" })).Expect(200);
        Assert.Equal(1560m, cancelled.Amount("cancellationFee"));
        Assert.Equal((0m, 5000m),
            (await berlin.Voucher() is var v ? v.Amount("reserved") : 0, v.Amount("available")));
        var invoice = (await berlin.Get($"/bookings/{booking.Id()}/invoices")).Expect(200)["items"]![0]!;
        Assert.Equal(1560m, invoice["totals"]!.Amount("payable"));
        Assert.Equal(0, await Faults(host));
    }

    private static Task<ApiAnswer> Resize(ApiClient client, JsonNode booking, string duration) =>
        client.Post($"/bookings/{booking.Id()}/length", new { itemId = "i1", duration });

    /// <summary>What the operator's verify finds: units, parts, money, rows.</summary>
    private static async Task<int> Faults(ApiHost host)
    {
        using var output = new StringWriter();
        var faults = await new Verifier(host.Storage.Open(), host.Clock, TimeProvider.System).Check(output);
        if (faults.ByName.Count > 0) Assert.Fail(output.ToString());
        return faults.ByName.Count;
    }
}
