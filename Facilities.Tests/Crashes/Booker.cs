using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Crashes;

/// <summary>
/// A program that books for somebody: asks for the price, holds, signs, confirms, cancels or walks away. It repeats
/// under the same key what was not answered, until it is.
/// </summary>
internal sealed class Booker(
    Marketplace market, Register register, IReadOnlyList<Wish[]> wishes, string login, string account, int seed)
{
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(120);
    private static readonly HttpClient Http = new() { Timeout = Timeout.InfiniteTimeSpan };

    private readonly Random random = new(seed);
    private readonly Stopwatch running = Stopwatch.StartNew();
    private AuthenticationHeaderValue? session;
    private int asked;

    /// <summary>Books until it is told to stop, and then ends what it began.</summary>
    public async Task Run(CancellationToken until)
    {
        try
        {
            await SignIn();
            while (!until.IsCancellationRequested) await Visit();
        }
        catch (NotAnsweredException fault)
        {
            register.Fault(fault.Message);
        }
    }

    private async Task Visit()
    {
        // Often one service, sometimes two in one booking.
        var items = wishes.OrderBy(_ => random.Next()).Take(random.Next(4) == 0 ? 2 : 1).Select(Wanted).ToArray();
        var quote = await Post("/quotes", new { accountId = account, items, vouchers = "auto" }, 201, 409);
        if (quote is null) return;
        var held = await Post(
            "/bookings", new { quoteId = quote["quoteId"], seal = quote["seal"], purpose = "A trial" }, 201, 409);
        if (held is null) return;
        Note(held, "held");
        var roll = random.Next(100);
        if (roll < 8) return;
        if (roll < 30)
        {
            await Cancel(held);
            return;
        }
        var signed = await Post($"/bookings/{held.Id()}/contract/signatures",
            new { contentHash = held["contract"]!["contentHash"], name = "Jana Krüger" }, 200);
        Note(signed!, "awaitingPayment");
        if (roll < 38) return;
        Note((await Post($"/bookings/{held.Id()}/payments", new { method = "invoice" }, 200))!, "confirmed");
        if (roll < 80) await Cancel(held);
    }

    private async Task Cancel(JsonNode booking) => Note(
        (await Post($"/bookings/{booking.Id()}/cancellation", new { reason = "Another plan" }, 200))!, "cancelled");

    /// <summary>Everybody wants the same few slots; which ones changes with time.</summary>
    private object Wanted(Wish[] slots) =>
        slots[((int)(running.Elapsed.TotalSeconds / 10) + random.Next(5)) % slots.Length].Item();

    private void Note(JsonNode booking, string status)
    {
        if (booking.Status() != status) register.Fault($"{booking.Id()} is {booking.Status()}, not {status}.");
        register.Bookings[booking.Id()] = new Acknowledged(login, account, booking, status);
    }

    private async Task SignIn()
    {
        var (_, text) = await Persist("/session", JsonSerializer.Serialize(
            new { email = login + "@example.org", password = ApiHost.Password }), null);
        session = new AuthenticationHeaderValue("Bearer", JsonNode.Parse(text)!.Text("token"));
    }

    /// <summary>The answer where it is the first of the expected ones; null where it is another of them.</summary>
    private async Task<JsonNode?> Post(string path, object body, params int[] expected)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{seed}-{asked++}");
        var text = JsonSerializer.Serialize(body);
        var (status, answer) = await Persist(path, text, key);
        register.Answers.Enqueue(new Told(login, path, key, text, status, answer));
        if (status == expected[0] && answer.Length > 0) return JsonNode.Parse(answer);
        if (status != expected[0] && expected.Contains(status)) return null;
        throw new NotAnsweredException($"{status} to {path} {key}: {answer}");
    }

    private async Task<(int Status, string Text)> Persist(string path, string body, string? key)
    {
        var watch = Stopwatch.StartNew();
        string last;
        do
        {
            // Some are patient, some ask again while the first request still runs.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(random.Next(4, 20)));
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(market.Address, "/api/v1" + path));
                (request.Content, request.Headers.Authorization) = (ApiClient.Content(body), session);
                request.Headers.ConnectionClose = true;
                if (key is not null) request.Headers.Add("Idempotency-Key", key);
                using var answer = await Http.SendAsync(request, patience.Token);
                var text = await answer.Content.ReadAsStringAsync(patience.Token);
                if ((int)answer.StatusCode is not (429 or >= 500)) return ((int)answer.StatusCode, text);
                last = $"{(int)answer.StatusCode} {text}";
                if ((int)answer.StatusCode is not (429 or 503)) register.Fault($"{path}: {last}");
                else if (answer.Headers.RetryAfter is null) register.Fault($"{path}: no Retry-After with {last}");
                // Sooner than it is asked to, to be a worse guest than most.
                await Task.Delay(random.Next(100, 1000), CancellationToken.None);
            }
            catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException or IOException
                or SocketException)
            {
                last = lost.Message;
                await Task.Delay(random.Next(20, 200), CancellationToken.None);
            }
            register.Retry();
        }
        while (watch.Elapsed < PatienceMax);
        throw new NotAnsweredException($"No answer to {path} {key} in {PatienceMax}: {last}");
    }

    private sealed class NotAnsweredException(string message) : Exception(message);
}
