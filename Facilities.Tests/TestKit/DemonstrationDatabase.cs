using Facilities.Silo.Demonstration;
using Facilities.Silo.Hosting;
using Facilities.Silo.Identity;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;

namespace Facilities.Tests.TestKit;

/// <summary>The demonstration in a SQLite file: loaded once in a test run, copied for each test that asks.</summary>
public sealed class DemonstrationDatabase : IDisposable
{
    private static readonly Lazy<Task<string>> Template = new(MakeTemplate);
    private static int copies;

    private DemonstrationDatabase(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    public StorageOptions Options => OptionsOf(Path);

    /// <summary>A copy of the test's own.</summary>
    public static async Task<DemonstrationDatabase> Copy()
    {
        var template = await Template.Value;
        var path = System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(template)!, $"copy-{Interlocked.Increment(ref copies)}.db");
        File.Copy(template, path);
        return new DemonstrationDatabase(path);
    }

    /// <summary>
    /// The machinery on a database, without timers; with a clock of the test's own where one is given.
    /// </summary>
    public static ServiceProvider Services(
        StorageOptions options, IClock? clock = null, string environment = "Development")
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { EnvironmentName = environment });
        if (clock is not null) builder.Services.AddSingleton(clock);
        builder.AddFacilities();
        builder.Services.AddSingleton(options);
        builder.Services.AddIdentityStores();
        builder.Services.AddSingleton<Verifier>();
        return builder.Services.BuildServiceProvider();
    }

    public ServiceProvider Services(IClock? clock = null, string environment = "Development") =>
        Services(Options, clock, environment);

    /// <summary>Runs one statement on the file, past all rules.</summary>
    public int Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var file in new[] { Path, Path + "-wal", Path + "-shm" }) File.Delete(file);
    }

    /// <summary>Loads the demonstration into a new file, as of an instant where one is given.</summary>
    public static async Task Load(string path, IClock? clock = null)
    {
        await using (var services = Services(OptionsOf(path), clock))
        {
            await Migrator.Run(services.GetRequiredService<IDialect>());
            Assert.Equal(DemonstrationOutcome.Loaded, await DemonstrationLoader.EnsureLoaded(services));
        }
        SqliteConnection.ClearAllPools();
    }

    public static StorageOptions OptionsOf(string path) => new(StorageProvider.Sqlite, $"Data Source={path}");

    private static async Task<string> MakeTemplate()
    {
        var folder = Directory.CreateTempSubdirectory("facilities-demonstration-").FullName;
        TestRun.AtEnd(() => Directory.Delete(folder, recursive: true));
        var path = System.IO.Path.Combine(folder, "template.db");
        await Load(path);
        // A copy of the file alone must hold everything.
        using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        using var checkpoint = connection.CreateCommand();
        checkpoint.CommandText = "pragma wal_checkpoint(truncate)";
        checkpoint.ExecuteNonQuery();
        return path;
    }
}

/// <summary>A clock that stands where it is set.</summary>
public sealed class StandingClock(Instant now) : IClock
{
    public Instant Now { get; set; } = now;

    public Instant GetCurrentInstant() => Now;
}
