using Deque.AxeCore.Playwright;
using Facilities.Grains.Payments;
using Facilities.Tests.TestKit;
using Microsoft.Playwright;
using NodaTime;
using static Microsoft.Playwright.Assertions;

namespace Facilities.Tests.Browser;

/// <summary>A confirmed booking is changed, and each page says what follows before it does.</summary>
public sealed class ChangeInBrowserTests
{
    [Fact]
    public async Task A_booking_is_made_longer_ends_earlier_and_is_checked_in_in_a_browser()
    {
        await using var chromium = await Chromium.Start();
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var berlin = await host.As("sme.berlin");
        var id = (await berlin.Confirm(await berlin.Hold(Wish.Mri("2027-01-18")))).Id();

        var company = await SignedIn(chromium, host, "sme.berlin");
        await company.GotoAsync($"/bookings/{id}/length");
        await IsAccessible(company);
        await company.GetByLabel("8 h, until").CheckAsync();
        await Press(company, "Change the length");
        await Expect(company.GetByText("€1,923.37").First).ToBeVisibleAsync();
        await company.GotoAsync($"/bookings/{id}/release");
        await IsAccessible(company);
        await company.GetByLabel("From when on?").FillAsync("2027-01-18T07:00");
        await Press(company, "Give the rest back");
        await Expect(company.GetByText("giving back the whole of it is a cancellation")).ToBeVisibleAsync();
        await company.GetByLabel("From when on?").FillAsync("2027-01-18T14:00");
        await Press(company, "Give the rest back");
        await Expect(company.GetByText("Given back:").First).ToBeVisibleAsync();
        await IsAccessible(company);

        await host.AdvanceTo(Instant.FromUtc(2027, 1, 18, 6, 45));
        var manager = await SignedIn(chromium, host, "manager.biopmed-imaging");
        await manager.GotoAsync($"/bookings/{id}");
        await IsAccessible(manager);
        await Press(manager, "Check in");
        await Expect(manager.GetByText("Checked in by the facility").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_booking_is_prepared_and_answered_and_another_split_and_handed_over_in_a_browser()
    {
        await using var chromium = await Chromium.Start();
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var berlin = await host.As("sme.berlin");
        var id = (await berlin.Confirm(await berlin.Hold(
            new("biopmed-devices", "assembly-half-day", "2027-01-20T08:00:00+01:00", "PT10H")))).Id();

        var manager = await SignedIn(chromium, host, "manager.biopmed-imaging");
        await manager.GotoAsync("/manage/biopmed-imaging/prepare?service=mri-half-day&from=2027-01-18");
        await IsAccessible(manager);
        await manager.Locator("input[name=start]").First.CheckAsync(new() { Force = true });
        await manager.GetByLabel("Company, by its name").FillAsync("Spree Diagnostics GmbH (demonstration)");
        await Press(manager, "Hold it for them");
        await Expect(manager.GetByText("signs or declines it by").First).ToBeVisibleAsync();
        await IsAccessible(manager);

        var company = await SignedIn(chromium, host, "sme.berlin");
        await company.GotoAsync("/");
        await company.GetByRole(AriaRole.Heading, new() { Name = "Prepared for you" }).ScrollIntoViewIfNeededAsync();
        await company.GotoAsync(manager.Url);
        await IsAccessible(company);
        await Press(company, "Decline it");
        await Expect(company.GetByText("Cancelled. Slot and funding are free again.")).ToBeVisibleAsync();
        await company.GotoAsync($"/bookings/{id}/handover");
        await IsAccessible(company);
        await company.GotoAsync($"/bookings/{id}/split");
        await IsAccessible(company);
        await company.GetByLabel("5 h, until").CheckAsync();
        await Press(company, "Split it");
        await Expect(company.GetByText("the price stays in sum").First).ToBeVisibleAsync();
        await IsAccessible(company);
    }

    private static async Task<IPage> SignedIn(Chromium chromium, ApiHost host, string login)
    {
        var page = await chromium.Visitor(host.ClientOptions.BaseAddress.ToString(), width: 320);
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail").FillAsync($"{login}@example.org");
        await page.GetByLabel("Password").FillAsync(ApiHost.Password);
        await Press(page, "Sign in");
        await Expect(page.GetByText("Sign out")).ToBeAttachedAsync();
        return page;
    }

    private static Task Press(IPage page, string button) => page.GetByRole(AriaRole.Main)
        .GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = button, Exact = true }).ClickAsync();

    private static async Task IsAccessible(IPage page)
    {
        var result = await page.RunAxe();
        Assert.Empty(result.Violations.Where(v => v.Impact is "serious" or "critical")
            .Select(v => $"{page.Url}: {v.Id}, {v.Help}: {string.Join("; ", v.Nodes.Select(n => n.Html))}"));
        Assert.Equal(320, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }
}
