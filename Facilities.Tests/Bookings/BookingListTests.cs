using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Silo.Bookings;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Facilities.Tests.Bookings;

/// <summary>Lists of a platform's bookings, on the history of the demonstration.</summary>
public sealed class BookingListTests
{
    private static readonly PlatformId Platform = new("biopmed-imaging");

    [Fact]
    public async Task Pages_of_a_platforms_bookings_hold_each_of_them_once_newest_start_first()
    {
        using var copy = await DemonstrationDatabase.Copy();
        await using var services = DemonstrationDatabase.Services(copy.Options);
        var lists = services.GetRequiredService<BookingLists>();
        var all = new BookingFilter(null, Platform, null, null, null, null, 200);
        var whole = await lists.Find(all);

        var page = all with { Limit = 3 };
        var paged = new List<BookingState>();
        while (await lists.Find(page) is { IsEmpty: false } found)
        {
            paged.AddRange(found);
            Assert.True(paged.Count <= whole.Length);
            page = page with { Before = page.PlaceOf(found[^1]) };
        }

        Assert.True(whole.Length > 6);
        Assert.Equal(whole.Select(b => b.Id), paged.Select(b => b.Id));
        Assert.Equal(whole.OrderByDescending(b => all.PlaceOf(b).Start).Select(b => b.Id), whole.Select(b => b.Id));
        var keys = await services.GetRequiredService<IDatabase>().Read(async connection =>
            (await Dapper.SqlMapper.QueryAsync<string>(
                connection, "select distinct booking_id from booking_items where platform_id = @id",
                new { id = Platform.Value })).ToArray());
        Assert.Equal(
            keys.Order(StringComparer.Ordinal), whole.Select(b => b.Id!.Value.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_time_asked_for_shows_what_lies_at_the_platform_then()
    {
        using var copy = await DemonstrationDatabase.Copy();
        await using var services = DemonstrationDatabase.Services(copy.Options);
        var lists = services.GetRequiredService<BookingLists>();
        var all = new BookingFilter(null, Platform, null, null, null, null, 200);
        var whole = await lists.Find(all);
        var some = whole[whole.Length / 2];
        var (from, to) = (some.Start - Duration.FromDays(30), some.Start + Duration.FromDays(30));

        var found = await lists.Find(all with { From = from, To = to });
        var later = await lists.Find(all with { From = from, To = to, Before = all.PlaceOf(found[0]) });

        var wanted = whole
            .Where(b => b.Items.Any(i => i.Platform == Platform && i.End > from && i.Start < to)).ToArray();
        Assert.InRange(wanted.Length, 2, whole.Length - 1);
        Assert.Equal(wanted.Select(b => b.Id), found.Select(b => b.Id));
        Assert.Equal(found.Skip(1).Select(b => b.Id), later.Select(b => b.Id));
    }
}
