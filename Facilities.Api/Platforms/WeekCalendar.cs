using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Platforms;

/// <summary>A platform's week as its manager reads it: every resource, every day.</summary>
/// <param name="From">The first hour shown of each day, 0 to 23.</param>
/// <param name="To">The last hour shown of each day, up to 24.</param>
public sealed record WeekCalendar(
    LocalDate Monday, int From, int To, ImmutableArray<WeekRow> Rows, ImmutableArray<WeekBooking> Bookings)
{
    /// <summary>The seven days.</summary>
    public IEnumerable<LocalDate> Days => Enumerable.Range(0, 7).Select(Monday.PlusDays);

    /// <summary>The Monday of the week that a date lies in.</summary>
    public static LocalDate MondayOf(LocalDate date) => date.With(DateAdjusters.PreviousOrSame(IsoDayOfWeek.Monday));

    /// <summary>A date as addresses write it; null where it is none.</summary>
    public static LocalDate? DateOf(string? text) =>
        text is not null
            && LocalDatePattern.Iso.Parse(text) is { Success: true, Value: { Year: > 2000 and < 2900 } date }
            ? date : null;

    /// <summary>What the week looks like. Bookings that ended without being used do not stand in it.</summary>
    public static WeekCalendar Of(
        PlatformView platform, PlatformClosings closings, LocalDate monday, IEnumerable<BookingState> bookings)
    {
        var zone = DateTimeZoneProviders.Tzdb[platform.Profile.TimeZone];
        var week = new TimeRange(Midnight(monday, zone), Midnight(monday.PlusDays(7), zone));
        ImmutableArray<WeekBooking> all =
        [
            .. from booking in bookings
                where WeekBooking.LookOf(booking) is not null
                from item in booking.Items
                where item.Platform == platform.Profile.Id && new TimeRange(item.Start, item.End).Overlaps(week)
                orderby item.Start, booking.Id!.Value.Value
                select WeekBooking.Of(platform, booking, item, zone),
        ];
        var open = platform.Resources.ToDictionary(
            r => r.Id, r => Openings.Of(r, zone, monday, monday.PlusDays(7)));
        var (from, to) = HoursShown(open.Values.SelectMany(r => r).Concat(all.Select(b => b.Range)), monday, zone);
        return new WeekCalendar(monday, from, to,
            [.. platform.Resources.Select(r => WeekRow.Of(r, closings, open[r.Id], all, monday, zone))], all);
    }

    internal static Instant Midnight(LocalDate date, DateTimeZone zone) => date.AtStartOfDayInZone(zone).ToInstant();

    private static (int From, int To) HoursShown(IEnumerable<TimeRange> ranges, LocalDate monday, DateTimeZone zone)
    {
        var (from, to) = (24 * 60, 0);
        var days = Enumerable.Range(0, 7).Select(monday.PlusDays).ToArray();
        foreach (var range in ranges)
            foreach (var date in days)
            {
                var day = new TimeRange(Midnight(date, zone), Midnight(date.PlusDays(1), zone));
                if (range.Intersect(day) is not { } inside) continue;
                from = Math.Min(from, MinuteOf(inside.Start, zone));
                to = Math.Max(to, inside.End == day.End ? 24 * 60 : MinuteOf(inside.End, zone));
            }
        return from < to ? (from / 60, (to + 59) / 60) : (8, 18);
    }

    private static int MinuteOf(Instant instant, DateTimeZone zone) =>
        instant.InZone(zone).TimeOfDay is var time ? time.Hour * 60 + time.Minute : 0;
}

/// <summary>One resource through the week.</summary>
public sealed record WeekRow(Resource Resource, ImmutableArray<WeekDay> Days)
{
    internal static WeekRow Of(
        Resource resource, PlatformClosings closings, ImmutableArray<TimeRange> open,
        ImmutableArray<WeekBooking> bookings, LocalDate monday, DateTimeZone zone) => new(resource,
    [
        .. Enumerable.Range(0, 7).Select(monday.PlusDays).Select(date => WeekDay.Of(
            resource, closings, open, [.. bookings.Where(b => b.Uses.Contains(resource.Id))], date, zone)),
    ]);
}

/// <summary>One resource on one day of the platform.</summary>
/// <param name="Range">From midnight to midnight: 23, 24 or 25 hours.</param>
/// <param name="Open">When it is open, cut to the day.</param>
/// <param name="Closures">Closures and public holidays that reach into the day.</param>
/// <param name="Bookings">Who uses it, in order of start.</param>
public sealed record WeekDay(
    LocalDate Date, TimeRange Range, ImmutableArray<TimeRange> Open, ImmutableArray<ClosedTime> Closures,
    ImmutableArray<WeekBooking> Bookings)
{
    internal static WeekDay Of(
        Resource resource, PlatformClosings closings, ImmutableArray<TimeRange> open,
        ImmutableArray<WeekBooking> bookings, LocalDate date, DateTimeZone zone)
    {
        var day = new TimeRange(WeekCalendar.Midnight(date, zone), WeekCalendar.Midnight(date.PlusDays(1), zone));
        return new WeekDay(date, day,
            [.. open.Select(range => range.Intersect(day)).OfType<TimeRange>()],
            [.. ClosedTimes.Of(closings, resource, zone, day)],
            [.. bookings.Where(booking => booking.Range.Overlaps(day))]);
    }
}
