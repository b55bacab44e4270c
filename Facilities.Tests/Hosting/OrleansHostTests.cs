#if ORLEANS
using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Availability;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Runtime;
using Facilities.Silo.Hosting;
using Facilities.Silo.Storage;
using Facilities.Tests.Pricing;
using Facilities.Tests.StorageContract;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Serialization;

namespace Facilities.Tests.Hosting;

/// <summary>What only the Orleans host can get wrong: that a message survives the wire, and that none is copied without need.</summary>
public sealed class OrleansHostTests(SqliteFixture database) : IClassFixture<SqliteFixture>
{
    private static readonly RegisterAccount Register = new(new("register"), Actor.System, PriceSamples.Spree);
    private static readonly Reply<PlatformRefusal> Taken = new(new Refused<PlatformRefusal>(PlatformRefusal.SlotTaken, "Somebody was first.", "/items/0"));

    [Fact]
    public async Task A_message_reads_in_another_process_as_it_was_written()
    {
        using var host = await Start();
        var wire = host.Services.GetRequiredService<Serializer>();
        var offer = new PlatformView(PriceSamples.Imaging, [], [PriceSamples.HalfDay], null);
        ImmutableArray<Slot> slots = [new(PriceSamples.Start, PriceSamples.Start, 2)];

        Assert.Equal(Taken, ThroughWire(wire, Taken));
        Assert.Equal(Reply<BookingRefusal>.Done, ThroughWire(wire, Reply<BookingRefusal>.Done));
        Assert.Null(ThroughWire<AccountView?>(wire, null));
        Assert.Equal(new BookingId("b-1"), ThroughWire(wire, new BookingId("b-1")));
        Assert.Equal(slots.AsEnumerable(), ThroughWire(wire, slots));
        AssertSameJson(Register, ThroughWire(wire, Register));
        AssertSameJson(offer, ThroughWire(wire, offer));
    }

    [Fact]
    public async Task That_the_database_is_away_reads_in_another_process_as_it_was_thrown()
    {
        using var host = await Start();
        Exception fault = new StorageUnavailableException("Away.", new TimeoutException("10 s"));
        var read = Assert.IsType<StorageUnavailableException>(ThroughWire(host.Services.GetRequiredService<Serializer>(), fault));
        Assert.Equal("Away.", read.Message);
        Assert.IsType<TimeoutException>(read.InnerException);
    }

    [Fact]
    public async Task Within_one_process_a_message_is_not_copied()
    {
        using var host = await Start();
        var copier = host.Services.GetRequiredService<DeepCopier>();
        Assert.Same(Register, copier.Copy(Register));
        Assert.Same(Taken, copier.Copy(Taken));
    }

    [Fact]
    public async Task A_grain_keeps_what_it_was_told_beyond_its_silo()
    {
        using (var first = await Start())
        {
            var account = first.Services.GetRequiredService<IGrainFactory>().GetGrain<IAccountGrain>("kept");
            Assert.True((await account.Register(Register)).Accepted);
            Assert.True((await account.Register(Register)).Accepted);
            await first.StopAsync(TestContext.Current.CancellationToken);
        }
        using var second = await Start();
        var view = await second.Services.GetRequiredService<IGrainFactory>().GetGrain<IAccountGrain>("kept").View();
        AssertSameJson(PriceSamples.Spree, view!.Profile);
    }

    [Fact]
    public async Task A_fault_of_the_database_reaches_the_caller_as_such()
    {
        using var host = await Start(services => services.AddSingleton<IEventStore>(
            provider => new AwayOnAppend(provider.GetRequiredService<EventStore>())));
        var account = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IAccountGrain>("away");
        var fault = await Assert.ThrowsAsync<StorageUnavailableException>(() => account.Register(Register));
        Assert.Equal("Away.", fault.Message);
        Assert.Null(await account.View());
    }

    [Theory]
    [InlineData("GrainHost:Clustering", "zookeeper")]
    [InlineData("GrainHost:Port", "0")]
    [InlineData("GrainHost:Clustering", "postgres")]
    public void A_setting_that_cannot_be_is_named(string setting, string value)
    {
        var fault = Assert.Throws<InvalidOperationException>(() => Compose(null, (setting, value)).Build());
        Assert.Contains(setting, fault.Message, StringComparison.Ordinal);
    }

    private static T ThroughWire<T>(Serializer wire, T message) => wire.Deserialize<T>(wire.SerializeToArray(message));

    private static void AssertSameJson<T>(T expected, T actual) => Assert.Equal(
        System.Text.Json.JsonSerializer.Serialize(expected, Json.Options), System.Text.Json.JsonSerializer.Serialize(actual, Json.Options));

    private async Task<IHost> Start(Action<IServiceCollection>? more = null)
    {
        var host = Compose(more, ("Storage:Connection", database.Options.Connection)).Build();
        await host.StartAsync();
        return host;
    }

    private static HostApplicationBuilder Compose(Action<IServiceCollection>? more, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.AddFacilities();
        more?.Invoke(builder.Services);
        return builder;
    }

    /// <summary>A store that reads and does not write.</summary>
    private sealed class AwayOnAppend(IEventStore store) : IEventStore
    {
        public Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel) =>
            store.Load(stream, snapshotShape, cancel);

        public Task<AppendAnswer> Append(Append append) => throw new StorageUnavailableException("Away.");

        public Task<StreamCheck> Check(StreamName stream, CommandId? command) => store.Check(stream, command);
    }
}
#endif
