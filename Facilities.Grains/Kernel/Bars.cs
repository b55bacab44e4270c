using System.Globalization;
using NodaTime;

namespace Facilities.Grains.Kernel;

/// <summary>
/// Bookings that released their part, so that a message of theirs that arrives late takes nothing again.
/// </summary>
public static class Bars
{
    /// <summary>What is barred: a booking, or one of the times that it was held anew.</summary>
    public static string KeyOf(BookingId booking, int revival) =>
        revival == 0 ? booking.Value : string.Create(CultureInfo.InvariantCulture, $"{booking}#{revival}");

    /// <summary>Bars a booking until its time is over, and forgets those whose time is.</summary>
    public static Recent<Instant> Add(Recent<Instant> barred, string booking, Instant at) =>
        barred.Add(booking, at + Limits.Barred, at, Limits.Barred);
}
