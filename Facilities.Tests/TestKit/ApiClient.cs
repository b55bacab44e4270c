using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Facilities.Grains.Services;

namespace Facilities.Tests.TestKit;

/// <summary>Somebody who speaks to the API as any other program would: JSON in, JSON out.</summary>
public sealed class ApiClient(HttpClient http)
{
    public const string Account = "spree-diagnostics";

    private const string Api = "/api/v1";

    public async Task SignIn(string login)
    {
        http.DefaultRequestHeaders.Authorization = null;
        var session = await Post("/session", new { email = login + "@example.org", password = ApiHost.Password });
        var token = session.Expect(200)["token"]!.GetValue<string>();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Task<ApiAnswer> Get(string path, string? accept = null) => Send(HttpMethod.Get, path, null, null, accept);

    public Task<ApiAnswer> Post(string path, object? body = null, string? key = null) =>
        Send(HttpMethod.Post, path, Content(body), key);

    public Task<ApiAnswer> Put(string path, object body) => Send(HttpMethod.Put, path, Content(body));

    public async Task<ApiAnswer> Send(
        HttpMethod method, string path, HttpContent? content, string? key = null, string? accept = null)
    {
        using var request = new HttpRequestMessage(
            method, path.StartsWith("/api", StringComparison.Ordinal) ? path : Api + path);
        request.Content = content;
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (accept is not null) request.Headers.Accept.ParseAdd(accept);
        using var answer = await http.SendAsync(request);
        return new ApiAnswer(
            (int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType,
            await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A file that is no text.</summary>
    public Task<HttpResponseMessage> Download(string path) => http.GetAsync(new Uri(Api + path, UriKind.Relative));

    public static HttpContent? Content(object? body) => body switch
    {
        null => null,
        string json => new StringContent(json, Encoding.UTF8, "application/json"),
        _ => new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
    };

    /// <summary>A quote for one item.</summary>
    public Task<ApiAnswer> Quote(Wish wish, string account = Account, object? vouchers = null) => Post("/quotes", new
    {
        accountId = account,
        items = new[] { wish.Item() },
        vouchers = vouchers ?? "auto",
    });

    public Task<ApiAnswer> Book(JsonNode quote, string? key = null, string purpose = "Imaging of a mouse model") =>
        Post("/bookings", new { quoteId = quote["quoteId"], seal = quote["seal"], purpose }, key);

    /// <summary>A booking that is held, of a slot that must be free.</summary>
    public async Task<JsonNode> Hold(Wish wish, string account = Account) =>
        (await Book((await Quote(wish, account)).Expect(201))).Expect(201);

    public async Task<JsonNode> Booking(string id) => (await Get($"/bookings/{id}")).Expect(200);

    public async Task<ApiAnswer> Sign(JsonNode booking, string name = "Jana Krüger") => await Post(
        $"/bookings/{booking.Id()}/contract/signatures",
        new { contentHash = booking["contract"]!["contentHash"], name });

    public Task<ApiAnswer> Pay(JsonNode booking) =>
        Post($"/bookings/{booking.Id()}/payments", new { method = "invoice" });

    /// <summary>Signs and agrees the payment: confirmed, where the platform has a standing offer.</summary>
    public async Task<JsonNode> Confirm(JsonNode booking)
    {
        (await Sign(booking)).Expect(200);
        return (await Pay(booking)).Expect(200);
    }

    public async Task<JsonArray> Slots(Wish wish, string from, string to) => (await Get(
        $"/platforms/{wish.Platform}/services/{wish.Service}/slots?from={from}&to={to}&duration={wish.Duration}"))
        .Expect(200)["slots"]!.AsArray();

    /// <summary>Whether the wished start stands in the list of free slots.</summary>
    public async Task<bool> IsListed(Wish wish)
    {
        var day = wish.Start[..10];
        var next = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture).AddDays(1)
            .ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        return (await Slots(wish, day, next)).Any(s => s!["start"]!.GetValue<string>() == wish.Start);
    }

    public async Task<JsonNode> Voucher(string account = Account) =>
        (await Get($"/accounts/{account}/vouchers")).Expect(200)["items"]![0]!;
}

/// <summary>What somebody would like to book.</summary>
public sealed record Wish(string Platform, string Service, string Start, string Duration)
{
    public int Quantity { get; init; } = 1;

    /// <summary>Half a day of magnetic resonance in Torino, as in the worked example.</summary>
    public static Wish Mri(string day, string time = "08:00", string offset = "+01:00") =>
        new("biopmed-imaging", "mri-half-day", $"{day}T{time}:00{offset}", "PT4H");

    public object Item() =>
        new { platformId = Platform, serviceId = Service, start = Start, duration = Duration, quantity = Quantity };
}

/// <summary>What the API answered.</summary>
public sealed record ApiAnswer(int Status, string? Type, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>The body, where the status is as expected.</summary>
    public JsonNode Expect(int status)
    {
        Assert.True(Status == status, $"{Status} instead of {status}: {Text}");
        return Json;
    }

    /// <summary>The problem, where it is one with this status and refusal.</summary>
    public JsonNode Refused(int status, string refusal)
    {
        Assert.True(
            Status == status && Type == "application/problem+json",
            $"{Status} instead of {status} {refusal}: {Text}");
        Assert.True(refusal == Json["refusal"]!.GetValue<string>(), $"not {refusal}: {Text}");
        Assert.NotEmpty(Json["detail"]!.GetValue<string>());
        return Json;
    }
}

public static class ApiJson
{
    public static string Id(this JsonNode booking) => booking["bookingId"]!.GetValue<string>();

    public static string Text(this JsonNode node, string member) => node[member]!.GetValue<string>();

    public static string Status(this JsonNode node) => node.Text("status");

    /// <summary>The amount of money in a member.</summary>
    public static decimal Amount(this JsonNode node, string member) => node[member]!["amount"]!.GetValue<decimal>();
}
