using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>An instrument, room, team or storage: a number of equal units with their own hours.</summary>
/// <param name="Id">Unique within the platform.</param>
/// <param name="Name">As people know it.</param>
/// <param name="Units">How many equal units there are; at least 1.</param>
/// <param name="Hours">When the resource is open; none means never.</param>
/// <param name="Closures">Stated exceptions in which it is closed.</param>
public sealed record Resource(
    ResourceId Id, string Name, int Units, ImmutableArray<HoursRule> Hours, ImmutableArray<Closure> Closures);

/// <summary>
/// Opening hours that repeat: an RFC 5545 rule of days, and local times of the platform on each of them.
/// </summary>
/// <param name="Rrule">The recurrence, such as <c>FREQ=WEEKLY;BYDAY=MO,TU</c>.</param>
/// <param name="From">Opening time.</param>
/// <param name="To">Closing time, up to 24:00, which joins the next 00:00.</param>
/// <param name="ValidFrom">The rule's DTSTART date; an occurrence only where the rule matches it.</param>
/// <param name="ValidUntil">The last day of the rule, where it ends.</param>
public sealed record HoursRule(
    string Rrule, TimeOfDay From, TimeOfDay To, LocalDate ValidFrom, LocalDate? ValidUntil = null)
{
    /// <summary>Where a rule without <c>validFrom</c> starts.</summary>
    public static readonly LocalDate DefaultValidFrom = new(2026, 1, 1);
}

/// <summary>A time in which a resource is closed, in the platform's local time.</summary>
/// <param name="Id">Unique within the platform.</param>
/// <param name="From">The first closed local minute.</param>
/// <param name="To">The first open local minute after it.</param>
/// <param name="Reason">Why, for those whom it concerns.</param>
public sealed record Closure(ClosureId Id, LocalDateTime From, LocalDateTime To, string Reason);
