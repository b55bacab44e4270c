using Dapper;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Facilities.Silo.Delivery;

/// <summary>
/// Copies what SQLite's write-ahead log holds into the database beside those who write, so that no commit has to wait
/// for it. Only what this cannot keep up with is left to the commits.
/// </summary>
internal sealed partial class WriteAheadLog(
    StorageOptions storage, IDatabase database, TimeProvider time, ILogger<WriteAheadLog> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (storage.Provider != StorageProvider.Sqlite) return;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await Copy();
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    // Passive: it waits for nobody, and nobody waits for it.
    private async Task Copy()
    {
        try
        {
            await database.Read(connection => connection.ExecuteAsync("pragma wal_checkpoint(passive)"));
        }
        catch (StorageUnavailableException fault)
        {
            Left(log, fault.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The write-ahead log is left to the commits: {Reason}")]
    private static partial void Left(ILogger log, string reason);
}
