using System.Text.Json.Nodes;
using Facilities.Api.Closures;
using Facilities.Grains.Services;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Platforms;

/// <summary>Maintenance and holidays at the door: from the preview to the last booking that was moved.</summary>
public sealed class ClosureApiTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string Imaging = "/platforms/biopmed-imaging";

    private static object Mornings(string[] acknowledged) => new
    {
        resources = new[] { "mri-7t" },
        from = "2027-02-01T08:00",
        to = "2027-02-01T10:00",
        reason = "calibration",
        rrule = "FREQ=WEEKLY",
        validUntil = "2027-02-22",
        acknowledged,
    };

    [Fact]
    public async Task Maintenance_that_meets_bookings_lists_them_and_each_is_moved_to_an_offer()
    {
        var (sme, manager) = (await api.Host.As("sme.berlin"), await api.Host.As("manager.biopmed-imaging"));
        var held = await sme.Hold(Wish.Mri("2027-02-01"));
        var firm = await sme.Confirm(await sme.Hold(Wish.Mri("2027-02-08")));

        var preview = (await manager.Post($"{Imaging}/closures/preview", Mornings([]))).Expect(200);
        Assert.Equal(["2027-02-01T08:00:00+01:00", "2027-02-08T08:00:00+01:00", "2027-02-15T08:00:00+01:00",
            "2027-02-22T08:00:00+01:00"], preview["times"]!.AsArray().Select(time => time!.Text("start")));
        Assert.Equal([(held.Id(), "held"), (firm.Id(), "confirmed")],
            preview["collisions"]!.AsArray().Select(c => (c!.Id(), c!.Status())));
        Assert.Equal("Spree Diagnostics GmbH"[..17], preview["collisions"]![0]!.Text("accountName")[..17]);
        Assert.True(await sme.IsListed(Wish.Mri("2027-02-22")));

        (await manager.Post($"{Imaging}/closures", Mornings([held.Id()]))).Refused(409, "bookingsCollide");
        var closed = (await manager.Post($"{Imaging}/closures", Mornings([held.Id(), firm.Id()]))).Expect(200);
        Assert.False(await sme.IsListed(Wish.Mri("2027-02-22")));
        Assert.True(await sme.IsListed(Wish.Mri("2027-02-23")));
        (await sme.Quote(Wish.Mri("2027-02-22"))).Refused(422, "outsideHours");
        Assert.Equal("confirmed", (await sme.Booking(firm.Id())).Status());

        foreach (var booking in new[] { held.Id(), firm.Id() })
        {
            var offer = (await ToMove(manager)).Single(c => c!.Id() == booking)!["alternatives"]![0]!.Text("start");
            (await manager.Post($"/bookings/{booking}/reschedule",
                new { items = new[] { new { itemId = "i1", start = offer } } })).Expect(200);
            Assert.DoesNotContain(await ToMove(manager), c => c!.Id() == booking);
        }
        var closure = closed.Text("closureId");
        Assert.Contains((await manager.Get($"{Imaging}/closures")).Expect(200)["items"]!.AsArray(),
            c => c!.Text("closureId") == closure && c!.Text("rrule") == "FREQ=WEEKLY");
        (await manager.Send(HttpMethod.Delete, $"{Imaging}/closures/{closure}", null)).Expect(200);
        (await manager.Send(HttpMethod.Delete, $"{Imaging}/closures/{closure}", null)).Refused(404, "closureUnknown");
        Assert.True(await sme.IsListed(Wish.Mri("2027-02-22")));
        await AssertSound();
    }

    [Fact]
    public async Task Holidays_are_switched_on_with_exceptions_and_off()
    {
        var (sme, manager) = (await api.Host.As("sme.berlin"), await api.Host.As("manager.biopmed-imaging"));
        var (monday, liberation) = (Wish.Mri("2027-03-29", offset: "+02:00"), Wish.Mri("2027-05-17", offset: "+02:00"));
        Assert.True(await sme.IsListed(monday));
        var before = (await manager.Get($"{Imaging}/holidays")).Expect(200);
        Assert.Null(before["region"]);
        Assert.Equal("IT", before.Text("offered"));

        (await manager.Post($"{Imaging}/holidays/preview", new { region = "IT" })).Expect(200);
        Assert.True(await sme.IsListed(monday));
        var after = (await manager.Put($"{Imaging}/holidays", new { region = "IT", openOn = new[] { "2027-04-25" } }))
            .Expect(200);
        Assert.Equal([("2027-03-29", "Easter Monday", true), ("2027-04-25", "Liberation Day", false)],
            after["days"]!.AsArray().Where(day => day!.Text("date") is "2027-03-29" or "2027-04-25")
                .Select(day => (day!.Text("date"), day!.Text("name"), day!["closed"]!.GetValue<bool>())));
        Assert.False(await sme.IsListed(monday));
        Assert.True(await sme.IsListed(liberation));
        Assert.Contains("Easter Monday", (await sme.Quote(monday)).Refused(422, "outsideHours").ToJsonString(),
            StringComparison.Ordinal);

        (await manager.Put($"{Imaging}/holidays", new { region = (string?)null })).Expect(200);
        Assert.True(await sme.IsListed(monday));
        await AssertSound();
    }

    [Fact]
    public async Task What_cannot_be_closed_so_is_refused_with_the_part_that_is_wrong()
    {
        var manager = await api.Host.As("manager.biopmed-imaging");
        var faults = (await manager.Post($"{Imaging}/closures", new
        {
            from = "2027-02-01T08:00",
            to = "2027-02-01T07:00",
            reason = "",
            rrule = "FREQ=SOMETIMES",
        })).Refused(422, "invalidRequest")["errors"]!.AsArray().Select(e => e!.Text("pointer"));
        Assert.Equal(["/to", "/rrule", "/reason"], faults);
        var laser = (await manager.Post($"{Imaging}/closures",
            new { resources = new[] { "laser" }, from = "2027-06-01T08:00", to = "2027-06-01T09:00", reason = "x" }))
            .Refused(422, "notValid");
        Assert.Equal("/resources/0", laser["errors"]![0]!.Text("pointer"));
        var abroad = (await manager.Put($"{Imaging}/holidays", new { region = "FR" })).Refused(422, "notValid");
        Assert.Equal("/region", abroad["errors"]![0]!.Text("pointer"));
        (await manager.Get("/platforms/nowhere/closures")).Refused(404, "platformUnknown");
    }

    private static async Task<JsonArray> ToMove(ApiClient manager) =>
        (await manager.Get($"{Imaging}/collisions")).Expect(200)["items"]!.AsArray();

    private async Task AssertSound()
    {
        using var output = new StringWriter();
        var faults = await new Verifier(api.Host.Service<IDialect>(), api.Host.Clock, TimeProvider.System).Run(output);
        Assert.True(faults == 0, output.ToString());
    }
}
