using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using Facilities.Silo.Delivery;
using Facilities.Silo.Hosting;
using Facilities.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;

namespace Facilities.Tests.TestKit;

/// <summary>
/// The grains and desks of one process without its doors, on a given database and with a clock that stands still.
/// </summary>
public sealed class GrainProcess : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private GrainProcess(ServiceProvider services) => this.services = services;

    /// <summary>Starts them. The event store may be wrapped, to make it fail.</summary>
    public static async Task<GrainProcess> Start(
        StorageOptions storage, FakeClock clock, Func<EventStore, IEventStore>? store = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<IClock>(clock);
        builder.AddFacilities();
        builder.Services.AddSingleton(storage);
        if (store is not null)
            builder.Services.AddSingleton(provider => store(provider.GetRequiredService<EventStore>()));
        var services = builder.Services.BuildServiceProvider();
        await services.StartGrains();
        return new GrainProcess(services);
    }

    public T Service<T>() where T : notnull => services.GetRequiredService<T>();

    public Task RunDueWork() => Service<DuePump>().RunOnce();

    public ValueTask DisposeAsync() => services.DisposeAsync();
}

/// <summary>
/// A store that answers nothing any more from its n-th append on, which it stores or not:
/// as a process that is killed then.
/// </summary>
public sealed class DyingStore(EventStore store, int lastAppend, bool storesTheLast) : IEventStore
{
    private int appends;

    public int Appends => appends;

    private bool IsDead => appends >= lastAppend;

    public async Task<AppendAnswer> Append(Append append)
    {
        ThrowWhereDead();
        if (Interlocked.Increment(ref appends) < lastAppend) return await store.Append(append);
        if (storesTheLast) await store.Append(append);
        throw new StorageUnavailableException("Killed.");
    }

    public Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel = default)
    {
        ThrowWhereDead();
        return store.Load(stream, snapshotShape, cancel);
    }

    public Task<StreamCheck> Check(StreamName stream, CommandId? command)
    {
        ThrowWhereDead();
        return store.Check(stream, command);
    }

    private void ThrowWhereDead()
    {
        if (IsDead) throw new StorageUnavailableException("Killed.");
    }
}
