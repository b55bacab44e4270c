using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Facilities.Tests.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Facilities.Tests.Browser;

/// <summary>The manager's calendar by mouse and by keys; each gesture ends on a page that asks.</summary>
public sealed class CalendarInBrowserTests
{
    private const string Day = "/manage/biopmed-imaging/calendar?day=2027-01-18";
    private const string Week = "/manage/biopmed-imaging/calendar?week=2027-W03";

    [Fact]
    public async Task A_manager_closes_moves_and_ends_by_dragging_and_each_is_asked_before()
    {
        await using var chromium = await Chromium.Start();
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var id = await Booked(host);
        var page = await SignedIn(chromium, host, 1280);

        await page.GotoAsync(Day);
        var entry = page.Locator(".track[data-resource='mri-7t'] a.entry");
        var track = (await page.Locator(".track[data-resource='mri-7t']").BoundingBoxAsync())!;
        var hour = track.Width / 12;
        await Drag(page, track.X + 10.5f * hour, track.X + 8.5f * hour, track.Y + 10);
        await Arrives(page, "/closures?");
        await Expect(page.GetByLabel("From, in Torino").First).ToHaveValueAsync("2027-01-18T16:30");
        await Expect(page.GetByText("Nobody has booked then")).ToBeVisibleAsync();

        await page.GotoAsync(Day);
        await Expect(entry).ToHaveCountAsync(1);
        await Drag(page, track.X + 4 * hour - 2, track.X + 3 * hour, track.Y + 10);
        await Arrives(page, "/calendar/length?");
        await Expect(page.GetByText("At the same price")).ToBeVisibleAsync();
        await IsAccessible(page);

        await page.GotoAsync(Day);
        await Drag(page, track.X + 1 * hour, track.X + 5.4f * hour, track.Y + 10);
        await Arrives(page, "/calendar/move?");
        await Expect(page.GetByText("The price stays as it was sealed")).ToBeVisibleAsync();
        Assert.Equal("2027-01-18T08:00:00+01:00", await StartOf(host, id));
        await IsAccessible(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Move it" }).ClickAsync();
        await Arrives(page, "/calendar?day=2027-01-18");
        Assert.Equal("2027-01-18T12:30:00+01:00", await StartOf(host, id));
    }

    [Fact]
    public async Task The_same_is_done_with_keys_alone()
    {
        await using var chromium = await Chromium.Start();
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var id = await Booked(host);
        var page = await SignedIn(chromium, host, 1280);
        var say = page.Locator(".board-say");

        await page.GotoAsync(Week);
        await IsAccessible(page);
        Assert.Equal(1, await page.Locator("[role=gridcell][tabindex='0'], .entry[tabindex='0']").CountAsync());
        await page.Locator("[role=gridcell]").First.FocusAsync();
        await Keys(page, "ArrowRight", "ArrowLeft", "ArrowDown");
        await Expect(page.Locator(".entry:focus")).ToContainTextAsync("Spree Diagnostics");
        await Keys(page, "m", "ArrowDown", "Escape");
        await Expect(say).ToContainTextAsync("Nothing changed");
        await Keys(page, "m", "ArrowDown", "ArrowRight");
        await Expect(say).ToContainTextAsync("12:30");
        await Keys(page, "Enter");
        await Arrives(page, "/calendar/move?");
        await Expect(page.GetByText("The price stays as it was sealed")).ToBeVisibleAsync();

        await page.GotoAsync(Day);
        await IsAccessible(page);
        await page.Locator("[role=gridcell]").First.FocusAsync();
        await Keys(page, "c", "ArrowRight", "Shift+ArrowRight");
        await Expect(say).ToContainTextAsync("08:15 to 09:30");
        await Keys(page, "Enter");
        await Arrives(page, "/closures?");
        await Expect(page.GetByText("1 booking would have to move")).ToBeVisibleAsync();

        await page.GotoAsync(Day);
        await page.Locator("[role=gridcell]").First.FocusAsync();
        await Keys(page, "ArrowRight", "e", "ArrowRight", "Enter");
        await Arrives(page, "/calendar/length?");
        await Expect(page.GetByText("Only a person who books for the account")).ToBeVisibleAsync();
        await page.GoBackAsync();
        await page.Locator("[role=gridcell]").First.FocusAsync();
        await Keys(page, "ArrowRight", "Enter");
        await Arrives(page, $"/bookings/{id}");
        Assert.Equal("2027-01-18T08:00:00+01:00", await StartOf(host, id));
    }

    [Fact]
    public async Task On_a_phone_and_without_a_script_the_calendar_is_a_list_with_links()
    {
        await using var chromium = await Chromium.Start();
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        await Booked(host);
        var page = await SignedIn(chromium, host, 390);
        await page.RouteAsync("**/calendar.js", route => route.AbortAsync());
        foreach (var address in new[] { Week, Day, "/manage/biopmed-imaging/hours?resource=optical&add=1" })
        {
            await page.GotoAsync(address);
            await IsAccessible(page);
            Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }
        await page.GotoAsync(Day);
        await page.GetByRole(AriaRole.Link, new() { Name = "Move", Exact = true }).ClickAsync();
        await page.GetByLabel("To (Torino time)").FillAsync("2027-01-18T12:30");
        await page.GetByRole(AriaRole.Button, new() { Name = "See what will happen" }).ClickAsync();
        await Expect(page.GetByText("The price stays as it was sealed")).ToBeVisibleAsync();
    }

    private static async Task<string> Booked(ApiHost host)
    {
        var berlin = await host.As("sme.berlin");
        return (await berlin.Confirm(await berlin.Hold(Wish.Mri("2027-01-18")))).Id();
    }

    private static async Task<string> StartOf(ApiHost host, string id) =>
        (await (await host.As("sme.berlin")).Get($"/bookings/{id}"))
            .Expect(200)["items"]![0]!["start"]!.GetValue<string>();

    private static async Task Drag(IPage page, float from, float to, float y)
    {
        await page.Mouse.MoveAsync(from, y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync((from + to) / 2, y);
        await page.Mouse.MoveAsync(to, y);
        await page.Mouse.UpAsync();
    }

    /// <summary>
    /// Asks for the address until it is there. Playwright's own wait looks once and then subscribes, and loses a
    /// navigation that falls in between (microsoft/playwright-dotnet#3364).
    /// </summary>
    private static Task Arrives(IPage page, string part) =>
        Expect(page).ToHaveURLAsync(new Regex(Regex.Escape(part)), new() { Timeout = 30_000 });

    private static async Task Keys(IPage page, params string[] keys)
    {
        foreach (var key in keys) await page.Keyboard.PressAsync(key);
    }

    private static async Task<IPage> SignedIn(Chromium chromium, ApiHost host, int width)
    {
        var page = await chromium.Visitor(host.ClientOptions.BaseAddress.ToString(), width: width);
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail").FillAsync("manager.biopmed-imaging@example.org");
        await page.GetByLabel("Password").FillAsync(ApiHost.Password);
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true })
            .ClickAsync();
        await Expect(page.GetByText("Sign out")).ToBeAttachedAsync();
        return page;
    }

    private static async Task IsAccessible(IPage page)
    {
        var result = await page.RunAxe();
        Assert.Equal("", string.Join("\n", result.Violations.Where(v => v.Impact is "serious" or "critical")
            .Select(v => $"{page.Url}: {v.Id}, {v.Help}: {string.Join("; ", v.Nodes.Select(n => n.Html))}")));
    }
}
