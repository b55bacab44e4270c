using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Platforms;

/// <summary>
/// Holds new places for slots of a booking while the old ones stay, all or nothing: its part of a move at several
/// platforms. <see cref="MoveSlots"/> under the same number makes the move, <see cref="BarMove"/> gives it up.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">The marketplace.</param>
/// <param name="Booking">Whose slots.</param>
/// <param name="Slots">Where they are to lie.</param>
/// <param name="Number">The number of the move.</param>
public sealed record SetSlotsAside(
    CommandId Id, Actor By, BookingId Booking, ImmutableArray<WantedSlot> Slots, int Number) : Command(Id, By)
{
    /// <summary>What the account's profile names as its qualifications; null where none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Qualifications { get; init; }
}

/// <summary>New places that a booking holds beside its old ones until its move is made or given up.</summary>
public sealed record PlacesAside(ImmutableArray<HeldSlot> Slots, int Number)
{
    /// <summary>
    /// All that a booking takes while it has both places. A unit of its own that both need is taken once, from the
    /// beginning of the first to the end of the last.
    /// </summary>
    public static IEnumerable<Placement> Placements(PlatformBooking booking)
    {
        var uses =
            from slot in booking.Slots.Concat(booking.Aside!.Slots)
            from used in slot.Units
            from unit in used.Units
            group used.Part ?? slot.Busy by (used.Resource, Unit: unit);
        var number = 0;
        foreach (var unit in uses)
            foreach (var busy in Joined(unit))
                yield return new Placement(
                    new SlotOwner(booking.Booking, new ItemId($"aside-{++number}")),
                    [new UnitsUsed(unit.Key.Resource, [unit.Key.Unit])], busy);
    }

    private static IEnumerable<Busy> Joined(IEnumerable<Busy> uses)
    {
        Busy? last = null;
        foreach (var busy in uses.OrderBy(b => b.Start))
        {
            if (last is { } before && !before.ConflictsWith(busy)) yield return before;
            last = last is { } one && one.ConflictsWith(busy)
                ? new Busy(
                    NodaTime.Instant.Min(one.BlockedFrom, busy.BlockedFrom), one.Start,
                    NodaTime.Instant.Max(one.End, busy.End),
                    NodaTime.Instant.Max(one.BlockedUntil, busy.BlockedUntil))
                : busy;
        }
        if (last is { } rest) yield return rest;
    }
}

public static partial class PlatformDecisions
{
    /// <summary>Decides <see cref="SetSlotsAside"/>. The booking's own old slots do not stand in its way.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, SetSlotsAside command, NodaTime.Instant now)
    {
        if (platform.Profile is null) return Unknown();
        if (!command.By.IsSystem) return No(PlatformRefusal.NotAllowed, "Only a booking moves its slots.");
        if (!platform.Bookings.TryGetValue(command.Booking.Value, out var booking))
            return No(PlatformRefusal.BookingEnded, "The booking has no slots here.");
        if (booking.MoveNumber >= command.Number || booking.Aside?.Number >= command.Number)
            return Decision<PlatformEvent, PlatformRefusal>.Nothing;
        var (held, refusal) = Fit(
            platform, WithoutOwn(platform, command.Booking, command.Slots), command.Booking, command.Slots, now,
            new Customer(booking.Account, command.Qualifications ?? []));
        if (refusal is not null) return refusal;
        if (booking.MoveBarred >= command.Number)
            return No(PlatformRefusal.MoveOver, "Somebody had the slot when the move was tried. Try the move again.");

        // From here on it must succeed.
        return new SlotsSetAside(command.Booking, held, command.Number);
    }

    private static PlatformCalendar WithoutOwn(
        PlatformState platform, BookingId booking, ImmutableArray<WantedSlot> slots) => slots.Aggregate(
            platform.Calendar!, (calendar, slot) => calendar.Remove(new SlotOwner(booking, slot.Item)));
}
