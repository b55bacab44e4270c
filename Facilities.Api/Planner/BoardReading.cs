using System.Collections.Immutable;
using Facilities.Api.Platforms;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Silo.Bookings;
using NodaTime;
using Orleans;

namespace Facilities.Api.Planner;

/// <summary>Reads some days of a platform, with the bookings on them and the names of those who wait.</summary>
internal static class BoardReading
{
    /// <summary>More bookings than a page of the list holds are read in so many pages at most.</summary>
    private const int PagesMax = 5;

    /// <summary>The days; null for people of others.</summary>
    internal static async Task<(PlatformDays Days, CalendarBoard Board)?> Read(
        IGrainFactory grains, BookingLists lists, Actor by, PlatformView view, LocalDate from, int count,
        ResourceId? only)
    {
        var to = from.PlusDays(count);
        if (await grains.GetGrain<IPlatformGrain>(view.Profile.Id.Value).Days(by, from, to) is not { } days)
            return null;
        var zone = DateTimeZoneProviders.Tzdb[view.Profile.TimeZone];
        var bookings = await Bookings(
            lists, view.Profile.Id, CalendarBoard.Midnight(from, zone), CalendarBoard.Midnight(to, zone));
        var names = await AccountNames.Of(grains, days.Offers.Select(offer => offer.Account));
        return (days, CalendarBoard.Of(days, bookings, from, count, only, names));
    }

    private static async Task<ImmutableArray<BookingState>> Bookings(
        BookingLists lists, PlatformId platform, Instant from, Instant to)
    {
        var all = ImmutableArray.CreateBuilder<BookingState>();
        (Instant, string)? before = null;
        for (var page = 0; page < PagesMax; page++)
        {
            var filter = new BookingFilter(null, platform, null, from, to, before, Limits.PageMax);
            var found = await lists.Find(filter);
            all.AddRange(found);
            if (found.Length < Limits.PageMax) break;
            before = filter.PlaceOf(found[^1]);
        }
        return all.ToImmutable();
    }
}
