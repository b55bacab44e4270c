using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>Units of one platform that an item of a booking has, and when.</summary>
/// <param name="IsAside">Whether it is held beside the item's old place, for a move at several platforms.</param>
internal sealed record Taken(
    string Booking, Wish Wish, ImmutableArray<(string Resource, int Unit)> Units, bool IsAside = false);

/// <summary>
/// The auditor's own calendar of one platform: a list of who has which unit when, and a rule for two that meet. It is
/// slow and simple on purpose.
/// </summary>
internal sealed record CalendarFacts(
    string Platform, ImmutableArray<Taken> Taken, ImmutableHashSet<string> Firm, int Invoices)
{
    public bool Has(string booking) => Taken.Any(t => t.Booking == booking);

    /// <summary>Whether a wish could be granted, the slots of one booking left aside.</summary>
    public bool CouldTake(Wish wish, string? without = null) => wish.Offer.Uses.All(use =>
        Enumerable.Range(0, use.Units).Count(unit => !Taken.Any(t =>
            t.Booking != without && t.Units.Contains((use.Resource, unit)) && Meet(t.Wish, wish)))
        >= wish.Offer.UnitsFor(wish.Quantity));

    /// <summary>The calendar with slots that a booking got; tells what is wrong with them.</summary>
    public CalendarFacts Take(
        string booking, ImmutableArray<HeldSlot> slots, Func<HeldSlot, Wish?> wishOf, Action<string> wrong,
        bool aside = false)
    {
        bool IsReplaced(Taken taken) => taken.Booking == booking && slots.Any(s => s.Item == taken.Wish.Item);
        var next = aside ? this : this with { Taken = Taken.RemoveAll(IsReplaced) };
        foreach (var slot in slots)
        {
            if (wishOf(slot) is not { } wish)
            {
                wrong($"{booking} got {slot.Service} that it did not ask for");
                continue;
            }
            var (start, end) = (slot.Busy.Start, slot.Busy.End);
            if (start != wish.Start || end != wish.End || slot.Busy.BlockedFrom != start - wish.Offer.Before
                || slot.Busy.BlockedUntil != end + wish.Offer.After)
                wrong($"{booking} asked for {wish.Start} to {wish.End} and got {slot.Busy}");
            var mine = new Taken(
                booking, wish, [.. slot.Units.SelectMany(u => u.Units.Select(unit => (u.Resource.Value, unit)))],
                aside);
            foreach (var (resource, units) in wish.Offer.Uses)
            {
                var got = mine.Units.Where(u => u.Resource == resource).Select(u => u.Unit).ToArray();
                if (got.Distinct().Count() != wish.Offer.UnitsFor(wish.Quantity) || got.Any(u => u < 0 || u >= units))
                    wrong($"{booking} got {got.Length} units of {resource}");
            }
            // Both places of an item may lie over each other until it is moved.
            foreach (var other in next.Taken.Where(o => o.Units.Any(mine.Units.Contains) && Meet(o.Wish, wish)
                && (o.IsAside == aside || !IsReplaced(o))))
                wrong($"{booking} and {other.Booking} have the same unit of {wish.Offer.Service} "
                    + $"at {wish.Start} and {other.Wish.Start}");
            next = next with { Taken = next.Taken.Add(mine) };
        }
        return next;
    }

    public CalendarFacts GiveUp(string booking) => this with
    {
        Taken = Taken.RemoveAll(t => t.Booking == booking && t.IsAside),
    };

    public CalendarFacts Drop(string booking, ImmutableArray<ItemId> items)
    {
        var next = this with { Taken = Taken.RemoveAll(t => t.Booking == booking && items.Contains(t.Wish.Item)) };
        return next.Has(booking) ? next : next with { Firm = Firm.Remove(booking) };
    }

    public CalendarFacts Release(string booking) => this with
    {
        Taken = Taken.RemoveAll(t => t.Booking == booking),
        Firm = Firm.Remove(booking),
    };

    /// <summary>
    /// Whether two cannot have the same unit: one starts before the other has ended and the longer of the two pauses
    /// between them is over.
    /// </summary>
    private static bool Meet(Wish one, Wish other)
    {
        var (first, second) = one.Start <= other.Start ? (one, other) : (other, one);
        return second.Start < first.End + Duration.Max(first.Offer.After, second.Offer.Before);
    }
}
