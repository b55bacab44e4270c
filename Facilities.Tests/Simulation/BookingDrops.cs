using Facilities.Grains.Bookings;
using Facilities.Grains.Series;

namespace Facilities.Tests.Simulation;

internal sealed partial class BookingLife
{
    /// <summary>
    /// Cancels parts, one after another or at once, also of what was split before or is meanwhile, and lives on with
    /// the rest or cancels that, too.
    /// </summary>
    private async Task Drops()
    {
        if (Lots.Next(3) == 0) await Task.WhenAll(Split(), Lots.Next(2) == 0 ? Drop() : Task.CompletedTask);
        await Task.WhenAll(Drop(), Lots.Next(2) == 0 ? Drop() : Task.CompletedTask);
        if (Lots.Next(3) == 0) await Drop();
        if (Lots.Next(4) == 0) await Cancel(sme, "cancel");
        await Delivery();
    }

    /// <summary>Cancels one item and keeps the rest, where there is one.</summary>
    private async Task Drop()
    {
        if (await client.View(_id, sme) is not { } seen) return;
        var wish = wishes[Lots.Next(wishes.Length)];
        // What was split off was never wished for.
        var item = Lots.Next(3) == 0 ? seen.Items[Lots.Next(seen.Items.Length)].Id : wish.Item;
        var platform = seen.Items.FirstOrDefault(i => i.Id == item)?.Platform.Value ?? wish.Offer.Platform;
        var by = Lots.Next(4) == 0 ? Marketplace.Manager(platform) : sme;
        if (await Tell(
            new DropItems(Step($"drop-{_moves++}"), by, item, SeriesScope.One, ""), (grain, c) => grain.Drop(c))
            == Outcome.Accepted && await client.View(_id, sme) is { Dropped: { } dropped } booking)
            run.Coverage.Count($"client: kept {booking.Items.Length} and dropped {dropped.Length}");
    }
}
