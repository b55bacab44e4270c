using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using Facilities.Grains.Waitlist;
using NodaTime;
using Orleans;

namespace Facilities.Grains.Bookings;

/// <summary>A free slot that could be had instead of one that was refused or lapsed.</summary>
/// <param name="Item">Instead of which item.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Duration">How long it is.</param>
/// <param name="Quantity">How many.</param>
/// <param name="Proposed">Whether the facility named it when it refused.</param>
public sealed record Instead(ItemId Item, Alternative Slot, Length Duration, int Quantity, bool Proposed);

/// <summary>Somebody on the waitlist who would get a booking's time.</summary>
public sealed record NextInLine(PlatformId Platform, WaitingWish Wish);

/// <summary>What becomes of a request that is refused, for whoever decides.</summary>
/// <param name="Items">Its items at other platforms, which fall with it.</param>
/// <param name="Returned">What vouchers and clusters get back.</param>
/// <param name="Next">Who would be offered the time.</param>
public sealed record Consequences(
    ImmutableArray<BookedItem> Items, ImmutableArray<FundingShare> Returned, ImmutableArray<NextInLine> Next);

/// <summary>What follows from a refusal: what falls, who is next, and what could be had instead.</summary>
public sealed class RefusalDesk(IGrainFactory grains, IClock clock)
{
    /// <summary>What a refusal by a person's facilities would bring about; only what concerns them.</summary>
    public async Task<Consequences> WouldFall(BookingState booking, Actor by)
    {
        var mine = booking.Platforms.Where(p => by.Has(OrganisationKind.Facility, p.Id.Value, Role.Manager))
            .Select(p => p.Id).ToArray();
        var next = ImmutableArray.CreateBuilder<NextInLine>();
        foreach (var platform in mine)
            next.AddRange((await grains.GetGrain<IPlatformGrain>(platform.Value).NextFor(by, booking.Id!.Value))
                .Select(wish => new NextInLine(platform, wish)));
        return new(
            [.. booking.Items.Where(i => !mine.Contains(i.Platform))], booking.Quote!.Funding, next.ToImmutable());
    }

    /// <summary>Free slots near those of a booking that was refused or expired, the proposed ones first.</summary>
    public async Task<ImmutableArray<Instead>> Alternatives(BookingState booking)
    {
        if (booking.Status is not (BookingStatus.Rejected or BookingStatus.Expired)) return [];
        var (found, now) = (ImmutableArray.CreateBuilder<Instead>(), clock.GetCurrentInstant());
        foreach (var item in booking.Agreed!.Items.Where(i => i.Start > now))
        {
            var platform = booking.PlatformOf(item.Platform);
            var near = new List<Alternative>();
            var proposed = (booking.Proposed ?? []).Where(p => p.Item == item.Id).Select(p => p.Start).ToArray();
            foreach (var around in proposed.Append(item.Start))
                near.AddRange(await OrderReader.Alternatives(grains, platform,
                    new WantedSlot(item.Id, item.Service, around, item.Duration, item.Quantity)));
            // The very slot that a facility refused is free again, and no help.
            var refused = booking.Status == BookingStatus.Rejected && booking.ToApprove.Contains(item.Platform);
            found.AddRange(near.DistinctBy(a => a.Start.ToInstant())
                .Where(a => !refused || a.Start.ToInstant() != item.Start)
                .OrderBy(a => !proposed.Contains(a.Start.ToInstant()))
                .ThenBy(a => Distance(a.Start.ToInstant(), item.Start))
                .Take(Limits.Alternatives)
                .Select(a => new Instead(
                    item.Id, a, item.Duration, item.Quantity, proposed.Contains(a.Start.ToInstant()))));
        }
        return found.ToImmutable();
    }

    private static Duration Distance(Instant one, Instant other) => one > other ? one - other : other - one;
}
