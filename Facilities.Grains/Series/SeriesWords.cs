using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Series;

/// <summary>A series as people read it.</summary>
/// <param name="Series">The item that repeats.</param>
/// <param name="Dates">Its dates in the order of their starts.</param>
/// <param name="Text">Such as "10 × Tuesdays 09:00–13:00, 2 February to 6 April 2027".</param>
public sealed record SeriesView(ItemId Series, ImmutableArray<SeriesSlot> Dates, string Text);

/// <summary>Says a series in one line.</summary>
public static class SeriesWords
{
    /// <summary>The series among some items, in the order of their first dates.</summary>
    public static ImmutableArray<SeriesView> Of(IEnumerable<SeriesSlot> items, Func<ItemId, DateTimeZone> zoneOf) =>
    [
        .. items.Where(i => SeriesRules.SeriesOf(i.Item) is not null)
            .GroupBy(i => SeriesRules.SeriesOf(i.Item)!.Value)
            .Select(group => ViewOf(group.Key, [.. group.OrderBy(i => i.Start)], zoneOf(group.First().Item)))
            .OrderBy(view => view.Dates[0].Start),
    ];

    private static SeriesView ViewOf(ItemId series, ImmutableArray<SeriesSlot> dates, DateTimeZone zone) =>
        new(series, dates, $"{dates.Length} × {Days(dates, zone)}{Times(dates, zone)}, {Span(dates, zone)}"
            + LeftOut(dates, zone));

    private static string Days(ImmutableArray<SeriesSlot> dates, DateTimeZone zone)
    {
        var days = dates.Select(d => At(d.Start, zone).DayOfWeek).Distinct().Order().Select(d => $"{d}s").ToArray();
        return days.Length < 5 ? Words.List(days) : "days";
    }

    private static string Times(ImmutableArray<SeriesSlot> dates, DateTimeZone zone)
    {
        var times = dates.Select(d =>
        {
            var (start, end) = (At(d.Start, zone), At(d.End, zone));
            var days = Period.DaysBetween(start.Date, end.Date);
            return (start.TimeOfDay, end.TimeOfDay) == (LocalTime.Midnight, LocalTime.Midnight)
                ? $" of {Words.Count(days, "day")}"
                : days == 0 || (days == 1 && end.TimeOfDay == LocalTime.Midnight)
                    ? $" {Hour(start)}–{(days == 0 ? Hour(end) : "24:00")}"
                    : $" from {Hour(start)} until {Hour(end)} {Words.Count(days, "day")} later";
        }).Distinct().ToArray();
        return times.Length == 1 ? times[0] : " at different times";
    }

    private static string Span(ImmutableArray<SeriesSlot> dates, DateTimeZone zone)
    {
        var (first, last) = (At(dates[0].Start, zone).Date, At(dates[^1].Start, zone).Date);
        return first == last ? Words.Day(first)
            : first.Year == last.Year ? $"{Short(first)} to {Words.Day(last)}"
            : $"{Words.Day(first)} to {Words.Day(last)}";
    }

    // Only where the dates follow each other evenly is it known which day a missing number was.
    private static string LeftOut(ImmutableArray<SeriesSlot> dates, DateTimeZone zone)
    {
        var steps = dates.Zip(dates.Skip(1), (one, next) => (
            Days: Period.DaysBetween(At(one.Start, zone).Date, At(next.Start, zone).Date),
            Numbers: SeriesRules.NumberOf(next.Item) - SeriesRules.NumberOf(one.Item), From: one)).ToArray();
        if (steps.Length == 0 || steps.Any(s => s.Numbers < 1 || s.Days % s.Numbers != 0)) return "";
        var every = steps[0].Days / steps[0].Numbers;
        if (steps.Any(s => s.Days != every * s.Numbers)) return "";
        var missing = steps.SelectMany(s => Enumerable.Range(1, s.Numbers - 1)
            .Select(n => Short(At(s.From.Start, zone).Date.PlusDays(n * every)))).ToArray();
        return missing.Length == 0 ? "" : $", except {Words.List(missing)}";
    }

    private static LocalDateTime At(Instant instant, DateTimeZone zone) => instant.InZone(zone).LocalDateTime;

    private static string Hour(LocalDateTime local) => local.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string Short(LocalDate date) => date.ToString("d MMMM", CultureInfo.InvariantCulture);
}
