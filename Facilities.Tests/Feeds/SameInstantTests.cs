using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Facilities.Tests.Pages;
using Facilities.Tests.TestKit;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Tests.Feeds;

/// <summary>Row T7: the page, the API, the feed and a calendar program show the same instants.</summary>
public sealed partial class SameInstantTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private static readonly object Mine = new { kind = "person", audience = "full" };

    private readonly ApiHost host = api.Host;

    [Theory]
    [InlineData("2027-02-23", "+01:00")]
    [InlineData("2027-03-29", "+02:00")]
    public async Task T7_the_page_and_the_feed_of_a_booking_show_the_same_instants(string day, string offset)
    {
        var sme = await host.As("sme.berlin");
        var booking = await sme.Hold(Wish.Mri(day, "08:00", offset));
        var start = OffsetDateTimePattern.Rfc3339.Parse(booking["items"]![0]!.Text("start")).Value.ToInstant();
        var end = OffsetDateTimePattern.Rfc3339.Parse(booking["items"]![0]!.Text("end")).Value.ToInstant();
        Assert.Equal(start + Duration.FromHours(4), end);

        var read = await (await FeedReader.Of(host, "sme.berlin", Mine)).Event(booking);
        Assert.Equal((start, end), (FeedReader.StartOf(read), FeedReader.EndOf(read)));

        var page = await Page($"/bookings/{booking.Id()}");
        var slot = Slot().Match(page);
        Assert.True(slot.Success, "the page shows no slot");
        Assert.Equal(start, InstantPattern.General.Parse(slot.Groups["machine"].Value).Value);
        Assert.Equal((start, end), Said(WebUtility.HtmlDecode(slot.Groups["said"].Value), "Europe/Rome"));
        // The reader sits in San Francisco: the same slot lies in their night.
        var yours = WebUtility.HtmlDecode(slot.Groups["yours"].Value);
        Assert.Contains(start.InZone(DateTimeZoneProviders.Tzdb["America/Los_Angeles"])
            .ToString("HH:mm", CultureInfo.InvariantCulture), yours, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T7_a_calendar_program_shows_the_instants_of_the_feed_before_and_after_the_clock_change()
    {
        using var khal = Khal.In("Europe/Rome");
        var sme = await host.As("sme.berlin");
        await sme.Hold(Wish.Mri("2027-03-22"));
        await sme.Confirm(await sme.Hold(Wish.Mri("2027-03-31", "08:00", "+02:00")));
        var (_, text, _) = await (await FeedReader.Of(host, "sme.berlin", Mine)).Ask();
        await khal.Import(Encoding.UTF8.GetBytes(text));
        const string title = "MRI 7 T, half day with operator";
        Assert.Equal([$"2027-03-22T08:00|2027-03-22T12:00|{title}|TENTATIVE"], await khal.Shows("2027-03-22", 1));
        Assert.Equal([$"2027-03-31T08:00|2027-03-31T12:00|{title}|CONFIRMED"], await khal.Shows("2027-03-31", 1));
    }

    private async Task<string> Page(string address)
    {
        var client = host.CreateClient();
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        await DemonstrationPages.Post(client, "/sign-in", "sign-in", new()
        {
            ["email"] = "sme.berlin@example.org",
            ["password"] = ApiHost.Password,
        });
        client.DefaultRequestHeaders.Add("Cookie", "tz=America/Los_Angeles");
        return await client.GetStringAsync(address);
    }

    /// <summary>The instants that "Mon 15 Feb 2027, 08:00–12:00" means on the platform's clock.</summary>
    private static (Instant, Instant) Said(string text, string zone)
    {
        var parts = text.Split(", ");
        var day = LocalDatePattern.Create("ddd d MMM uuuu", CultureInfo.GetCultureInfo("en-GB")).Parse(parts[0]).Value;
        var times = parts[1].Split('–').Select(time => LocalTimePattern.CreateWithInvariantCulture("HH:mm")
            .Parse(time).Value.On(day).InZoneStrictly(DateTimeZoneProviders.Tzdb[zone]).ToInstant()).ToArray();
        return (times[0], times[1]);
    }

    [GeneratedRegex("<time datetime=\"(?<machine>[^\"]+)\">(?<said>[^<]+)</time>[^<]*"
        + "<span class=\"yours\">(?<yours>[^<]+)")]
    private static partial Regex Slot();
}
