using System.Text.Json.Nodes;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Series;

/// <summary>A series as a program asks for it.</summary>
internal sealed record WeeklyWish(string Platform, string Service, string Start, string Duration, string Rrule)
{
    public string[] Except { get; init; } = [];

    /// <summary>Half a day of magnetic resonance, week by week.</summary>
    public static WeeklyWish Mri(string day, string rrule = "FREQ=WEEKLY;COUNT=4") =>
        new("biopmed-imaging", "mri-half-day", $"{day}T08:00:00+01:00", "PT4H", rrule);

    public object Item() => new
    {
        platformId = Platform,
        serviceId = Service,
        start = Start,
        duration = Duration,
        repeat = new { rrule = Rrule, except = Except },
    };
}

internal static class SeriesClient
{
    public static Task<ApiAnswer> Preview(
        this ApiClient client, WeeklyWish wish, string account = ApiClient.Account) =>
        client.Post("/quotes/preview", new { accountId = account, items = new[] { wish.Item() } });

    public static Task<ApiAnswer> QuoteSeries(
        this ApiClient client, WeeklyWish wish, string collisions = "refuse", string account = ApiClient.Account) =>
        client.Post("/quotes", new { accountId = account, items = new[] { wish.Item() }, collisions });

    public static async Task<JsonNode> HoldSeries(
        this ApiClient client, WeeklyWish wish, string collisions = "refuse", string account = ApiClient.Account) =>
        (await client.Book((await client.QuoteSeries(wish, collisions, account)).Expect(201))).Expect(201);

    public static Task<ApiAnswer> MoveSeries(
        this ApiClient client, JsonNode booking, string item, string scope, string start) =>
        client.Post($"/bookings/{booking.Id()}/reschedule", new { series = new { itemId = item, scope, start } });

    public static string[] Starts(this JsonNode booking) =>
        [.. booking["items"]!.AsArray().Select(i => i!.Text("start")[..16])];

    public static bool[] Free(this JsonNode preview) =>
        [.. preview["dates"]!.AsArray().Select(d => d!["free"]!.GetValue<bool>())];
}
