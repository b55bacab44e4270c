using System.Collections.Immutable;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Series;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>Why one date of an order cannot be had.</summary>
public sealed record DateRefusal(string Name, string Reason);

/// <summary>One date of an order, as the calendar stands.</summary>
/// <param name="Index">Which of the items that were asked for.</param>
/// <param name="Item">What would be priced; its start says nothing where the clocks skip or double it.</param>
/// <param name="Local">The start in the platform's time.</param>
/// <param name="Refusal">Null where it is free.</param>
/// <param name="Alternatives">Free slots near to it, where they were asked for.</param>
public sealed record OrderedDate(
    int Index, OrderedItem Item, LocalDateTime Local, DateRefusal? Refusal, ImmutableArray<Alternative> Alternatives);

/// <summary>Every date of an order.</summary>
public sealed record OrderDates(ImmutableArray<OrderedDate> Dates);

internal sealed partial class OrderReader
{
    private const string ClockFault = "localTimeInvalid", Overlap = "seriesOverlap";

    /// <summary>
    /// The free dates. A series that overlaps itself is at fault as a whole, so its dates stay for the refusal; and so
    /// do all where none is free.
    /// </summary>
    public static ImmutableArray<OrderedDate> Free(ImmutableArray<OrderedDate> dates) =>
        dates.Any(d => d.Refusal is null)
            ? [.. dates.Where(d => d.Refusal is null or { Name: Overlap } || SeriesRules.SeriesOf(d.Item.Id) is null)]
            : dates;

    /// <summary>Takes each date that cannot be had as a fault of the request.</summary>
    public async Task Refuse(ImmutableArray<OrderedDate> dates)
    {
        // What overlaps itself is wrong whatever the calendar says, so it comes first.
        foreach (var date in dates.Where(d => d.Refusal is not null).OrderBy(d => d.Refusal!.Name != Overlap))
        {
            var part = SeriesRules.SeriesOf(date.Item.Id) is null ? "start" : "repeat";
            Fault(date.Refusal!.Name, $"/items/{date.Index}/{part}", date.Refusal.Reason);
            if (date.Refusal.Name == "slotTaken" && _alternatives.IsEmpty)
                _alternatives = await Alternatives(grains, date.Item.Platform, Wanted(date.Item));
        }
    }

    /// <summary>The dates with free slots near to those that somebody has, or when the facility is closed.</summary>
    public async Task<ImmutableArray<OrderedDate>> WithAlternatives(ImmutableArray<OrderedDate> dates) =>
    [
        .. await Task.WhenAll(dates.Select(async date => date.Refusal?.Name is "slotTaken" or "outsideHours"
            ? date with { Alternatives = await Alternatives(grains, date.Item.Platform, Wanted(date.Item)) }
            : date)),
    ];

    private IEnumerable<OrderedDate> Dates(OrderedItem item, Repeat? repeat, int index, int most)
    {
        var zone = DateTimeZoneProviders.Tzdb[item.Platform.TimeZone];
        if (repeat is null)
        {
            if (most < 1) TooMany($"/items/{index}");
            return [new OrderedDate(index, item, item.Start.InZone(zone).LocalDateTime, null, [])];
        }
        if (most < 2)
        {
            TooMany($"/items/{index}/repeat");
            return [];
        }
        var (dates, faults) = SeriesDates.Of(repeat, item.Start, zone, most);
        foreach (var fault in faults) Fault("repeatInvalid", $"/items/{index}/repeat", fault);
        return dates.Select(date => new OrderedDate(
            index,
            item with
            {
                Id = SeriesRules.DateId(item.Id, date.Number),
                Start = date.Start ?? Recurrence.ToInstant(date.Local, zone),
            },
            date.Local, date.ClockFault is { } clocks ? new DateRefusal(ClockFault, clocks) : null, []));
    }

    private void TooMany(string pointer) => Fault(
        "invalidRequest", pointer, $"One booking takes {Limits.ItemsPerQuote} dates in all. Book the rest on its own.");

    private async Task<ImmutableArray<OrderedDate>> Judged(ImmutableArray<OrderedDate> dates)
    {
        var refusals = new Dictionary<ItemId, DateRefusal>();
        foreach (var platform in dates.Where(d => d.Refusal is null).GroupBy(d => d.Item.Platform.Id))
        {
            ImmutableArray<WantedSlot> wanted = [.. platform.Select(d => Wanted(d.Item))];
            var answers = await grains.GetGrain<IPlatformGrain>(platform.Key.Value).WouldRefuseEach(
                wanted, new Customer(account.Id, account.Qualifications));
            foreach (var (slot, refusal) in wanted.Zip(answers))
                if (refusal is not null)
                    refusals[slot.Item] = new DateRefusal(Kernel.Refusal.NameOf(refusal.Code), refusal.Reason);
        }
        // It names the fault of the whole series, which another time on the same day would not mend.
        foreach (var overlap in SeriesRules.Overlaps(dates.Where(d => d.Refusal is null).Select(TimeOf)))
            refusals[overlap.Second.Item] = new DateRefusal(Overlap, SeriesRules.Words(
                overlap, ZoneOf(dates.First(d => d.Item.Id == overlap.Second.Item).Item)));
        return [.. dates.Select(d => d with { Refusal = d.Refusal ?? refusals.GetValueOrDefault(d.Item.Id) })];
    }

    private static SeriesSlot TimeOf(OrderedDate date) => new(
        date.Item.Id, date.Item.Start, date.Item.Duration.After(date.Item.Start, ZoneOf(date.Item)));

    private static DateTimeZone ZoneOf(OrderedItem item) => DateTimeZoneProviders.Tzdb[item.Platform.TimeZone];
}
