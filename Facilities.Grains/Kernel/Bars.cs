using NodaTime;

namespace Facilities.Grains.Kernel;

/// <summary>
/// Bookings that released their part, so that a message of theirs that arrives late takes nothing again.
/// </summary>
public static class Bars
{
    /// <summary>Bars a booking until its time is over, and forgets those whose time is.</summary>
    public static Recent<Instant> Add(Recent<Instant> barred, string booking, Instant at) =>
        barred.Add(booking, at + Limits.Barred, at, Limits.Barred);
}
