using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Facilities.Silo.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Facilities.Tests.TestKit;

/// <summary>
/// A server that keeps Stripe's documented rules for the few calls that are made: keys by which repeats are dropped,
/// limits of a page's life, refunds within what was paid. What a payer does is done by the test.
/// </summary>
internal sealed class StripeServer : IAsyncDisposable
{
    public const string Key = "sk_test_facilities";
    public const string Secret = "whsec_facilities";

    private readonly WebApplication _server;
    private readonly IClock _clock;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Form, int Status, string Answer)> _answered = [];
    private readonly List<StripeSession> _sessions = [];
    private readonly List<JsonObject> _refunds = [];
    private int _events;

    private StripeServer(WebApplication server, IClock clock) => (_server, _clock) = (server, clock);

    /// <summary>Calls that fail from now on, before anything is done.</summary>
    public int Failing { get; set; }

    /// <summary>Calls whose answer is lost from now on, after it was done.</summary>
    public int AnswersLost { get; set; }

    /// <summary>Refunds whose answer is lost from now on, after they were made.</summary>
    public int RefundAnswersLost { get; set; }

    /// <summary>Whether every refund is refused for good, with this code.</summary>
    public string? RefundRefusal { get; set; }

    /// <summary>Refunds are made at once and answered only when this ends.</summary>
    public Task RefundsAnswered { get; set; } = Task.CompletedTask;

    public IReadOnlyList<StripeSession> Sessions
    {
        get
        {
            lock (_lock) return [.. _sessions];
        }
    }

    public IReadOnlyList<JsonObject> Refunds
    {
        get
        {
            lock (_lock) return [.. _refunds];
        }
    }

    public Dictionary<string, string> Settings => new()
    {
        ["Payments:Stripe:SecretKey"] = Key,
        ["Payments:Stripe:WebhookSecret"] = Secret,
        ["Payments:Stripe:BaseAddress"] = _server.Urls.First(),
    };

    /// <summary>The keys by which repeats are dropped are kept for a day.</summary>
    public void ForgetKeys()
    {
        lock (_lock) _answered.Clear();
    }

    public static async Task<StripeServer> Start(IClock clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var stripe = new StripeServer(server, clock);
        server.Run(stripe.Answer);
        await server.StartAsync();
        return stripe;
    }

    /// <summary>The page of a booking's attempt, once it is open.</summary>
    public async Task<StripeSession> Session(string booking, int attempt = 1)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if (Sessions.FirstOrDefault(s => s.Booking == booking && s.Attempt == Text(attempt)) is { } session)
                return session;
            await Task.Delay(50);
        }
        throw new InvalidOperationException($"No page was opened for attempt {attempt} of {booking}.");
    }

    /// <summary>The payer pays by card: the notice of it.</summary>
    public string Paid(StripeSession session, Instant? at = null, long? amount = null, string? currency = null)
    {
        session.Status = "complete";
        session.PaidMinor = amount ?? session.Minor;
        return Event("checkout.session.completed", session.Json("paid", amount, currency), at);
    }

    /// <summary>The payer signs the mandate of a debit: the notice of it.</summary>
    public string Signed(StripeSession session, Instant? at = null)
    {
        session.Status = "complete";
        return Event("checkout.session.completed", session.Json("unpaid"), at);
    }

    public string Succeeded(StripeSession session, Instant? at = null)
    {
        session.PaidMinor = session.Minor;
        return Event("checkout.session.async_payment_succeeded", session.Json("paid"), at);
    }

    public string Failed(StripeSession session, Instant? at = null) =>
        Event("checkout.session.async_payment_failed", session.Json("unpaid"), at);

    public string Expired(StripeSession session, Instant? at = null) =>
        Event("checkout.session.expired", session.Json("unpaid"), at);

    public string Event(string type, JsonNode thing, Instant? at = null) => new JsonObject
    {
        ["id"] = $"evt_{Interlocked.Increment(ref _events)}_{Guid.NewGuid():N}",
        ["object"] = "event",
        ["type"] = type,
        ["created"] = (at ?? _clock.GetCurrentInstant()).ToUnixTimeSeconds(),
        ["livemode"] = false,
        ["data"] = new JsonObject { ["object"] = thing },
    }.ToJsonString();

    /// <summary>Sends a notice, signed as Stripe signs; answers the status.</summary>
    public static async Task<int> Send(Uri site, string notice, string secret = Secret, TimeSpan age = default)
    {
        var body = Encoding.UTF8.GetBytes(notice);
        var at = DateTimeOffset.UtcNow.Subtract(age).ToUnixTimeSeconds();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(site, "/webhooks/stripe"));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TryAddWithoutValidation(
            "Stripe-Signature", $"t={at},v1={StripeSignature.Of(secret, at, body)},v0=00");
        using var answer = await http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync() : FormCollection.Empty;
        (int Status, string Text) answer;
        lock (_lock) answer = Once(context, form);
        var isRefund = context.Request.Path == "/v1/refunds" && context.Request.Method == "POST";
        if (isRefund) await RefundsAnswered;
        if (AnswersLost > 0 || (isRefund && RefundAnswersLost > 0))
        {
            if (AnswersLost > 0) AnswersLost--;
            else RefundAnswersLost--;
            context.Abort();
            return;
        }
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.Text);
    }

    private (int, string) Once(HttpContext context, IFormCollection form)
    {
        if (context.Request.Headers.Authorization != $"Bearer {Key}") return Fault(401, "invalid_request_error", "key");
        if (Failing > 0)
        {
            Failing--;
            return Fault(500, "api_error", "Something went wrong.");
        }
        var path = context.Request.Path.Value!;
        if (context.Request.Method == "GET") return Look(path, context.Request.Query["payment_intent"].ToString());
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        var text = path + "?" + string.Join("&", form.OrderBy(f => f.Key).Select(f => $"{f.Key}={f.Value}"));
        if (key.Length > 0 && _answered.TryGetValue(key, out var before))
            return before.Form == text
                ? (before.Status, before.Answer)
                : Fault(400, "idempotency_error", "Keys for idempotent requests take the same parameters.");
        var (status, answer) = path.EndsWith("/expire", StringComparison.Ordinal) ? Expire(path.Split('/')[^2])
            : path == "/v1/checkout/sessions" ? Open(form)
            : path == "/v1/refunds" ? Refund(form)
            : Fault(404, "invalid_request_error", "Unrecognized request URL");
        if (key.Length > 0) _answered[key] = (text, status, answer);
        return (status, answer);
    }

    private (int, string) Look(string path, string intent)
    {
        if (path == "/v1/refunds")
            return (200, new JsonObject
            {
                ["data"] = new JsonArray([.. _refunds
                    .Where(r => r["payment_intent"]!.GetValue<string>() == intent).Select(r => r.DeepClone())]),
            }.ToJsonString());
        return _sessions.FirstOrDefault(s => path.EndsWith(s.Id, StringComparison.Ordinal)) is { } session
            ? (200, session.Json("unpaid").ToJsonString())
            : Fault(404, "resource_missing", "No such session");
    }

    private (int, string) Open(IFormCollection form)
    {
        var until = Instant.FromUnixTimeSeconds(long.Parse(form["expires_at"]!, CultureInfo.InvariantCulture));
        var life = until - _clock.GetCurrentInstant();
        if (life < Duration.FromMinutes(30) || life > Duration.FromHours(24))
            return Fault(400, "invalid_request_error", "expires_at must be 30 minutes to 24 hours from now.");
        var minor = long.Parse(form["line_items[0][price_data][unit_amount]"]!, CultureInfo.InvariantCulture);
        if (minor < 50) return Fault(400, "amount_too_small", "The amount is below the minimum.");
        var currency = form["line_items[0][price_data][currency]"].ToString();
        if (form["payment_method_types[0]"] == "sepa_debit" && currency != "eur")
            return Fault(400, "invalid_request_error", "SEPA debits are in euro.");
        var session = new StripeSession(
            $"cs_test_{_sessions.Count + 1}_{Guid.NewGuid():N}", form["metadata[bookingId]"]!,
            form["metadata[attempt]"]!, minor, currency, until, form["success_url"]!);
        _sessions.Add(session);
        return (200, session.Json("unpaid").ToJsonString());
    }

    private (int, string) Expire(string id)
    {
        if (_sessions.FirstOrDefault(s => s.Id == id) is not { } session)
            return Fault(404, "resource_missing", "No such session");
        if (session.Status != "open")
            return Fault(400, "invalid_request_error", "Only an open session can be expired.");
        session.Status = "expired";
        return (200, session.Json("unpaid").ToJsonString());
    }

    private (int, string) Refund(IFormCollection form)
    {
        var intent = form["payment_intent"].ToString();
        if (RefundRefusal is { } code) return Fault(400, code, "It cannot be refunded.");
        if (_sessions.FirstOrDefault(s => s.Intent == intent) is not { } session || session.PaidMinor == 0)
            return Fault(404, "resource_missing", "No such payment_intent");
        var amount = long.Parse(form["amount"]!, CultureInfo.InvariantCulture);
        var made = _refunds.Where(r => r["payment_intent"]!.GetValue<string>() == intent)
            .Sum(r => r["amount"]!.GetValue<long>());
        if (made + amount > session.PaidMinor) return Fault(400, "charge_already_refunded", "More than was paid.");
        var refund = new JsonObject
        {
            ["id"] = $"re_{_refunds.Count + 1}_{Guid.NewGuid():N}",
            ["object"] = "refund",
            ["status"] = "pending",
            ["amount"] = amount,
            ["payment_intent"] = intent,
            ["metadata"] = new JsonObject
            {
                ["bookingId"] = form["metadata[bookingId]"].ToString(),
                ["refund"] = form["metadata[refund]"].ToString(),
            },
        };
        _refunds.Add(refund);
        return (200, refund.ToJsonString());
    }

    private static (int, string) Fault(int status, string code, string message) => (status, new JsonObject
    {
        ["error"] = new JsonObject { ["type"] = code, ["code"] = code, ["message"] = message },
    }.ToJsonString());

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
