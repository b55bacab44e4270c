using System.Collections.Concurrent;
using Dapper;
using Facilities.Grains.Runtime;
using Facilities.Silo.Demonstration;
using Facilities.Silo.Hosting;
using Facilities.Silo.Identity;
using Facilities.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;

namespace Facilities.Tests.TestKit;

/// <summary>
/// Databases with the demonstration's catalogue, people and vouchers, in which nothing was ever booked: copies of one
/// that the run makes once.
/// </summary>
public static class CatalogueDatabase
{
    /// <summary>
    /// When the still clock of most tests begins: a Tuesday, from which both clock changes of 2027 can be seen.
    /// </summary>
    public static readonly Instant Opening = Instant.FromUtc(2026, 12, 1, 9, 0);

    private static readonly string Folder = NewFolder();
    private static readonly Lazy<Task<string>> SqliteThen = new(() => SqliteTemplate(Opening, "then"));
    private static readonly Lazy<Task<string>> SqliteToday = new(() => SqliteTemplate(Today, "today"));
    private static readonly Lazy<Task<string>> PostgresThen = new(() => PostgresTemplate(Opening));
    private static readonly Lazy<Task<string>> PostgresToday = new(() => PostgresTemplate(Today));
    private static readonly ConcurrentDictionary<LocalDate, Lazy<Task<string>>> SqliteOn = new();
    private static int copies;

    private static Instant Today => SystemClock.Instance.GetCurrentInstant();

    /// <summary>
    /// A SQLite file; opened on the first of December 2026, or today for processes that have the real clock.
    /// </summary>
    public static async Task<StorageOptions> Sqlite(bool today = false)
    {
        return Copy(await (today ? SqliteToday : SqliteThen).Value);
    }

    /// <summary>On either, as of the first of December 2026.</summary>
    public static Task<StorageOptions> On(StorageProvider provider) =>
        provider == StorageProvider.Sqlite ? Sqlite() : Postgres();

    private static StorageOptions Copy(string template)
    {
        var copy = Path.Combine(Folder, $"{Interlocked.Increment(ref copies)}.db");
        File.Copy(template, copy);
        return new StorageOptions(StorageProvider.Sqlite, $"Data Source={copy}");
    }

    /// <summary>A SQLite file that was opened on another day; the first who asks for a day waits for it.</summary>
    public static async Task<StorageOptions> Sqlite(LocalDate day)
    {
        var template = await SqliteOn.GetOrAdd(day, of => new(() => SqliteTemplate(
            of.At(new(8, 0)).InUtc().ToInstant(), $"{of:uuuu-MM-dd}"))).Value;
        return Copy(template);
    }

    /// <summary>A PostgreSQL database, likewise. Skips or fails the test where PostgreSQL is missing.</summary>
    public static async Task<StorageOptions> Postgres(bool today = false)
    {
        PostgresCluster.Require();
        var template = await (today ? PostgresToday : PostgresThen).Value;
        return new StorageOptions(StorageProvider.Postgres, await PostgresCluster.NewDatabase(template));
    }

    /// <summary>Puts the catalogue as of today into an empty database of the test's own.</summary>
    public static Task Fill(StorageOptions storage) => Load(storage, Today);

    private static async Task<string> SqliteTemplate(Instant opening, string name)
    {
        var made = Path.Combine(Folder, name + "-made.db");
        var storage = new StorageOptions(StorageProvider.Sqlite, $"Data Source={made}");
        await Load(storage, opening);
        var template = Path.Combine(Folder, name + ".db");
        await using var dialect = storage.Open();
        // One file without a journal beside it, so that it can be copied.
        await dialect.Read(connection => connection.ExecuteAsync("vacuum into @template", new { template }));
        return template;
    }

    private static async Task<string> PostgresTemplate(Instant opening)
    {
        var connection = await PostgresCluster.NewDatabase();
        await Load(new StorageOptions(StorageProvider.Postgres, connection + ";Pooling=false"), opening);
        return new Npgsql.NpgsqlConnectionStringBuilder(connection).Database!;
    }

    private static async Task Load(StorageOptions storage, Instant opening)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<IClock>(new FakeClock(opening));
        builder.AddFacilities();
        builder.Services.AddSingleton(storage);
        builder.Services.AddIdentityStores();
        builder.Services.AddSingleton<CatalogueLoading>();
        await using var services = builder.Services.BuildServiceProvider();
        await services.StartGrains();
        await Migrator.Run(services.GetRequiredService<IDialect>());
        await services.GetRequiredService<Facilities.Silo.Identity.People>().Enter(
            [.. DemonstrationPeople.All
                .Select(p => new NewPerson(p.Email, p.Actor.Name, p.Actor.Memberships, p.Actor.Person))],
            DemonstrationPeople.Password);
        var catalogue = services.GetRequiredService<CatalogueLoading>();
        await catalogue.Load(opening);
        await catalogue.AwardForNewcomers();
        // With this the application finds the demonstration loaded, and adds no history of its own.
        await services.GetRequiredService<EventStore>().WriteRows(
            [Row.Of("settings", "demonstration.loaded",
                ("value", NodaTime.Text.InstantPattern.ExtendedIso.Format(opening)))]);
    }

    private static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("facilities-tests-").FullName;
        TestRun.AtEnd(() => Directory.Delete(folder, recursive: true));
        return folder;
    }
}
