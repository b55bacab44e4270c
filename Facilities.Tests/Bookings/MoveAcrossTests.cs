using System.Text.Json.Nodes;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Bookings;

/// <summary>Items at several platforms are moved at once: all of them, or none.</summary>
public sealed class MoveAcrossTests
{
    private static readonly Wish Scan = Wish.Mri("2027-01-18");
    private static readonly Wish Assembly =
        new("biopmed-devices", "assembly-half-day", "2027-01-20T08:00:00+01:00", "PT5H");
    private static readonly Wish ScanLater = Wish.Mri("2027-01-25");
    private static readonly Wish AssemblyLater = Assembly with { Start = "2027-01-27T08:00:00+01:00" };

    [Fact]
    public async Task B15_items_at_two_platforms_move_at_once_and_a_repeat_moves_nothing_more()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var berlin = await host.As("sme.berlin");
        var booking = await Campaign(berlin);
        var moved = (await Move(berlin, booking, ScanLater, AssemblyLater, "once")).Expect(200);
        Assert.Equal([ScanLater.Start, AssemblyLater.Start],
            moved["items"]!.AsArray().Select(i => i!.Text("start")));
        Assert.Equal(booking["quote"]!.Amount("net"), moved["quote"]!.Amount("net"));
        Assert.Equal(200, (await Move(berlin, booking, ScanLater, AssemblyLater, "once")).Status);
        await Listed(berlin, Scan, Assembly);
        await NotListed(berlin, ScanLater, AssemblyLater);
        Assert.Equal(0, await Faults(host));
    }

    [Fact]
    public async Task B3_where_one_platform_cannot_both_stay_and_nothing_is_held_for_the_move()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        var booking = await Campaign(berlin);
        // The platforms are asked in the order of their ids: the first can, the second cannot.
        var theirs = await paris.Hold(ScanLater, "seine-therapeutics");
        var refused = await Move(berlin, booking, ScanLater, AssemblyLater);
        refused.Refused(409, "slotTaken");
        Assert.Equal("/items/0/start", refused.Json["errors"]![0]!.Text("pointer"));
        Assert.True(JsonNode.DeepEquals(booking["items"], (await berlin.Booking(booking.Id()))["items"]));
        await Listed(berlin, AssemblyLater);
        await NotListed(berlin, Scan, Assembly);
        Assert.Equal(0, await Faults(host));
        (await paris.Post($"/bookings/{theirs.Id()}/cancellation", new { reason = "" })).Expect(200);
        (await Move(berlin, booking, ScanLater, AssemblyLater)).Expect(200);
        Assert.Equal(0, await Faults(host));
    }

    [Fact]
    public async Task A_manager_moves_what_lies_at_the_own_facility_alone_and_another_facility_is_another_contract()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        var booking = await Campaign(berlin);
        (await Move(manager, booking, ScanLater, AssemblyLater)).Refused(403, "notAllowed");
        (await manager.Post($"/bookings/{booking.Id()}/reschedule",
            new { items = new[] { new { itemId = "i2", start = AssemblyLater.Start } } })).Refused(403, "notAllowed");
        (await manager.Post($"/bookings/{booking.Id()}/reschedule",
            new { items = new[] { new { itemId = "i1", start = ScanLater.Start } } })).Expect(200);
        var elsewhere = await berlin.Post($"/bookings/{booking.Id()}/reschedule", new
        {
            items = new[] { new { itemId = "i1", start = Scan.Start, platformId = "biopmed-devices" } },
        });
        elsewhere.Refused(422, "slotNotOffered");
        Assert.Contains("ask for a quote there", elsewhere.Text, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> Campaign(ApiClient client)
    {
        var quote = (await client.Post("/quotes", new
        {
            accountId = ApiClient.Account,
            items = new[] { Scan.Item(), Assembly.Item() },
        })).Expect(201);
        return (await client.Book(quote)).Expect(201);
    }

    private static Task<ApiAnswer> Move(
        ApiClient client, JsonNode booking, Wish scan, Wish assembly, string? key = null) =>
        client.Post($"/bookings/{booking.Id()}/reschedule", new
        {
            items = new[] { new { itemId = "i1", start = scan.Start }, new { itemId = "i2", start = assembly.Start } },
        }, key);

    private static async Task Listed(ApiClient client, params Wish[] wishes)
    {
        foreach (var wish in wishes) Assert.True(await client.IsListed(wish), $"{wish} is not listed");
    }

    private static async Task NotListed(ApiClient client, params Wish[] wishes)
    {
        foreach (var wish in wishes) Assert.Equal(409, (await client.Quote(wish)).Status);
    }

    /// <summary>What the operator's verify finds: units, parts, money, rows.</summary>
    private static async Task<int> Faults(ApiHost host)
    {
        using var output = new StringWriter();
        var faults = await new Verifier(host.Storage.Open(), host.Clock, TimeProvider.System).Check(output);
        if (faults.ByName.Count > 0) Assert.Fail(output.ToString());
        return faults.ByName.Count;
    }
}
