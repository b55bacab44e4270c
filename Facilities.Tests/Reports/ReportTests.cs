using System.Text.Json.Nodes;
using Facilities.Tests.Scenarios;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Reports;

/// <summary>Each figure of a report, of two awards whose life is known to the cent and the day.</summary>
public sealed class ReportTests
{
    private const string Funder = "funder.berlin";

    [Fact]
    public async Task Every_figure_is_what_the_awards_and_claims_say()
    {
        using var host = await ScenarioHost.On(new LocalDate(2026, 3, 2));
        await host.ReferenceService();
        var programme = await host.Programme(Funder, """{"regionsInclude": ["DE3", "DE4"]}""");
        var voucher = await host.Award(Funder, programme, "sme.berlin", ScenarioHost.Berlin, "5000");
        await host.Award(Funder, programme, "sme.potsdam", "havel-biologics", "3000");
        await DeclareMedium(await host.Api.As("sme.potsdam"));
        var booking = await host.Book("sme.berlin", (await host.QuoteReference(voucher)).Expect(201));
        await host.Until(5, 12);
        await host.Deliver("sme.berlin", "manager.biopmed-imaging", booking);
        var claims = $"/programmes/{programme}/claims/{(await host.Claim(Funder, programme)).Text("claimId")}";
        await host.Until(5, 15);
        (await (await host.Api.As(Funder)).Post($"{claims}/decision", new { decision = "approve", note = "" }))
            .Expect(200);
        await host.Until(5, 22);
        var funder = await host.Api.As(Funder);
        (await funder.Post($"{claims}/payment", new { reference = "SCT-1" })).Expect(200);

        var report = (await funder.Get($"/programmes/{programme}/report")).Expect(200);
        // From 2 March to 22 May are 82 days, both counted: 8,000 / 82 × 30; 92,000 last 943 days at that pace.
        Assert.Equal(2_926.83m, report["forecast"]!.Amount("perMonth"));
        Assert.Equal("2028-12-20", report["forecast"]!.Text("lastsUntil"));
        Assert.Equal(
            """{"toDecision":3,"decided":1,"toPayment":10,"paid":1}""", report["times"]!.ToJsonString());
        Assert.Equal(
            "cluster biotop 2 8000, region DE30 1 5000, region DE40 1 3000, size medium 1 3000, size small 1 5000, "
                + "category imaging 1 1500",
            string.Join(", ", from grouping in report["groupings"]!.AsArray()
                              from g in grouping!["groups"]!.AsArray()
                              let figures = $"{g!["count"]} {g.Amount("amount"):0.##}"
                              select $"{grouping!.Text("by")} {g!.Text("group")} {figures}"));

        Assert.Equal(
            ["Havel Biologics GmbH (demonstration) DE DE404 2026-03-02 1 3000",
                "Spree Diagnostics GmbH (demonstration) DE DE300 2026-03-02 1 5000"],
            (await (await host.Api.As("sme.paris")).Get($"/programmes/{programme}/beneficiaries")).Expect(200)["items"]!
                .AsArray().Select(b => $"{b!.Text("name")} {b!.Text("country")} {b!.Text("region")} "
                    + $"{b!.Text("awardedOn")} {b!["vouchers"]} {b!.Amount("awarded"):0.##}"));
        // Two companies are too few to publish any figure of.
        var open = (await funder.Get($"/programmes/{programme}/open-data.csv")).Text;
        Assert.Contains("size,medium,,,EUR", open, StringComparison.Ordinal);
        Assert.DoesNotContain("3000", open, StringComparison.Ordinal);
        Assert.DoesNotContain("8000", open, StringComparison.Ordinal);

        // What is given back was not awarded: 5,000 in the same days, and 95,000 free.
        await host.Until(5, 23);
        var havel = (await host.Vouchers("sme.potsdam", "havel-biologics"))
            .Single(v => v!.Text("programmeId") == programme)!.Text("voucherId");
        (await (await host.Api.As("sme.potsdam")).Post($"/vouchers/{havel}/return", new { reason = "No need." }))
            .Expect(200);
        report = (await (await host.Api.As(Funder)).Get($"/programmes/{programme}/report")).Expect(200);
        Assert.Equal(1_807.23m, report["forecast"]!.Amount("perMonth"));
        Assert.Single((await (await host.Api.As("sme.paris")).Get($"/programmes/{programme}/beneficiaries"))
            .Expect(200)["items"]!.AsArray());
        (await (await host.Api.As("funder.piemonte")).Get($"/programmes/{programme}/report")).Expect(404);
    }

    [Fact]
    public async Task A_rejected_claim_is_decided_and_neither_awarded_nor_of_any_category()
    {
        using var host = await ScenarioHost.On(new LocalDate(2026, 3, 2));
        await host.ReferenceService();
        var programme = await host.Programme(Funder);
        var voucher = await host.Award(Funder, programme, "sme.berlin", ScenarioHost.Berlin, "5000");
        var booking = await host.Book("sme.berlin", (await host.QuoteReference(voucher)).Expect(201));
        await host.Until(5, 12);
        await host.Deliver("sme.berlin", "manager.biopmed-imaging", booking);
        await host.Until(5, 17);
        var claim = (await host.Claim(Funder, programme)).Text("claimId");
        var funder = await host.Api.As(Funder);
        (await funder.Post(
            $"/programmes/{programme}/claims/{claim}/decision", new { decision = "reject", note = "No report." }))
            .Expect(200);
        var report = (await funder.Get($"/programmes/{programme}/report")).Expect(200);
        Assert.Equal(
            """{"toDecision":5,"decided":1,"toPayment":null,"paid":0}""", report["times"]!.ToJsonString());
        Assert.Empty(report["groupings"]!.AsArray().Single(g => g!.Text("by") == "category")!["groups"]!.AsArray());
        Assert.Equal(3_500m, (await funder.Get($"/programmes/{programme}/beneficiaries")).Expect(200)["items"]!
            .AsArray().Single()!.Amount("awarded"));
    }

    /// <summary>Havel alone is small by its profile; a partner of 30 % with 300 people makes it medium.</summary>
    private static async Task DeclareMedium(ApiClient sme)
    {
        const string door = "/accounts/havel-biologics/declaration";
        JsonObject Company(string id, decimal staff, decimal amount) => JsonNode.Parse($$"""
            {"id": "{{id}}", "name": "{{id}}", "kind": "company", "market": "72.11", "periods": [
              {"endsOn": "2025-12-31", "approvedOn": "2026-02-01", "staff": {{staff}},
               "turnover": {"amount": {{amount}}, "currency": "EUR"},
               "balanceSheet": {"amount": {{amount}}, "currency": "EUR"} }]}
            """)!.AsObject();
        var body = new JsonObject
        {
            ["enterprises"] = new JsonArray(
                Company("havel-biologics", 41, 7_000_000), Company("holding", 300, 9_000_000)),
            ["holdings"] = new JsonArray(JsonNode.Parse(
                """{"owner": "holding", "owned": "havel-biologics", "capital": 30, "votes": 30}""")),
        };
        var draft = (await sme.Post($"{door}/preview", body.ToJsonString())).Expect(200);
        Assert.Equal("medium", draft.Text("class"));
        (body["name"], body["textHash"]) = ("Tobias Lehmann", draft.Text("textHash"));
        (await sme.Put(door, body.ToJsonString())).Expect(200);
    }
}
