using Dapper;
using Facilities.Silo.Storage;
using Microsoft.Data.Sqlite;

namespace Facilities.Silo.Operation;

/// <summary>Copies the whole database to one file while the marketplace runs: as it stands at one moment.</summary>
internal static class Backup
{
    public static async Task Make(StorageOptions storage, IDialect dialect, string path)
    {
        if (!await HoldsEvents(storage, dialect))
            throw new BackupException("The database that Storage:Connection names holds nothing of this program.");
        await BackupFile.Write(path, unfinished => storage.Provider switch
        {
            // Reads from one snapshot, so that writers go on meanwhile and no half of a commit is in it.
            StorageProvider.Sqlite => dialect.Read(connection =>
                connection.ExecuteAsync("vacuum into @unfinished", new { unfinished })),
            _ => PostgresPrograms.Run(
                storage.Connection, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-password",
                "--file", unfinished),
        });
    }

    private static async Task<bool> HoldsEvents(StorageOptions storage, IDialect dialect)
    {
        // Asking SQLite would make the file.
        if (storage.Provider == StorageProvider.Sqlite
            && !File.Exists(new SqliteConnectionStringBuilder(storage.Connection).DataSource)) return false;
        var tables = storage.Provider == StorageProvider.Sqlite
            ? "sqlite_master where name"
            : "pg_tables where tablename";
        return await dialect.Read(connection =>
            connection.ExecuteScalarAsync<long>($"select count(*) from {tables} = 'events'")) > 0;
    }
}
