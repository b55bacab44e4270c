using NodaTime;

namespace Facilities.Silo.Http;

/// <summary>
/// Within a process a repeat waits at a lock. Across processes it waits for the row that the first one left, which
/// that one keeps touching while it runs; a row that stands still for a while belongs to a process that is gone.
/// </summary>
internal sealed class RequestLog(RequestRows rows, IClock clock) : IRequestLog
{
    public static readonly Duration KeptFor = Duration.FromDays(30);

    private static readonly TimeSpan TouchStep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GoneAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollStep = TimeSpan.FromMilliseconds(50);

    private readonly RequestRows rows = rows;
    private readonly KeyedLocks locks = new();
    private long forgotAt = Environment.TickCount64;

    public async Task<RequestTurn> Enter(string key, string bodyHash, CancellationToken cancellation)
    {
        var held = await locks.Enter(key, cancellation);
        try
        {
            var turn = await Decide(key, bodyHash, held, cancellation);
            if (turn is not RequestTurn.First) held.Dispose();
            return turn;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private async Task<RequestTurn> Decide(
        string key, string bodyHash, IDisposable held, CancellationToken cancellation)
    {
        Instant? since = null;
        long seenAt = 0;
        while (true)
        {
            var row = await rows.Find(key, cancellation);
            if (row is null)
            {
                if (!rows.IsShared || await rows.Claim(key, bodyHash, Now))
                    return new RequestTurn.First(new Running(this, key, bodyHash, held));
                continue;
            }
            if (row.BodyHash != bodyHash) return new RequestTurn.KeyReused();
            if (row.Status is { } status)
                return new RequestTurn.Answered(new StoredAnswer((int)status, row.ContentType, row.Answer ?? ""));
            // By this process's own watch, since clocks of two processes differ.
            if (row.CreatedAt != since) (since, seenAt) = (row.CreatedAt, Environment.TickCount64);
            else if (Environment.TickCount64 - seenAt > GoneAfter.TotalMilliseconds
                && await rows.TakeOver(key, bodyHash, row.CreatedAt, Now))
                return new RequestTurn.First(new Running(this, key, bodyHash, held));
            await Task.Delay(PollStep, cancellation);
        }
    }

    private Instant Now => clock.GetCurrentInstant();

    private async Task ForgetOld()
    {
        const long hour = 3_600_000;
        var last = Interlocked.Read(ref forgotAt);
        if (Environment.TickCount64 - last < hour
            || Interlocked.CompareExchange(ref forgotAt, Environment.TickCount64, last) != last) return;
        await rows.ForgetBefore(Now - KeptFor);
    }

    private sealed class Running : IRunningRequest
    {
        private readonly RequestLog log;
        private readonly string key;
        private readonly string bodyHash;
        private readonly IDisposable held;
        private readonly CancellationTokenSource ended = new();
        private readonly Task touching;
        private bool answered;

        public Running(RequestLog log, string key, string bodyHash, IDisposable held)
        {
            (this.log, this.key, this.bodyHash, this.held) = (log, key, bodyHash, held);
            touching = log.rows.IsShared ? KeepTouching() : Task.CompletedTask;
        }

        public async Task Answer(StoredAnswer answer)
        {
            await log.rows.Answer(key, bodyHash, answer, log.Now);
            answered = true;
            await log.ForgetOld();
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                await ended.CancelAsync();
                await touching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!answered && log.rows.IsShared) await log.rows.Release(key);
            }
            finally
            {
                ended.Dispose();
                held.Dispose();
            }
        }

        private async Task KeepTouching()
        {
            while (true)
            {
                await Task.Delay(TouchStep, ended.Token);
                await log.rows.Touch(key, bodyHash, log.Now);
            }
        }
    }
}
