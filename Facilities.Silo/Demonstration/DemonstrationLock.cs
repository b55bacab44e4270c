using Dapper;
using Facilities.Silo.Storage;
using Microsoft.Data.Sqlite;

namespace Facilities.Silo.Demonstration;

/// <summary>Lets one process at a time load the demonstration; one that is killed lets go.</summary>
internal static class DemonstrationLock
{
    // Any number, as long as every process uses the same: "demo" in ASCII.
    private const long Key = 0x64656d6f;

    public static async Task<IAsyncDisposable> Take(StorageOptions storage, IDialect dialect, CancellationToken cancel)
    {
        if (storage.Provider == StorageProvider.Sqlite) return await TakeFile(storage, cancel);
        var connection = await dialect.Open(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_lock(@Key)", new { Key }, commandTimeout: 120, cancellationToken: cancel));
        return new Held(async () =>
        {
            await connection.ExecuteAsync("select pg_advisory_unlock(@Key)", new { Key });
            await connection.DisposeAsync();
        });
    }

    /// <summary>
    /// A transaction would keep the loading itself from writing, so a file beside the database is locked.
    /// </summary>
    private static async Task<IAsyncDisposable> TakeFile(StorageOptions storage, CancellationToken cancel)
    {
        var path = Path.GetFullPath(new SqliteConnectionStringBuilder(storage.Connection).DataSource) + ".loading";
        while (true)
        {
            try
            {
                var file = new FileStream(
                    path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
                return new Held(() => file.DisposeAsync());
            }
            catch (Exception held) when (held is IOException or UnauthorizedAccessException && File.Exists(path))
            {
                await Task.Delay(100, cancel);
            }
        }
    }

    private sealed class Held(Func<ValueTask> release) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => release();
    }
}
