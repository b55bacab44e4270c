using Dapper;
using Facilities.Grains.Runtime;
using Facilities.Silo.Hosting;
using Facilities.Silo.Identity;
using Facilities.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Silo.Demonstration;

/// <summary>What a call to load the demonstration came to.</summary>
public enum DemonstrationOutcome
{
    /// <summary>It is there now.</summary>
    Loaded,
    /// <summary>It was there before.</summary>
    AlreadyThere,
    /// <summary>The database holds other data, which the demonstration must not mix with.</summary>
    OtherDataThere,
    /// <summary>This is production.</summary>
    NotInProduction,
}

/// <summary>
/// Loads catalogue, people and history into an empty database. What it does derives from the instant at which it first
/// began, so that a second first start, or one after a kill, ends the same.
/// </summary>
public static class DemonstrationLoader
{
    /// <summary>When the demonstration was loaded; its row in the settings.</summary>
    public const string LoadedSetting = "demonstration.loaded";

    private const string BegunSetting = "demonstration.begun";

    /// <summary>Whether there is something to load, or to wait for while another process loads it.</summary>
    public static async Task<bool> IsWanted(IServiceProvider services)
    {
        var dialect = services.GetRequiredService<IDialect>();
        return !services.GetRequiredService<IHostEnvironment>().IsProduction()
            && await Setting(dialect, LoadedSetting) is null
            && (await Begun(dialect) is not null || !await HasEvents(dialect));
    }

    /// <summary>
    /// Loads the demonstration where the database is empty or a loading was interrupted. Needs a migrated database.
    /// </summary>
    public static async Task<DemonstrationOutcome> EnsureLoaded(
        IServiceProvider services, CancellationToken cancel = default)
    {
        if (services.GetRequiredService<IHostEnvironment>().IsProduction()) return DemonstrationOutcome.NotInProduction;
        var storage = services.GetRequiredService<StorageOptions>();
        var dialect = services.GetRequiredService<IDialect>();
        if (await Setting(dialect, LoadedSetting) is not null) return DemonstrationOutcome.AlreadyThere;

        await using var held = await DemonstrationLock.Take(storage, dialect, cancel);
        if (await Setting(dialect, LoadedSetting) is not null) return DemonstrationOutcome.AlreadyThere;
        var store = services.GetRequiredService<EventStore>();
        if (await Begun(dialect) is not { } begun)
        {
            if (await HasEvents(dialect)) return DemonstrationOutcome.OtherDataThere;
            begun = Instant.FromUnixTimeSeconds(
                services.GetRequiredService<IClock>().GetCurrentInstant().ToUnixTimeSeconds());
            await Set(store, BegunSetting, begun);
        }
        var people = services.GetRequiredService<People>();
        await Task.WhenAll(
            people.Enter(
                [
                    .. DemonstrationPeople.All.Select(p =>
                        new NewPerson(p.Email, p.Actor.Name, p.Actor.Memberships, p.Actor.Person)),
                ],
                DemonstrationPeople.Password, cancel),
            Load(storage, begun, cancel));
        await Set(store, LoadedSetting, begun);
        return DemonstrationOutcome.Loaded;
    }

    /// <summary>When the demonstration was loaded; null where it was not.</summary>
    public static async Task<Instant?> LoadedAt(IDatabase database) =>
        await Setting(database, LoadedSetting) is { } text ? InstantPattern.ExtendedIso.Parse(text).Value : null;

    /// <summary>
    /// The history happens under a clock of its own, hence in a composition of its own on the same database.
    /// </summary>
    private static async Task Load(StorageOptions storage, Instant loadedAt, CancellationToken cancel)
    {
        var days = new HistoryDays(loadedAt);
        var clock = new HistoryClock(days.Beginning);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<IClock>(clock);
        builder.AddFacilities();
        builder.Services.AddSingleton(storage);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton<CatalogueLoading>();
        builder.Services.AddSingleton<HistoryRun>();
        using var host = builder.Build();
        await host.StartAsync(cancel);
        var catalogue = host.Services.GetRequiredService<CatalogueLoading>();
        await catalogue.Load(days.Beginning);
        await host.Services.GetRequiredService<HistoryRun>().Make(days);
        await catalogue.AwardForNewcomers();
        await host.StopAsync(cancel);
    }

    private static async Task<Instant?> Begun(IDatabase database) =>
        await Setting(database, BegunSetting) is { } text ? InstantPattern.ExtendedIso.Parse(text).Value : null;

    private static Task<string?> Setting(IDatabase database, string key) => database.Read(connection =>
        connection.QuerySingleOrDefaultAsync<string>("select value from settings where key = @key", new { key }));

    private static Task<bool> HasEvents(IDatabase database) => database.Read(connection =>
        connection.ExecuteScalarAsync<bool>("select exists (select 1 from events)"));

    private static Task Set(EventStore store, string key, Instant value) =>
        store.WriteRows([Row.Of("settings", key, ("value", InstantPattern.ExtendedIso.Format(value)))]);
}
