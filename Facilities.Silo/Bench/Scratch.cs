using Dapper;
using Facilities.Silo.Postgres;
using Facilities.Silo.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Facilities.Silo.Bench;

/// <summary>
/// An empty database for one bench, gone afterwards: a schema of the database that was named, or a file beside the one
/// that was named.
/// </summary>
internal sealed class Scratch : IAsyncDisposable
{
    private readonly Func<Task> cleanUp;

    private Scratch(StorageOptions storage, Func<Task> cleanUp) => (Storage, this.cleanUp) = (storage, cleanUp);

    public StorageOptions Storage { get; }

    public static async Task<Scratch> Make(BenchSettings settings)
    {
        var name = $"facilities_bench_{Guid.NewGuid():N}";
        if (settings.Store == StorageProvider.Postgres)
        {
            var own = new NpgsqlConnectionStringBuilder(settings.Connection!) { SearchPath = $"{name},public" };
            await Execute($"create schema {name}");
            return new(
                new(StorageProvider.Postgres, PostgresDialect.WithModestPool(own.ConnectionString)),
                () => Execute($"drop schema {name} cascade"));
        }
        var file = new SqliteConnectionStringBuilder(settings.Connection ?? "");
        var beside = file.DataSource is { Length: > 0 } given
            ? Path.GetDirectoryName(Path.GetFullPath(given))!
            : Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(beside, name));
        file.DataSource = Path.Combine(folder.FullName, "bench.db");
        return new(new(StorageProvider.Sqlite, file.ToString()), () =>
        {
            folder.Delete(recursive: true);
            return Task.CompletedTask;
        }
        );

        async Task Execute(string sql)
        {
            await using var connection = new NpgsqlConnection(settings.Connection);
            await connection.ExecuteAsync(new CommandDefinition(sql, commandTimeout: 0));
        }
    }

    public async ValueTask DisposeAsync() => await cleanUp();
}
