using System.Text.Json.Nodes;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Services;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Programmes;

/// <summary>Programmes at the doors: written by the API and by the page alike.</summary>
public sealed class ProgrammeDoorTests
{
    private static JsonObject Body(string name = "Innovation voucher 2027") => JsonNode.Parse($$$"""
        {"name": "{{{name}}}", "funder": "Berlin Investment Agency", "country": "DE", "timeZone": "Europe/Berlin",
         "budget": {"amount": 20000, "currency": "EUR"}, "legalBasis": "EU 2023/2831", "rate": 75,
         "capPerVoucher": {"amount": 5000, "currency": "EUR"}, "providerScope": {"any": true}, "validityMonths": 12,
         "claimDays": 90, "regionsInclude": ["DE3"],
         "years": [{"year": 2026, "amount": {"amount": 8000, "currency": "EUR"}},
                   {"year": 2027, "amount": {"amount": 12000, "currency": "EUR"}}]}
        """)!.AsObject();

    [Fact]
    public async Task A_funder_writes_a_programme_becomes_its_officer_publishes_and_closes_it()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (funder, sme) = (await host.As("funder.berlin"), await host.As("sme.berlin"));
        var written = (await funder.Post("/programmes", Body().ToJsonString(), "key-1")).Expect(201);
        var id = written.Text("id");
        Assert.Equal("draft", written.Text("status"));
        Assert.Equal(id, (await funder.Post("/programmes", Body().ToJsonString(), "key-1")).Expect(201).Text("id"));
        Assert.Contains(
            (await funder.Get("/me")).Expect(200)["memberships"]!.AsArray(), m => m!.Text("organisationId") == id);

        // Nobody but the funder sees a draft, and nobody but its officers changes it.
        (await sme.Get($"/programmes/{id}")).Expect(404);
        Assert.DoesNotContain((await sme.Get("/programmes")).Expect(200)["items"]!.AsArray(), p => p!.Text("id") == id);
        Assert.Contains((await funder.Get("/programmes")).Expect(200)["items"]!.AsArray(), p => p!.Text("id") == id);
        (await (await host.As("funder.piemonte")).Put($"/programmes/{id}", Body().ToJsonString())).Expect(404);

        var cheaper = Body();
        cheaper["rate"] = 50;
        Assert.Equal(50, (await funder.Put($"/programmes/{id}", cheaper.ToJsonString())).Expect(200)["rate"]!
            .GetValue<int>());
        Assert.Equal(
            "published", (await funder.Post($"/programmes/{id}/publication")).Expect(200).Text("status"));
        Assert.Equal("published", (await sme.Get($"/programmes/{id}")).Expect(200).Text("status"));

        var backward = Body();
        (backward["rate"], backward["validityMonths"]) = (40, 6);
        var refused = await funder.Put($"/programmes/{id}", backward.ToJsonString());
        Assert.Equal("notForward", refused.Expect(422).Text("refusal"));
        Assert.Equal(
            ["/rate", "/validityMonths"], refused.Json["errors"]!.AsArray().Select(e => e!.Text("pointer")));

        var grain = host.Service<IGrainFactory>().GetGrain<IProgrammeGrain>(id);
        var officer = People.Of("p-o", OrganisationKind.Funder, id, Role.Officer);
        var awarded = await grain.Award(new(new("first"), officer, new("spree-diagnostics"), Eur(5_000), "first come"));
        Assert.True(awarded.Accepted, awarded.Refusal?.Reason);
        var unknown = await grain.Award(new(new("nobody"), officer, new("nobody"), Eur(1_000), ""));
        Assert.Equal(ProgrammeRefusal.AccountUnknown, unknown.Refusal!.Code);
        var year = (await funder.Get($"/programmes/{id}")).Expect(200)["years"]![0]!;
        Assert.Equal((5_000m, 3_000m), (year.Amount("taken"), year.Amount("free")));
        var more = Body();
        (more["rate"], more["budget"]!["amount"], more["years"]![1]!["amount"]!["amount"]) = (60, 30_000, 22_000);
        (await funder.Put($"/programmes/{id}", more.ToJsonString())).Expect(200);

        Assert.Equal("closed", (await funder.Post($"/programmes/{id}/closing", new { note = "Spent" })).Expect(200)
            .Text("status"));
        var late = await grain.Award(new(new("late"), officer, new("spree-diagnostics"), Eur(1_000), ""));
        Assert.Equal(ProgrammeRefusal.ProgrammeClosed, late.Refusal!.Code);
        var ledger = (await funder.Get($"/programmes/{id}/ledger")).Expect(200);
        Assert.Equal(ledger.Amount("debits"), ledger.Amount("credits"));
        using var output = new StringWriter();
        var faults = await new Verifier(host.Storage.Open(), SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.True(faults.Count == 0, output.ToString());
    }

    [Fact]
    public async Task Every_fault_of_a_programme_is_answered_with_its_place()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var funder = await host.As("funder.berlin");
        var wrong = Body();
        (wrong["country"], wrong["claimDays"], wrong["budget"]!["amount"]) = ("Germany", 0, 1);
        var refused = await funder.Post("/programmes", wrong.ToJsonString());
        var pointers = refused.Expect(422)["errors"]!.AsArray().Select(e => e!.Text("pointer")).ToArray();
        foreach (var pointer in new[] { "/country", "/claimDays", "/years" }) Assert.Contains(pointer, pointers);
        (await (await host.As("sme.berlin")).Post("/programmes", Body().ToJsonString())).Expect(403);
    }

    [Fact]
    public async Task Verify_finds_a_year_that_was_granted_beyond_its_budget()
    {
        var storage = await CatalogueDatabase.Sqlite();
        using (var host = ApiHost.Start(storage))
        {
            var funder = await host.As("funder.berlin");
            var id = (await funder.Post("/programmes", Body().ToJsonString())).Expect(201).Text("id");
            (await funder.Post($"/programmes/{id}/publication")).Expect(200);
            var officer = People.Of("p-o", OrganisationKind.Funder, id, Role.Officer);
            foreach (var amount in new[] { 5_000m, 3_000m })
                Assert.True((await host.Service<IGrainFactory>().GetGrain<IProgrammeGrain>(id).Award(new(
                    new($"a-{amount}"), officer, new("spree-diagnostics"), Eur(amount), ""))).Accepted);
        }
        await using var dialect = storage.Open();
        await dialect.Read(connection => Dapper.SqlMapper.ExecuteAsync(connection, """
            update events set data = json_set(data, '$.terms.years[0].amount.amount', 7999)
            where name = 'programme.published.v1' and json_extract(data, '$.terms.years') is not null
            """));
        using var output = new StringWriter();
        var faults = await new Verifier(storage.Open(), SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.Contains("yearBudgetExceeded", faults.ByName.Keys);
    }
}
