using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Grains.Payments;

/// <summary>Asks the provider to open its page for one attempt.</summary>
/// <param name="Booking">The booking.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Method">Which means of payment the page offers.</param>
/// <param name="Amount">What is paid.</param>
/// <param name="ExpiresAt">Until when the page is open.</param>
/// <param name="Name">What is paid for, as the payer reads it.</param>
/// <param name="ReturnTo">The site that the payer comes back to.</param>
public sealed record OpenPayment(
    BookingId Booking, int Attempt, PaymentMethod Method, Money Amount, Instant ExpiresAt, string Name,
    string ReturnTo);

/// <summary>Asks the provider to close its page: nobody should pay there any more.</summary>
public sealed record ClosePayment(BookingId Booking, int Attempt, string Session);

/// <summary>Asks the provider to pay back.</summary>
public sealed record RefundPayment(BookingId Booking, string Refund, string Reference, Money Amount);

/// <summary>What a booking sends to the payment provider, in the transaction of the events that it follows from.
/// </summary>
public static class PaymentMessages
{
    /// <summary>The kind of <see cref="OpenPayment"/>.</summary>
    public const string Open = "payment.open";

    /// <summary>The kind of <see cref="ClosePayment"/>.</summary>
    public const string Close = "payment.close";

    /// <summary>The kind of <see cref="RefundPayment"/>.</summary>
    public const string Refund = "payment.refund";

    /// <summary>The messages that follow from events.</summary>
    public static ImmutableArray<OutboxMessage> Of(
        BookingState before, BookingState after, ImmutableArray<Placed<BookingEvent>> events)
    {
        if (after.Attempts is not { } attempts) return [];
        var messages = ImmutableArray.CreateBuilder<OutboxMessage>();
        var id = after.Id!.Value;
        foreach (var (_, happened) in events)
        {
            if (happened is PaymentStarted e)
                messages.Add(Message($"{id}:open:{e.Attempt}", Open, new OpenPayment(
                    id, e.Attempt, e.Method, e.Amount, e.ExpiresAt,
                    string.Join(", ", after.Items.Select(i => i.Name).Distinct()), e.ReturnTo)));
            else if (happened is RefundRequested r)
                messages.Add(Message($"{id}:refund:{r.Refund}", Refund, new RefundPayment(
                    id, r.Refund, attempts.First(a => a.Number == r.Attempt).Reference!, r.Amount)));
        }
        var toClose = attempts.Where(a =>
            IsToClose(after, a) && !IsToClose(before, before.Attempts?.FirstOrDefault(b => b.Number == a.Number)));
        foreach (var attempt in toClose)
            messages.Add(Message(
                $"{id}:close:{attempt.Number}", Close, new ClosePayment(id, attempt.Number, attempt.Session!)));
        return messages.ToImmutable();
    }

    private static bool IsToClose(BookingState booking, PaymentAttempt? attempt) =>
        attempt is { Session: not null }
        && (attempt.Stage == PaymentStage.Replaced || (attempt.IsLive && !booking.IsBeforeConfirmation));

    private static OutboxMessage Message<T>(string id, string kind, T what) =>
        new(id, kind, JsonSerializer.Serialize(what, Json.Options));
}
