using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Waitlist;

/// <summary>A wish with its place in line.</summary>
/// <param name="Entry">The wish.</param>
/// <param name="Place">
/// From 1, among those who wait for overlapping starts of the service; 0 where it is offered.
/// </param>
public sealed record WaitingWish(WaitlistEntry Entry, int Place);

/// <summary>What people read of a waitlist. Pure.</summary>
public static class WaitlistReads
{
    /// <summary>All wishes for a manager of the platform, their own for others.</summary>
    public static ImmutableArray<WaitingWish> Of(PlatformState platform, Actor by) =>
    [
        .. platform.Waitlist.Where(w => w.TakenBy is null && (Manages(platform, by)
            || by.BelongsTo(OrganisationKind.Sme, w.Account.Value))).Select(w => Placed(platform, w)),
    ];

    /// <summary>Who would be offered the time of a booking that gave it back now; none but for a manager.</summary>
    public static ImmutableArray<WaitingWish> NextFor(
        PlatformState platform, Actor by, BookingId booking, Instant now) =>
        !Manages(platform, by) ? [] :
        [
            .. from happened in WaitlistDecisions.Following(platform, [new SlotsReleased(booking)], now)
               let offer = happened as SlotOffered
               where offer is not null
               select Placed(platform, platform.Waitlist.First(w => w.Id == offer.Entry)) with
               {
                   Entry = platform.Waitlist.First(w => w.Id == offer.Entry) with
                   {
                       Offer = new WaitlistOffer(offer.Slot, offer.Until),
                   },
               },
        ];

    private static bool Manages(PlatformState platform, Actor by) => platform.Profile is { } profile
        && by.Has(OrganisationKind.Facility, profile.Id.Value, Role.Manager);

    private static WaitingWish Placed(PlatformState platform, WaitlistEntry entry) => new(entry, entry.IsOffered
        ? 0
        : 1 + platform.Waitlist.TakeWhile(w => w.Id != entry.Id).Count(w => w.IsWaiting
            && w.Service == entry.Service && w.From < entry.To && entry.From < w.To));
}

/// <summary>When waiting ends, and what lists see of it.</summary>
public static class PlatformWaits
{
    /// <summary>The last instant at which a start can be booked, by the notice that the service needs.</summary>
    public static Instant LastChance(Service service, DateTimeZone zone, Instant start) =>
        service.LeadTime.Before(start, zone);

    /// <summary>From when on nothing up to a latest start can be offered any more.</summary>
    public static Instant ClosesAt(Service service, DateTimeZone zone, Instant latest) =>
        LastChance(service, zone, latest) - Limits.OfferLeast;

    /// <summary>When a wish or its offer ends by itself; null where a booking was made of it.</summary>
    public static Instant? DueAt(WaitlistEntry entry) =>
        entry.TakenBy is not null ? null : entry.Offer?.Until ?? entry.ClosesAt;

    /// <summary>When the next one ends.</summary>
    public static Instant? DueAt(PlatformState platform) => platform.Waitlist.Min(DueAt);

    /// <summary>Work that falls due, or no longer does, by a change of state.</summary>
    public static ImmutableArray<DueWrite> DueOf(PlatformState before, PlatformState after) =>
        before.Waitlist == after.Waitlist || DueAt(before) == DueAt(after)
            ? []
            : [new DueWrite("waitlist", DueAt(after))];

    /// <summary>The rows of wishes that events concern.</summary>
    public static IEnumerable<RowWrite> RowsOf(PlatformState after, IEnumerable<PlatformEvent> events) =>
        from id in events.OfType<WaitlistEvent>().Select(IdOf).Distinct().ToArray()
        let entry = after.Waitlist.FirstOrDefault(w => w.Id == id && w.TakenBy is null)
        select entry is null
            ? new RowWrite("waitlist", id.Value, null)
            : Row.Of("waitlist", id.Value, ("account_id", entry.Account.Value),
                ("platform_id", after.Profile!.Id.Value), ("body", JsonSerializer.Serialize(entry, Json.Options)));

    private static WaitlistEntryId IdOf(WaitlistEvent happened) => happened switch
    {
        WaitlistJoined e => e.Entry.Id,
        SlotOffered e => e.Entry,
        OfferWithdrawn e => e.Entry,
        OfferTaken e => e.Entry,
        OfferReturned e => e.Entry.Id,
        WaitEnded e => e.Entry,
        _ => throw new InvalidOperationException($"{happened.GetType().Name} concerns no wish."),
    };
}
