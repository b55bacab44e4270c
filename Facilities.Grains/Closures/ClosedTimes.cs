using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Grains.Closures;

/// <summary>A time in which a resource is closed beyond its hours.</summary>
/// <param name="Range">When.</param>
/// <param name="Reason">Why, for those whom it concerns.</param>
public readonly record struct ClosedTime(TimeRange Range, string Reason);

/// <summary>Closures and public holidays as instants, expanded for one window at a time and never stored.</summary>
public static class ClosedTimes
{
    /// <summary>All that closes a resource and reaches into a time, unordered.</summary>
    public static IEnumerable<ClosedTime> Of(
        PlatformClosings closings, Resource resource, DateTimeZone zone, TimeRange within) =>
        // Each hold asks this, and most find that nothing is ever closed.
        resource.Closures.IsDefaultOrEmpty && closings.IsEmpty ? [] : All(closings, resource, zone, within);

    private static IEnumerable<ClosedTime> All(
        PlatformClosings closings, Resource resource, DateTimeZone zone, TimeRange within)
    {
        if (!resource.Closures.IsDefaultOrEmpty)
            foreach (var closure in resource.Closures)
                if (Openings.Range(closure, zone) is var range && range.Overlaps(within))
                    yield return new(range, closure.Reason);
        foreach (var closed in Beyond(closings, resource.Id, zone, within)) yield return closed;
    }

    /// <summary>The same without the one-off closures of the resource itself.</summary>
    public static IEnumerable<ClosedTime> Beyond(
        PlatformClosings closings, ResourceId resource, DateTimeZone zone, TimeRange within)
    {
        foreach (var closure in closings.Planned)
            if (closure.Closes(resource))
                foreach (var range in Of(closure, zone, within)) yield return new(range, closure.Reason);
        if (closings.Holidays is { } holidays && holidays.Closes(resource))
            foreach (var closed in Of(holidays, zone, within)) yield return closed;
    }

    /// <summary>The times of one closure that reach into a time.</summary>
    public static IEnumerable<TimeRange> Of(PlannedClosure closure, DateTimeZone zone, TimeRange within)
    {
        if (closure.Rrule is null)
            return Openings.Range(closure.Once, zone) is var once && once.Overlaps(within) ? [once] : [];
        var ranges = RecurringClosures.Ranges(new(closure.Once, closure.Rrule), zone, within);
        return closure.ValidUntil is { } last
            ? ranges.Where(range => PlatformClock.DateAt(range.Start, zone) <= last)
            : ranges;
    }

    /// <summary>The public holidays, but for those on which it is open, that reach into a time.</summary>
    public static IEnumerable<ClosedTime> Of(HolidayChoice holidays, DateTimeZone zone, TimeRange within)
    {
        var (first, last) = (PlatformClock.DateAt(within.Start, zone), PlatformClock.DateAt(within.End, zone));
        return from holiday in PublicHolidays.Between(holidays.Region, first, last.PlusDays(1))
               where !holidays.OpenOn.Contains(holiday.Date)
               let range = Day(holiday.Date, zone)
               where range.Overlaps(within)
               select new ClosedTime(range, $"public holiday, {holiday.Name}");
    }

    private static TimeRange Day(LocalDate date, DateTimeZone zone) =>
        new(PlatformClock.Midnight(date, zone), PlatformClock.Midnight(date.PlusDays(1), zone));
}
