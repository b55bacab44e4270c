using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Waitlist;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>Some days of a platform's calendar as its own people see them, from one state of the platform.</summary>
/// <param name="Platform">What it offers.</param>
/// <param name="Closings">What is closed beyond the hours and one-off closures of each resource.</param>
/// <param name="Slots">Who has which unit, in order of start.</param>
public sealed record PlatformDays(
    PlatformView Platform, PlatformClosings Closings, ImmutableArray<PlacedSlot> Slots)
{
    /// <summary>What is held for people on the waitlist.</summary>
    public ImmutableArray<WaitlistEntry> Offers { get; init; } = [];

    /// <summary>What calendars that are kept elsewhere make busy.</summary>
    public ImmutableArray<ImportedCalendar> Imported { get; init; } = [];

    /// <summary>
    /// The days with <paramref name="from"/> ≤ date &lt; <paramref name="to"/>; null for people of others. What is
    /// long over has left the platform's memory.
    /// </summary>
    public static PlatformDays? Of(PlatformState state, Actor by, LocalDate from, LocalDate to)
    {
        if (PlatformReads.View(state) is not { } view
            || !by.BelongsTo(OrganisationKind.Facility, view.Profile.Id.Value)) return null;
        var within = new TimeRange(
            PlatformClock.Midnight(from, state.Zone), PlatformClock.Midnight(to, state.Zone));
        return new PlatformDays(view, state.Closings,
        [
            .. from booking in state.Bookings.Values
               from slot in booking.Slots
               where slot.Busy.BlockedFrom < within.End && slot.Busy.BlockedUntil > within.Start
               orderby slot.Busy.Start, booking.Booking.Value, slot.Item.Value
               select new PlacedSlot(booking.Booking, booking.Account, booking.Firm, slot),
        ])
        {
            Offers =
            [
                .. state.Waitlist.Where(entry => entry.IsOffered && entry.Offer!.Slot.Busy is var busy
                    && busy.BlockedFrom < within.End && busy.BlockedUntil > within.Start),
            ],
            Imported =
            [
                .. state.Imported.Values
                    .Select(calendar => calendar with { Times = [.. calendar.Times.Where(within.Overlaps)] })
                    .Where(calendar => !calendar.Times.IsEmpty),
            ],
        };
    }
}

/// <summary>A slot that somebody has.</summary>
/// <param name="Booking">The booking.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="Firm">Whether it is confirmed; else it is held.</param>
/// <param name="Slot">When, for which service, and on which units.</param>
public sealed record PlacedSlot(BookingId Booking, AccountId Account, bool Firm, HeldSlot Slot);
