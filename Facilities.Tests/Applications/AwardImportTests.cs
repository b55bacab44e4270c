using System.Net.Http.Headers;
using System.Text;
using Facilities.Silo.Verification;
using Facilities.Tests.Bookings;
using Facilities.Tests.Pages;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Applications;

/// <summary>Awards from a file: every bad line is named, and all of it is awarded or nothing.</summary>
public sealed class AwardImportTests
{
    private const string Import = "/programmes/berlin-abroad/awards/import";

    private const string Good = "account;amount;currency;note\nspree-diagnostics;1000,00;EUR;First\n"
        + "havel-biologics;2500.50;EUR;\n";

    private static HttpContent Csv(string text)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return content;
    }

    private static Task<ApiAnswer> Send(ApiClient client, string text, string step = "") =>
        client.Send(HttpMethod.Post, Import + step, Csv(text));

    [Fact]
    public async Task A_file_with_faults_lists_them_by_line_and_column_and_changes_nothing()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var funder = await host.As("funder.berlin");
        const string bad = "account;amount;currency;note\nnobody;1000;EUR;\nspree-diagnostics;much;EUR;\n"
            + "havel-biologics;1000;CHF;\n";
        var preview = (await Send(funder, bad, "/preview")).Expect(200);
        Assert.Equal(
            [(2, "account"), (3, "amount")],
            preview["faults"]!.AsArray().Select(f => (f!["line"]!.GetValue<int>(), f.Text("column"))));
        var refused = (await Send(funder, bad)).Expect(422);
        Assert.Equal(
            ["/lines/2/account", "/lines/3/amount"], refused["errors"]!.AsArray().Select(e => e!.Text("pointer")));
        const string rules = "account,amount,currency\nspree-diagnostics,6000,EUR\nseine-therapeutics,10,EUR\n"
            + "havel-biologics,10,HUF\n";
        var judged = (await Send(funder, rules, "/preview")).Expect(200)["faults"]!.AsArray();
        Assert.Equal([2, 4], judged.Select(f => f!["line"]!.GetValue<int>()));
        var region = (await Send(funder, "account,amount,currency\nseine-therapeutics,10,EUR\n", "/preview"))
            .Expect(200);
        Assert.Contains(region["faults"]!.AsArray(), f => f!.Text("message").Contains("FR", StringComparison.Ordinal));
        var many = string.Concat(Enumerable.Repeat("spree-diagnostics,5000,EUR\n", 60));
        Assert.Contains(
            (await Send(funder, "account,amount,currency\n" + many, "/preview")).Expect(200)["faults"]!.AsArray(),
            f => f!.Text("message").Contains("2023/2831", StringComparison.Ordinal));
        Assert.Single((await (await host.As("sme.berlin")).Get("/accounts/spree-diagnostics/vouchers"))
            .Expect(200)["items"]!.AsArray());
        (await funder.Post(Import, new { })).Expect(415);
    }

    [Fact]
    public async Task The_same_file_awards_once_whoever_sends_it()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (funder, spree) = (await host.As("funder.berlin"), await host.As("sme.berlin"));
        Assert.Empty((await Send(funder, Good, "/preview")).Expect(200)["faults"]!.AsArray());
        for (var time = 0; time < 2; time++)
        {
            var done = (await Send(funder, Good)).Expect(200);
            Assert.Equal((2, 3_500.50m), (done["awards"]!.GetValue<int>(), done.Amount("total")));
        }
        Assert.True((await Send(funder, Good, "/preview")).Expect(200)["isImported"]!.GetValue<bool>());
        Assert.Equal(
            [1_000m, 5_000m], (await spree.Get("/accounts/spree-diagnostics/vouchers")).Expect(200)["items"]!.AsArray()
                .Select(v => v!.Amount("faceValue")).Order());
        using var output = new StringWriter();
        var faults = await new Verifier(host.Storage.Open(), SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.True(faults.Count == 0, output.ToString());
    }
    [Fact]
    public async Task A_page_shows_what_a_file_says_and_awards_it_without_choosing_it_again()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var browser = await ApprovalTests.Browser(host, "funder.berlin");
        const string page = "/programmes/berlin-abroad/import";
        // More than a request may have elsewhere.
        var file = Encoding.UTF8.GetBytes(Good + new string('\n', 1_500_000));
        var looked = await DemonstrationPages.Upload(browser, page, "import", ("awards.csv", file), ("step", "look"));
        Assert.Contains("2 awards, nothing is wrong", looked, StringComparison.Ordinal);
        var done = await DemonstrationPages.Upload(
            browser, page, "import", null, [("step", "award"), .. DemonstrationPages.Carried(looked)]);
        Assert.Contains("2 vouchers awarded", done, StringComparison.Ordinal);
    }
}
