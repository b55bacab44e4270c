using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Silo.Hosting;
using Facilities.Silo.Storage;
using Facilities.Tests.Pricing;
using Facilities.Tests.StorageContract;
using Facilities.Tests.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace Facilities.Tests.Hosting;

/// <summary>What a grain may expect of its host, whichever this was built for.</summary>
public sealed class GrainHostTests(SqliteFixture database) : IClassFixture<SqliteFixture>
{
    private static readonly RegisterAccount Register = new(new("register"), Actor.System, PriceSamples.Spree);

    [Fact]
    public async Task A_grain_keeps_what_it_was_told_beyond_its_process()
    {
        using (var first = await Start(database.Options))
        {
            var account = Account(first, "kept");
            Assert.True((await account.Register(Register)).Accepted);
            Assert.True((await account.Register(Register)).Accepted);
            await first.StopAsync(TestContext.Current.CancellationToken);
        }
        using var second = await Start(database.Options);
        Assert.Equal(PriceSamples.Spree.Name, (await Account(second, "kept").View())!.Profile.Name);
    }

    [Fact]
    public async Task A_fault_of_the_database_reaches_the_caller_as_such()
    {
        using var host = await Start(database.Options, services => services.AddSingleton<IEventStore>(
            provider => new AwayOnAppend(provider.GetRequiredService<EventStore>())));
        var account = Account(host, "away");
        var fault = await Assert.ThrowsAsync<StorageUnavailableException>(() => account.Register(Register));
        Assert.Equal("Away.", fault.Message);
        Assert.Null(await account.View());
    }

    [Fact]
    public async Task A_grain_that_could_not_be_loaded_says_so_at_once_and_loads_when_the_database_is_back()
    {
        AwayOnLoad? store = null;
        using var host = await Start(database.Options, services => services.AddSingleton<IEventStore>(
            provider => store = new AwayOnLoad(provider.GetRequiredService<EventStore>())));
        var account = Account(host, "later");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var attempt = 0; attempt < 3; attempt++)
            Assert.Equal("Away.",
                (await Assert.ThrowsAsync<StorageUnavailableException>(() => account.Register(Register))).Message);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        store!.IsBack = true;
        Assert.True((await account.Register(Register)).Accepted);
    }

    [Fact]
    public async Task Calls_to_one_grain_interleave_and_each_gets_its_own_answer()
    {
        using var host = await Start(database.Options);
        var account = Account(host, "many");
        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(number =>
            account.Register(Register with { Id = new($"register-{number}") })));
        Assert.All(replies, reply => Assert.True(reply.Accepted));
        var other = await account.Register(Register with { By = People.Seine, Id = new("not-allowed") });
        Assert.Equal(AccountRefusal.NotAllowed, other.Refusal?.Code);
    }

    internal static async Task<IHost> Start(StorageOptions storage, Action<IServiceCollection>? more = null)
    {
        var builder = Compose(
            ("Storage:Provider", storage.Provider.ToString()), ("Storage:Connection", storage.Connection));
        more?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    internal static HostApplicationBuilder Compose(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.AddFacilities();
        return builder;
    }

    private static IAccountGrain Account(IHost host, string key) =>
        host.Services.GetRequiredService<IGrainFactory>().GetGrain<IAccountGrain>(key);

    /// <summary>A store that reads and does not write.</summary>
    private sealed class AwayOnAppend(IEventStore store) : IEventStore
    {
        public Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel) =>
            store.Load(stream, snapshotShape, cancel);

        public Task<AppendAnswer> Append(Append append) => throw new StorageUnavailableException("Away.");

        public Task<StreamCheck> Check(StreamName stream, CommandId? command) => store.Check(stream, command);
    }

    /// <summary>A store that cannot be reached until it is back.</summary>
    private sealed class AwayOnLoad(IEventStore store) : IEventStore
    {
        public bool IsBack { get; set; }

        public Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel) =>
            IsBack ? store.Load(stream, snapshotShape, cancel) : throw new StorageUnavailableException("Away.");

        public Task<AppendAnswer> Append(Append append) => store.Append(append);

        public Task<StreamCheck> Check(StreamName stream, CommandId? command) => store.Check(stream, command);
    }
}
