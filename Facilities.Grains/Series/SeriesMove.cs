using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Series;

/// <summary>Which dates of a series a change is for.</summary>
public enum SeriesScope
{
    /// <summary>The date that is named.</summary>
    One,
    /// <summary>That date and all after it.</summary>
    Following,
    /// <summary>All that have not started.</summary>
    All,
}

/// <summary>Another weekday or time for dates of a series, said by one of them.</summary>
/// <param name="ItemId">A date of the series that has not started.</param>
/// <param name="Scope">Which dates follow it.</param>
/// <param name="Start">Its new start; the others move as far, in the platform's local time.</param>
public sealed record SeriesMove(ItemId ItemId, SeriesScope Scope, OffsetDateTime Start);

/// <summary>Turns a change of a series into changes of its items. What has started is not touched.</summary>
public static class SeriesMoves
{
    /// <summary>The dates that a change is for, in the order of their starts.</summary>
    public static ImmutableArray<BookedItem> Affected(
        BookingState booking, ItemId item, SeriesScope scope, Instant now)
    {
        if (booking.Items.FirstOrDefault(i => i.Id == item) is not { } named) return [];
        if (scope == SeriesScope.One || SeriesRules.SeriesOf(item) is not { } series) return [named];
        return
        [
            .. booking.Items
                .Where(i => SeriesRules.SeriesOf(i.Id) == series && i.Start > now
                    && (scope == SeriesScope.All || i.Start >= named.Start))
                .OrderBy(i => i.Start),
        ];
    }

    /// <summary>The new start of each date, or why a date has none.</summary>
    public static (ImmutableArray<ItemStart> Starts, Refusal? Refusal) Starts(
        BookingState booking, SeriesMove move, Instant now)
    {
        if (booking.Items.FirstOrDefault(i => i.Id == move.ItemId) is not { } named)
            return ([], Refused("itemUnknown", $"The booking has no item {move.ItemId}.", "/series/itemId"));
        var zone = booking.ZoneOf(named.Id);
        if (named.Start <= now)
            return ([], Refused(
                "alreadyStarted", "That date has started. Name one that is still to come.", "/series/itemId"));
        var (from, to) = (named.Start.InZone(zone).LocalDateTime, move.Start.ToInstant().InZone(zone).LocalDateTime);
        var shift = Period.Between(from, to, PeriodUnits.Days | PeriodUnits.Minutes);
        var starts = ImmutableArray.CreateBuilder<ItemStart>();
        foreach (var item in Affected(booking, named.Id, move.Scope, now))
        {
            var local = item.Start.InZone(zone).LocalDateTime.Plus(shift);
            var date = SeriesDates.DateOf(
                1, local, item.Id == named.Id ? move.Start.ToInstant() : null, zone);
            if (date.Start is not { } start)
                return ([], Refused("localTimeInvalid", date.ClockFault!, "/series/start"));
            starts.Add(new ItemStart(item.Id, start));
        }
        return (starts.ToImmutable(), null);
    }

    private static Refusal Refused(string name, string reason, string pointer) =>
        Refusal.Of(name, reason, new Fault(pointer, reason));
}
