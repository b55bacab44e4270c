using System.Globalization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Series;

/// <summary>Time of one date of a series.</summary>
/// <param name="Item">The item that it is.</param>
/// <param name="Start">When it starts.</param>
/// <param name="End">When it ends.</param>
public readonly record struct SeriesSlot(ItemId Item, Instant Start, Instant End);

/// <summary>Two dates of a series that would run at the same time.</summary>
/// <param name="First">The one that starts first.</param>
/// <param name="Second">The one that starts before the first ends.</param>
public sealed record SeriesOverlap(SeriesSlot First, SeriesSlot Second);

/// <summary>
/// Which items belong together, and what holds for them. The id of a date says it: <c>i2.07</c> is the seventh date of
/// the rule that item <c>i2</c> repeats by. So nothing else is stored, and a number that is missing is a date that was
/// left out.
/// </summary>
public static class SeriesRules
{
    private const char Separator = '.';

    /// <summary>The id of a date of a series.</summary>
    /// <param name="series">The item that repeats.</param>
    /// <param name="number">The number of the date in its rule, from 1.</param>
    public static ItemId DateId(ItemId series, int number) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{series}{Separator}{number:00}"));

    /// <summary>The series that an item is a date of; null where it stands alone.</summary>
    public static ItemId? SeriesOf(ItemId item) =>
        item.Value.Split(Separator) is [var series, var number] && series.Length > 0
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                ? new ItemId(series)
                : null;

    /// <summary>The number of a date in the rule of its series.</summary>
    public static int NumberOf(ItemId date) =>
        int.Parse(date.Value.Split(Separator)[1], NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>
    /// Dates of one series that would run at once with the one before. A series is one thing that happens again, so it
    /// cannot be in two places, however many units are free.
    /// </summary>
    public static IEnumerable<SeriesOverlap> Overlaps(IEnumerable<SeriesSlot> items) => items
        .Where(i => SeriesOf(i.Item) is not null).GroupBy(i => SeriesOf(i.Item))
        .Select(series => series.OrderBy(i => i.Start).ToArray())
        .SelectMany(series => series.Zip(series.Skip(1), (first, second) => new SeriesOverlap(first, second)))
        .Where(pair => pair.First.End > pair.Second.Start);

    /// <summary>Why two dates cannot both stand, both named.</summary>
    public static string Words(SeriesOverlap overlap, DateTimeZone zone) =>
        $"The series would overlap itself: the date that starts on {Kernel.Words.Time(overlap.First.Start, zone)} "
        + $"lasts until {Kernel.Words.Time(overlap.First.End, zone)}, and the next one starts on "
        + $"{Kernel.Words.Time(overlap.Second.Start, zone)}. Choose a shorter time or a longer interval.";
}
