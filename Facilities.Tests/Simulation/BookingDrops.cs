using Facilities.Grains.Bookings;
using Facilities.Grains.Series;

namespace Facilities.Tests.Simulation;

internal sealed partial class BookingLife
{
    /// <summary>Cancels one item and keeps the rest, where there is one.</summary>
    private async Task Drop()
    {
        var item = wishes[Lots.Next(wishes.Length)];
        var by = Lots.Next(4) == 0 ? Marketplace.Manager(item.Offer.Platform) : sme;
        if (await Tell(
            new DropItems(Step($"drop-{_moves++}"), by, item.Item, SeriesScope.One, ""), (grain, c) => grain.Drop(c))
            == Outcome.Accepted && await client.View(_id, sme) is { Dropped: { } dropped } booking)
            run.Coverage.Count($"client: kept {booking.Items.Length} and dropped {dropped.Length}");
    }
}
