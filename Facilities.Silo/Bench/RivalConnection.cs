using System.Data.Common;
using Dapper;
using Facilities.Silo.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Facilities.Silo.Bench;

/// <summary>What a rival reaches the same database by, with the same promise as ours.</summary>
internal static class RivalConnection
{
    public static async Task<DbConnection> Open(StorageOptions storage)
    {
        var isPostgres = storage.Provider == StorageProvider.Postgres;
        DbConnection connection = isPostgres
            ? new NpgsqlConnection(storage.Connection + ";Pooling=false")
            : new SqliteConnection(storage.Connection + ";Pooling=false");
        await connection.OpenAsync();
        await connection.ExecuteAsync(isPostgres
            ? "set synchronous_commit = on"
            : "pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full");
        return connection;
    }
}
