using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Facilities.Silo.Delivery;

/// <summary>Delivers messages of some kinds. The same message may come again, also to another process.</summary>
public interface IMessageHandler
{
    /// <summary>The kinds that it delivers.</summary>
    IReadOnlyCollection<string> Kinds { get; }

    /// <summary>Delivers; any exception keeps the message for a later attempt.</summary>
    Task Deliver(WaitingMessage message, CancellationToken cancel);
}

/// <summary>
/// Sends what waits in the outbox. A message is leased, delivered and forgotten; one that fails waits longer each time,
/// and those of the same stream and kind wait behind it. It is never dropped; <c>verify</c> names what failed often.
/// </summary>
public sealed partial class OutboxPump(
    Outbox outbox, IEnumerable<IMessageHandler> handlers, IClock clock, TimeProvider time, ILogger<OutboxPump> log)
    : BackgroundService
{
    private const int BatchMax = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    // Longer than any handler takes; a process that dies leaves its messages to others after it.
    private static readonly Duration Lease = Duration.FromMinutes(2);

    private static readonly Duration FirstWait = Duration.FromSeconds(5);
    private static readonly Duration LastWait = Duration.FromHours(6);

    private readonly Dictionary<string, IMessageHandler> byKind = handlers
        .SelectMany(h => h.Kinds.Select(kind => (kind, h))).ToDictionary(p => p.kind, p => p.h);
    private readonly SemaphoreSlim nudged = new(0, 1);

    /// <summary>Something waits that somebody would like to see delivered at once.</summary>
    public void Nudge()
    {
        try
        {
            nudged.Release();
        }
        catch (SemaphoreFullException)
        {
            // It was told already.
        }
    }

    /// <summary>Delivers all that may leave now; answers how many left.</summary>
    public async Task<int> RunOnce(CancellationToken cancel = default)
    {
        if (byKind.Count == 0) return 0;
        var left = 0;
        while (!cancel.IsCancellationRequested)
        {
            var now = clock.GetCurrentInstant();
            var batch = await outbox.ClaimMessages(now, now + Lease, BatchMax, byKind.Keys);
            if (batch.IsEmpty) return left;
            left += (await Task.WhenAll(batch.Select(message => Deliver(message, cancel)))).Count(done => done);
        }
        return left;
    }

    /// <summary>How long a message waits after an attempt: twice as long each time, up to a quarter of a day.</summary>
    public static Duration WaitAfter(long attempts) =>
        Duration.Min(LastWait, FirstWait * (1L << (int)Math.Min(attempts, 20)));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (byKind.Count == 0) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunOnce(stoppingToken);
                await WaitABit(stoppingToken);
            }
            catch (StorageUnavailableException fault)
            {
                Unavailable(log, fault.Message);
                await WaitABit(stoppingToken);
            }
        }
    }

    private async Task WaitABit(CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            await Task.WhenAny(nudged.WaitAsync(either.Token), Task.Delay(Interval, time, either.Token));
        }
        finally
        {
            await either.CancelAsync();
        }
    }

    private async Task<bool> Deliver(WaitingMessage message, CancellationToken cancel)
    {
        try
        {
            await byKind[message.Kind].Deliver(message, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The lease runs out, and another process takes it up.
            return false;
        }
        catch (Exception fault)
        {
            // One message's trouble must not keep others from leaving.
            NotDelivered(log, message.Kind, message.Stream.Value, message.Attempts + 1, fault);
            await outbox.MarkFailed(
                message.Seq, fault.Message, clock.GetCurrentInstant() + WaitAfter(message.Attempts));
            return false;
        }
        await outbox.MarkDelivered(message.Seq);
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        nudged.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is unavailable, messages wait: {Reason}")]
    private static partial void Unavailable(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} of {Stream} failed {Attempts} times, tried again later")]
    private static partial void NotDelivered(ILogger log, string kind, string stream, long attempts, Exception fault);
}
