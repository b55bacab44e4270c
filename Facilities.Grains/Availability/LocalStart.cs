using System.Globalization;
using Facilities.Grains.Kernel;
using NodaTime;
using NodaTime.TimeZones;

namespace Facilities.Grains.Availability;

/// <summary>
/// A start that somebody asked for, as an instant; or the fault of it. A local time that the clocks skip is refused,
/// and one that occurs twice must name its offset.
/// </summary>
/// <remarks>The default value has neither.</remarks>
/// <param name="Instant">The start; null where it is at fault.</param>
/// <param name="Fault">What is wrong and what would be accepted; null where there is a start.</param>
public readonly record struct LocalStart(Instant? Instant, Fault? Fault)
{
    /// <summary>Reads a local time of the platform.</summary>
    /// <param name="local">Platform time.</param>
    /// <param name="offset">Needed where the local time occurs twice; where given it must be the platform's.</param>
    /// <param name="zone">The platform's zone.</param>
    /// <param name="pointer">Where the start stands in the request.</param>
    public static LocalStart Resolve(LocalDateTime local, Offset? offset, DateTimeZone zone, string pointer = "/start")
    {
        var mapping = zone.MapLocal(local);
        if (mapping.Count == 0) return new(null, new Fault(pointer, Skipped(mapping)));
        if (mapping.Count == 1)
        {
            var only = mapping.Single();
            return offset is { } stated && stated != only.Offset
                ? new(null, new Fault(pointer, $"{Text(local)} has the offset {PlatformClock.Text(only.Offset)} in "
                    + $"{zone.Id}: write {PlatformClock.Text(only.ToInstant(), zone)}."))
                : new(only.ToInstant(), null);
        }
        var (first, second) = (mapping.First(), mapping.Last());
        if (offset == first.Offset) return new(first.ToInstant(), null);
        if (offset == second.Offset) return new(second.ToInstant(), null);
        return new(null, new Fault(pointer, $"{Text(local)} occurs twice in {zone.Id}: write "
            + $"{PlatformClock.Text(first.ToInstant(), zone)} or {PlatformClock.Text(second.ToInstant(), zone)}."));
    }

    /// <summary>
    /// Reads a start with an offset. Whatever the offset, it is that instant; but a platform time that the clocks skip,
    /// written with the offset from before or after the change, is refused as <see cref="Resolve"/> does. UTC is always
    /// taken at its word.
    /// </summary>
    /// <param name="start">As written in the request.</param>
    /// <param name="zone">The platform's zone.</param>
    /// <param name="pointer">Where the start stands in the request.</param>
    public static LocalStart FromOffset(OffsetDateTime start, DateTimeZone zone, string pointer = "/start")
    {
        var mapping = zone.MapLocal(start.LocalDateTime);
        var ofPlatform = start.Offset == mapping.EarlyInterval.WallOffset
            || start.Offset == mapping.LateInterval.WallOffset;
        return mapping.Count == 0 && ofPlatform && start.Offset != Offset.Zero
            ? new(null, new Fault(pointer, Skipped(mapping)))
            : new(start.ToInstant(), null);
    }

    private static string Skipped(ZoneLocalMapping mapping) =>
        $"{Text(mapping.LocalDateTime)} does not exist in {mapping.Zone.Id}: the clocks go from "
        + $"{Text(mapping.EarlyInterval.IsoLocalEnd)} to {Text(mapping.LateInterval.IsoLocalStart)}. "
        + "Choose a time before or after the gap.";

    private static string Text(LocalDateTime local) =>
        local.ToString("uuuu-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
}
