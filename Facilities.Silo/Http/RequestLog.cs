using System.Collections.Concurrent;
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

    // Claims of processes that died at once; forgetting them all only means that their repeats wait anew.
    private const int SilencesMax = 10_000;

    private readonly RequestRows rows = rows;
    private readonly KeyedLocks locks = new();
    private readonly ConcurrentDictionary<string, Silence> silences = new(StringComparer.Ordinal);
    private long forgotAt = Environment.TickCount64;

    /// <summary>Since when, by this process's own watch, a claim has stood as it stands.</summary>
    private readonly record struct Silence(Instant Claim, long SeenAt);

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
            if (row.Stored is { } answer)
            {
                silences.TryRemove(key, out _);
                return new RequestTurn.Answered(answer);
            }
            if (IsSilent(key, row.CreatedAt) && await rows.TakeOver(key, bodyHash, row.CreatedAt, Now))
            {
                silences.TryRemove(key, out _);
                return new RequestTurn.First(new Running(this, key, bodyHash, held));
            }
            await Task.Delay(PollStep, cancellation);
        }
    }

    /// <summary>
    /// Whether a claim has stood still for long. By this process's own watch, since clocks of two processes differ;
    /// kept from one request to the next, so that those who wait for a shorter time than that are served in the end.
    /// </summary>
    private bool IsSilent(string key, Instant claim)
    {
        if (silences.Count > SilencesMax) silences.Clear();
        var now = Environment.TickCount64;
        var silence = silences.AddOrUpdate(
            key, _ => new(claim, now), (_, known) => known.Claim == claim ? known : new(claim, now));
        return now - silence.SeenAt > GoneAfter.TotalMilliseconds;
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

        public async Task<StoredAnswer> Answer(StoredAnswer answer)
        {
            var stands = await log.rows.Answer(key, bodyHash, answer, log.Now);
            answered = true;
            await log.ForgetOld();
            return stands;
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
