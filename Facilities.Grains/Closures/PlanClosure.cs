using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>
/// Closes resources, or the whole platform, once or again and again. Bookings inside stay valid, and are to be moved
/// until somebody moves or cancels them; the manager says of each that it was seen.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">Who closes.</param>
/// <param name="Closure">When, what and why.</param>
/// <param name="Acknowledged">The bookings inside that the manager knows of.</param>
/// <param name="Edition">The edition that the manager saw; null where the newest is meant.</param>
public sealed record PlanClosure(
    CommandId Id, Actor By, PlannedClosure Closure, ImmutableArray<BookingId> Acknowledged, long? Edition = null)
    : EditCommand(Id, By, Edition);

/// <summary>Takes a planned closure back, with all its times.</summary>
public sealed record RemovePlannedClosure(CommandId Id, Actor By, ClosureId Closure, long? Edition = null)
    : EditCommand(Id, By, Edition);

/// <summary>
/// Switches public holidays on, off, or changes on which of them the platform is open. Bookings as for
/// <see cref="PlanClosure"/>.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">Who chooses.</param>
/// <param name="Holidays">Null to be open on all.</param>
/// <param name="Acknowledged">The bookings on them that the manager knows of.</param>
/// <param name="Edition">The edition that the manager saw; null where the newest is meant.</param>
public sealed record ChooseHolidays(
    CommandId Id, Actor By, HolidayChoice? Holidays, ImmutableArray<BookingId> Acknowledged, long? Edition = null)
    : EditCommand(Id, By, Edition);

public static partial class PlatformDecisions
{
    /// <summary>Decides <see cref="PlanClosure"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, PlanClosure command, Instant now)
    {
        if (Fault(platform, command, now) is { } refusal) return refusal;
        var colliding = Colliding(platform, command, now);
        if (Unseen(colliding, command.Acknowledged) is { } unseen) return unseen;

        // From here on it must succeed.
        return new ClosurePlanned(command.Closure, colliding);
    }

    /// <summary>Decides <see cref="RemovePlannedClosure"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, RemovePlannedClosure command, Instant now)
    {
        if (NotManaged(platform, command, null) is { } refusal) return refusal;
        return platform.Closings.Planned.Any(c => c.Id == command.Closure)
            ? new PlannedClosureRemoved(command.Closure)
            : No(PlatformRefusal.ClosureUnknown, $"The platform has no planned closure {command.Closure}.");
    }

    /// <summary>Decides <see cref="ChooseHolidays"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, ChooseHolidays command, Instant now)
    {
        if (Fault(platform, command) is { } refusal) return refusal;
        if (command.Holidays is null && platform.Closings.Holidays is null)
            return Decision<PlatformEvent, PlatformRefusal>.Nothing;
        var colliding = Colliding(platform, command, now);
        if (Unseen(colliding, command.Acknowledged) is { } unseen) return unseen;

        // From here on it must succeed.
        return new HolidaysChosen(command.Holidays, colliding);
    }

    /// <summary>What <see cref="PlanClosure"/> would meet, without doing it.</summary>
    public static ClosurePreview Preview(PlatformState platform, PlanClosure command, Instant now) =>
        Fault(platform, command, now) is { } refusal ? new([], [], refusal) : new(
            [.. ClosedTimes.Of(command.Closure, platform.Zone, ClosurePreview.Window(now)).Take(ClosurePreview.TimesMax)
                .Select(range => new ClosedTime(range, command.Closure.Reason))],
            PlatformCollisions.With(platform, Added(command), After(platform, command), now), null);

    /// <summary>What <see cref="ChooseHolidays"/> would meet, without doing it.</summary>
    public static ClosurePreview Preview(PlatformState platform, ChooseHolidays command, Instant now)
    {
        if (Fault(platform, command) is { } refusal) return new([], [], refusal);
        if (command.Holidays is not { } holidays) return new([], [], null);
        return new(
            [.. ClosedTimes.Of(holidays, platform.Zone, ClosurePreview.Window(now)).Take(ClosurePreview.TimesMax)],
            PlatformCollisions.With(platform, Added(command), After(platform, command), now), null);
    }

    private static PlatformClosings Added(PlanClosure command) => new([command.Closure], null);

    private static PlatformClosings Added(ChooseHolidays command) => new([], command.Holidays);

    private static PlatformClosings After(PlatformState platform, PlanClosure command) =>
        platform.Closings with { Planned = platform.Closings.Planned.Add(command.Closure) };

    private static PlatformClosings After(PlatformState platform, ChooseHolidays command) =>
        platform.Closings with { Holidays = command.Holidays };

    private static ImmutableArray<BookingId> Colliding(PlatformState platform, PlanClosure command, Instant now) =>
        PlatformCollisions.Bookings(platform, Added(command), now);

    private static ImmutableArray<BookingId> Colliding(PlatformState platform, ChooseHolidays command, Instant now) =>
        PlatformCollisions.Bookings(platform, Added(command), now);

    private static Refused<PlatformRefusal>? Unseen(
        ImmutableArray<BookingId> colliding, ImmutableArray<BookingId> acknowledged) =>
        colliding.Except(acknowledged).ToArray() is { Length: > 0 } unseen
            ? No(PlatformRefusal.BookingsCollide,
                $"{Words.Count(unseen.Length, "booking")} inside it would have to be moved: "
                + $"{string.Join(", ", unseen.Take(10).Select(b => b.Value))}{(unseen.Length > 10 ? ", …" : "")}. "
                + "Look at the preview, then acknowledge each of them: they stay booked until somebody moves them.",
                "/acknowledged")
            : null;

    private static Refused<PlatformRefusal>? Fault(PlatformState platform, PlanClosure command, Instant now)
    {
        if (NotManaged(platform, command, null) is { } refusal) return refusal;
        if (PlannedClosureRules.Faults(command.Closure, "") is [var fault, ..])
            return No(PlatformRefusal.NotValid, fault.Message, fault.Pointer);
        if (NoSuch(platform, command.Closure.Resources) is { } missing) return missing;
        var (zone, ahead) = (platform.Zone, new TimeRange(now, Instant.MaxValue));
        return platform.Closings.Planned.Count(c => c.Rrule is not null || Openings.Range(c.Once, zone).Overlaps(ahead))
            >= Limits.PlannedClosures
            ? No(PlatformRefusal.TooManyClosures,
                $"A platform has at most {Limits.PlannedClosures} planned closures. Take back those that are over, or "
                + "make one that repeats of several.")
            : null;
    }

    private static Refused<PlatformRefusal>? Fault(PlatformState platform, ChooseHolidays command)
    {
        if (NotManaged(platform, command, null) is { } refusal) return refusal;
        if (command.Holidays is not { } holidays) return null;
        return PlannedClosureRules.Faults(holidays, platform.Profile!, "") is [var fault, ..]
            ? No(PlatformRefusal.NotValid, fault.Message, fault.Pointer)
            : NoSuch(platform, holidays.Resources);
    }

    private static Refused<PlatformRefusal>? NoSuch(PlatformState platform, ImmutableArray<ResourceId> resources)
    {
        for (var index = 0; index < resources.Length; index++)
        {
            if (!platform.Resources.ContainsKey(resources[index].Value))
                return No(PlatformRefusal.NotValid,
                    $"The platform has no resource {resources[index]}.", $"/resources/{index}");
            if (resources.IndexOf(resources[index]) < index)
                return No(PlatformRefusal.NotValid, "Name each resource once.", $"/resources/{index}");
        }
        return null;
    }
}
