using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Overload;

/// <summary>
/// The people of the demonstration's companies, as many at once as wanted, who book free slots and cancel again, so
/// that no calendar fills. Steps that are turned away are sent again after the stated time under the same key.
/// </summary>
public sealed class Crowd : IDisposable
{
    private const int TriesMax = 20;

    // A whole visit, and a quote for each company.
    private const int StepsOfAll = 10;

    private static readonly (string Login, string Account)[] Companies =
    [
        ("sme.berlin", "spree-diagnostics"), ("sme.potsdam", "havel-biologics"), ("sme.paris", "seine-therapeutics"),
        ("sme.cuneo", "langhe-biotech"), ("sme.debrecen", "tisza-devices"),
    ];

    private static readonly (string Platform, string Service, string Duration)[] Candidates =
    [
        ("biopmed-imaging", "optical-hour", "PT30M"), ("genopole-cytometry", "analyser-hour", "PT30M"),
        ("biopmed-imaging", "mri-half-day", "PT4H"), ("biotop-proteomics", "ms-session", "PT2H"),
        ("biocat-structural", "crystal-screen", "PT2H"), ("biocat-preclinical", "study-design", "PT1H"),
        ("gnd-testing", "sterility-test", "PT2H"), ("biotop-phase1", "screening-visit", "PT1H"),
    ];

    private readonly HttpClient http;
    private readonly Member[] members;
    private Wish[] wishes = [];
    private int turn;

    private sealed record Member(string Token, string Account);

    private Crowd(HttpClient http, Member[] members) => (this.http, this.members) = (http, members);

    public Tally Tally { get; } = new();

    /// <summary>Bookings that were acknowledged, with the last status that was.</summary>
    public ConcurrentDictionary<string, string> Acknowledged { get; } = new();

    /// <summary>Signs everybody in and finds services that can be booked to the end by one side alone.</summary>
    public static async Task<Crowd> Gather(ApiProcess process)
    {
        var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan })
        {
            BaseAddress = process.Address,
            Timeout = TimeSpan.FromSeconds(60),
        };
        var members = new List<Member>();
        foreach (var (login, account) in Companies)
        {
            var session = await new ApiClient(http).Post(
                "/session", new { email = login + "@example.org", password = ApiHost.Password });
            members.Add(new Member(session.Expect(200).Text("token"), account));
        }
        var crowd = new Crowd(http, [.. members]);
        await crowd.FindWishes();
        return crowd;
    }

    public int Services => wishes.Select(w => w.Service).Distinct().Count();

    /// <summary>One visit: a quote and, where it is whole, hold, signature, payment and cancellation.</summary>
    /// <param name="steps">How far: 1 a quote, 2 a hold and its cancellation, 3 all.</param>
    public async Task Visit(int steps)
    {
        var number = Interlocked.Increment(ref turn);
        var (member, wish) = (members[number % members.Length], wishes[number % wishes.Length]);
        var quote = await Send(member, "quote", "/quotes", new
        {
            accountId = member.Account,
            items = new[] { wish.Item() },
            vouchers = "none",
        });
        if (steps == 1 || quote is null) return;
        var booking = await Insist(member, "hold", "/bookings", new
        {
            quoteId = quote["quoteId"],
            seal = quote["seal"],
            purpose = "Load",
        });
        if (booking is null) return;
        var path = $"/bookings/{booking.Id()}/";
        if (steps == 3)
        {
            var hash = booking["contract"]!["contentHash"];
            var signature = new { contentHash = hash, name = "A B" };
            if (await Insist(member, "sign", path + "contract/signatures", signature) is null) return;
            await Insist(member, "pay", path + "payments", new { method = "invoice" });
        }
        await Insist(member, "cancel", path + "cancellation", new { reason = "Load" });
    }

    /// <summary>A number of people, each of whom comes again as soon as served.</summary>
    public async Task ClosedLoop(int people, TimeSpan duration, int steps)
    {
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, people).Select(async _ =>
        {
            while (watch.Elapsed < duration) await Visit(steps);
        }));
    }

    /// <summary>Visits at a rate, whether or not the earlier ones were served; answers when all have ended.</summary>
    public async Task OpenLoop(double perSecond, TimeSpan duration, int steps)
    {
        var watch = Stopwatch.StartNew();
        var visits = new List<Task>();
        while (watch.Elapsed < duration)
        {
            while (visits.Count < watch.Elapsed.TotalSeconds * perSecond) visits.Add(Visit(steps));
            await Task.Delay(5);
            // A long run must not remember every visit.
            if (visits.Count > 100_000) throw new InvalidOperationException("Begin a new round before.");
        }
        await Task.WhenAll(visits);
    }

    /// <summary>The booking as it stands now.</summary>
    public async Task<JsonNode?> Booking(string id)
    {
        foreach (var member in members)
            if (await Ask(member, "/bookings/" + id) is { } booking) return booking;
        return null;
    }

    private async Task<JsonNode?> Ask(Member member, string path)
    {
        using var request = Request(member, HttpMethod.Get, path);
        using var answer = await http.SendAsync(request);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
    }

    private async Task<JsonNode?> Insist(Member member, string step, string path, object body)
    {
        var key = Guid.NewGuid().ToString();
        for (var attempt = 0; attempt < TriesMax; attempt++)
        {
            var (booking, again) = await Try(member, step, path, body, key);
            if (again is not { } wait)
            {
                if (booking is not null) Acknowledged[booking.Id()] = booking.Status();
                return booking;
            }
            await Task.Delay(wait);
        }
        return null;
    }

    private async Task<JsonNode?> Send(Member member, string step, string path, object body) =>
        (await Try(member, step, path, body, null)).Body;

    private async Task<(JsonNode? Body, TimeSpan? Again)> Try(
        Member member, string step, string path, object body, string? key)
    {
        var started = Stopwatch.GetTimestamp();
        using var request = Request(member, HttpMethod.Post, path);
        request.Content = ApiClient.Content(body);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var answer = await http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            var status = (int)answer.StatusCode;
            var isProblem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json";
            var json = JsonNode.Parse(text)!;
            var again = answer.Headers.RetryAfter?.Delta;
            Tally.Add(new Sent(
                step, status, isProblem ? json.Text("refusal") : null, Stopwatch.GetElapsedTime(started),
                Wrong(status, isProblem, again, json)));
            return status switch
            {
                429 or 503 => (null, again),
                < 300 => (json, null),
                _ => (null, null),
            };
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            Tally.Add(new Sent(step, 0, null, Stopwatch.GetElapsedTime(started), fault.Message));
            return (null, null);
        }
    }

    private static string? Wrong(int status, bool isProblem, TimeSpan? again, JsonNode json) => status switch
    {
        < 400 => null,
        429 or 503 when again is null || again < TimeSpan.FromSeconds(1) => "no Retry-After",
        429 or 503 when !json.Text("detail").Contains("gain", StringComparison.Ordinal)
            && !json.Text("detail").Contains("second", StringComparison.Ordinal) => "does not say what to do",
        >= 500 and not 503 => json.ToJsonString(),
        _ => isProblem ? null : "not problem+json",
    };

    private static HttpRequestMessage Request(Member member, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, "/api/v1" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", member.Token);
        return request;
    }

    private async Task FindWishes()
    {
        string Day(int days) => (SystemClock.Instance.GetCurrentInstant().InUtc().Date + Period.FromDays(days))
            .ToString("uuuu-MM-dd", null);
        var found = new List<Wish[]>();
        foreach (var (platform, service, duration) in Candidates)
        {
            var address = $"/platforms/{platform}/services/{service}/slots?"
                + $"from={Day(30)}&to={Day(75)}&duration={duration}";
            if ((await Ask(members[0], address))?["slots"]!.AsArray() is not { Count: > 0 } slots) continue;
            wishes = [.. slots.Select(s => new Wish(platform, service, s!.Text("start"), duration))];
            Tally.Take();
            await Visit(3);
            foreach (var _ in members) await Visit(1);
            // Others wait for an approval, or are not for everybody.
            if (Tally.Take() is { Length: StepsOfAll } steps && steps.All(s => s.Status < 300)) found.Add(wishes);
        }
        // In turn, so that neighbours in time go to different calendars.
        wishes = [.. found.SelectMany(slots => slots.Index()).OrderBy(p => p.Index).Select(p => p.Item)];
        Acknowledged.Clear();
    }

    public void Dispose() => http.Dispose();
}
