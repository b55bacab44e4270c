using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>Gives some slots of a booking back for good, with their buffers; they are free at once.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">The marketplace.</param>
/// <param name="Booking">Whose slots.</param>
/// <param name="Items">Which ones.</param>
/// <param name="Number">The number of the change, in one row with those of moves.</param>
public sealed record DropSlots(
    CommandId Id, Actor By, BookingId Booking, ImmutableArray<ItemId> Items, int Number) : Command(Id, By);

public static partial class PlatformDecisions
{
    /// <summary>
    /// Decides <see cref="DropSlots"/>. It is never refused to a booking: what is not there any more is given back
    /// already. Late messages of moves before it have a lower number, so they bring no slot back.
    /// </summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, DropSlots command, Instant now)
    {
        if (platform.Profile is null) return Unknown();
        if (!command.By.IsSystem) return No(PlatformRefusal.NotAllowed, "Only a booking gives its slots back.");
        if (!platform.Bookings.TryGetValue(command.Booking.Value, out var booking)
            || booking.MoveNumber >= command.Number)
            return Decision<PlatformEvent, PlatformRefusal>.Nothing;

        // From here on it must succeed.
        return new SlotsDropped(
            command.Booking, [.. command.Items.Where(i => booking.Slots.Any(s => s.Item == i))], command.Number);
    }
}

public partial interface IPlatformGrain
{
    /// <summary>See <see cref="Platforms.DropSlots"/>.</summary>
    Task<Reply<PlatformRefusal>> DropSlots(DropSlots command);
}

public sealed partial class PlatformGrain
{
    /// <inheritdoc/>
    public Task<Reply<PlatformRefusal>> DropSlots(DropSlots command) => Tell(command, PlatformDecisions.Decide);
}
