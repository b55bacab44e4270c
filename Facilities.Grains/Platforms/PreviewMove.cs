using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>Whether a slot could move to another start now.</summary>
/// <param name="Refusal">Why not; null where it could.</param>
/// <param name="Near">Where it could not: the free starts nearest to the one that is asked for.</param>
public sealed record MovePreview(Refused<PlatformRefusal>? Refusal, ImmutableArray<Slot> Near);

public static partial class PlatformDecisions
{
    /// <summary>
    /// What <see cref="MoveSlots"/> would answer, without moving anything; the booking's own slot is free for it.
    /// </summary>
    public static MovePreview PreviewMove(
        PlatformState platform, BookingId booking, WantedSlot slot, Instant now)
    {
        // A number above every move's, so that no earlier move answers in its place.
        var preview = new MoveSlots(new CommandId("preview"), Actor.System, booking, [slot], int.MaxValue);
        // The profile of the account is not known here: only what the managers said of its qualification counts.
        if (platform.Services.GetValueOrDefault(slot.Service.Value)?.Qualification is { } needed)
            preview = preview with { Qualifications = [needed] };
        var decision = Decide(platform, preview, now);
        if (decision.Refusal is not { } refusal) return new(null, []);
        return new(refusal, platform.Services.TryGetValue(slot.Service.Value, out var service)
            ? Slots.Nearest(platform.Calendar!.Remove(new SlotOwner(booking, slot.Item)), service, slot.Duration,
                slot.Quantity, slot.Start, now, Limits.Alternatives)
            : []);
    }
}
