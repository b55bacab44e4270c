using System.Data.Common;
using Dapper;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Runtime;
using Facilities.Grains.Search;
using Facilities.Silo.Search;
using Facilities.Silo.Storage;
using Facilities.Tests.StorageContract;
using Facilities.Tests.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Search;

public sealed class SqliteFreshSearch(SqliteFixture fixture) : FreshSearchTests(fixture), IClassFixture<SqliteFixture>;

public sealed class PostgresFreshSearch(PostgresFixture fixture)
    : FreshSearchTests(fixture), IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_booking_that_commits_late_is_taken_up_although_later_ones_were_before_it()
    {
        await using var world = await World.Start(Fixture);
        await world.Register("late");
        await world.Register("early");
        await world.Times.ReadAll(TestContext.Current.CancellationToken);
        await using var late = await world.Open();
        await using var transaction = await late.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await late.ExecuteAsync(InsertSql, world.Held("late"));
        await using (var early = await world.Open())
            await early.ExecuteAsync(InsertSql, world.Held("early"));

        // Long enough that only the transaction itself says that something may still come.
        for (var count = 0; count < 5; count++)
        {
            await world.Times.CatchUp();
            Assert.Equal((1, 2), (await world.Version("late"), await world.Version("early")));
            world.Time.Advance(TimeSpan.FromMinutes(1));
        }
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        await world.Times.CatchUp();

        Assert.Equal(2, await world.Version("late"));
    }

    [Fact]
    public async Task What_is_rolled_back_never_enters()
    {
        await using var world = await World.Start(Fixture);
        await world.Register("a");
        await world.Times.ReadAll(TestContext.Current.CancellationToken);
        var before = await world.First("a");
        await using var connection = await world.Open();
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(InsertSql, world.Held("a"));
        await world.Times.CatchUp();
        Assert.Equal(before, await world.First("a"));

        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        await world.Times.CatchUp();

        Assert.Equal((1, before), (await world.Version("a"), await world.First("a")));
    }

    private const string InsertSql = """
        insert into events (stream, version, name, data, at, command, "by")
        values (@stream, 2, @name, @data, now(), 'raw', 'nobody')
        """;
}

/// <summary>How soon a search sees what happened, on a real database.</summary>
public abstract class FreshSearchTests(DatabaseFixture fixture)
{
    protected DatabaseFixture Fixture { get; } = fixture;

    [Fact]
    public async Task A_booking_of_another_process_is_gone_from_the_search_and_back_when_it_is_released()
    {
        await using var world = await World.Start(Fixture);
        await world.Register("a");
        await using var other = await GrainHost.Start(world.Storage, Now);
        var running = world.Times.StartAsync(TestContext.Current.CancellationToken);
        while (await world.Times.Fresh() is null)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        var index = (await world.Times.Fresh())!;
        var first = await world.First("a");

        var platform = other.Grains.GetGrain<IPlatformGrain>("a");
        Assert.Null((await platform.HoldSlots(world.Hold("a", first))).Refusal);
        // Nobody searches: the timer alone reads the log. A second is promised; a busy machine gets ten.
        await Until(() => index.Find("a")!.Version == 2);
        Assert.NotEqual(first, await world.First("a"));

        Assert.Null((await platform.ReleaseSlots(new(new("r"), Actor.System, new("b-a")))).Refusal);
        Assert.Equal(first, await world.First("a"));
        var said = await other.Grains.GetGrain<IPlatformGrain>("a").FreeSlots(world.Asked);
        Assert.Equal(
            said.Slots.Select(slot => slot.Start).Take(5),
            (await world.Look("a", 5)).Select(Instant.FromUnixTimeSeconds));

        await world.Register("b");
        Assert.NotEmpty(await world.Look("b", 1));
        await world.Times.StopAsync(TestContext.Current.CancellationToken);
        await running;
    }

    private static async Task Until(Func<bool> holds)
    {
        for (var count = 0; count < 1_000 && !holds(); count++)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.True(holds(), "Ten seconds after the booking the search did not know of it.");
    }

    /// <summary>A time that stands still until a test moves it; timers run all the same.</summary>
    protected sealed class MovedTime : TimeProvider
    {
        private long _more;

        public void Advance(TimeSpan by) => Interlocked.Add(ref _more, by.Ticks * (TimestampFrequency / 10_000_000));

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _more);
    }

    /// <summary>Platforms of one process on a database of their own, and the index of that process.</summary>
    protected sealed class World : IAsyncDisposable
    {
        private readonly GrainHost _host;

        private World(GrainHost host, StorageOptions storage, MovedTime time) =>
            (_host, Storage, Time, Times) = (host, storage, time, new FreeTimes(
                host.Service<IDatabase>(), host.Service<IEventStore>(), storage, host.Service<IClock>(), time,
                NullLogger<FreeTimes>.Instance));

        public StorageOptions Storage { get; }

        public MovedTime Time { get; }

        public FreeTimes Times { get; }

        public SlotsAsked Asked { get; } = new(HalfDay.Id, null, 1, new(2026, 11, 21), new(2027, 2, 1));

        public static async Task<World> Start(DatabaseFixture fixture)
        {
            fixture.Require();
            var storage = await fixture.NewDatabase();
            return new World(await GrainHost.Start(storage, Now), storage, new MovedTime());
        }

        public Task<DbConnection> Open() =>
            _host.Service<IDatabase>().Open(TestContext.Current.CancellationToken);

        public async Task Register(string id) => Assert.Null((await _host.Grains.GetGrain<IPlatformGrain>(id).Register(
            new RegisterPlatform(new("register"), Actor.System, Imaging with { Id = new(id) }, [.. HalfDay.Uses.Select(
                use => new Resource(use, use.Value, 1, [new HoursRule(
                    "FREQ=DAILY", TimeOfDay.Parse("08:00"), TimeOfDay.Parse("20:00"), new(2026, 1, 1))], []))],
                [HalfDay]))).Refusal);

        public HoldSlots Hold(string platform, long start) => new(
            new($"hold-{platform}"), Actor.System, new($"b-{platform}"), new("account"),
            [new WantedSlot(new("i1"), HalfDay.Id, Instant.FromUnixTimeSeconds(start), HalfDay.Duration.Min, 1)]);

        /// <summary>A row of the log as a hold of another process would write it.</summary>
        public object Held(string platform)
        {
            var start = Instant.FromUnixTimeSeconds(First(platform).GetAwaiter().GetResult());
            var end = start + Duration.FromHours(4);
            var written = EventNames.Write(new SlotsHeld(
                new("b"), new("account"), [new HeldSlot(new("i1"), HalfDay.Id,
                    [.. HalfDay.Uses.Select(use => new UnitsUsed(use, [0]))], new Busy(start, start, end, end))]));
            return new { stream = $"platform/{platform}", name = written.Name, data = written.Json };
        }

        public async Task<long> Version(string platform) => (await Times.Fresh())!.Find(platform)!.Version;

        public async Task<long> First(string platform) => (await Look(platform, 1))[0];

        public async Task<long[]> Look(string platform, int limit)
        {
            var request = new SearchRequest(
                null, Asked.From, Asked.To, null, null, null, false, limit, 1_000, null);
            var starts = (await Times.Fresh())!.Look(request, Now).Earliest();
            return [.. starts.Where(s => s.Platform.Profile.Id.Value == platform).Select(s => s.Start)];
        }

        public async ValueTask DisposeAsync()
        {
            Times.Dispose();
            await _host.DisposeAsync();
        }
    }
}
