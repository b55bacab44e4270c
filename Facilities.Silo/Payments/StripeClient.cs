using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;

namespace Facilities.Silo.Payments;

/// <summary>A page of Stripe on which one amount is paid.</summary>
public sealed record CheckoutSession(
    string Id, string? Url, string Status, string PaymentStatus, string? PaymentIntent);

/// <summary>Money that Stripe pays back.</summary>
public sealed record StripeRefund(string Id, string Status);

/// <summary>Stripe did not do it.</summary>
/// <param name="isFinal">Whether it would say the same again; otherwise it is tried later.</param>
/// <param name="code">Stripe's machine name, where it gave one.</param>
public sealed class StripeException(string message, bool isFinal, string? code, Exception? cause = null)
    : Exception(message, cause)
{
    public bool IsFinal => isFinal;

    public string? Code => code;
}

/// <summary>The few calls of Stripe's REST API that the marketplace makes. Each may be repeated: what changes anything
/// carries a key by which Stripe drops repeats.</summary>
public sealed class StripeClient(HttpClient http, StripeOptions options)
{
    // Fixed, so that a newer default of the account changes no answer under us.
    private const string Version = "2024-06-20";

    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(20);

    /// <summary>Opens a page; the same attempt always gives the same page.</summary>
    public async Task<CheckoutSession> OpenSession(OpenPayment payment, CancellationToken cancel)
    {
        var (booking, attempt) = (payment.Booking.Value, Number(payment.Attempt));
        var back = $"{payment.ReturnTo.TrimEnd('/')}/bookings/{booking}";
        return SessionOf(await Post("v1/checkout/sessions",
        [
            ("mode", "payment"),
            ("payment_method_types[0]", payment.Method == PaymentMethod.SepaDebit ? "sepa_debit" : "card"),
            ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][currency]", CurrencyOf(payment.Amount)),
            ("line_items[0][price_data][unit_amount]", Number(payment.Amount.Minor)),
            ("line_items[0][price_data][product_data][name]", payment.Name),
            ("client_reference_id", booking),
            ("metadata[bookingId]", booking),
            ("metadata[attempt]", attempt),
            ("payment_intent_data[metadata][bookingId]", booking),
            ("payment_intent_data[metadata][attempt]", attempt),
            ("expires_at", Number(payment.ExpiresAt.ToUnixTimeSeconds())),
            ("success_url", back + "?paid=1"),
            ("cancel_url", back),
        ], $"{booking}:{attempt}", cancel));
    }

    /// <summary>Closes a page that nobody paid at; fails for good where it was paid or is closed already.</summary>
    public async Task<CheckoutSession> ExpireSession(string session, CancellationToken cancel) => SessionOf(await Post(
        $"v1/checkout/sessions/{Uri.EscapeDataString(session)}/expire", [], $"{session}:expire", cancel));

    /// <summary>A page as it stands now.</summary>
    public async Task<CheckoutSession> FindSession(string session, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, Address($"v1/checkout/sessions/{Uri.EscapeDataString(session)}"));
        return SessionOf(await Send(request, cancel));
    }

    /// <summary>Pays back; the same refund is made once.</summary>
    public async Task<StripeRefund> Refund(RefundPayment refund, CancellationToken cancel)
    {
        var answer = await Post("v1/refunds",
        [
            ("payment_intent", refund.Reference),
            ("amount", Number(refund.Amount.Minor)),
            ("metadata[bookingId]", refund.Booking.Value),
            ("metadata[refund]", refund.Refund),
        ], $"{refund.Booking}:{refund.Refund}", cancel);
        return new StripeRefund(Text(answer, "id")!, Text(answer, "status") ?? "pending");
    }

    /// <summary>
    /// A refund that was made before: Stripe forgets its keys after a day, and a message may wait for longer.
    /// </summary>
    public async Task<StripeRefund?> FindRefund(RefundPayment refund, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            Address($"v1/refunds?limit=100&payment_intent={Uri.EscapeDataString(refund.Reference)}"));
        var answer = await Send(request, cancel);
        if (!answer.TryGetProperty("data", out var list) || list.ValueKind != JsonValueKind.Array) return null;
        foreach (var made in list.EnumerateArray())
            if (made.TryGetProperty("metadata", out var metadata) && Text(metadata, "refund") == refund.Refund)
                return new StripeRefund(Text(made, "id")!, Text(made, "status") ?? "pending");
        return null;
    }

    /// <summary>Stripe writes currencies in small letters.</summary>
    public static string CurrencyOf(Money amount) => amount.Currency.Code.ToLowerInvariant();

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<JsonElement> Post(
        string path, (string Name, string Value)[] form, string key, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(path))
        {
            Content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value))),
        };
        request.Headers.Add("Idempotency-Key", key);
        return await Send(request, cancel);
    }

    private Uri Address(string path) => new(options.BaseAddress, path);

    private async Task<JsonElement> Send(HttpRequestMessage request, CancellationToken cancel)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.SecretKey);
        request.Headers.Add("Stripe-Version", Version);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerMax);
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            using var json = await JsonDocument.ParseAsync(body, default, limit.Token);
            return response.IsSuccessStatusCode
                ? json.RootElement.Clone()
                : throw FaultOf(response.StatusCode, json.RootElement);
        }
        catch (OperationCanceledException cause) when (!cancel.IsCancellationRequested)
        {
            throw new StripeException("Stripe did not answer in time.", isFinal: false, null, cause);
        }
        catch (Exception cause) when (cause is HttpRequestException or JsonException or IOException)
        {
            throw new StripeException($"Stripe cannot be reached: {cause.Message}", isFinal: false, null, cause);
        }
    }

    /// <summary>A wrong key or a full line says nothing about the payment: that is tried again.</summary>
    private static StripeException FaultOf(HttpStatusCode status, JsonElement body)
    {
        var error = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("error", out var inner)
            ? inner
            : default;
        var isFinal = (int)status is >= 400 and < 500 && status is not (HttpStatusCode.Unauthorized
            or HttpStatusCode.Forbidden or HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests);
        var message = Text(error, "message") ?? "no reason given";
        return new StripeException(
            $"Stripe answered {(int)status}: {message}", isFinal, Text(error, "code") ?? Text(error, "type"));
    }

    private static CheckoutSession SessionOf(JsonElement session) => new(
        Text(session, "id")!, Text(session, "url"), Text(session, "status") ?? "",
        Text(session, "payment_status") ?? "", Text(session, "payment_intent"));

    private static string? Text(JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(member, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
