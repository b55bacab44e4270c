using System.Net;
using Facilities.Tests.Pages;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Series;

/// <summary>The pages on which a series is chosen, read and changed.</summary>
public sealed class SeriesPageTests
{
    [Fact]
    public async Task Dates_are_chosen_read_on_the_quote_and_the_booking_and_moved_from_one_on()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (client, berlin) = (host.CreateClient(), await host.As("sme.berlin"));
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        await DemonstrationPages.Post(client, "/sign-in", "sign-in", new()
        {
            ["email"] = "sme.berlin@example.org",
            ["password"] = ApiHost.Password,
        });
        var further = new[] { new { nace = "26.60", isSeparated = true } };
        (await berlin.Put("/accounts/spree-diagnostics/activities", new { main = "72.11", further })).Expect(200);
        const string address = "/platforms/biopmed-imaging/services/mri-half-day/repeat"
            + "?start=2027-02-08T08%3A00%3A00%2B01&duration=PT4H&every=week&times=3&activity=26.60";
        var dates = await client.GetStringAsync(address);
        Assert.Contains("2 of 3 dates are free", dates, StringComparison.Ordinal);
        Assert.Contains("helium service", dates, StringComparison.Ordinal);
        Assert.Contains("<option value=\"26.60\" selected", dates, StringComparison.Ordinal);
        var quote = await (await DemonstrationPages.Post(client, address, "quote", new() { ["date"] = "2027-02-22" }))
            .Content.ReadAsStringAsync();
        Assert.Contains("1 × Mondays 08:00–12:00, 22 February 2027", WebUtility.HtmlDecode(quote),
            StringComparison.Ordinal);
        Assert.Contains("For the activity NACE 26.60.", quote, StringComparison.Ordinal);
        var refused = await DemonstrationPages.Post(client, address + "0", "quote", new() { ["date"] = "2027-02-15" });
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);

        var held = await berlin.HoldSeries(WeeklyWish.Mri("2027-03-01"));
        await DemonstrationPages.Post(client, $"/bookings/{held.Id()}", "note", new() { ["note"] = "Bring ice" });
        await DemonstrationPages.Post(client, $"/bookings/{held.Id()}/move?item=i1.02&from=2027-03-09", "move", new()
        {
            ["start"] = "2027-03-09T08:00:00+01",
            ["scope"] = "Following",
        });
        var page = WebUtility.HtmlDecode(await client.GetStringAsync($"/bookings/{held.Id()}"));
        Assert.Contains("4 × Mondays and Tuesdays 08:00–12:00, 1 March to 23 March 2027", page,
            StringComparison.Ordinal);
        Assert.Contains("Bring ice", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dates_are_cancelled_from_one_on_with_the_fee_shown_before()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (client, berlin) = (host.CreateClient(), await host.As("sme.berlin"));
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        var booking = await berlin.Confirm(await berlin.HoldSeries(WeeklyWish.Mri("2027-01-11")));
        await host.AdvanceTo(NodaTime.Instant.FromUtc(2027, 1, 13, 12, 0));
        await DemonstrationPages.Post(client, "/sign-in", "sign-in", new()
        {
            ["email"] = "sme.berlin@example.org",
            ["password"] = ApiHost.Password,
        });
        Assert.Contains("cancel-part?item=i1.02", await client.GetStringAsync($"/bookings/{booking.Id()}"),
            StringComparison.Ordinal);
        var address = $"/bookings/{booking.Id()}/cancel-part?item=i1.02&scope=following";
        var page = WebUtility.HtmlDecode(await client.GetStringAsync(address));
        // Half of the first of them and a quarter of the second; the third is two weeks away and more.
        Assert.Contains("3 dates cancelled, 1 date kept", page, StringComparison.Ordinal);
        Assert.Contains("50 % of time and operator", page, StringComparison.Ordinal);
        var all = WebUtility.HtmlDecode(await client.GetStringAsync(
            $"/bookings/{booking.Id()}/cancel-part?item=i1.01&scope=following"));
        Assert.Contains("has started", all, StringComparison.Ordinal);
        await DemonstrationPages.Post(client, address, "drop", new()
        {
            ["part"] = "i1.02",
            ["much"] = "following",
            ["reason"] = "Fewer samples",
        });
        page = WebUtility.HtmlDecode(await client.GetStringAsync($"/bookings/{booking.Id()}"));
        Assert.Contains("Cancelled of it", page, StringComparison.Ordinal);
        Assert.Contains("1 × Mondays 08:00–12:00, 11 January 2027", page, StringComparison.Ordinal);
        Assert.Contains("Fewer samples", page, StringComparison.Ordinal);
    }
}
