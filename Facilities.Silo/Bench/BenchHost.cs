using Facilities.Silo.Hosting;
using Facilities.Silo.Identity;
using Facilities.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;
using Orleans;

namespace Facilities.Silo.Bench;

/// <summary>A clock that stands where the bench sets it, and so decides what is past.</summary>
internal sealed class BenchClock(Instant start) : IClock
{
    private long ticks = start.ToUnixTimeTicks();

    public Instant Now
    {
        get => Instant.FromUnixTimeTicks(Interlocked.Read(ref ticks));
        set => Interlocked.Exchange(ref ticks, value.ToUnixTimeTicks());
    }

    public Instant GetCurrentInstant() => Now;
}

/// <summary>The machinery on a scratch database. No doors and no timers.</summary>
internal sealed class BenchHost : IAsyncDisposable
{
    private readonly IHost host;
    private readonly Scratch? own;

    private BenchHost(IHost host, StorageOptions storage, Scratch? own) =>
        (this.host, Storage, this.own) = (host, storage, own);

    public IServiceProvider Services => host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    /// <summary>Where the scratch database is, for a rival on the same one.</summary>
    public StorageOptions Storage { get; }

    /// <summary>On a database of its own that is gone afterwards.</summary>
    public static async Task<BenchHost> Start(BenchSettings settings, IClock clock)
    {
        var scratch = await Scratch.Make(settings);
        return await On(scratch.Storage, clock, scratch, withPeople: false);
    }

    /// <summary>On a database that somebody else makes and takes away.</summary>
    public static Task<BenchHost> On(StorageOptions storage, IClock clock) =>
        On(storage, clock, own: null, withPeople: true);

    private static async Task<BenchHost> On(StorageOptions storage, IClock clock, Scratch? own, bool withPeople)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(clock);
        builder.Services.AddLogging();
        builder.AddFacilities();
        if (withPeople) builder.Services.AddIdentityStores();
        builder.Services.AddSingleton(storage);
        var host = builder.Build();
        await Migrator.Run(host.Services.GetRequiredService<IDialect>());
        await host.StartAsync();
        return new BenchHost(host, storage, own);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        if (own is not null) await own.DisposeAsync();
    }
}
