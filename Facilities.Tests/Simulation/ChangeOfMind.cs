using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>What is changed of a booking that is agreed: lengths, parts, the rest of a slot; who is there.</summary>
internal sealed partial class BookingLife
{
    /// <summary>Longer or shorter, by whole shortest lengths of the service.</summary>
    private async Task Resize()
    {
        if (await client.View(_id, sme) is not { } seen) return;
        var item = wishes[Lots.Next(wishes.Length)];
        var (shortest, times) = (contested.Where(w => w.Offer == item.Offer).MinBy(w => w.Duration.Minutes
            + 1_440L * w.Duration.Days)!.Duration, Lots.Next(1, 4));
        var to = item with
        {
            Start = seen.Items.First(i => i.Id == item.Item).Start,
            Duration = new Length(shortest.Days * times, shortest.Minutes * times),
        };
        await Tell(new ChangeLength(Step($"length-{_moves++}"), sme, item.Item, to.Duration),
            (grain, c) => grain.ChangeLength(c), to);
    }

    /// <summary>Two parts of one item, the second at once or where others want to be.</summary>
    private async Task Split()
    {
        var item = wishes[Lots.Next(wishes.Length)];
        if ((await client.View(_id, sme))?.Items.FirstOrDefault(i => i.Id == item.Item) is not { } whole) return;
        var offered = contested.Where(w => w.Offer == item.Offer).ToArray();
        var first = offered.MinBy(w => w.Duration.Minutes + 1_440L * w.Duration.Days)!.Duration;
        var second = item with
        {
            Start = Lots.Next(2) == 0 ? item.Offer.End(whole.Start, first) : offered[Lots.Next(offered.Length)].Start,
            Duration = Rest(item.Offer, whole, first),
        };
        await Tell(new SplitItem(Step($"split-{_moves++}"), sme, item.Item, first, null, second.Start),
            (grain, c) => grain.Split(c), second, second with { Duration = first });
    }

    /// <summary>What is left of an item, which may have become longer or shorter since it was wished for.</summary>
    private static Length Rest(Offer offer, BookedItem whole, Length first) => first.IsCalendarDays
        ? Length.OfDays(Math.Max(1, Enumerable.Range(1, 60)
            .First(days => offer.End(whole.Start, Length.OfDays(days)) >= whole.End) - first.Days))
        : Length.OfMinutes(Math.Max(1, (long)(whole.End - whole.Start).TotalMinutes - first.Minutes));

    /// <summary>Gives the rest of a slot back, ahead of time or while it is used.</summary>
    private async Task Release(BookingState booking)
    {
        var item = booking.Items[Lots.Next(booking.Items.Length)];
        var minutes = (int)(item.End - item.Start).TotalMinutes;
        Instant? from = Lots.Next(3) == 0 ? null : item.Start + Duration.FromMinutes(Lots.Next(-10, minutes + 10));
        if (from is null)
            await run.Clock.Until(item.Start + Duration.FromSeconds(Lots.Next(-600, 60 * minutes)));
        var by = Lots.Next(2) == 0 ? Marketplace.Manager(item.Platform.Value) : sme;
        await Tell(new ReleaseTime(Step($"release-{_moves++}"), by, item.Id, from), (grain, c) => grain.Release(c));
    }

    /// <summary>One side or both say that somebody is there, at about the right time.</summary>
    private async Task Arrive(BookingState booking)
    {
        var item = booking.Items[Lots.Next(booking.Items.Length)];
        await run.Clock.Until(item.Start + Duration.FromSeconds(Lots.Next(-4_200, 4_200)));
        var sides = new[] { sme, Marketplace.Manager(item.Platform.Value) }.Where(_ => Lots.Next(3) > 0);
        await Task.WhenAll(sides.Select(by => Tell(
            new CheckIn(Step($"here-{by.Person}"), by, item.Id), (grain, c) => grain.CheckIn(c))).ToArray());
    }
}
