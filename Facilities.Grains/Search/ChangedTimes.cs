using System.Collections.Immutable;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Waitlist;

namespace Facilities.Grains.Search;

/// <summary>What of a platform's free time has to be reckoned again after events.</summary>
/// <param name="Everything">Whether it is all of it: what is offered changed, or nothing is known of before.</param>
/// <param name="Times">Else the times that were taken or given back, with buffers.</param>
public sealed record ChangedTimes(bool Everything, ImmutableArray<TimeRange> Times)
{
    /// <summary>All of it.</summary>
    public static readonly ChangedTimes All = new(true, []);

    /// <summary>Nothing.</summary>
    public static readonly ChangedTimes None = new(false, []);

    /// <summary>What an event changes. An event that is not known here changes everything.</summary>
    /// <param name="before">The platform before it.</param>
    /// <param name="happened">The event.</param>
    public static ChangedTimes Of(PlatformState before, PlatformEvent happened) => happened switch
    {
        SlotsHeld e => Slots(e.Slots),
        SlotsSetAside e => OfBooking(before, e.Booking, e.Slots),
        SlotsMoved e => OfBooking(before, e.Booking, e.Slots),
        SlotsReleased e => OfBooking(before, e.Booking, []),
        SlotsDropped e => OfBooking(before, e.Booking, []),
        MoveBarred e => OfBooking(before, e.Booking, []),
        CalendarSynced e => new(false, [.. e.Removed, .. e.Added]),
        SlotOffered e => Slots([e.Slot]),
        OfferReturned e => Slots([e.Entry.Offer!.Slot]),
        OfferWithdrawn e => OfOffer(before, e.Entry),
        OfferTaken e => OfOffer(before, e.Entry),
        WaitEnded e => OfOffer(before, e.Entry),
        WaitlistJoined or SlotsFirmed or SlotRevivalBarred or InvoiceIssued or CreditNoteIssued
            or QualificationGranted
            or QualificationWithdrawn or ApproversChosen or CalendarAdded => None,
        _ => All,
    };

    /// <summary>Both together.</summary>
    public ChangedTimes And(ChangedTimes other) =>
        Everything || other.Everything ? All : new(false, Times.AddRange(other.Times));

    // While a booking has two places, a unit that both need is taken from the first to the last.
    private static ChangedTimes OfBooking(PlatformState before, BookingId id, ImmutableArray<HeldSlot> more)
    {
        if (!before.Bookings.TryGetValue(id.Value, out var booking)) return Slots(more);
        if (booking.Aside is null && more.IsEmpty) return Slots(booking.Slots);
        var all = booking.Slots.Concat(booking.Aside?.Slots ?? []).Concat(more).ToArray();
        return new(false, [new(all.Min(slot => slot.Busy.BlockedFrom), all.Max(slot => slot.Busy.BlockedUntil))]);
    }

    private static ChangedTimes OfOffer(PlatformState before, WaitlistEntryId id) =>
        Slots([.. before.Waitlist.Where(e => e.Id == id && e.Offer is not null).Select(e => e.Offer!.Slot)]);

    private static ChangedTimes Slots(ImmutableArray<HeldSlot> slots) =>
        new(false, [.. slots.Select(slot => new TimeRange(slot.Busy.BlockedFrom, slot.Busy.BlockedUntil))]);
}
