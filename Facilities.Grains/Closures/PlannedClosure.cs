using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>A time in which resources are closed, once or again and again, in the platform's local time.</summary>
/// <param name="Id">Unique within the platform.</param>
/// <param name="Resources">What is closed; none means the whole platform, also what it gets later.</param>
/// <param name="From">The first closed local minute; where it repeats, the rule's DTSTART.</param>
/// <param name="To">The first open local minute after it.</param>
/// <param name="Reason">Why, for those whom it concerns.</param>
/// <param name="Rrule">How it repeats (RFC 5545, 3.3.10); null where it does not.</param>
/// <param name="ValidUntil">The last day on which a repetition may begin; null where the rule alone says.</param>
public sealed record PlannedClosure(
    ClosureId Id, ImmutableArray<ResourceId> Resources, LocalDateTime From, LocalDateTime To, string Reason,
    string? Rrule, LocalDate? ValidUntil)
{
    /// <summary>The first time, or the only one.</summary>
    [JsonIgnore]
    public Closure Once => new(Id, From, To, Reason);

    /// <summary>Whether it closes a resource.</summary>
    public bool Closes(ResourceId resource) => Resources.IsEmpty || Resources.Contains(resource);
}

/// <summary>The public holidays on which a platform is closed, from local midnight to midnight.</summary>
/// <param name="Region">Whose holidays: a code of <see cref="Closures.PublicHolidays.Regions"/>.</param>
/// <param name="Resources">What is closed; none means the whole platform, also what it gets later.</param>
/// <param name="OpenOn">Holidays on which it is open all the same.</param>
public sealed record HolidayChoice(
    string Region, ImmutableArray<ResourceId> Resources, ImmutableArray<LocalDate> OpenOn)
{
    /// <summary>Whether it closes a resource.</summary>
    public bool Closes(ResourceId resource) => Resources.IsEmpty || Resources.Contains(resource);
}

/// <summary>What a platform closes beyond the hours and one-off closures of each resource.</summary>
/// <param name="Planned">Closures of several resources, or that repeat, in the order of planning.</param>
/// <param name="Holidays">Its public holidays; null where they are not switched on.</param>
public sealed record PlatformClosings(ImmutableArray<PlannedClosure> Planned, HolidayChoice? Holidays)
{
    /// <summary>Nothing.</summary>
    public static readonly PlatformClosings None = new([], null);

    /// <summary>Whether nothing is closed.</summary>
    [JsonIgnore]
    public bool IsEmpty => Planned.IsEmpty && Holidays is null;
}
