using System.Data;
using Dapper;
using Facilities.Silo.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Facilities.Silo.Operation;

/// <summary>Puts a backup into an empty database: all of it, or nothing.</summary>
internal static class Restore
{
    public static async Task Into(StorageOptions storage, IDialect dialect, string path)
    {
        var provider = await BackupFile.Check(path);
        if (provider != storage.Provider)
            throw new BackupException(
                $"{path} is a backup of {provider}, and Storage:Provider names {storage.Provider}.");
        await (provider == StorageProvider.Sqlite ? IntoSqlite(storage, path) : IntoPostgres(storage, dialect, path));
    }

    private static async Task IntoSqlite(StorageOptions storage, string path)
    {
        var target = Path.GetFullPath(new SqliteConnectionStringBuilder(storage.Connection).DataSource);
        foreach (var there in new[] { target, target + "-wal", target + "-journal" }.Where(File.Exists))
            throw new BackupException(
                $"{there} is there already and is left as it is. Stop every process and move it away, or name another "
                + "file in Storage:Connection.");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var unfinished = $"{target}.{Path.GetRandomFileName()}.unfinished";
        try
        {
            await using (var copy = BackupFile.Create(unfinished))
            await using (var source = File.OpenRead(path))
                await source.CopyToAsync(copy);
            await CheckSqlite(unfinished, path);
            BackupFile.Flush(unfinished);
            File.Move(unfinished, target);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static async Task CheckSqlite(string copy, string path)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = copy,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        try
        {
            await using var connection = new SqliteConnection(settings.ConnectionString);
            await connection.OpenAsync();
            var found = await connection.ExecuteScalarAsync<string>("pragma quick_check(1)");
            if (found != "ok") throw new BackupException($"{path} is damaged: {found}");
            var tables = await connection.ExecuteScalarAsync<long>(
                "select count(*) from sqlite_master where name = 'events'");
            if (tables == 0) throw new BackupException($"{path} is no backup of this program.");
        }
        catch (SqliteException damage)
        {
            throw new BackupException($"{path} is damaged: {damage.Message}");
        }
    }

    private static async Task IntoPostgres(StorageOptions storage, IDialect dialect, string path)
    {
        var relations = await dialect.Read(connection => connection.ExecuteScalarAsync<long>("""
            select count(*) from pg_class join pg_namespace on pg_namespace.oid = relnamespace
            where nspname <> 'information_schema' and nspname not like 'pg\_%'
            """));
        var database = new NpgsqlConnectionStringBuilder(storage.Connection).Database;
        if (relations > 0)
            throw new BackupException(
                $"The database {database} is not empty and is left as it is. Make another and name it in "
                + "Storage:Connection.");
        if (!(await PostgresPrograms.Run(storage.Connection, "pg_restore", "--list", path))
            .Contains(" TABLE DATA public events ", StringComparison.Ordinal))
            throw new BackupException($"{path} is no backup of this program.");
        await PostgresPrograms.Run(
            storage.Connection, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner",
            "--no-privileges", "--no-password", "--dbname", database ?? "", path);
        // Until it knows the tables' sizes, PostgreSQL would plan for empty ones.
        await dialect.Read(connection =>
            connection.ExecuteAsync("analyze", commandTimeout: 0, commandType: CommandType.Text));
    }
}
