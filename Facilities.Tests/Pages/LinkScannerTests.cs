using System.Net;
using System.Text.RegularExpressions;
using Dapper;
using Facilities.Grains.Services;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Pages;

/// <summary>Row B18: a program that follows every link, as mail scanners and browsers ahead of time do.</summary>
public sealed partial class LinkScannerTests
{
    private const int PagesMax = 400;

    [Theory]
    [InlineData("sme.berlin", "/bookings/")]
    [InlineData("sme.berlin", "/waitlist")]
    [InlineData("manager.biopmed-imaging", "/bookings/")]
    [InlineData("manager.biopmed-imaging", "/manage/biopmed-imaging/approvers")]
    [InlineData("funder.berlin", "/programmes/")]
    [InlineData("cluster.biotop", "/clusters/")]
    public async Task B18_following_every_link_changes_nothing(string login, string reaches)
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        await sme.Confirm(await sme.Hold(Wish.Mri("2027-01-18")));
        await sme.Hold(Wish.Mri("2027-01-19"));
        var delivered = await sme.Confirm(await sme.Hold(Wish.Mri("2027-01-11")));
        await host.AdvanceTo(Instant.FromUtc(2027, 1, 11, 12, 0));
        (await (await host.As("manager.biopmed-imaging")).Post($"/bookings/{delivered.Id()}/delivery", new { }))
            .Expect(200);
        await Offer(await host.As("sme.paris"), sme);
        var client = host.CreateClient();
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        await DemonstrationPages.Post(client, "/sign-in", "sign-in", new()
        {
            ["email"] = $"{login}@example.org",
            ["password"] = ApiHost.Password,
        });

        var before = await Events(host);
        var seen = await Follow(client);
        Assert.Equal(before, await Events(host));
        Assert.Contains(seen, address => address.StartsWith(reaches, StringComparison.Ordinal));
        Assert.True(seen.Count > 10, $"only {seen.Count} pages were found");
        // Still signed in: the way out is no link either.
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        Assert.Contains("Sign out", await client.GetStringAsync("/"), StringComparison.Ordinal);
    }

    /// <summary>One slot is offered to the company, and it waits for another.</summary>
    private static async Task Offer(ApiClient other, ApiClient sme)
    {
        foreach (var day in (string[])["2027-01-25", "2027-01-26"])
        {
            var held = await other.Hold(Wish.Mri(day), "seine-therapeutics");
            (await sme.Post("/accounts/spree-diagnostics/waitlist", new
            {
                platformId = "biopmed-imaging",
                serviceId = "mri-half-day",
                duration = "PT4H",
                start = Wish.Mri(day).Start,
            })).Expect(201);
            if (day == "2027-01-25")
                (await other.Post($"/bookings/{held.Id()}/cancellation", new { reason = "" })).Expect(200);
        }
        Assert.Equal(["offered", "waiting"], (await sme.Get("/accounts/spree-diagnostics/waitlist"))
            .Expect(200)["items"]!.AsArray().Select(wish => wish!.Status()));
    }

    private static async Task<HashSet<string>> Follow(HttpClient client)
    {
        var seen = new HashSet<string> { "/" };
        var next = new Queue<string>(seen);
        while (next.TryDequeue(out var address) && seen.Count < PagesMax)
        {
            var answer = await client.GetAsync(address);
            Assert.True((int)answer.StatusCode < 500, $"{address}: {answer.StatusCode}");
            if (answer.Content.Headers.ContentType?.MediaType != "text/html") continue;
            foreach (Match link in Link().Matches(await answer.Content.ReadAsStringAsync()))
            {
                var target = WebUtility.HtmlDecode(link.Groups[1].Value).Split('#')[0];
                if (target.StartsWith('/') && seen.Add(target)) next.Enqueue(target);
            }
        }
        return seen;
    }

    private static Task<long> Events(ApiHost host) => host.Service<IDatabase>().Read(
        connection => connection.ExecuteScalarAsync<long>("select count(*) from events"));

    [GeneratedRegex("(?:href|action)=\"([^\"]+)\"")]
    private static partial Regex Link();
}
