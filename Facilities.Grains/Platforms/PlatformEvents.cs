using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>What happens to a platform, in the order of its life.</summary>
public abstract record PlatformEvent;

/// <summary>The platform joined the marketplace with what it offers.</summary>
public sealed record PlatformRegistered(
    PlatformProfile Profile, ImmutableArray<Resource> Resources, ImmutableArray<Service> Services) : PlatformEvent;

/// <summary>The platform signed the standard contract for every booking in advance.</summary>
public sealed record StandingOfferSigned(string Name, PersonId Person) : PlatformEvent;

/// <summary>A resource has other opening hours from now on; bookings stay.</summary>
public sealed record HoursChanged(ResourceId Resource, ImmutableArray<HoursRule> Hours) : PlatformEvent;

/// <summary>A resource is closed for a time; bookings stay.</summary>
public sealed record ClosureAdded(ResourceId Resource, Closure Closure) : PlatformEvent;

/// <summary>A closure was taken back.</summary>
public sealed record ClosureRemoved(ResourceId Resource, ClosureId Closure) : PlatformEvent;

/// <summary>Resources, or the whole platform, are closed once or again and again; bookings stay.</summary>
/// <param name="Closure">When, what and why.</param>
/// <param name="Colliding">The bookings inside that the manager saw: they stay until somebody moves them.</param>
public sealed record ClosurePlanned(PlannedClosure Closure, ImmutableArray<BookingId> Colliding) : PlatformEvent;

/// <summary>A planned closure was taken back, with all its times.</summary>
public sealed record PlannedClosureRemoved(ClosureId Closure) : PlatformEvent;

/// <summary>Public holidays were switched on, off, or changed; bookings stay.</summary>
/// <param name="Holidays">On which the platform is closed from now on; null where it is open on all.</param>
/// <param name="Colliding">The bookings on them that the manager saw: they stay until somebody moves them.</param>
public sealed record HolidaysChosen(HolidayChoice? Holidays, ImmutableArray<BookingId> Colliding) : PlatformEvent;

/// <summary>The events of a calendar that is kept elsewhere make resources busy from now on; bookings stay.</summary>
/// <param name="Calendar">Which calendar, of what; not yet its times.</param>
public sealed record CalendarAdded(ImportedCalendar Calendar) : PlatformEvent;

/// <summary>A reading of a calendar found other busy times than before; bookings inside stay.</summary>
/// <param name="Calendar">Which calendar.</param>
/// <param name="Removed">Times that are no longer in it.</param>
/// <param name="Added">Times that are new in it; none of them overlaps or touches another.</param>
public sealed record CalendarSynced(
    CalendarId Calendar, ImmutableArray<TimeRange> Removed, ImmutableArray<TimeRange> Added) : PlatformEvent;

/// <summary>A calendar makes nothing busy any more.</summary>
public sealed record CalendarRemoved(CalendarId Calendar) : PlatformEvent;

/// <summary>A service is offered on other terms from now on, or for the first time.</summary>
public sealed record ServiceChanged(Service Service) : PlatformEvent;

/// <summary>A manager says that an account is qualified for what services need here, or until when it is.</summary>
/// <param name="Account">Which account.</param>
/// <param name="Qualification">As services name it.</param>
/// <param name="ValidUntil">The last day on which it counts; null where it does not end.</param>
/// <param name="Note">Such as which training it rests on; may be empty.</param>
/// <param name="ByName">Who says so.</param>
public sealed record QualificationGranted(
    AccountId Account, string Qualification, LocalDate? ValidUntil, string Note, string ByName) : PlatformEvent;

/// <summary>A qualification counts no more here; what is booked stays.</summary>
public sealed record QualificationWithdrawn(
    AccountId Account, string Qualification, string Note, string ByName) : PlatformEvent;

/// <summary>Slots are held for a booking.</summary>
public sealed record SlotsHeld(BookingId Booking, AccountId Account, ImmutableArray<HeldSlot> Slots) : PlatformEvent;

/// <summary>Slots of a booking changed places, at once.</summary>
public sealed record SlotsMoved(BookingId Booking, ImmutableArray<HeldSlot> Slots, int Number) : PlatformEvent;

/// <summary>New places for slots of a booking are held while the old ones stay: a part of a larger move.</summary>
public sealed record SlotsSetAside(BookingId Booking, ImmutableArray<HeldSlot> Slots, int Number) : PlatformEvent;

/// <summary>A move was refused and given up: a late message of it can no longer carry it out.</summary>
public sealed record MoveBarred(BookingId Booking, int Number) : PlatformEvent;

/// <summary>The booking is confirmed: its slots are firm.</summary>
public sealed record SlotsFirmed(BookingId Booking) : PlatformEvent;

/// <summary>The booking ended: its slots are free for others.</summary>
public sealed record SlotsReleased(BookingId Booking) : PlatformEvent;

/// <summary>Some slots of a booking are free again; it keeps the others.</summary>
public sealed record SlotsDropped(BookingId Booking, ImmutableArray<ItemId> Items, int Number) : PlatformEvent;

/// <summary>What a booking was held anew by was released: late messages of that time take nothing again.</summary>
public sealed record SlotRevivalBarred(BookingId Booking, int Number) : PlatformEvent;

/// <summary>An invoice took the next number of the platform's series.</summary>
public sealed record InvoiceIssued(Invoice Invoice, BookingId Booking, AccountId Account) : PlatformEvent;

/// <summary>A slot of one item.</summary>
/// <param name="Item">Which item.</param>
/// <param name="Service">Which service.</param>
/// <param name="Units">The units it got.</param>
/// <param name="Busy">The slot with its buffers.</param>
public sealed record HeldSlot(ItemId Item, ServiceId Service, ImmutableArray<UnitsUsed> Units, Busy Busy);
