using System.Collections.Immutable;
using NodaTime;

namespace Facilities.Grains.Series;

/// <summary>
/// How an item of an order repeats, in the platform's local time: a series is one booking with an item for each date.
/// </summary>
/// <param name="Rrule">
/// A recurrence rule with an end, such as <c>FREQ=WEEKLY;COUNT=10</c>; the first date is the start of the item.
/// </param>
/// <param name="Except">Dates of the rule that are left out.</param>
public sealed record Repeat(string Rrule, ImmutableArray<LocalDate>? Except = null);

/// <summary>What is done about dates of a series that cannot be had.</summary>
public enum Collisions
{
    /// <summary>All dates or none.</summary>
    Refuse,
    /// <summary>The free dates; the others are left out.</summary>
    Skip,
}
