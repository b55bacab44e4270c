using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>Ranges that are in order and do not overlap.</summary>
internal static class RangesInOrder
{
    /// <summary>The place of the first that ends after an instant; their number where none does.</summary>
    internal static int FirstAfter(this ImmutableArray<TimeRange> ranges, Instant instant)
    {
        int low = 0, high = ranges.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ranges[middle].End <= instant) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
