using NodaTime;

namespace Facilities.Grains.Kernel;

/// <summary>A half-open range of instants: the start belongs to it, the end does not.</summary>
/// <remarks>The default value is the empty range at the Unix epoch. Ranges have no order.</remarks>
/// <param name="Start">The first instant inside.</param>
/// <param name="End">The first instant after it; never before <paramref name="Start"/>.</param>
public readonly record struct TimeRange(Instant Start, Instant End)
{
    /// <summary>Makes a range that is not reversed.</summary>
    /// <exception cref="FormatException">The end lies before the start.</exception>
    public static TimeRange Between(Instant start, Instant end) => end >= start
        ? new TimeRange(start, end)
        : throw new FormatException("A range ends at or after its start.");

    /// <summary>Elapsed time from start to end.</summary>
    public Duration Duration => End - Start;

    /// <summary>Whether the range holds no instant.</summary>
    public bool IsEmpty => Start == End;

    /// <summary>Whether an instant lies inside.</summary>
    public bool Contains(Instant instant) => Start <= instant && instant < End;

    /// <summary>Whether the other range lies wholly inside this one.</summary>
    public bool Contains(TimeRange other) => Start <= other.Start && other.End <= End;

    /// <summary>Whether both ranges share an instant; ranges that only touch do not.</summary>
    public bool Overlaps(TimeRange other) => Start < other.End && other.Start < End;

    /// <summary>What both ranges share, or null where they share no instant.</summary>
    public TimeRange? Intersect(TimeRange other) =>
        Overlaps(other) ? new TimeRange(Instant.Max(Start, other.Start), Instant.Min(End, other.End)) : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Start}/{End}";
}
