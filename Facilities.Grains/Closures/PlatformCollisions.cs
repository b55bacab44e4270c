using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>A booked slot that lies where its platform is, or would be, closed. The booking stays valid.</summary>
/// <param name="Booking">The booking.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="Firm">Whether it is confirmed; else it is held.</param>
/// <param name="Item">Which item of it.</param>
/// <param name="Service">The service of the item.</param>
/// <param name="Start">When the slot starts.</param>
/// <param name="End">When it ends.</param>
/// <param name="Reason">What it collides with.</param>
/// <param name="Alternatives">Free slots nearest to it, to which it could move.</param>
public sealed record Collision(
    BookingId Booking, AccountId Account, bool Firm, ItemId Item, ServiceId Service, Instant Start, Instant End,
    string Reason, ImmutableArray<Slot> Alternatives);

/// <summary>What a closure would meet.</summary>
/// <param name="Times">Its first times from now on.</param>
/// <param name="Collisions">The bookings inside it, in order of start.</param>
/// <param name="Refusal">Why there can be no such closure; null where there can.</param>
public sealed record ClosurePreview(
    ImmutableArray<ClosedTime> Times, ImmutableArray<Collision> Collisions, Refused<PlatformRefusal>? Refusal)
{
    /// <summary>How many times are shown: enough to see how a rule repeats.</summary>
    public const int TimesMax = 20;

    internal static TimeRange Window(Instant now) => new(now, now + Duration.FromDays(2 * Limits.SlotDays));
}

/// <summary>Finds bookings where a platform is closed. Pure; closures are expanded once for all of them.</summary>
public static class PlatformCollisions
{
    /// <summary>
    /// Every slot that lies outside hours or inside a closure now, in order of start, with offers; for managers of the
    /// platform, others see none.
    /// </summary>
    public static ImmutableArray<Collision> ToBeMoved(PlatformState platform, Actor by, Instant now) =>
        platform.Profile is { } profile && by.Has(OrganisationKind.Facility, profile.Id.Value, Role.Manager)
            ? Offered(
                platform, Found(platform, Shut(platform), now, ImportedCalendar.ByResource(platform.Imported.Values)),
                platform.Closings, now)
            : [];

    /// <summary>The slots inside closings that are added, with offers outside of them.</summary>
    /// <param name="platform">The platform as it is.</param>
    /// <param name="added">What would be closed in addition.</param>
    /// <param name="after">All that would be closed then.</param>
    /// <param name="now">Slots that are over collide with nothing.</param>
    public static ImmutableArray<Collision> With(
        PlatformState platform, PlatformClosings added, PlatformClosings after, Instant now) =>
        Offered(platform, Found(platform, Inside(platform, added), now), after, now);

    internal static ImmutableArray<BookingId> Bookings(PlatformState platform, PlatformClosings added, Instant now) =>
        [.. Found(platform, Inside(platform, added), now).Select(c => c.Booking).Distinct()];

    internal static ImmutableArray<BookingId> Bookings(PlatformState platform, ResourceId resource, Instant now)
    {
        var shut = Shut(platform);
        return
        [
            .. Found(platform, (id, span) => id == resource ? shut(id, span) : _ => null, now)
                .Select(c => c.Booking).Distinct(),
        ];
    }

    /// <summary>For a resource and a time that spans all slots: why a slot cannot be there, or null.</summary>
    private delegate Func<TimeRange, string?> Shutting(ResourceId resource, TimeRange span);

    /// <summary>The slots in the busy times of a calendar, with offers outside of them.</summary>
    /// <param name="after">The platform as it would be with the calendar.</param>
    /// <param name="added">The calendar.</param>
    /// <param name="now">Slots that are over collide with nothing.</param>
    public static ImmutableArray<Collision> With(PlatformState after, ImportedCalendar added, Instant now)
    {
        var busy = ImportedCalendar.ByResource([added]);
        return Offered(after, Found(after, (_, _) => _ => null, now, busy), after.Closings, now);
    }

    private static Shutting Inside(PlatformState platform, PlatformClosings added) => (resource, span) =>
        Reason([.. ClosedTimes.Beyond(added, resource, platform.Zone, span)]);

    private static Shutting Shut(PlatformState platform) => (resource, span) =>
    {
        var (known, zone) = (platform.Resources[resource.Value], platform.Zone);
        var closed = Reason([.. platform.Calendar!.Closed(known, span)]);
        var open = Openings.Of(known, zone, PlatformClock.DateAt(span.Start, zone),
            PlatformClock.DateAt(span.End, zone).PlusDays(1));
        return time => closed(time)
            ?? (open.Any(range => range.Contains(time)) ? null : $"outside the hours of {known.Name}");
    };

    private static Func<TimeRange, string?> Reason(ImmutableArray<ClosedTime> closed) => time =>
    {
        foreach (var one in closed) if (one.Range.Overlaps(time)) return one.Reason;
        return null;
    };

    private static string? Reason(
        HeldSlot slot, ImmutableDictionary<ResourceId, ImmutableArray<BusyElsewhere>>? elsewhere)
    {
        if (elsewhere is null) return null;
        foreach (var used in slot.Units)
            foreach (var calendar in elsewhere.GetValueOrDefault(used.Resource, []))
                if (used.Units.Any(unit => calendar.Blocks(unit, used.Part ?? slot.Busy)))
                    return ImportedCalendar.WordsOf(calendar.Name);
        return null;
    }

    private static IEnumerable<Collision> Found(
        PlatformState platform, Shutting shut, Instant now,
        ImmutableDictionary<ResourceId, ImmutableArray<BusyElsewhere>>? elsewhere = null)
    {
        var slots = (from booking in platform.Bookings.Values
                     from slot in booking.Slots
                     where slot.Busy.End > now
                     orderby slot.Busy.Start, booking.Booking.Value, slot.Item.Value
                     select (booking, slot)).ToArray();
        if (slots.Length == 0) return [];
        var span = new TimeRange(slots[0].slot.Busy.Start, slots.Max(s => s.slot.Busy.End));
        var reasons = slots.SelectMany(s => s.slot.Units).Select(u => u.Resource).Distinct()
            .ToDictionary(resource => resource, resource => shut(resource, span));
        return from pair in slots
               let time = new TimeRange(pair.slot.Busy.Start, pair.slot.Busy.End)
               let reason = pair.slot.Units.Select(u => reasons[u.Resource](TimeOf(u, time)))
                   .FirstOrDefault(r => r is not null)
                   ?? Reason(pair.slot, elsewhere)
               where reason is not null
               select new Collision(pair.booking.Booking, pair.booking.Account, pair.booking.Firm, pair.slot.Item,
                   pair.slot.Service, time.Start, time.End, reason, []);
    }

    private static TimeRange TimeOf(UnitsUsed used, TimeRange slot) =>
        used.Part is { } part ? new(part.Start, part.End) : slot;

    private static ImmutableArray<Collision> Offered(
        PlatformState platform, IEnumerable<Collision> found, PlatformClosings closings, Instant now) =>
    [
        .. found.Select((collision, index) => index < Limits.CollisionOffers
            ? collision with { Alternatives = Alternatives(platform, collision, closings, now) }
            : collision),
    ];

    // What the booking itself takes is free for it.
    private static ImmutableArray<Slot> Alternatives(
        PlatformState platform, Collision collision, PlatformClosings closings, Instant now)
    {
        if (!platform.Services.TryGetValue(collision.Service.Value, out var service)) return [];
        var calendar = (platform.Calendar! with { Closings = closings })
            .Remove(new SlotOwner(collision.Booking, collision.Item));
        var units = platform.Bookings[collision.Booking.Value].Slots.First(s => s.Item == collision.Item).Units;
        return Slots.Nearest(calendar, service, LengthOf(service, collision, platform.Zone),
            service.Quantity.Occupies == Occupies.PerQuantity ? units[0].Units.Length : 1,
            collision.Start, now, Limits.Alternatives);
    }

    private static Length LengthOf(Service service, Collision slot, DateTimeZone zone) =>
        service.Duration.Min.IsCalendarDays
            ? Length.OfDays(Period.DaysBetween(
                PlatformClock.DateAt(slot.Start, zone), PlatformClock.DateAt(slot.End, zone)))
            : Length.OfMinutes((long)(slot.End - slot.Start).TotalMinutes);
}
