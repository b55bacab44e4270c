using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Programmes;
using Facilities.Grains.Search;
using Facilities.Grains.Services;
using Facilities.Tests.Availability;
using Facilities.Tests.Pricing;
using NodaTime;

namespace Facilities.Tests.Search;

/// <summary>
/// The index of free time, judged by asking every platform: the same slots in the same order, whatever happened before.
/// </summary>
public sealed class FreeTimeIndexTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 16)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_search_in_the_index_finds_what_asking_every_platform_finds(int seed)
    {
        var world = new SearchWorld(seed, 2 + seed % 5);
        var search = Search(world, new WorldTimes(world.Index));
        var found = 0;
        for (var step = 0; step < 24; step++)
        {
            world.Happen();
            if (step % 2 == 0) world.Wait();
            found += await Same(world, search, world.Request(), null, $"Seed {seed}, step {step}");
        }
        Assert.True(found > 0, $"Seed {seed}: nothing was ever found.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Among_starts_minutes_apart_exactly_the_first_are_found(bool byPrice)
    {
        var now = Instant.FromUtc(2027, 1, 4, 6, 0);
        var platforms = Enumerable.Range(0, 150).Select(number => PlatformTimes.Of(PlatformState.Evolve(
            PlatformState.Nobody, new PlatformRegistered(
                PriceSamples.Imaging with { Id = new($"p{number}") },
                [new(new("r"), "r", 1, [Samples.Hours(Samples.AllDays, $"08:{number * 7 % 60:00}", "12:00")], [])],
                // Numbers and the catalogue order them in different ways.
                [Samples.OpticalHour with { Id = new($"s{number % 11}"), Uses = [new("r")] }]), now), 1, now)!)
            .ToArray();
        var index = new FreeTimeIndex();
        index.Take(platforms, now);
        for (var limit = 1; limit < 400; limit += 1 + limit / 5)
        {
            var look = index.Look(new(
                null, new(2027, 1, 6), new(2027, 1, 8), null, null, null, byPrice, 1 + limit % 4, limit), now);
            var found = byPrice ? look.Cheapest(ListPrices.Of, "", []) : look.Earliest();
            var expected =
                from platform in platforms
                from start in Days(platform.Services[0]).Take(1 + limit % 4)
                orderby start, byPrice ? "" : platform.View.Services[0].Id.Value, platform.View.Profile.Id.Value
                select (platform.View.Profile.Id, start);
            Assert.Equal(expected.Take(limit), found.Select(f => (f.Platform.Profile.Id, f.Start)));
        }

        static IEnumerable<long> Days(ServiceTimes times) =>
            SearchWorld.Starts(times, ZoneDays.Number(new(2027, 1, 6)))
                .Concat(SearchWorld.Starts(times, ZoneDays.Number(new(2027, 1, 7))));
    }

    [Theory]
    [InlineData(61)]
    [InlineData(62)]
    [InlineData(63)]
    public void What_is_reckoned_of_single_days_is_what_all_days_would_give(int seed)
    {
        var world = new SearchWorld(seed, 6);
        for (var step = 0; step < 60; step++)
        {
            var id = world.Happen();
            var (state, version) = world.Platforms[id];
            var whole = SearchWorld.Starts(PlatformTimes.Of(state, version, world.Now)!);
            var kept = SearchWorld.Starts(world.Index.Find(id)!);
            Assert.True(whole.SequenceEqual(kept), $"Seed {seed}, step {step}, {id}: "
                + $"missing {string.Join(", ", whole.Except(kept).Take(3))}; "
                + $"too many {string.Join(", ", kept.Except(whole).Take(3))}");
        }
    }

    [Theory]
    [InlineData(51)]
    [InlineData(52)]
    public async Task Among_many_services_the_first_are_found_in_the_table_of_days(int seed)
    {
        var world = new SearchWorld(seed, 120);
        var search = Search(world, new WorldTimes(world.Index));
        for (var step = 0; step < 8; step++)
        {
            for (var count = 0; count < 20; count++) world.Happen();
            var request = world.Request() with { Category = null, Country = null, Cluster = null, Words = null };
            await Same(
                world, search, request with { Limit = Math.Min(request.Limit, 20), PerService = 1 + step },
                null, $"Seed {seed}, step {step}");
            world.Wait();
        }
    }

    [Theory]
    [InlineData(101)]
    [InlineData(102)]
    [InlineData(103)]
    public async Task An_account_finds_what_it_would_pay_least_for(int seed)
    {
        var world = new SearchWorld(seed, 5);
        var search = Search(world, new WorldTimes(world.Index));
        var account = new AccountView(
            PriceSamples.Account("a", "A", "c1", "DE", PriceSamples.GermanVat),
            [Voucher(world, 12), Voucher(world, 30)]);
        var byDay = 0;
        for (var step = 0; step < 12; step++)
        {
            world.Happen();
            // More than fit into the days of a voucher, and fewer than there are.
            var request = world.Request() with { ByPrice = true, From = world.Now.InUtc().Date, Category = null };
            if (step % 3 > 0) request = request with { Duration = null, PerService = 250, Limit = 250 };
            await Same(world, search, request, account, $"Seed {seed}, step {step}");
            var all = await search.AskEach(world.Views, request with { Limit = 9_999, PerService = 9_999 }, account);
            byDay += all.GroupBy(f => (f.Platform.Id, f.Service.Id, f.Net))
                .Count(same => same.DistinctBy(f => f.Price!.AccountPays).Count() > 1);
        }
        Assert.True(byDay > 0, $"Seed {seed}: nothing cost less while a voucher is valid.");
    }

    [Fact]
    public async Task A_slot_that_the_index_still_takes_for_free_is_not_shown_and_the_next_one_is()
    {
        var world = new SearchWorld(7, 6);
        // An index of before.
        var stale = new FreeTimeIndex();
        stale.Take([.. world.Platforms.Keys.Select(id => world.Index.Find(id)!)], world.Now);
        for (var step = 0; step < 60; step++) world.Happen();
        var search = Search(world, new WorldTimes(stale));
        var request = new SearchRequest(
            null, world.Now.InUtc().Date, world.Now.InUtc().Date.PlusDays(50), null, null, null, false, 200, 200);

        var found = await search.Find(request, null, () => Task.FromResult(world.Views));

        var free = (await search.AskEach(world.Views, request with { Limit = 100_000, PerService = 100_000 }, null))
            .Select(f => (f.Platform.Id, f.Service.Id, f.Slot)).ToHashSet();
        Assert.NotEmpty(found);
        Assert.All(found, f => Assert.Contains((f.Platform.Id, f.Service.Id, f.Slot), free));
    }

    [Fact]
    public void A_price_that_ends_with_a_day_ranks_what_comes_later_by_the_next_one()
    {
        var now = Instant.FromUtc(2027, 1, 4, 6, 0);
        var index = new FreeTimeIndex();
        index.Take([.. new[] { "cheap", "dear" }.Select(id => PlatformTimes.Of(PlatformState.Evolve(
            PlatformState.Nobody, new PlatformRegistered(PriceSamples.Imaging with { Id = new(id) },
                [new(new("r"), "r", 1, [Samples.Hours(Samples.AllDays, "08:00", "09:00")], [])],
                [Samples.OpticalHour with { Uses = [new("r")] }]), now), 1, now)!)], now);
        var change = Instant.FromUtc(2027, 1, 8, 0, 0);

        var found = index.Look(
            new(null, new(2027, 1, 6), new(2027, 1, 10), null, null, null, true, 50, 50), now)
                .Cheapest(Price, "", [change]);

        // Two starts a day: those of both before the change, then those of both after it.
        Assert.Equal(
            ["cheap 6", "cheap 6", "cheap 7", "cheap 7", "dear 6", "dear 6", "dear 7", "dear 7",
                "dear 8", "dear 8", "dear 9", "dear 9", "cheap 8", "cheap 8", "cheap 9", "cheap 9"],
            found.Select(f => $"{f.Platform.Profile.Id} {ZoneDays.Date(f.Day).Day}"));

        Money Price(PlatformProfile platform, Service service, Length duration, Instant start) => PriceSamples.Eur(
            (platform.Id.Value, start < change) switch
            {
                ("cheap", true) => 1,
                (_, true) => 2,
                ("dear", _) => 3,
                _ => 4,
            });
    }

    // It pays only for what is over some days from now, and so makes earlier slots cheaper.
    private static Voucher Voucher(SearchWorld world, int days)
    {
        var programme = PriceSamples.Programme($"p{days}", 40 + days, new(true, [], []));
        return PriceSamples.Voucher($"v{days}", PriceSamples.Eur(5_000), programme with
        {
            Rules = ProgrammeRules.None with { Inside = UseInside.Delivered },
        }) with
        { ExpiresOn = world.Now.InUtc().Date.PlusDays(days) };
    }

    private static SlotSearch Search(SearchWorld world, IFreeTimes times)
    {
        var grains = WorldGrains.Of(world, [new Agreement(
            new("c0-c1"), new("c0"), new("c1"), new(2026, 1, 1), new(2026, 1, 1), null, true,
            new CoFinancingAnnex(new(10), new(5), PriceSamples.Eur(30)))]);
        var clock = new WorldClock(world);
        return new SlotSearch(grains, new QuoteDesk(grains, null!, null!, clock), times, clock);
    }

    private static async Task<int> Same(
        SearchWorld world, SlotSearch search, SearchRequest request, AccountView? account, string where)
    {
        var found = await search.Find(request, account, () => Task.FromResult(world.Views));
        var expected = await search.AskEach(world.Views, request, account);
        var (ours, theirs) = (Text(found), Text(expected));
        var differ = ours.Zip(theirs).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.True(ours.SequenceEqual(theirs),
            $"{where}: {request} at {world.Now}: of {theirs.Length} and {ours.Length} found, number {differ} differs: "
            + $"{theirs.ElementAtOrDefault(differ)} but found {ours.ElementAtOrDefault(differ)}");
        return found.Length;
    }

    private static string[] Text(ImmutableArray<FoundSlot> slots) =>
    [
        .. slots.Select(f => $"{f.Platform.Id} {f.Service.Id} {f.Slot} {f.Net} {f.Price?.AccountPays}"),
    ];
}
