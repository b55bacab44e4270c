using System.Collections.Concurrent;
using Dapper;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Grains.Search;
using Facilities.Silo.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Facilities.Silo.Search;

/// <summary>
/// Keeps the index of free time of this process: reads all platforms once, in the background, and then what changed in
/// the log, whoever wrote it. Nothing of it is stored, so nothing that was not committed ever enters.
/// </summary>
public sealed partial class FreeTimes(
    IDatabase database, IEventStore store, StorageOptions storage, IClock clock, TimeProvider time,
    ILogger<FreeTimes> log) : BackgroundService, IFreeTimes
{
    // Whoever searches first reads what changed; this keeps it little. A platform that is booked all the time is
    // reckoned again each time.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    // Reading takes a third of the processors' time until the first answer after a start. Whoever searches meanwhile is
    // answered by each platform.
    private static readonly TimeSpan HeadStart = TimeSpan.FromSeconds(1);

    // Whoever searches rather sees what was free a moment ago than waits for a thousand bookings to be read.
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RollStep = TimeSpan.FromMinutes(10);

    private readonly LogTail _tail = new(database, storage, "platform", time);
    private readonly PlatformReader _reader = new(store, database, clock);
    private readonly FreeTimeIndex _index = new();
    private readonly Lock _turns = new();
    private Task _running = Task.CompletedTask;
    private Task? _next;
    private volatile bool _isReady;
    private volatile int _expected;
    private long _rolledAt;

    /// <inheritdoc/>
    public async Task<FreeTimeIndex?> Fresh()
    {
        if (!_isReady && _expected > Limits.ServicesAsked)
            throw new StorageUnavailableException(
                "The free times of all platforms are still being read: try again in a moment.");
        if (!_isReady) return null;
        var caughtUp = CatchUp();
        if (caughtUp.IsCompleted || await Task.WhenAny(caughtUp, Task.Delay(WaitMax, time)) == caughtUp) await caughtUp;
        return _index;
    }

    /// <summary>Takes up all that is stored now; those who ask meanwhile share one reading.</summary>
    public Task CatchUp()
    {
        lock (_turns) return _next ??= After(_running);

        async Task After(Task running)
        {
            await Task.Yield();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (_turns) (_running, _next) = (_next!, null);
            await TakeChanges();
        }
    }

    /// <summary>Reads all platforms; until it is done, the index is not given out.</summary>
    public async Task ReadAll(CancellationToken cancel = default)
    {
        var started = time.GetTimestamp();
        await _tail.Start(cancel);
        var platforms = await database.Read(
            async connection => (await connection.QueryAsync<string>(
                "select key from platforms order by key")).AsList(), cancel);
        _expected = platforms.Count;
        var count = await Take(platforms, cancel);
        _rolledAt = time.GetTimestamp();
        _isReady = true;
        Known(log, count, _index.Bytes / 1024, time.GetElapsedTime(started).TotalSeconds);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        await Task.Yield();
        try
        {
            await Task.Delay(HeadStart, time, stoppingToken);
            do
            {
                try
                {
                    if (!_isReady) await ReadAll(stoppingToken);
                    await CatchUp();
                    await Roll(stoppingToken);
                }
                catch (StorageUnavailableException fault)
                {
                    Unavailable(log, fault.Message);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private async Task TakeChanges()
    {
        var changed = new List<PlatformTimes>();
        var told = await _tail.Next();
        foreach (var (stream, version) in told.Streams)
        {
            var platform = new StreamName(stream).Key;
            var known = _index.Find(platform);
            if (known?.Version >= version) continue;
            if (await Read(platform, known) is { } times) changed.Add(times);
        }
        if (changed.Count > 0) _index.Take(changed, clock.GetCurrentInstant());
        // Not before: what could not be read now is told again.
        _tail.Pass(told);
    }

    // Days come and go: whoever has too few ahead is read anew, long before they are needed.
    private async Task Roll(CancellationToken cancel)
    {
        if (time.GetElapsedTime(_rolledAt) < RollStep) return;
        _rolledAt = time.GetTimestamp();
        await Take(_index.Outgrown(clock.GetCurrentInstant()), cancel);
    }

    // Half of the processors are left to those who book.
    private async Task<int> Take(IEnumerable<string> platforms, CancellationToken cancel)
    {
        var read = new ConcurrentBag<PlatformTimes>();
        await Parallel.ForEachAsync(
            platforms,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount / 2),
                CancellationToken = cancel,
            },
            async (platform, _) =>
            {
                if (await Read(platform, null) is { } times) read.Add(times);
            });
        _index.Take(read, clock.GetCurrentInstant());
        return read.Count;
    }

    private async Task<PlatformTimes?> Read(string platform, PlatformTimes? known)
    {
        try
        {
            return await _reader.Read(platform, known);
        }
        catch (Exception fault) when (fault is not (StorageUnavailableException or OperationCanceledException))
        {
            // One platform's trouble must not hide the others.
            Unreadable(log, platform, fault);
            _index.Leave(platform, clock.GetCurrentInstant());
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "The free times of {Platforms} platforms are known, in {Kilobytes} kB, after {Seconds:0.0} s")]
    private static partial void Known(ILogger log, int platforms, long kilobytes, double seconds);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The database is unavailable, free times are read later: {Reason}")]
    private static partial void Unavailable(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The free times of {Platform} cannot be read")]
    private static partial void Unreadable(ILogger log, string platform, Exception fault);
}
