using Dapper;
using Facilities.Silo.Hosting;
using Facilities.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;
using Npgsql;
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

/// <summary>The machinery on a scratch database that is gone afterwards. No doors and no timers.</summary>
internal sealed class BenchHost : IAsyncDisposable
{
    private readonly IHost host;
    private readonly Func<Task> cleanUp;

    private BenchHost(IHost host, StorageOptions storage, Func<Task> cleanUp) =>
        (this.host, Storage, this.cleanUp) = (host, storage, cleanUp);

    public IServiceProvider Services => host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    /// <summary>Where the scratch database is, for a rival on the same one.</summary>
    public StorageOptions Storage { get; }

    public static async Task<BenchHost> Start(BenchSettings settings, IClock clock)
    {
        var (storage, cleanUp) = await Scratch(settings);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(clock);
        builder.Services.AddLogging();
        builder.AddFacilities();
        builder.Services.AddSingleton(storage);
        var host = builder.Build();
        await Migrator.Run(host.Services.GetRequiredService<IDialect>());
        await host.StartAsync();
        return new BenchHost(host, storage, cleanUp);
    }

    private static async Task<(StorageOptions Storage, Func<Task> CleanUp)> Scratch(BenchSettings settings)
    {
        var name = $"facilities_bench_{Guid.NewGuid():N}";
        if (settings.Store == StorageProvider.Postgres)
        {
            var own = new NpgsqlConnectionStringBuilder(settings.Connection!) { SearchPath = name };
            await Execute($"create schema {name}");
            return (new(StorageProvider.Postgres, own.ConnectionString), () => Execute($"drop schema {name} cascade"));
        }
        if (settings.Connection is { } given) return (new(StorageProvider.Sqlite, given), () => Task.CompletedTask);
        var folder = Directory.CreateTempSubdirectory(name).FullName;
        return (new(StorageProvider.Sqlite, $"Data Source={Path.Combine(folder, "bench.db")}"), () =>
        {
            Directory.Delete(folder, recursive: true);
            return Task.CompletedTask;
        }
        );

        async Task Execute(string sql)
        {
            await using var connection = new NpgsqlConnection(settings.Connection);
            await connection.ExecuteAsync(new CommandDefinition(sql, commandTimeout: 0));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        await cleanUp();
    }
}
