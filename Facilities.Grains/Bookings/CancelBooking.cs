using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using NodaTime;
using static Facilities.Grains.Payments.PaymentDecisions;

namespace Facilities.Grains.Bookings;

/// <summary>Cancels, for the account by the ladder, for a facility without a fee.</summary>
public sealed record CancelBooking(CommandId Id, Actor By, string Reason) : Command(Id, By);

/// <summary>Records that nobody turned up: the last rung of the ladder.</summary>
public sealed record RecordNoShow(CommandId Id, Actor By, string Note) : Command(Id, By);

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="CancelBooking"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, CancelBooking command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (!MayBook(booking, command) && !MayManage(booking, command))
            return No(
                BookingRefusal.NotAllowed,
                "Only a person who books for the account, or a manager of the facility, may cancel.");
        if (MayNotEnd(booking) is { } refusal) return refusal;
        if (Late(booking, now) is { } late) return late;
        if (booking.WasFirm && booking.Start <= now && !MayManage(booking, command))
            return No(
                BookingRefusal.AlreadyStarted,
                "The slot has started, so it can no longer be cancelled. Ask the facility to record what was used.");

        // From here on it must succeed.
        var fee = CancellationOf(booking, command.By, now);
        return WithRefund(
            booking, new BookingCancelled(fee, MayManage(booking, command), command.By.Name, command.Reason), fee);
    }

    /// <summary>Decides <see cref="RecordNoShow"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(BookingState booking, RecordNoShow command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        if (!MayManage(booking, command))
            return No(BookingRefusal.NotAllowed, "Only a manager of the facility records this.");
        if (MayNotEnd(booking) is { } refusal) return refusal;
        if (booking.Status != BookingStatus.Confirmed) return NotConfirmed(booking);
        if (now < booking.Start) return NotYetStarted(booking);
        if (DatesToCome(booking, now) || booking.UsageSoFar is not null)
            return No(
                BookingRefusal.StepDone,
                "Other dates of the series stay as they are. Record this date as used, with a note that nobody came; "
                    + "time is billed as booked.");
        if ((booking.Arrivals ?? []).FirstOrDefault(a => a.ByFacility) is { } arrival)
            return No(
                BookingRefusal.StepDone,
                $"{arrival.ByName} checked the company in on {At(booking, arrival.At)}. Record what was used instead.");

        // From here on it must succeed: less notice than any rung, so the last one applies.
        var fee = CancellationFees.Reckon(
            AsMoved(booking), Zones(booking), now, CancellationCase.ByAccount, booking.Paid, booking.Notices);
        return WithRefund(booking, new NoShowRecorded(fee, command.By.Name, command.Note), fee);
    }

    /// <summary>
    /// What a cancellation by a person would cost and give back now; a preview of <see cref="CancelBooking"/>.
    /// </summary>
    public static CancellationFee CancellationOf(BookingState booking, Actor by, Instant now)
    {
        var whose = !booking.WasFirm
            ? CancellationCase.BeforeConfirmed
            : booking.Platforms.Any(p => by.Has(OrganisationKind.Facility, p.Id.Value, Role.Manager))
                ? CancellationCase.ByFacility
                : CancellationCase.ByAccount;
        return CancellationFees.Reckon(
            AsMoved(booking), Zones(booking), now, whose, booking.Paid, booking.Notices);
    }

    /// <summary>The quote with the times that the booking was moved to, and with the lengths of its items.</summary>
    internal static Quote AsMoved(BookingState booking) => booking.Agreed! with
    {
        Items = [.. booking.Agreed!.Items.Select(i => booking.Items.FirstOrDefault(b => b.Id == i.Id) is { } at
            ? i with { Start = at.Start, End = at.End }
            : i)],
    };

    private static Dictionary<PlatformId, DateTimeZone> Zones(BookingState booking) =>
        booking.Platforms.ToDictionary(p => p.Id, p => DateTimeZoneProviders.Tzdb[p.TimeZone]);

    private static Refused<BookingRefusal>? MayNotEnd(BookingState booking)
    {
        if (!booking.IsBeforeConfirmation && booking.Status != BookingStatus.Confirmed)
            return No(
                BookingRefusal.BookingEnded, $"The booking is {Words(booking.Status)}, so this can no longer be done.");
        return Moving(booking);
    }

    private static Refused<BookingRefusal> NotConfirmed(BookingState booking) =>
        No(BookingRefusal.NotConfirmed, $"The booking is {Words(booking.Status)}, not confirmed.");

    private static Refused<BookingRefusal> NotYetStarted(BookingState booking) =>
        No(BookingRefusal.NotYetStarted,
            $"The slot starts on {At(booking, booking.Start)}; this can be recorded from then on.");
}
