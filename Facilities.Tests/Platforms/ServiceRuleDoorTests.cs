using System.Text.Json.Nodes;
using Facilities.Grains.Services;
using Facilities.Tests.Proofs;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Platforms;

/// <summary>The rules of a service at the door: written, read, refused by name.</summary>
public sealed class ServiceRuleDoorTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string Cytometry = "/platforms/genopole-cytometry";

    [Fact]
    public async Task Rules_are_written_and_read_and_every_fault_is_named_at_once()
    {
        var manager = await api.Host.As("manager.biopmed-imaging");
        var service = (await Service(manager, "biopmed-imaging", "optical-hour")).AsObject();
        service["quota"] = JsonNode.Parse("""{"timePerWeek": "PT8H", "slotsAhead": 2}""");
        service["vatClass"] = "premises";
        service["specialHours"] = JsonNode.Parse("""
            {"kind": "discount", "percent": 25, "hours": [{"rrule": "FREQ=DAILY", "from": "18:00", "to": "20:00"}]}
            """);
        var path = "/platforms/biopmed-imaging/services/optical-hour";
        (await manager.Put(path, service)).Expect(200);
        var read = await Service(manager, "biopmed-imaging", "optical-hour");
        Assert.Equal("PT8H", read["quota"]!["timePerWeek"]!.GetValue<string>());
        Assert.Equal("premises", read.Text("vatClass"));
        Assert.Equal(25, read["specialHours"]!["percent"]!.GetValue<decimal>());

        service["quota"] = JsonNode.Parse("""{"timePerWeek": "P1D", "slotsPerWeek": 0}""");
        service["specialHours"]!["hours"]![0]!["rrule"] = "FREQ=NEVER";
        service["partialUses"] = JsonNode.Parse("""[{"resource": "gone", "first": "PT1H"}]""");
        var refused = (await manager.Put(path, service)).Expect(422);
        Assert.Equal(
            ["/partialUses/0/resource", "/quota/slotsPerWeek", "/quota/timePerWeek", "/specialHours/hours/0/rrule"],
            refused["errors"]!.AsArray().Select(e => e!["pointer"]!.GetValue<string>()).Distinct()
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_manager_grants_renews_and_withdraws_what_its_services_need()
    {
        var manager = await api.Host.As("manager.genopole-cytometry");
        const string one = $"{Cytometry}/qualifications/cytometry-user/accounts/seine-therapeutics";
        (await manager.Put(one, new { validUntil = "2027-12-31", note = "Course of May" }))
            .Expect(200);
        var held = (await manager.Get($"{Cytometry}/qualifications")).Expect(200);
        Assert.Equal("2027-12-31", held["items"]![0]!["validUntil"]!.GetValue<string>());
        var gone = (await manager.Send(HttpMethod.Delete, one, null)).Expect(200);
        Assert.True(gone["withdrawn"]!.GetValue<bool>());
        Assert.Equal(404, (await manager.Put(
            $"{Cytometry}/qualifications/cytometry-user/accounts/nobody", new { })).Status);
        Assert.Equal(422, (await manager.Put(
            $"{Cytometry}/qualifications/juggling/accounts/seine-therapeutics", new { })).Status);
    }

    private static async Task<JsonNode> Service(ApiClient client, string platform, string service) =>
        (await client.Get($"/platforms/{platform}")).Expect(200)["services"]!.AsArray()
            .Single(s => s!["serviceId"]!.GetValue<string>() == service)!.DeepClone();
}
