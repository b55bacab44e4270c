using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>What lists, reports and timers see of a booking.</summary>
public static class BookingRows
{
    /// <summary>Rows and due work that follow from a change of state.</summary>
    public static Effects Of(
        BookingState before, BookingState after, ImmutableArray<Placed<BookingEvent>> events, Instant at) =>
        new(
            Listed(before) == Listed(after) ? [] : RowsOf(after), DueOf(before, after, at),
            PaymentMessages.Of(before, after, events));

    /// <summary>The rows of a booking as it stands, all of them; none as long as nobody sees it.</summary>
    public static ImmutableArray<RowWrite> RowsOf(BookingState booking) => booking.IsVisible
        ?
        [
            .. booking.Items.Select(i => ItemRow(booking, i, booking.Status)),
            .. (booking.Dropped ?? []).Select(d => ItemRow(booking, d.Item, BookingStatus.Cancelled)),
            BookingRow(booking),
        ]
        : [];

    /// <summary>Work that falls due, or no longer does, by a change of state.</summary>
    public static ImmutableArray<DueWrite> DueOf(BookingState before, BookingState after, Instant at)
    {
        var due = ImmutableArray.CreateBuilder<DueWrite>();
        if (after.Pending != before.Pending)
            due.Add(new DueWrite("resume", after.Pending == PendingWork.None ? null : at + Limits.Resume));
        var deadline = after.IsBeforeConfirmation ? after.HeldUntil : after.AcceptBy;
        if (deadline != (before.IsBeforeConfirmation ? before.HeldUntil : before.AcceptBy))
            due.Add(new DueWrite("deadline", deadline));
        if ((after.Unsettled is null) != (before.Unsettled is null))
            due.Add(new DueWrite("payment", after.Unsettled is null ? null : at + Limits.Resume));
        return due.ToImmutable();
    }

    /// <summary>
    /// Who must act next, in one word: <c>facility</c>, <c>account</c>, <c>both</c>, <c>funder</c> or nobody.
    /// </summary>
    public static string? WaitsFor(BookingState booking) => booking.Status switch
    {
        BookingStatus.AwaitingApproval => "facility",
        BookingStatus.Held or BookingStatus.AwaitingSignature => (booking.HasSigned(booking.Account!.Id.Value),
            booking.Platforms.All(p => booking.HasSigned(p.Id.Value))) switch
        {
            (true, false) => "facility",
            (false, true) => "account",
            _ => "both",
        },
        BookingStatus.AwaitingPayment or BookingStatus.Delivered => "account",
        BookingStatus.Confirmed => "facility",
        // Of an obligation both hear: one pays it, the other sees it arrive. Rows of older versions have "funder".
        BookingStatus.Accepted when booking.Claims.Any(c => c.Owed is { Length: > 0 })
            && Obligations.Of(booking).Any(o => !o.Paid) => "both",
        BookingStatus.Accepted => booking.Invoices.All(i => i.Paid) ? "funder" : "facility",
        _ => null,
    };

    private static RowWrite BookingRow(BookingState booking) => Row.Of("bookings", booking.Id!.Value.Value,
        ("account_id", booking.Account!.Id.Value), ("status", StatusWord(booking.Status)), ("starts_at", booking.Start),
        ("ends_at", booking.End), ("created_at", booking.CreatedAt), ("waits_for", WaitsFor(booking)),
        ("due_at", booking.IsBeforeConfirmation ? booking.HeldUntil : booking.AcceptBy),
        ("body", JsonSerializer.Serialize(Listed(booking), Json.Remembering)));

    // No list asks what the parts still have to follow, nor for moves that were refused.
    private static BookingState Listed(BookingState booking) =>
        booking with { RefusedMoves = null, Pending = PendingWork.None };

    private static RowWrite ItemRow(BookingState booking, BookedItem item, BookingStatus status) => Row.Of(
        "booking_items", $"{booking.Id}/{item.Id}",
        ("booking_id", booking.Id!.Value.Value), ("item_id", item.Id.Value), ("account_id", booking.Account!.Id.Value),
        ("platform_id", item.Platform.Value), ("service_id", item.Service.Value),
        ("status", StatusWord(status)),
        ("starts_at", item.Start), ("ends_at", item.End));

    private static string StatusWord(BookingStatus status) => JsonNamingPolicy.CamelCase.ConvertName(status.ToString());
}
