using System.Net;
using System.Text.RegularExpressions;
using Facilities.Tests.Pages;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Feeds;

/// <summary>The page where feeds are made and revoked.</summary>
public sealed partial class FeedPageTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private readonly ApiHost host = api.Host;

    [Fact]
    public async Task A_feed_is_made_shown_once_listed_and_revoked()
    {
        var client = await SignedIn("manager.biopmed-imaging");
        var made = await DemonstrationPages.Post(client, "/feeds?platform=biopmed-imaging", "make", new()
        {
            ["what"] = "Resource|biopmed-imaging|mri-7t",
            ["audience"] = "Busy",
            ["name"] = "Corridor screen",
        });
        var page = await made.Content.ReadAsStringAsync();
        Assert.True(made.StatusCode == HttpStatusCode.OK, page);
        var address = Address().Match(page).Groups[1].Value;
        Assert.Contains("Corridor screen", await host.CreateClient().GetStringAsync(address), StringComparison.Ordinal);

        var list = await client.GetStringAsync("/feeds");
        Assert.Contains("Corridor screen", list, StringComparison.Ordinal);
        Assert.DoesNotContain(address, list, StringComparison.Ordinal);
        var id = Revocation().Match(list).Groups[1].Value;
        var revoked = await DemonstrationPages.Post(client, "/feeds", "revoke", new() { ["feed"] = id });
        // The client has followed it back to the page.
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        Assert.DoesNotContain("Corridor screen", await client.GetStringAsync("/feeds"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await host.CreateClient().GetAsync(address)).StatusCode);
    }

    [Fact]
    public async Task A_company_follows_a_platform_by_its_own_bookings_and_is_told_what_it_may_not()
    {
        var client = await SignedIn("sme.berlin");
        const string address = "/feeds?platform=biopmed-imaging";
        var refused = await DemonstrationPages.Post(client, address, "make", new()
        {
            ["what"] = "Platform|biopmed-imaging",
            ["audience"] = "Full",
            ["name"] = "Torino",
        });
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var page = await refused.Content.ReadAsStringAsync();
        Assert.Contains("Choose own", page, StringComparison.Ordinal);
        Assert.Contains("value=\"Torino\"", page, StringComparison.Ordinal);
        var made = await DemonstrationPages.Post(client, address, "make", new()
        {
            ["what"] = "Platform|biopmed-imaging",
            ["audience"] = "Own",
            ["name"] = "",
        });
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        Assert.Matches(Address(), await made.Content.ReadAsStringAsync());
    }

    private async Task<HttpClient> SignedIn(string login)
    {
        var client = host.CreateClient();
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        await DemonstrationPages.Post(client, "/sign-in", "sign-in", new()
        {
            ["email"] = $"{login}@example.org",
            ["password"] = ApiHost.Password,
        });
        return client;
    }

    [GeneratedRegex("value=\"(http[^\"]+/feeds/[^\"]+\\.ics)\"")]
    private static partial Regex Address();

    [GeneratedRegex("name=\"feed\" value=\"([^\"]+)\"")]
    private static partial Regex Revocation();
}
