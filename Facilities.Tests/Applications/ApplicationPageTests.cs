using System.Net;
using System.Text.RegularExpressions;
using Facilities.Tests.Bookings;
using Facilities.Tests.Pages;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Applications;

/// <summary>A programme is written and a voucher applied for and decided in forms alone.</summary>
public sealed class ApplicationPageTests
{
    [Fact]
    public async Task A_company_applies_on_a_page_and_reads_the_letter_that_the_funder_sent()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var funder = await ApprovalTests.Browser(host, "funder.berlin");
        var berlin = await ApprovalTests.Browser(host, "sme.berlin");
        var open = await berlin.GetStringAsync("/programmes");
        Assert.Contains("meets every rule", open, StringComparison.Ordinal);
        Assert.Contains("does not meet 1 rule", open, StringComparison.Ordinal);
        const string apply = "/programmes/berlin-abroad/apply?account=spree-diagnostics";
        var refused = await DemonstrationPages.Post(berlin, apply, "apply",
            new() { ["amount"] = "9000", ["purpose"] = "A pilot" });
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var kept = await refused.Content.ReadAsStringAsync();
        Assert.Contains("value=\"9000\"", kept, StringComparison.Ordinal);
        Assert.Contains("worth up to", kept, StringComparison.Ordinal);
        var sent = await DemonstrationPages.Post(berlin, apply, "apply",
            new() { ["amount"] = "2500", ["purpose"] = "A pilot" }, "declarations",
            "trueAndComplete", "noDoubleFunding", "noDifficulty", "notStarted", "aidDeclared");
        var address = sent.RequestMessage!.RequestUri!.PathAndQuery;
        Assert.StartsWith("/programmes/berlin-abroad/applications/a-", address, StringComparison.Ordinal);
        Assert.Contains("Applications to decide", await funder.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Contains(address, await funder.GetStringAsync("/programmes/berlin-abroad/applications?status=submitted"),
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            address, await funder.GetStringAsync("/programmes/berlin-abroad/applications?status=awarded"),
            StringComparison.Ordinal);

        await DemonstrationPages.Post(funder, address, "ask",
            new() { ["question"] = "Which scanner?", ["until"] = "2026-12-10" });
        Assert.Contains("Which scanner?", await berlin.GetStringAsync("/"), StringComparison.Ordinal);
        await DemonstrationPages.Post(berlin, address, "complete", new() { ["answer"] = "The 7 T." });
        await DemonstrationPages.Post(funder, address, "decide",
            new() { ["amount"] = "2.000,00", ["note"] = "Less than asked.", ["decision"] = "award" });
        var letter = DemonstrationPages.TextOf(await berlin.GetStringAsync(address + "/letter"));
        foreach (var said in new[] { "2,000.00 EUR", "Less than asked.", "de minimis aid" })
            Assert.Contains(said, letter, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound,
            (await (await ApprovalTests.Browser(host, "sme.paris")).GetAsync(address)).StatusCode);
    }

    [Fact]
    public async Task A_funder_writes_a_programme_in_a_form_that_names_every_fault_and_keeps_what_was_typed()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var funder = await ApprovalTests.Browser(host, "funder.berlin");
        Dictionary<string, string> Typed(string years, string cap) => new()
        {
            ["name"] = "Innovation voucher 2027",
            ["funder"] = "Berlin Investment Agency",
            ["country"] = "DE",
            ["timeZone"] = "Europe/Berlin",
            ["currency"] = "EUR",
            ["budget"] = "20 000,00",
            ["legalBasis"] = "EU 2023/2831",
            ["rate"] = "75",
            ["capPerVoucher"] = cap,
            ["years-0-year"] = "2026",
            ["years-0-amount"] = years,
            ["validityMonths"] = "12",
            ["claimDays"] = "90",
        };
        var refused = await DemonstrationPages.Post(funder, "/programmes/new", "programme", Typed("19000", "much"));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var page = await refused.Content.ReadAsStringAsync();
        Assert.Contains("Write a number such as 1250.50", page, StringComparison.Ordinal);
        Assert.Contains("value=\"19000\"", page, StringComparison.Ordinal);
        var written = await DemonstrationPages.Post(
            funder, "/programmes/new", "programme", Typed("20000", "5000"));
        var address = written.RequestMessage!.RequestUri!.PathAndQuery;
        Assert.EndsWith("/terms", address, StringComparison.Ordinal);
        await DemonstrationPages.Post(funder, address, "publish", []);
        Assert.Contains("Innovation voucher 2027",
            await (await ApprovalTests.Browser(host, "sme.berlin")).GetStringAsync("/programmes"),
            StringComparison.Ordinal);
        var back = await DemonstrationPages.Post(
            funder, address, "terms", new(Typed("20000", "4000")) { ["rate"] = "75" });
        Assert.Contains("The cap only grows", await back.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_is_changed_at_will_before_it_opens_and_only_forward_on_the_page_afterwards()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var funder = await ApprovalTests.Browser(host, "funder.berlin");
        Dictionary<string, string> Typed(string closes, string share, string more = "") => new()
        {
            ["name"] = "Winter call",
            ["opens"] = "2026-12-04T09:00",
            ["closes"] = closes,
            ["kind"] = "Ranked",
            ["share"] = share,
            ["criteria"] = "Merit, novelty, 60, 10\nPlan, 40, 5" + more,
            ["assessors"] = "funder.berlin@example.org",
        };
        const string list = "/programmes/berlin-abroad/applications";
        var refused = await DemonstrationPages.Post(funder, list, "call", Typed("2026-11-30T18:00", "9000000"));
        var page = await refused.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        foreach (var field in new[] { "closes", "share" })
            Assert.Contains($"id=\"{field}-fault\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"9000000\"", page, StringComparison.Ordinal);
        var address = (await DemonstrationPages.Post(funder, list, "call", Typed("2026-12-10T18:00", "2000")))
            .RequestMessage!.RequestUri!.PathAndQuery;
        Assert.Contains($"{address}/change", await funder.GetStringAsync(address), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound,
            (await (await ApprovalTests.Browser(host, "funder.piemonte")).GetAsync(address + "/change")).StatusCode);

        var before = await Fields(funder, address + "/change");
        Assert.Equal("Merit, novelty, 60, 10\nPlan, 40, 5", before["criteria"]);
        Assert.Equal("funder.berlin@example.org", before["assessors"]);
        await DemonstrationPages.Post(funder, address + "/change", "change", new(before)
        {
            ["opens"] = "2026-12-05T09:00",
            ["criteria"] = "Merit, novelty, 50, 10\nPrice, 50, 5",
        });
        var shown = DemonstrationPages.TextOf(await funder.GetStringAsync(address));
        Assert.Contains("5 Dec, 09:00", shown, StringComparison.Ordinal);
        // What was read before that change is too old.
        var stale = await DemonstrationPages.Post(funder, address + "/change", "change", before);
        Assert.Contains("Somebody changed the call", await stale.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await host.AdvanceTo(NodaTime.Instant.FromUtc(2026, 12, 6, 9, 0));
        funder = await ApprovalTests.Browser(host, "funder.berlin");
        var opened = await funder.GetStringAsync(address + "/change");
        Assert.DoesNotContain("name=\"opens\"", opened, StringComparison.Ordinal);
        Assert.Contains("Merit, novelty, weight 50, up to 10; Price", DemonstrationPages.TextOf(opened),
            StringComparison.Ordinal);
        var fields = await Fields(funder, address + "/change");
        var back = await DemonstrationPages.Post(funder, address + "/change", "change", new(fields)
        {
            ["closes"] = "2026-12-09T18:00",
            ["share"] = "1000",
            ["assessors"] = "",
        });
        page = await back.Content.ReadAsStringAsync();
        foreach (var field in new[] { "closes", "share", "assessors" })
            Assert.Contains($"id=\"{field}-fault\"", page, StringComparison.Ordinal);
        await DemonstrationPages.Post(funder, address + "/change", "change", new(fields)
        {
            ["closes"] = "2026-12-20T18:00",
            ["share"] = "",
        });
        // No share is all of the budget, which is more.
        Assert.Contains("20 Dec, 18:00", DemonstrationPages.TextOf(await funder.GetStringAsync(address)),
            StringComparison.Ordinal);
    }

    /// <summary>What the form of a page holds, as a browser would send it back unchanged.</summary>
    private static async Task<Dictionary<string, string>> Fields(HttpClient client, string address)
    {
        var page = await client.GetStringAsync(address);
        var fields = new Dictionary<string, string>();
        foreach (Match input in Regex.Matches(page, "<input[^>]* name=\"(\\w+)\"[^>]* value=\"([^\"]*)\""))
            fields[input.Groups[1].Value] = WebUtility.HtmlDecode(input.Groups[2].Value);
        foreach (Match area in Regex.Matches(page, "<textarea[^>]* name=\"(\\w+)\"[^>]*>([^<]*)</textarea>"))
            fields[area.Groups[1].Value] = WebUtility.HtmlDecode(area.Groups[2].Value);
        foreach (Match select in Regex.Matches(
            page, "<select[^>]* name=\"(\\w+)\"[^>]*>.*?<option value=\"(\\w+)\" selected", RegexOptions.Singleline))
            fields[select.Groups[1].Value] = select.Groups[2].Value;
        return fields;
    }
}
