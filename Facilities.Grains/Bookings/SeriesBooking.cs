using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Series;

namespace Facilities.Grains.Bookings;

public static partial class BookingDecisions
{
    /// <summary>The dates of a booking's series as they stand, whatever was quoted.</summary>
    public static ImmutableArray<SeriesView> SeriesOf(BookingState booking) => SeriesWords.Of(
        booking.Items.Select(i => new SeriesSlot(i.Id, i.Start, i.End)), booking.ZoneOf);

    /// <summary>
    /// No change lets a series run twice at once, on however many units. Where it was so before, as by a facility that
    /// has it under way, other dates can still be changed.
    /// </summary>
    private static Refused<BookingRefusal>? OverlapsItself(BookingState booking, ImmutableArray<ItemMove> moves)
    {
        var after = booking.Items.Where(i => moves.All(m => m.Item != i.Id))
            .Select(i => new SeriesSlot(i.Id, i.Start, i.End))
            .Concat(moves.Select(m => new SeriesSlot(m.Item, m.Start, m.End)));
        if (SeriesRules.Overlaps(after).FirstOrDefault(pair =>
            moves.Any(m => m.Item == pair.First.Item || m.Item == pair.Second.Item)) is not { } overlap) return null;
        // The part of a date that is split off is no item yet.
        var known = booking.Items.First(i => i.Id == overlap.First.Item || i.Id == overlap.Second.Item).Id;
        return No(
            BookingRefusal.SeriesOverlap, SeriesRules.Words(overlap, booking.ZoneOf(known)),
            moves.Any(m => m.Item == overlap.Second.Item) ? overlap.Second.Item.Value : overlap.First.Item.Value);
    }
}
