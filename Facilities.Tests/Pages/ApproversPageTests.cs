using System.Net;
using Facilities.Grains.Services;
using Facilities.Tests.Bookings;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Pages;

/// <summary>The page on which a facility says who approves.</summary>
public sealed class ApproversPageTests
{
    private const string Page = "/manage/biopmed-imaging/approvers";

    [Fact]
    public async Task A_manager_names_approvers_and_takes_them_off_and_every_fault_stands_at_its_field()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var manager = await host.As("manager.biopmed-imaging");
        var client = await ApprovalTests.Browser(host, "manager.biopmed-imaging");
        var me = (await host.Service<Silo.Identity.People>().FindByEmail("manager.biopmed-imaging@example.org"))!
            .Actor.Person.Value;

        var wrong = await DemonstrationPages.Post(client, Page, "approvers", new()
        {
            ["who-0"] = me,
            ["deputy-0"] = me,
            ["from-0"] = "2027-03-01",
            ["who-1"] = "",
            ["until-1"] = "2027-03-05",
            ["days"] = "2",
        });
        Assert.Equal(HttpStatusCode.Conflict, wrong.StatusCode);
        var page = await wrong.Content.ReadAsStringAsync();
        foreach (var (field, message) in new[]
        {
            ("deputy-0", "Nobody deputises for themselves"), ("awayUntil-0", "An absence has a first and a last day"),
            ("who-1", "Choose who approves"), ("awayUntil-1", "An absence has a first and a last day"),
        })
        {
            Assert.Contains($"aria-describedby=\"fault-{field}\"", page, StringComparison.Ordinal);
            Assert.Contains($"id=\"fault-{field}\">{message}", page, StringComparison.Ordinal);
        }
        Assert.Contains("value=\"2027-03-01\"", page, StringComparison.Ordinal);
        Assert.Empty((await manager.Get("/platforms/biopmed-imaging/approvers")).Expect(200)["approvers"]!.AsArray());

        var saved = await DemonstrationPages.Post(client, Page, "approvers", new()
        {
            ["who-0"] = me,
            ["service-0"] = "pet-ct-session",
            ["from-0"] = "2027-03-01",
            ["until-0"] = "2027-03-05",
            ["who-1"] = "",
            ["days"] = "2",
        });
        Assert.Contains("Saved.", await saved.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var chosen = (await manager.Get("/platforms/biopmed-imaging/approvers")).Expect(200);
        var named = Assert.Single(chosen["approvers"]!.AsArray())!;
        Assert.Equal((me, "pet-ct-session", "2027-03-05", 2), (named.Text("personId"),
            Assert.Single(named["services"]!.AsArray())!.GetValue<string>(), named.Text("awayUntil"),
            chosen["deputyAfterDays"]!.GetValue<int>()));

        await DemonstrationPages.Post(client, Page, "approvers", new()
        {
            ["named-0"] = "yes",
            ["who-0"] = "",
            ["from-0"] = "2027-03-01",
            ["days"] = "1",
        });
        Assert.Empty((await manager.Get("/platforms/biopmed-imaging/approvers")).Expect(200)["approvers"]!.AsArray());
    }

    [Fact]
    public async Task Managers_of_other_facilities_find_nothing_there()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var other = await ApprovalTests.Browser(host, "manager.biocat-structural");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(Page)).StatusCode);
    }
}
