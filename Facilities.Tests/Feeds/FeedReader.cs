using System.Net;
using System.Text.Json.Nodes;
using Facilities.Grains.ICalendar;
using Facilities.Tests.ICalendar;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Feeds;

/// <summary>A calendar program: it knows an address, and nothing else.</summary>
internal sealed class FeedReader(HttpClient http, string address)
{
    /// <summary>Makes a feed as a person and follows it as a stranger.</summary>
    internal static async Task<FeedReader> Of(ApiHost host, string login, object wish) => new(
        host.CreateClient(), (await Make(await host.As(login), wish)).Text("address"));

    internal static async Task<JsonNode> Make(ApiClient client, object wish) =>
        (await client.Post("/feeds", wish)).Expect(201);

    internal async Task<(HttpStatusCode Status, string Text, HttpResponseMessage Answer)> Ask(
        string? tag = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, address);
        if (tag is not null) request.Headers.Add("If-None-Match", tag);
        var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer);
    }

    internal async Task<string> Text()
    {
        var (status, text, _) = await Ask();
        Assert.Equal(HttpStatusCode.OK, status);
        return text;
    }

    internal async Task<CalendarEvent[]> Events() => [.. ICalendar.Calendars.Good(await Text()).Events];

    /// <summary>The one event of a booking's first item.</summary>
    internal async Task<CalendarEvent> Event(JsonNode booking) =>
        Assert.Single(await Events(), e => e.Uid == UidOf(booking));

    internal static string UidOf(JsonNode booking) => Facilities.Grains.Feeds.FeedEntries.Uid(
        new(booking.Id()), new(booking["items"]![0]!.Text("itemId")));

    internal static Instant StartOf(CalendarEvent read) => read.Start.ToInstant(DateTimeZone.Utc);

    internal static Instant EndOf(CalendarEvent read) => read.End!.ToInstant(DateTimeZone.Utc);
}
