using System.Net;
using Facilities.Tests.Bookings;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Pages;

/// <summary>A facility or a cluster prepares a booking in forms, and the company sees what it has to do.</summary>
public sealed class PreparePageTests
{
    private const string Page = "/manage/biopmed-imaging/prepare";
    private const string Mri = Page + "?service=mri-half-day&from=2027-01-18";
    private const string Company = "Spree Diagnostics GmbH (demonstration)";

    [Fact]
    public async Task A_manager_prepares_what_the_company_finds_on_its_first_page_and_list_and_declines()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var manager = await ApprovalTests.Browser(host, "manager.biopmed-imaging");
        var berlin = await ApprovalTests.Browser(host, "sme.berlin");
        Assert.Contains($"href=\"{Page}\"", await manager.GetStringAsync("/manage/biopmed-imaging"),
            StringComparison.Ordinal);
        foreach (var wrong in new[] { "Nobody at all", "" })
        {
            var refused = await Prepare(manager, wrong);
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            var page = await refused.Content.ReadAsStringAsync();
            Assert.Contains("No company has this name", page, StringComparison.Ordinal);
            Assert.Contains("As talked over", page, StringComparison.Ordinal);
        }
        var prepared = await (await Prepare(manager, Company.ToUpperInvariant())).Content.ReadAsStringAsync();
        Assert.Contains($"Prepared for {Company}", prepared, StringComparison.Ordinal);
        Assert.Contains("Take it back", prepared, StringComparison.Ordinal);
        Assert.DoesNotContain("Read and sign", prepared, StringComparison.Ordinal);
        Assert.Contains("Prepared, to sign by", await manager.GetStringAsync(Page), StringComparison.Ordinal);

        Assert.Contains("Prepared for you", await berlin.GetStringAsync("/"), StringComparison.Ordinal);
        var list = await berlin.GetStringAsync("/bookings");
        Assert.Contains("sign or decline", list, StringComparison.Ordinal);
        var path = "/bookings/" + list.Split("href=\"/bookings/b")[1].Split('"')[0].Insert(0, "b");
        var seen = await berlin.GetStringAsync(path);
        Assert.Contains("Sign the contract by", seen, StringComparison.Ordinal);
        Assert.Contains("Read and sign", seen, StringComparison.Ordinal);
        await DemonstrationPages.Post(berlin, path, "decline", []);
        Assert.DoesNotContain("Prepared for you", await berlin.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.DoesNotContain("Read and sign", await berlin.GetStringAsync(path), StringComparison.Ordinal);
        Assert.Contains("Nothing is waiting", await manager.GetStringAsync(Page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_prepares_for_its_own_companies_at_any_facility_and_others_find_nothing_there()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var biotop = await ApprovalTests.Browser(host, "cluster.biotop");
        var picker = await biotop.GetStringAsync("/platforms/biopmed-imaging/services/mri-half-day");
        Assert.Contains("Prepare it for a company", picker, StringComparison.Ordinal);
        Assert.Matches(
            "name=\"option-report\"[^>]*value=\"2\"", await biotop.GetStringAsync(Mri + "&option-report=2"));
        Assert.Contains("No company of your cluster",
            await (await Prepare(biotop, "Seine Therapeutics SAS (demonstration)")).Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Contains($"Prepared for {Company}",
            await (await Prepare(biotop, Company)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(Company, await biotop.GetStringAsync(Page), StringComparison.Ordinal);
        // Another facility's manager, a company and a funder have no such page, nor does a platform that is not there.
        foreach (var login in new[] { "manager.biopmed-devices", "sme.berlin", "funder.berlin" })
            Assert.Equal(HttpStatusCode.NotFound,
                (await (await ApprovalTests.Browser(host, login)).GetAsync(Page)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await biotop.GetAsync("/manage/nowhere/prepare")).StatusCode);
        // What another cluster prepared is not theirs to read.
        Assert.DoesNotContain(Company,
            await (await ApprovalTests.Browser(host, "cluster.gnd")).GetStringAsync(Page), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> Prepare(HttpClient client, string company) =>
        DemonstrationPages.Post(client, Mri, "prepare", new()
        {
            ["start"] = "2027-01-18T08:00:00+01:00",
            ["duration"] = "PT4H",
            ["quantity"] = "1",
            ["company"] = company,
            ["purpose"] = "As talked over",
        });
}
