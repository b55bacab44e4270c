using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>What other hours would mean.</summary>
/// <param name="Openings">The openings of the next four weeks, closures apart.</param>
/// <param name="Collisions">The bookings that would lie outside, and do not already; in order of start.</param>
/// <param name="Refusal">Why the hours cannot be so; null where they can.</param>
public sealed record HoursPreview(
    ImmutableArray<TimeRange> Openings, ImmutableArray<Collision> Collisions, Refused<PlatformRefusal>? Refusal)
{
    /// <summary>How many days of openings are shown: a rule that repeats every month is seen once.</summary>
    public const int Days = 28;
}

public static partial class PlatformDecisions
{
    /// <summary>What <see cref="ChangeHours"/> would open and meet, without changing anything.</summary>
    public static HoursPreview PreviewHours(PlatformState platform, ChangeHours command, Instant now)
    {
        var decision = Decide(platform, command, now);
        if (decision.Refusal is { } refusal) return new([], [], refusal);
        var after = decision.Events.Aggregate(platform, (state, happened) =>
            PlatformState.Evolve(state, happened, now));
        var outside = PlatformCollisions.ToBeMoved(platform, command.By, now)
            .Select(c => (c.Booking, c.Item)).ToHashSet();
        var today = PlatformClock.DateAt(now, platform.Zone);
        return new(
            Openings.Of(after.Resources[command.Resource.Value], platform.Zone, today,
                today.PlusDays(HoursPreview.Days)),
            [.. PlatformCollisions.ToBeMoved(after, command.By, now)
                .Where(c => !outside.Contains((c.Booking, c.Item)))], null);
    }
}
