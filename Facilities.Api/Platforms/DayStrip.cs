using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Api.Platforms;

/// <summary>One bar of a strip, in minutes from its left edge.</summary>
/// <param name="Lane">Which of the resource's units, from the top; a place to draw, not a promise of a unit.</param>
/// <param name="Lanes">How many units it takes.</param>
public sealed record StripBar(
    WeekBooking Booking, long X, long Width, long BufferX, long BufferWidth, int Lane, int Lanes);

/// <summary>A day of a resource as a picture: minutes from left to right, units from top to bottom.</summary>
public sealed record DayStrip(
    long Width, int Lanes, ImmutableArray<(long X, long Width)> Open, ImmutableArray<(long X, long Width)> Closed,
    ImmutableArray<StripBar> Bars)
{
    /// <summary>The picture of a day between two hours. A day on which the clocks change is as long as it is.</summary>
    public static DayStrip Of(WeekDay day, int units, int fromHour, int toHour, DateTimeZone zone)
    {
        var shown = new TimeRange(At(day, fromHour, zone), At(day, toHour, zone));
        var closed = day.Closures.Select(c => c.Range);
        var lanes = LanesOf(day.Bookings);
        var count = Math.Max(units, day.Bookings.Select((b, i) => lanes[i] + b.Units).DefaultIfEmpty(1).Max());
        return new DayStrip(Minutes(shown.Duration), count,
            [.. Cut(day.Open, shown)], [.. Cut(closed, shown)],
            [.. day.Bookings.Select((booking, index) => BarOf(booking, lanes[index], shown))]);
    }

    private static Instant At(WeekDay day, int hour, DateTimeZone zone) => hour == 24
        ? day.Range.End
        : (day.Date + new LocalTime(hour, 0)).InZoneLeniently(zone).ToInstant();

    private static IEnumerable<(long X, long Width)> Cut(IEnumerable<TimeRange> ranges, TimeRange shown) =>
        from range in ranges
        let inside = range.Intersect(shown)
        where inside is not null
        select Place(inside.Value, shown);

    private static StripBar BarOf(WeekBooking booking, int lane, TimeRange shown)
    {
        var nowhere = new TimeRange(shown.Start, shown.Start);
        var (x, width) = Place(booking.Range.Intersect(shown) ?? nowhere, shown);
        var (bufferX, bufferWidth) = Place(booking.Blocked.Intersect(shown) ?? nowhere, shown);
        return new StripBar(booking, x, width, bufferX, bufferWidth, lane, booking.Units);
    }

    private static (long X, long Width) Place(TimeRange range, TimeRange shown) =>
        (Minutes(range.Start - shown.Start), Minutes(range.Duration));

    private static long Minutes(Duration duration) => (long)duration.TotalMinutes;

    /// <summary>The topmost lanes that are free for each booking.</summary>
    private static int[] LanesOf(ImmutableArray<WeekBooking> bookings)
    {
        var lanes = new int[bookings.Length];
        for (var index = 0; index < bookings.Length; index++)
        {
            var taken = Enumerable.Range(0, index)
                .Where(other => bookings[other].Range.Overlaps(bookings[index].Range))
                .SelectMany(other => Enumerable.Range(lanes[other], bookings[other].Units))
                .ToHashSet();
            while (Enumerable.Range(lanes[index], bookings[index].Units).Any(taken.Contains)) lanes[index]++;
        }
        return lanes;
    }
}
