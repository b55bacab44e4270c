using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>Units of a resource that somebody has for a time.</summary>
/// <param name="Time">From the start to the end, without buffers.</param>
/// <param name="Units">How many units.</param>
/// <param name="Firm">Whether it is confirmed or was used; else it is held.</param>
public readonly record struct UnitUse(TimeRange Time, int Units, bool Firm);

/// <summary>
/// How much of a resource's open time is booked. A unit that is open for an hour counts an hour; closures and public
/// holidays are no open time, and neither buffers nor what was booked outside the open time count as booked.
/// </summary>
/// <param name="Open">The open time of all units together.</param>
/// <param name="Booked">The part of it that is confirmed or was used.</param>
/// <param name="Held">The part of it that is held.</param>
public readonly record struct Utilisation(Duration Open, Duration Booked, Duration Held)
{
    /// <summary>Booked time by open time in per cent, rounded half up; null where nothing was open.</summary>
    public int? Percent => Share(Booked);

    /// <summary>The same of what is held.</summary>
    public int? PercentHeld => Share(Held);

    /// <summary>Reckons the utilisation of a resource within a time.</summary>
    /// <param name="units">How many units the resource has.</param>
    /// <param name="open">When it is open, closures apart, in any order.</param>
    /// <param name="closed">When it is closed all the same, in any order.</param>
    /// <param name="uses">Who has it.</param>
    /// <param name="within">The time that is asked for.</param>
    public static Utilisation Of(
        int units, IEnumerable<TimeRange> open, IEnumerable<TimeRange> closed, IEnumerable<UnitUse> uses,
        TimeRange within)
    {
        var left = Without(
            Openings.Merged(open.Select(range => range.Intersect(within)).OfType<TimeRange>()),
            Openings.Merged(closed));
        var (booked, held) = (Duration.Zero, Duration.Zero);
        foreach (var use in uses)
        {
            var time = Total(left.Select(range => range.Intersect(use.Time)).OfType<TimeRange>()) * use.Units;
            if (use.Firm) booked += time;
            else held += time;
        }
        return new(Total(left) * units, booked, held);
    }

    private int? Share(Duration part) => Open <= Duration.Zero
        ? null
        : (int)Math.Floor(part.TotalMinutes * 100 / Open.TotalMinutes + 0.5);

    private static Duration Total(IEnumerable<TimeRange> ranges) =>
        ranges.Aggregate(Duration.Zero, (sum, range) => sum + range.Duration);

    // Both are in order and do not touch themselves.
    private static List<TimeRange> Without(IEnumerable<TimeRange> open, IReadOnlyList<TimeRange> closed)
    {
        List<TimeRange> left = [];
        foreach (var range in open)
        {
            var start = range.Start;
            foreach (var shut in closed)
            {
                if (shut.End <= start || shut.Start >= range.End) continue;
                if (shut.Start > start) left.Add(new(start, shut.Start));
                start = shut.End;
                if (start >= range.End) break;
            }
            if (start < range.End) left.Add(new(start, range.End));
        }
        return left;
    }
}
