using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;
using static Facilities.Grains.Platforms.PlatformDecisions;

namespace Facilities.Grains.Waitlist;

/// <summary>Time that may have become free.</summary>
/// <param name="Resources">Of which resources; empty for all.</param>
/// <param name="From">Its first instant, buffers included.</param>
/// <param name="To">Its last.</param>
internal sealed record Freed(ImmutableArray<ResourceId> Resources, Instant From, Instant To)
{
    internal static readonly Freed All = new([], Instant.MinValue, Instant.MaxValue);

    internal static Freed Of(HeldSlot slot) =>
        new([.. slot.Units.Select(u => u.Resource)], slot.Busy.BlockedFrom, slot.Busy.BlockedUntil);
}

/// <summary>
/// Time that becomes free is offered in the same turn in which it does, so that nobody comes between, and no crash
/// loses an offer or makes two of it.
/// </summary>
public static partial class WaitlistDecisions
{
    /// <summary>The events of a decision, and the offers that follow from them.</summary>
    public static ImmutableArray<PlatformEvent> Following(
        PlatformState platform, ImmutableArray<PlatformEvent> events, Instant now)
    {
        if (platform.Waitlist.IsEmpty) return events;
        var (state, freed) = (platform, new List<Freed>());
        foreach (var happened in events)
        {
            freed.AddRange(FreedBy(state, happened));
            state = PlatformState.Evolve(state, happened, now);
        }
        var isChanged = events.Any(ChangesHours);
        if (freed.Count == 0 && !isChanged) return events;
        var all = events.ToBuilder();
        if (isChanged)
            foreach (var entry in state.Waitlist.Where(w => w.IsOffered)) Withdraw(entry);
        foreach (var entry in state.Waitlist.Where(w => w.IsWaiting))
            if (FirstFit(state, entry, freed, now) is { } offer)
                Add(new SlotOffered(entry.Id, offer.Slot, offer.Until));
        return all.ToImmutable();

        void Withdraw(WaitlistEntry entry)
        {
            var without = state.Calendar!.Remove(entry.Owner);
            if (Fit(state, without, entry.Owner.Booking, [WantedBy(entry, entry.Offer!.Slot.Busy.Start)], now).Refusal
                is not { } refusal) return;
            freed.Add(Freed.Of(entry.Offer!.Slot));
            Add(new OfferWithdrawn(entry.Id, refusal.Reason));
        }

        void Add(PlatformEvent happened)
        {
            all.Add(happened);
            state = PlatformState.Evolve(state, happened, now);
        }
    }

    /// <summary>What is offered to an account and is just what it asks for: it does not stand in its way.</summary>
    internal static ImmutableArray<WaitlistEntry> OffersTo(
        PlatformState platform, AccountId? account, ImmutableArray<WantedSlot> slots, Instant now)
    {
        if (account is null || platform.Waitlist.IsEmpty) return [];
        var found = ImmutableArray.CreateBuilder<WaitlistEntry>();
        foreach (var slot in slots)
            if (platform.Waitlist.FirstOrDefault(w => w.Account == account && w.IsOffered && w.Offer!.Until > now
                && w.IsMetBy(slot) && w.Offer.Slot.Busy.Start == slot.Start && !found.Contains(w)) is { } entry)
                found.Add(entry);
        return found.ToImmutable();
    }

    /// <summary>The offers that a booking was made of: they stand again where it could not be held elsewhere.</summary>
    internal static IEnumerable<PlatformEvent> Returned(PlatformState platform, BookingId booking, Instant now)
    {
        if (!platform.Bookings.TryGetValue(booking.Value, out var held)) yield break;
        var left = held.Slots;
        foreach (var entry in platform.Waitlist.Where(w => w.TakenBy == booking && w.Offer!.Until > now))
        {
            if (left.FirstOrDefault(s => s.Service == entry.Service
                && s.Busy == entry.Offer!.Slot.Busy) is not { } slot) continue;
            left = left.Remove(slot);
            yield return new OfferReturned(entry with
            {
                TakenBy = null,
                Offer = entry.Offer! with { Slot = slot with { Item = WaitlistEntry.OfferItem } },
            });
        }
    }

    internal static PlatformCalendar Without(PlatformState platform, ImmutableArray<WaitlistEntry> offered) =>
        offered.Aggregate(platform.Calendar!, (calendar, entry) => calendar.Remove(entry.Owner));

    /// <summary>The earliest free slot that meets a wish, and until when it would be held; null for none.</summary>
    private static WaitlistOffer? FirstFit(
        PlatformState platform, WaitlistEntry entry, IReadOnlyCollection<Freed> freed, Instant now)
    {
        if (!platform.Services.TryGetValue(entry.Service.Value, out var service)) return null;
        var (zone, room) = (platform.Zone, Most(entry.Duration) + Most(service.Buffer.Before)
            + Most(service.Buffer.After));
        foreach (var range in Starts(entry, service, freed, room))
            foreach (var slot in Slots.List(
                platform.Calendar!, service, entry.Duration, entry.Quantity,
                PlatformClock.DateAt(range.From, zone), PlatformClock.DateAt(range.To, zone).PlusDays(1), now))
            {
                if (slot.Start < range.From || slot.Start >= range.To) continue;
                var until = Instant.Min(now + Limits.Offer, PlatformWaits.LastChance(service, zone, slot.Start));
                if (until < now + Limits.OfferLeast) continue;
                var (held, refusal) = Fit(
                    platform, platform.Calendar!, entry.Owner.Booking, [WantedBy(entry, slot.Start)], now,
                    new Customer(entry.Account, service.Qualification is { } needed ? [needed] : []));
                if (refusal is null) return new WaitlistOffer(held[0], until);
            }
        return null;
    }

    /// <summary>The starts of a wish that may use what was freed, earliest first.</summary>
    private static IEnumerable<(Instant From, Instant To)> Starts(
        WaitlistEntry entry, Service service, IReadOnlyCollection<Freed> freed, Duration room) =>
        from one in freed
        where one.Resources.IsEmpty || one.Resources.Any(service.Uses.Contains)
        let first = one == Freed.All ? entry.From : Instant.Max(entry.From, one.From - room)
        let last = one == Freed.All ? entry.To : Instant.Min(entry.To, one.To + room)
        where first < last
        orderby first
        select (first, last);

    private static IEnumerable<Freed> FreedBy(PlatformState before, PlatformEvent happened) => happened switch
    {
        SlotsReleased e => SlotsOf(before, e.Booking).Select(Freed.Of),
        SlotsMoved e => SlotsOf(before, e.Booking).Select(Freed.Of),
        SlotsDropped e => SlotsOf(before, e.Booking).Where(s => e.Items.Contains(s.Item)).Select(Freed.Of),
        MoveBarred e => SlotsOf(before, e.Booking).Select(Freed.Of),
        WaitEnded e => OfferOf(before, e.Entry),
        OfferWithdrawn e => OfferOf(before, e.Entry),
        CalendarAdded => [],
        CalendarSynced e => FreedBy(before.Imported[e.Calendar.Value], e.Removed),
        CalendarRemoved e when before.Imported[e.Calendar.Value] is var gone => FreedBy(gone, gone.Times),
        _ when ChangesHours(happened) => [Freed.All],
        _ => [],
    };

    // From the first to the last of many: one look at the calendar finds what each of them would.
    private static Freed[] FreedBy(ImportedCalendar calendar, ImmutableArray<TimeRange> times) =>
        times.IsEmpty ? [] : [new(calendar.Resources, times.Min(t => t.Start), times.Max(t => t.End))];

    /// <summary>What the platform edits, or imports, may open or close any time.</summary>
    private static bool ChangesHours(PlatformEvent happened) =>
        PlatformState.IsEdit(happened) || happened is CalendarAdded or CalendarSynced or CalendarRemoved;

    private static IEnumerable<Freed> OfferOf(PlatformState platform, WaitlistEntryId id) =>
        platform.Waitlist.FirstOrDefault(w => w.Id == id) is { IsOffered: true } entry
            ? [Freed.Of(entry.Offer!.Slot)]
            : [];

    private static ImmutableArray<HeldSlot> SlotsOf(PlatformState platform, BookingId booking) =>
        platform.Bookings.TryGetValue(booking.Value, out var known)
            ? [.. known.Slots, .. known.Aside?.Slots ?? []]
            : [];

    private static WantedSlot WantedBy(WaitlistEntry entry, Instant start) =>
        new(WaitlistEntry.OfferItem, entry.Service, start, entry.Duration, entry.Quantity);

    // A calendar day has at most 25 hours.
    private static Duration Most(Length length) =>
        Duration.FromHours(25 * length.Days) + Duration.FromMinutes(length.Minutes);
}
