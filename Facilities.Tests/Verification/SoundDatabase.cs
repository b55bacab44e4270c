using Dapper;
using Facilities.Silo.Demonstration;
using Facilities.Silo.Rebuilding;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Facilities.Tests.Verification;

/// <summary>A copy of the demonstration on either database, to damage and to verify.</summary>
internal sealed class SoundDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> PostgresTemplate = new(LoadPostgres);

    private readonly DemonstrationDatabase? file;

    private SoundDatabase(StorageOptions options, DemonstrationDatabase? file)
    {
        (Options, this.file) = (options, file);
        Dialect = options.Open();
    }

    public StorageOptions Options { get; }

    public IDialect Dialect { get; }

    public static async Task<SoundDatabase> Copy(StorageProvider provider)
    {
        if (provider == StorageProvider.Sqlite)
        {
            var file = await DemonstrationDatabase.Copy();
            return new(file.Options, file);
        }
        PostgresCluster.Require();
        var copy = await PostgresCluster.NewDatabase(await PostgresTemplate.Value);
        return new(new StorageOptions(StorageProvider.Postgres, copy), null);
    }

    /// <summary>Every fault as "name where: what".</summary>
    public async Task<Found> Verify()
    {
        using var output = new StringWriter();
        var faults = await new Verifier(Dialect, SystemClock.Instance, TimeProvider.System).Check(output);
        return new(faults, output.ToString());
    }

    public async Task<(IReadOnlyDictionary<string, int>? Changed, string Output)> Rebuild(params string[] tables)
    {
        using var output = new StringWriter();
        var changed = await new Rebuilder(Dialect, TimeProvider.System)
            .Run(tables.Length == 0 ? StoredTables.Rebuilt : tables, output);
        return (changed, output.ToString());
    }

    /// <summary>Runs one statement past all rules; it must change something.</summary>
    public async Task Damage(string sql, object? parameters = null)
    {
        var changed = await Dialect.Read(connection => connection.ExecuteAsync(sql, parameters));
        Assert.True(changed > 0, $"Nothing was damaged by: {sql}");
    }

    public async ValueTask DisposeAsync()
    {
        await Dialect.DisposeAsync();
        file?.Dispose();
    }

    private static async Task<string> LoadPostgres()
    {
        var connection = await PostgresCluster.NewDatabase();
        await using (var services = DemonstrationDatabase.Services(
            new StorageOptions(StorageProvider.Postgres, connection + ";Pooling=false")))
        {
            await Migrator.Run(services.GetRequiredService<IDialect>());
            Assert.Equal(DemonstrationOutcome.Loaded, await DemonstrationLoader.EnsureLoaded(services));
        }
        return new Npgsql.NpgsqlConnectionStringBuilder(connection).Database!;
    }
}

/// <summary>What a verification found.</summary>
internal sealed record Found(Faults Faults, string Output)
{
    /// <summary>It is named, at that place.</summary>
    public void Names(string fault, string where)
    {
        Assert.Contains(fault, Faults.ByName.Keys);
        Assert.Contains($"FAULT {fault} {where}", Output, StringComparison.Ordinal);
    }

    /// <summary>There is no fault.</summary>
    public void IsSound() => Assert.True(Faults.Count == 0, Output);
}
