using System.Text.Json.Nodes;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Proofs;

/// <summary>Rows B20 and M4: whatever ends or moves a booking frees its slot, and returns its reserve, once.</summary>
public sealed class FreedSlotTests
{
    private static readonly Wish Mri = Wish.Mri("2027-01-18");
    private static readonly Wish PetCt = new("biopmed-imaging", "pet-ct-session", "2027-01-18T08:00:00+01:00", "PT4H");

    public static TheoryData<string> Ends =>
        ["cancelled", "cancelled when confirmed", "cancelled by the facility", "moved", "expired",
            "not signed", "unpaid", "rejected", "not approved"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task B20_and_M4_the_slot_is_free_and_the_voucher_whole_after_it_is(string end)
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        var wish = end is "rejected" or "not approved" or "not signed" ? PetCt : Mri;
        var held = await berlin.Hold(wish);
        Assert.False(await berlin.IsListed(wish));
        Assert.NotEqual(0m, (await berlin.Voucher()).Amount("reserved"));
        var reserved = await End(host, berlin, held, end);
        for (var time = 0; time < 2; time++)
        {
            var voucher = await berlin.Voucher();
            Assert.Equal((reserved, 0m, 5000m - reserved),
                (voucher.Amount("reserved"), voucher.Amount("redeemed"), voucher.Amount("available")));
            // Once: neither another wake nor a repeated request returns it a second time.
            await host.RunDueWork();
            if (end != "moved") await berlin.Post($"/bookings/{held.Id()}/cancellation", new { reason = "again" });
        }
        Assert.True(await berlin.IsListed(wish));
        (await paris.Book((await paris.Quote(wish, "seine-therapeutics")).Expect(201))).Expect(201);
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task B20_somebody_who_waits_is_offered_the_slot_after_each_and_leaves_it_to_everybody(string end)
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris, cuneo) = (
            await host.As("sme.berlin"), await host.As("sme.paris"), await host.As("sme.cuneo"));
        var wish = end is "rejected" or "not approved" or "not signed" ? PetCt : Mri;
        var held = await berlin.Hold(wish);
        var entry = (await cuneo.Post("/accounts/langhe-biotech/waitlist", new
        {
            platformId = wish.Platform,
            serviceId = wish.Service,
            duration = wish.Duration,
            start = wish.Start,
        })).Expect(201);
        await End(host, berlin, held, end);
        Assert.False(await berlin.IsListed(wish));
        (await paris.Quote(wish, "seine-therapeutics")).Refused(409, "slotTaken");
        (await cuneo.Quote(wish, "langhe-biotech")).Expect(201);
        Assert.Equal(204, (await cuneo.Send(HttpMethod.Delete,
            $"/accounts/langhe-biotech/waitlist/{entry.Text("entryId")}", null)).Status);
        Assert.True(await berlin.IsListed(wish));
        (await paris.Book((await paris.Quote(wish, "seine-therapeutics")).Expect(201))).Expect(201);
    }

    [Fact]
    public async Task M4_a_no_show_returns_the_reserve_too()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        var booking = await berlin.Confirm(await berlin.Hold(Mri));
        (await manager.Post($"/bookings/{booking.Id()}/no-show", new { note = "" })).Refused(409, "notYetStarted");
        await host.AdvanceTo(Instant.FromUtc(2027, 1, 18, 12, 0));
        var ended = (await manager.Post($"/bookings/{booking.Id()}/no-show", new { note = "Nobody came" })).Expect(200);
        Assert.Equal(("noShow", 1560.00m), (ended.Status(), ended.Amount("cancellationFee")));
        var voucher = await berlin.Voucher();
        Assert.Equal((0m, 5000m), (voucher.Amount("reserved"), voucher.Amount("available")));
    }

    [Fact]
    public async Task A_hold_is_lengthened_once_and_a_delivery_is_deemed_accepted_after_ten_working_days()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        var booking = await berlin.Hold(Mri);
        Assert.Equal("2026-12-01T09:30:00Z", booking.Text("heldUntil"));
        Assert.Equal("2026-12-01T10:00:00Z",
            (await berlin.Post($"/bookings/{booking.Id()}/extension")).Expect(200).Text("heldUntil"));
        (await berlin.Post($"/bookings/{booking.Id()}/extension")).Refused(409, "alreadyExtended");
        await host.Advance(Duration.FromMinutes(59));
        await berlin.Confirm(booking);
        await host.AdvanceTo(Instant.FromUtc(2027, 1, 18, 12, 0));
        (await manager.Post($"/bookings/{booking.Id()}/delivery", new { })).Expect(200);
        // Ten working days after Monday the 18th end with Monday the first of February.
        await host.AdvanceTo(Instant.FromUtc(2027, 2, 1, 22, 59));
        Assert.Equal("delivered", (await berlin.Booking(booking.Id())).Status());
        await host.AdvanceTo(Instant.FromUtc(2027, 2, 1, 23, 0));
        Assert.Equal("accepted", (await berlin.Booking(booking.Id())).Status());
        Assert.Equal(1090.13m, (await berlin.Voucher()).Amount("redeemed"));
        Assert.Single((await (await host.As("funder.berlin")).Get("/programmes/berlin-abroad/claims"))
            .Expect(200)["items"]!.AsArray());
    }

    /// <summary>Brings the end about; answers what stays reserved.</summary>
    private static async Task<decimal> End(ApiHost host, ApiClient berlin, JsonNode held, string end)
    {
        var manager = await host.As("manager.biopmed-imaging");
        var path = $"/bookings/{held.Id()}";
        var expected = end switch
        {
            "moved" => "held",
            "rejected" => "rejected",
            _ when end.StartsWith("cancelled", StringComparison.Ordinal) => "cancelled",
            _ => "expired",
        };
        switch (end)
        {
            case "cancelled":
                (await berlin.Post(path + "/cancellation", new { reason = "" })).Expect(200);
                break;
            case "cancelled when confirmed":
                await berlin.Confirm(held);
                (await berlin.Post(path + "/cancellation", new { reason = "" })).Expect(200);
                break;
            case "cancelled by the facility":
                await berlin.Confirm(held);
                (await manager.Post(path + "/cancellation", new { reason = "The magnet quenched" })).Expect(200);
                break;
            case "moved":
                (await berlin.Post(path + "/reschedule",
                    """{"items": [{"itemId": "i1", "start": "2027-01-19T12:30:00+01:00"}]}""")).Expect(200);
                break;
            case "expired":
                await host.Advance(Duration.FromMinutes(30));
                break;
            case "not signed":
                (await manager.Post(path + "/approval", new { decision = "approve" })).Expect(200);
                await host.Advance(Duration.FromDays(8));
                break;
            case "unpaid":
                (await berlin.Sign(held)).Expect(200);
                await host.Advance(Duration.FromDays(8));
                break;
            case "rejected":
                (await manager.Post(path + "/approval", new { decision = "reject", note = "No tracer" })).Expect(200);
                break;
            case "not approved":
                await host.Advance(Duration.FromDays(4));
                break;
        }
        Assert.Equal(expected, (await berlin.Booking(held.Id())).Status());
        return end == "moved" ? 1090.13m : 0m;
    }
}
