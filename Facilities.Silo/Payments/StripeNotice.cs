using System.Globalization;
using System.Text.Json;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using NodaTime;

namespace Facilities.Silo.Payments;

/// <summary>What Stripe says in one notice.</summary>
/// <param name="Id">Unique; a repeat has the same.</param>
/// <param name="Type">Such as <c>checkout.session.completed</c>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Booking">Of which booking it speaks, where it is one of ours.</param>
/// <param name="Command">What that booking is told; null where nothing follows from it.</param>
public sealed record StripeNotice(string Id, string Type, Instant At, BookingId? Booking, Command? Command)
{
    /// <summary>
    /// Whether a booking must learn of it. Word of money is kept also where it cannot be read: <c>verify</c> names it,
    /// and a newer version may read it.
    /// </summary>
    public bool IsToTell => Command is not null || (Booking is not null
        && Type is ("checkout.session.completed" or "checkout.session.async_payment_succeeded"));

    /// <summary>Reads a notice; null where it is none.</summary>
    public static StripeNotice? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            var root = json.RootElement;
            if (Text(root, "id") is not { Length: > 0 and <= 255 } id
                || Text(root, "type") is not { Length: > 0 and <= 255 } type
                || Number(root, "created") is not { } created
                || created < 0 || created > Instant.MaxValue.ToUnixTimeSeconds()) return null;
            var at = Instant.FromUnixTimeSeconds(created);
            var thing = root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
                && data.TryGetProperty("object", out var inner) ? inner : default;
            return Meta(thing, "bookingId") is { } booking && Grains.Kernel.Id.IsValid(booking)
                ? new StripeNotice(id, type, at, new BookingId(booking), CommandOf(id, type, at, thing))
                : new StripeNotice(id, type, at, null, null);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Command? CommandOf(string id, string type, Instant at, JsonElement thing)
    {
        var command = new CommandId($"stripe-{id}");
        if (type is "refund.failed" or "charge.refund.updated" or "refund.updated")
            return Text(thing, "status") is "failed" or "canceled" && Meta(thing, "refund") is { } refund
                ? new RecordRefundFailed(
                    command, Actor.System, refund, "the bank sent it back; the facility sends it by transfer")
                : null;
        if (!int.TryParse(Meta(thing, "attempt"), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt))
            return null;
        return type switch
        {
            "checkout.session.completed" when Text(thing, "payment_status") == "unpaid" =>
                new RecordPaymentProcessing(command, Actor.System, attempt, at),
            "checkout.session.completed" or "checkout.session.async_payment_succeeded" =>
                Payment(command, attempt, at, thing),
            "checkout.session.async_payment_failed" => new RecordPaymentFailed(
                command, Actor.System, attempt, "the bank did not carry the direct debit out", at),
            "checkout.session.expired" => new RecordPaymentFailed(
                command, Actor.System, attempt, "the page of the payment provider was closed before it was paid", at),
            _ => null,
        };
    }

    private static RecordPayment? Payment(CommandId command, int attempt, Instant at, JsonElement session) =>
        Number(session, "amount_total") is { } minor && Text(session, "currency") is { Length: 3 } currency
            && currency.All(char.IsAsciiLetter)
            && Text(session, "payment_intent") is { } reference
            ? new RecordPayment(
                command, Actor.System, attempt, new Money(minor, new Currency(currency.ToUpperInvariant())), at,
                reference)
            : null;

    private static string? Meta(JsonElement thing, string name) =>
        thing.ValueKind == JsonValueKind.Object && thing.TryGetProperty("metadata", out var metadata)
            ? Text(metadata, name)
            : null;

    private static string? Text(JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(member, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static long? Number(JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(member, out var value)
            && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;
}
