using System.Net;
using Facilities.Tests.Bookings;
using Facilities.Tests.Pages;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Awards;

/// <summary>An officer awards one company without an application, at the door and on the page.</summary>
public sealed class AwardDoorTests
{
    private const string Awards = "/programmes/berlin-abroad/awards";

    [Fact]
    public async Task An_award_without_application_is_shown_before_it_is_made_with_all_that_stands_against_it()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (funder, spree) = (await host.As("funder.berlin"), await host.As("sme.berlin"));
        var seen = (await funder.Post($"{Awards}/preview", Body("seine-therapeutics", 9_000))).Expect(200);
        Assert.Equal(
            ["/rules/region", "/rules/amount"],
            seen["faults"]!.AsArray().Select(f => f!.Text("pointer")).Intersect(["/rules/region", "/rules/amount"]));
        var refused = await funder.Post(Awards, Body("seine-therapeutics", 9_000));
        Assert.Equal("notEligible", refused.Expect(422).Text("refusal"));
        Assert.Equal(seen["faults"]!.AsArray().Count, refused.Json["errors"]!.AsArray().Count);
        var unknown = (await funder.Post(Awards, Body("nobody", 10, "HUF"))).Expect(422);
        Assert.Equal(["/amount", "/accountId"], unknown["errors"]!.AsArray().Select(e => e!.Text("pointer")));

        seen = (await funder.Post($"{Awards}/preview", Body("spree-diagnostics", 2_000))).Expect(200);
        Assert.Empty(seen["faults"]!.AsArray());
        var aid = seen["aid"]!;
        Assert.Equal(
            (47_000m, 2_000m, 49_000m, 251_000m),
            (aid.Amount("before"), aid.Amount("adds"), aid.Amount("after"), aid.Amount("left")));
        var vouchers = (await spree.Get("/accounts/spree-diagnostics/vouchers")).Expect(200)["items"]!.AsArray();
        var given = (await funder.Post(Awards, Body("spree-diagnostics", 2_000))).Expect(201);
        Assert.Equal(2_000, given.Amount("faceValue"));
        Assert.Equal(vouchers.Count + 1,
            (await spree.Get("/accounts/spree-diagnostics/vouchers")).Expect(200)["items"]!.AsArray().Count);
        seen = (await funder.Post($"{Awards}/preview", Body("spree-diagnostics", 2_000))).Expect(200);
        Assert.Equal(49_000, seen["aid"]!.Amount("before"));
        (await spree.Post(Awards, Body("spree-diagnostics", 2_000))).Expect(404);
    }

    [Fact]
    public async Task An_award_in_another_currency_counts_by_its_rate_which_the_register_and_its_export_name()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (funder, tisza) = (await host.As("funder.berlin"), await host.As("sme.debrecen"));
        var programme = (await funder.Post("/programmes", """
            {"name": "Innováció", "funder": "Agency", "country": "HU", "timeZone": "Europe/Budapest",
             "budget": {"amount": 9000000, "currency": "HUF"}, "legalBasis": "EU 2023/2831", "rate": 75,
             "capPerVoucher": {"amount": 3000000, "currency": "HUF"}, "providerScope": {"any": true},
             "validityMonths": 12, "claimDays": 90}
            """)).Expect(201).Text("id");
        (await funder.Post($"/programmes/{programme}/publication")).Expect(200);
        var missing = (await funder.Post(
            $"/programmes/{programme}/awards", Body("tisza-devices", 400_000, "HUF"))).Expect(422);
        Assert.Equal("/perEuro", missing["errors"]![0]!.Text("pointer"));
        (await funder.Post($"/programmes/{programme}/awards", new
        {
            accountId = "tisza-devices",
            amount = new { amount = 400_000, currency = "HUF" },
            perEuro = 400.5m,
        })).Expect(201);

        var entry = (await tisza.Get("/accounts/tisza-devices/aid")).Expect(200)["entries"]!.AsArray()
            .Single(e => e!["rate"] is not null)!;
        Assert.Equal(998.75m, entry.Amount("counts"));
        var rate = entry["rate"]!;
        Assert.Equal(
            (400.5m, "2026-12-01", "stated"),
            (rate["perEuro"]!.GetValue<decimal>(), rate.Text("day"), rate.Text("source")));
        var file = (await funder.Get($"/programmes/{programme}/aid-register/export", "text/csv")).Text.Split("\r\n");
        Assert.EndsWith(",perEuro,rateDay,rateSource", file[0], StringComparison.Ordinal);
        Assert.EndsWith(",400.5,2026-12-01,stated", file[1], StringComparison.Ordinal);
        var page = DemonstrationPages.TextOf(await (await ApprovalTests.Browser(host, "sme.debrecen"))
            .GetStringAsync("/accounts/tisza-devices/aid"));
        Assert.Contains("at 400.5 HUF for one euro, as stated for 1 December 2026", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_officer_sees_what_an_award_does_on_the_page_before_the_button_is_there()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var funder = await ApprovalTests.Browser(host, "funder.berlin");
        const string address = "/programmes/berlin-abroad/award";
        Assert.Equal(HttpStatusCode.NotFound,
            (await (await ApprovalTests.Browser(host, "funder.piemonte")).GetAsync(address)).StatusCode);
        var refused = await DemonstrationPages.Post(funder, address, "award",
            new() { ["company"] = "Nobody", ["amount"] = "much", ["step"] = "look" });
        var page = await refused.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        foreach (var field in new[] { "accountId", "amount" })
            Assert.Contains($"id=\"{field}-fault\"", page, StringComparison.Ordinal);

        Dictionary<string, string> typed = new()
        {
            ["company"] = "spree-diagnostics",
            ["amount"] = "2000",
            ["note"] = "The winner of the pitch.",
            ["step"] = "look",
        };
        page = await (await DemonstrationPages.Post(funder, address, "award", new(typed))).Content.ReadAsStringAsync();
        foreach (var said in new[] { "nothing stands against it", "€47,000.00", "€49,000.00", "€251,000.00" })
            Assert.Contains(said, DemonstrationPages.TextOf(page), StringComparison.Ordinal);
        var seen = System.Text.RegularExpressions.Regex.Match(page, "name=\"seen\" value=\"([^\"]+)\"").Groups[1].Value;
        typed["step"] = "award";
        // What was changed since is shown first.
        var other = await DemonstrationPages.Post(
            funder, address, "award", new(typed) { ["amount"] = "2500", ["seen"] = seen });
        Assert.Contains("Award €2,500.00", DemonstrationPages.TextOf(await other.Content.ReadAsStringAsync()),
            StringComparison.Ordinal);
        var done = await DemonstrationPages.Post(funder, address, "award", new(typed) { ["seen"] = seen });
        Assert.Contains("awarded=v-", done.RequestMessage!.RequestUri!.Query, StringComparison.Ordinal);
        Assert.Contains("€2,000.00 awarded to", DemonstrationPages.TextOf(await done.Content.ReadAsStringAsync()),
            StringComparison.Ordinal);
        var vouchers = await (await host.As("sme.berlin")).Get("/accounts/spree-diagnostics/vouchers");
        Assert.Single(vouchers.Expect(200)["items"]!.AsArray(), v => v!.Amount("faceValue") == 2_000);
    }

    private static object Body(string account, decimal amount, string currency = "EUR") =>
        new { accountId = account, amount = new { amount, currency }, note = "x" };
}
