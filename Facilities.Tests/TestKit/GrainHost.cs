using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using Facilities.Silo.Hosting;
using Facilities.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;
using Orleans;

namespace Facilities.Tests.TestKit;

/// <summary>
/// Grains on a real database, without doors and timers; several on one database stand for several processes.
/// </summary>
internal sealed class GrainHost : IAsyncDisposable
{
    private readonly IHost _host;

    private GrainHost(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public T Service<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    public static async Task<GrainHost> Start(
        StorageOptions storage, Instant now, Func<EventStore, IEventStore>? wrap = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<IClock>(new FixedClock(now));
        builder.Services.AddLogging();
        builder.AddFacilities();
        builder.Services.AddSingleton(storage);
        if (wrap is not null)
            builder.Services.AddSingleton(provider => wrap(provider.GetRequiredService<EventStore>()));
        var host = builder.Build();
        await Migrator.Run(host.Services.GetRequiredService<IDialect>());
        await host.StartAsync();
        return new GrainHost(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else _host.Dispose();
    }

    private sealed class FixedClock(Instant now) : IClock
    {
        public Instant GetCurrentInstant() => now;
    }
}
