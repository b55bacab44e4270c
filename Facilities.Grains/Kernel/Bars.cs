using System.Collections.Immutable;
using NodaTime;

namespace Facilities.Grains.Kernel;

/// <summary>
/// Bookings that released their part, so that a message of theirs that arrives late takes nothing again.
/// </summary>
public static class Bars
{
    /// <summary>Bars a booking and forgets those whose time is over.</summary>
    public static ImmutableSortedDictionary<string, Instant> Add(
        ImmutableSortedDictionary<string, Instant> barred, string booking, Instant at) =>
        barred.RemoveRange(barred.Where(b => b.Value + Limits.Barred < at).Select(b => b.Key)).SetItem(booking, at);
}
