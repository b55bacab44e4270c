using System.Net;
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
            new() { ["amount"] = "2000.00", ["note"] = "Less than asked.", ["decision"] = "award" });
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
            ["budget"] = "20000",
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
        Assert.Contains("Write a number with a point", page, StringComparison.Ordinal);
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
}
