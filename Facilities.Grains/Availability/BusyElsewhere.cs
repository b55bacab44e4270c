using System.Collections.Immutable;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Availability;

/// <summary>
/// When units of a resource are busy by a calendar kept elsewhere. Bookings that were there before stay, so
/// these times may overlap them.
/// </summary>
/// <param name="Calendar">Which calendar.</param>
/// <param name="Name">Its name, for managers.</param>
/// <param name="Units">Numbers of the units, from 0; none for all of them.</param>
/// <param name="Times">In order; no two overlap or touch.</param>
public sealed record BusyElsewhere(
    CalendarId Calendar, string Name, ImmutableArray<int> Units, ImmutableArray<TimeRange> Times)
{
    /// <summary>Whether a unit cannot take a use: neither it nor its buffers lie in a busy time.</summary>
    public bool Blocks(int unit, Busy wanted) =>
        (Units.IsEmpty || Units.Contains(unit)) && Meets(new(wanted.BlockedFrom, wanted.BlockedUntil));

    /// <summary>Whether any of the times overlaps a range.</summary>
    public bool Meets(TimeRange range) =>
        Times.FirstAfter(range.Start) is var first && first < Times.Length && Times[first].Start < range.End;

    /// <summary>The times that overlap a range on one unit, in order.</summary>
    internal IEnumerable<TimeRange> Within(TimeRange range, int unit)
    {
        if (!Units.IsEmpty && !Units.Contains(unit)) yield break;
        for (var index = Times.FirstAfter(range.Start); index < Times.Length && Times[index].Start < range.End; index++)
            yield return Times[index];
    }
}
