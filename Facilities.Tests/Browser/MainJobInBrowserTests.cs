using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Facilities.Tests.TestKit;
using Microsoft.Playwright;
using NodaTime;
using static Microsoft.Playwright.Assertions;

namespace Facilities.Tests.Browser;

/// <summary>
/// The main job as its people do it: by name of field and button, with each page checked for accessibility.
/// </summary>
public sealed class MainJobInBrowserTests
{
    [Fact]
    public async Task The_main_job_goes_through_in_a_browser()
    {
        await using var chromium = await Chromium.Start();
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var address = host.ClientOptions.BaseAddress.ToString();

        var company = await SignedIn(chromium, address, "sme.berlin");
        await FindsAndAsks(company);
        await Expect(company.GetByText("€363.37").First).ToBeVisibleAsync();
        await IsAccessible(company);
        await company.GetByLabel("What is it for?").FillAsync("Contrast study");
        await Press(company, "Hold the slot");
        await Expect(company.GetByText("Held until").First).ToBeVisibleAsync();
        await IsAccessible(company);

        await SeesItTaken(chromium, address);

        await company.GetByLabel("Your full name").FillAsync("Jana Krüger");
        await company.GetByLabel("I have read the contract").CheckAsync();
        await Press(company, "Sign");
        await Press(company, "Pay €363.37 by invoice");
        await Expect(company.GetByText("Confirmed").First).ToBeVisibleAsync();
        var booking = new Uri(company.Url).AbsolutePath;

        await host.AdvanceTo(Instant.FromUtc(2027, 2, 1, 12, 0));
        var manager = await SignedIn(chromium, address, "manager.biopmed-imaging");
        await manager.GotoAsync(booking);
        await IsAccessible(manager);
        await manager.GetByRole(AriaRole.Link, new() { Name = "Say what was used", Exact = true }).ClickAsync();
        await IsAccessible(manager);
        await Press(manager, "Record the delivery");
        await Expect(manager.GetByText("Delivery recorded").First).ToBeVisibleAsync();

        company = await SignedIn(chromium, address, "sme.berlin");
        await company.GotoAsync(booking);
        await Press(company, "Accept");
        await Expect(company.GetByText("Delivery accepted").First).ToBeVisibleAsync();
        await IsAccessible(company);

        var funder = await SignedIn(chromium, address, "funder.berlin");
        await funder.GotoAsync("/programmes/berlin-abroad");
        await Expect(funder.GetByText("€1,090.13").First).ToBeVisibleAsync();
        await IsAccessible(funder);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/find?category=imaging&from=2027-02-01&to=2027-02-10")]
    [InlineData("/platforms")]
    [InlineData("/platforms/biopmed-imaging")]
    [InlineData("/sign-in")]
    public async Task A_public_page_is_accessible_and_fits_a_phone(string path)
    {
        await using var chromium = await Chromium.Start();
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var page = await chromium.Visitor(host.ClientOptions.BaseAddress.ToString(), width: 320);
        await page.GotoAsync(path);
        await IsAccessible(page);
        Assert.Equal(320, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    private static async Task FindsAndAsks(IPage page)
    {
        await page.GotoAsync("/find");
        await page.GetByLabel("What", new PageGetByLabelOptions { Exact = true }).SelectOptionAsync("imaging");
        await page.GetByLabel("From", new PageGetByLabelOptions { Exact = true }).FillAsync("2027-02-01");
        await page.GetByLabel("To", new PageGetByLabelOptions { Exact = true }).FillAsync("2027-02-05");
        await page.GetByRole(AriaRole.Search, new PageGetByRoleOptions { Name = "Find a slot" })
            .GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Find" }).ClickAsync();
        await IsAccessible(page);
        var card = page.GetByRole(AriaRole.Article).Filter(new LocatorFilterOptions { HasText = "MRI 7 T, half day" });
        await Expect(card).ToContainTextAsync("€363.37");
        await card.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "08:00–12:00" }).First.ClickAsync();
        await IsAccessible(page);
        await Press(page, "See what it costs");
    }

    private static async Task SeesItTaken(Chromium chromium, string address)
    {
        var other = await SignedIn(chromium, address, "sme.paris");
        await other.GotoAsync("/find?category=imaging&from=2027-02-01&to=2027-02-02");
        var card = other.GetByRole(AriaRole.Article).Filter(new LocatorFilterOptions { HasText = "MRI 7 T, half day" });
        await Expect(card).ToContainTextAsync("Mon 1 Feb 2027, 12:30–16:30");
        await Expect(card).Not.ToContainTextAsync("Mon 1 Feb 2027, 08:00–12:00");
    }

    private static async Task<IPage> SignedIn(Chromium chromium, string address, string login)
    {
        var page = await chromium.Visitor(address);
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail").FillAsync($"{login}@example.org");
        await page.GetByLabel("Password").FillAsync(ApiHost.Password);
        await Press(page, "Sign in");
        await Expect(page.GetByText("Sign out")).ToBeVisibleAsync();
        return page;
    }

    private static Task Press(IPage page, string button) => page.GetByRole(AriaRole.Main)
        .GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = button, Exact = true }).ClickAsync();

    private static async Task IsAccessible(IPage page)
    {
        var result = await page.RunAxe();
        var serious = result.Violations.Where(v => v.Impact is "serious" or "critical")
            .Select(v => $"{page.Url}: {v.Id}, {v.Help}: {string.Join("; ", v.Nodes.Select(n => n.Html))}");
        Assert.Empty(serious);
    }
}
