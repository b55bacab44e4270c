using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>Ends a slot of a booking early, with its buffer; what follows is free at once.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">The marketplace.</param>
/// <param name="Booking">Whose slot.</param>
/// <param name="Item">Which one.</param>
/// <param name="Until">The new end, inside the slot.</param>
/// <param name="Number">The number of the change, in one row with those of moves.</param>
public sealed record TrimSlot(
    CommandId Id, Actor By, BookingId Booking, ItemId Item, Instant Until, int Number) : Command(Id, By);

public static partial class PlatformDecisions
{
    /// <summary>Decides <see cref="TrimSlot"/>. Nothing grows, so no other booking can stand in the way.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, TrimSlot command, Instant now)
    {
        if (platform.Profile is null) return Unknown();
        if (!command.By.IsSystem) return No(PlatformRefusal.NotAllowed, "Only a booking shortens its slots.");
        if (!platform.Bookings.TryGetValue(command.Booking.Value, out var booking)
            || booking.Slots.FirstOrDefault(s => s.Item == command.Item) is not { } slot)
            return No(PlatformRefusal.BookingEnded, "The booking has no such slot here.");
        if (booking.MoveNumber >= command.Number) return Decision<PlatformEvent, PlatformRefusal>.Nothing;
        var busy = slot.Busy;
        if (command.Until <= busy.Start || command.Until >= busy.End)
            return No(PlatformRefusal.NotValid, "The new end lies inside the slot.");
        if (booking.MoveBarred >= command.Number)
            return No(PlatformRefusal.MoveOver, "This change was given up. Ask for it again.");

        // From here on it must succeed.
        var shorter = busy with { End = command.Until, BlockedUntil = command.Until + (busy.BlockedUntil - busy.End) };
        var units = ResourceUse.Trimmed(slot.Units, shorter);
        return new SlotsMoved(command.Booking, [slot with { Busy = shorter, Units = units }], command.Number);
    }
}
