using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Silo.BenchDoors;

/// <summary>What a door answered, and how long that took in milliseconds.</summary>
internal readonly record struct Answered(
    int Status, string? Refusal, JsonElement Body, double Milliseconds, TimeSpan? RetryAfter);

/// <summary>A person who books for one company through the doors: JSON in, JSON out.</summary>
internal sealed class Customer(HttpClient http, string company, string token)
{
    /// <summary>Quote, book, sign, pay.</summary>
    public const int StepsOfALife = 4;

    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    private readonly AuthenticationHeaderValue bearer = new("Bearer", token);
    private int turnedAway;

    /// <summary>How often a step of a booking was sent again because the server had too much to do.</summary>
    public int TurnedAway => turnedAway;

    /// <summary>The secret of a session that begins.</summary>
    public static async Task<string> SignIn(HttpClient http, string email, string password)
    {
        var answered = await Send(
            http, null, "/api/v1/session", $$"""{"email":"{{email}}","password":"{{password}}"}""");
        return answered.Status == 200
            ? answered.Body.GetProperty("token").GetString()!
            : throw Unexpected("/session", answered);
    }

    /// <summary>
    /// A whole booking, from the quote to its confirmation; how long each step took. Whoever is turned away comes again
    /// when told to, and the booking has taken so much longer.
    /// </summary>
    public async Task<double[]> Book(string platform, Instant start)
    {
        var quote = Expect("/quotes", await Insist(() => Quote(platform, start)), 201);
        var held = Expect("/bookings", await Insist(() => Hold(quote.Body)), 201);
        var path = $"/api/v1/bookings/{held.Body.GetProperty("bookingId").GetString()}";
        var hash = held.Body.GetProperty("contract").GetProperty("contentHash").GetString();
        var signed = Expect("signatures", await Insist(() => Send(
            path + "/contract/signatures", $$"""{"contentHash":"{{hash}}","name":"Bench Signatory"}""")), 200);
        var paid = Expect("payments", await Insist(() => Send(path + "/payments", """{"method":"invoice"}""")), 200);
        return paid.Body.GetProperty("status").GetString() == "confirmed"
            ? [quote.Milliseconds, held.Milliseconds, signed.Milliseconds, paid.Milliseconds]
            : throw Unexpected("payments", paid);
    }

    public Task<Answered> Quote(string platform, Instant start) => Send("/api/v1/quotes", string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {"accountId":"{{company}}","vouchers":"none","items":[{"platformId":"{{platform}}",
        "serviceId":"microscope-hour","start":"{{InstantPattern.General.Format(start)}}","duration":"PT1H"}]}
        """));

    /// <summary>Holds what was quoted.</summary>
    public Task<Answered> Hold(JsonElement quote) => Send("/api/v1/bookings", string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {"quoteId":"{{quote.GetProperty("quoteId").GetString()}}","seal":"{{quote.GetProperty("seal").GetString()}}",
        "purpose":"Bench"}
        """));

    public static Answered Expect(string what, Answered answered, int status) =>
        answered.Status == status ? answered : throw Unexpected(what, answered);

    private async Task<Answered> Insist(Func<Task<Answered>> send)
    {
        while (true)
        {
            var answered = await send();
            if (answered is not { Refusal: "overloaded", RetryAfter: { } wait }) return answered;
            Interlocked.Increment(ref turnedAway);
            await Task.Delay(wait);
        }
    }

    private Task<Answered> Send(string path, string body) => Send(http, bearer, path, body);

    private static async Task<Answered> Send(
        HttpClient http, AuthenticationHeaderValue? bearer, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = JsonType } },
        };
        request.Headers.Authorization = bearer;
        var asked = Stopwatch.GetTimestamp();
        using var answer = await http.SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var milliseconds = Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
        var read = bytes.Length == 0 ? default : JsonElement.Parse(bytes);
        return new(
            (int)answer.StatusCode,
            !answer.IsSuccessStatusCode && read.ValueKind == JsonValueKind.Object
                && read.TryGetProperty("refusal", out var refusal) ? refusal.GetString() : null,
            read, milliseconds, answer.Headers.RetryAfter?.Delta);
    }

    private static InvalidOperationException Unexpected(string what, Answered answered) =>
        new($"{what} answered {answered.Status}: {answered.Body}");
}
