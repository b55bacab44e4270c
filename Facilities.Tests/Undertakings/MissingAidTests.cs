using System.Text.Json.Nodes;
using Dapper;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Undertakings;

/// <summary>Awards that were made before the aid register was kept, and how an officer takes them in.</summary>
public sealed class MissingAidTests
{
    private const string Door = "/programmes/berlin-abroad/aid-register";

    /// <summary>A database as it was before there were registers: the vouchers stand in none.</summary>
    private static async Task<StorageOptions> Old()
    {
        var storage = await CatalogueDatabase.Sqlite();
        await using var dialect = storage.Open();
        foreach (var table in new[] { "events", "commands", "snapshots", "due" })
            await dialect.Read(connection => connection.ExecuteAsync(
                $"delete from {table} where stream like 'undertaking/%'"));
        await dialect.Read(connection => connection.ExecuteAsync("delete from aid_entries"));
        return storage;
    }

    [Fact]
    public async Task Awards_of_before_are_counted_as_missing_and_taken_in_once()
    {
        using var host = ApiHost.Start(await Old());
        var (funder, spree) = (await host.As("funder.berlin"), await host.As("sme.berlin"));
        var before = (await funder.Get($"{Door}/summary")).Expect(200);
        var missing = before["missing"]!.GetValue<int>();
        Assert.True(missing >= 2, before.ToJsonString());
        Assert.Empty((await funder.Get(Door)).Expect(200)["items"]!.AsArray());

        // Two officers at once, and one again: each award is taken in once.
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => funder.Post($"{Door}/missing")));
        Assert.All(both, answer => Assert.Equal(0, answer.Expect(200)["missing"]!.GetValue<int>()));
        (await funder.Post($"{Door}/missing")).Expect(200);
        var items = (await funder.Get(Door)).Expect(200)["items"]!.AsArray();
        Assert.Equal(missing, items.Count);
        // It counts from the day of the award, and is due in the central register from then on.
        var entry = items.Single(e => e!.Text("beneficiaryId") == "spree-diagnostics")!;
        Assert.Equal(
            ("2026-12-01", "2026-12-30", 5_000m),
            (entry.Text("grantedOn"), entry.Text("registerBy"), entry.Amount("amount")));
        Assert.Equal(295_000m, (await spree.Get("/accounts/spree-diagnostics/aid"))
            .Expect(200)["standings"]!.AsArray().Single()!.Amount("left"));
    }

    [Fact]
    public async Task Nobody_else_takes_them_in_and_a_programme_without_a_ceiling_has_none()
    {
        using var host = ApiHost.Start(await Old());
        (await (await host.As("sme.berlin")).Post($"{Door}/missing")).Expect(404);
        (await (await host.As("funder.piemonte")).Post($"{Door}/missing")).Expect(404);
        var funder = await host.As("funder.berlin");
        (await funder.Post("/programmes/none-such/aid-register/missing")).Expect(404);
        var body = JsonNode.Parse("""
            {"name": "Own money", "funder": "Berlin", "country": "DE", "timeZone": "Europe/Berlin",
             "budget": {"amount": 20000, "currency": "EUR"}, "legalBasis": "none", "rate": 75,
             "capPerVoucher": {"amount": 5000, "currency": "EUR"}, "providerScope": {"any": true},
             "validityMonths": 12, "claimDays": 90}
            """)!;
        var id = (await funder.Post("/programmes", body.ToJsonString())).Expect(201).Text("id");
        (await funder.Post($"/programmes/{id}/publication")).Expect(200);
        Assert.Equal(
            0, (await funder.Post($"/programmes/{id}/aid-register/missing")).Expect(200)["missing"]!.GetValue<int>());
    }
}
