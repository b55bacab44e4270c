using Facilities.Tests.TestKit;
using Microsoft.Playwright;
using NodaTime;
using static Microsoft.Playwright.Assertions;

namespace Facilities.Tests.Browser;

/// <summary>Rows T6 and T8: the clock of who books never moves the time that is booked.</summary>
public sealed class TravellerTests
{
    [Theory]
    // Nine hours behind: the morning in Torino is the evening before there.
    [InlineData("T6", "America/Los_Angeles", "2027-02-01", "+01:00")]
    // No summer time and three quarters of an hour: the last Friday of winter and the first Monday of summer.
    [InlineData("T8", "Asia/Kathmandu", "2027-03-26", "+01:00")]
    [InlineData("T8", "Asia/Kathmandu", "2027-03-29", "+02:00")]
    public async Task T6_and_T8_who_books_from_another_zone_books_the_platforms_time(
        string row, string zone, string day, string offset)
    {
        await using var chromium = await Chromium.Start();
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var page = await chromium.Visitor(host.ClientOptions.BaseAddress.ToString(), zone);
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail").FillAsync("sme.berlin@example.org");
        await page.GetByLabel("Password").FillAsync(ApiHost.Password);
        await Press(page, "Sign in");
        await Expect(page.GetByText("Sign out")).ToBeVisibleAsync();

        await page.GotoAsync($"/find?category=imaging&from={day}&to={day}");
        var card = page.GetByRole(AriaRole.Article).Filter(new LocatorFilterOptions { HasText = "MRI 7 T, half day" });
        var first = card.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "08:00–12:00" });
        await Expect(first).ToBeVisibleAsync();
        await first.ClickAsync();
        await Press(page, "See what it costs");
        await page.GetByLabel("What is it for?").FillAsync("Contrast study");
        await Press(page, "Hold the slot");
        await Expect(page.GetByText("Held until").First).ToBeVisibleAsync();

        var booking = await (await host.As("sme.berlin")).Booking(new Uri(page.Url).Segments[^1]);
        Assert.True(booking["items"]![0]!.Text("start") == $"{day}T08:00:00{offset}", $"{row}: {booking}");
        // And it is open at that hour: the hours are the platform's, not the visitor's.
        var local = OffsetDateTime.FromDateTimeOffset(
            DateTimeOffset.Parse(booking["items"]![0]!.Text("start"), null)).LocalDateTime;
        Assert.Equal(8, local.Hour);
    }

    private static Task Press(IPage page, string button) => page.GetByRole(AriaRole.Main)
        .GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = button, Exact = true }).ClickAsync();
}
