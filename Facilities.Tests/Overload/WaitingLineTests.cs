using Facilities.Api.Http;
using Facilities.Api.Overload;

namespace Facilities.Tests.Overload;

public sealed class WaitingLineTests
{
    private readonly HandClock clock = new();

    private static readonly OverloadOptions Options = new()
    {
        WaitingMax = 6,
        WaitSeconds = 10,
        CrowdedWaitSeconds = 1,
        CrowdedAfterSeconds = 20,
    };

    private WaitingLine Line(int atOnce = 1) => new(atOnce, Options, clock);

    [Fact(Timeout = 60_000)]
    public async Task As_many_as_allowed_run_at_once_and_the_next_waits_for_one_to_leave()
    {
        var line = Line(atOnce: 2);
        Assert.Equal(Passage.Admitted, await line.Enter("a", default));
        Assert.Equal(Passage.Admitted, await line.Enter("a", default));
        var third = line.Enter("a", default).AsTask();
        Assert.False(third.IsCompleted);
        line.Leave();
        Assert.Equal(Passage.Admitted, await third);
        var fourth = line.Enter("a", default).AsTask();
        Assert.False(fourth.IsCompleted);
    }

    [Fact(Timeout = 60_000)]
    public async Task Callers_take_turns_however_many_requests_one_of_them_sent_first()
    {
        var line = Line();
        await line.Enter("busy", default);
        var order = new List<string>();
        var all = new[] { "busy", "busy", "busy", "other", "third" }.Select(Go).ToArray();
        for (var i = 0; i <= all.Length; i++)
        {
            line.Leave();
            await Task.WhenAny(all.Where(t => !t.IsCompleted).Append(Task.Delay(50)));
        }
        await Task.WhenAll(all);
        Assert.Equal(["busy", "other", "third", "busy", "busy"], order);

        async Task Go(string caller)
        {
            Assert.Equal(Passage.Admitted, await line.Enter(caller, default));
            lock (order) order.Add(caller);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_comes_to_a_full_line_is_told_so_where_nobody_else_is_there()
    {
        var line = Line();
        await line.Enter("a", default);
        var waiting = Enumerable.Range(0, Options.WaitingMax).Select(_ => line.Enter("a", default).AsTask()).ToArray();
        Assert.Equal(Passage.Crowded, await line.Enter("a", default));
        Assert.All(waiting, w => Assert.False(w.IsCompleted));
    }

    [Fact(Timeout = 60_000)]
    public async Task In_a_full_line_the_longest_share_gives_way_to_a_newcomer_and_gets_no_further_place()
    {
        var line = Line();
        await line.Enter("greedy", default);
        var greedy = Enumerable.Range(0, Options.WaitingMax).Select(_ => line.Enter("greedy", default).AsTask())
            .ToArray();
        var modest = line.Enter("modest", default).AsTask();
        Assert.Equal(Passage.OverShare, await greedy[^1]);
        Assert.Equal(1, greedy.Count(g => g.IsCompleted));
        Assert.False(modest.IsCompleted);
        Assert.Equal(Passage.OverShare, await line.Enter("greedy", default));
        Assert.Equal(Options.WaitingMax, line.Waiting);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_waited_too_long_is_told_so_although_nobody_leaves()
    {
        var line = Line();
        await line.Enter("a", default);
        var early = line.Enter("a", default).AsTask();
        clock.Seconds = 6;
        var late = line.Enter("b", default).AsTask();
        clock.Seconds = 11;
        line.Sweep();
        Assert.Equal(Passage.Crowded, await early);
        Assert.False(late.IsCompleted);
        line.Leave();
        Assert.Equal(Passage.Admitted, await late);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_is_too_late_when_a_place_is_free_does_not_take_it()
    {
        var line = Line();
        await line.Enter("a", default);
        var late = line.Enter("a", default).AsTask();
        clock.Seconds = 9;
        var next = line.Enter("a", default).AsTask();
        clock.Seconds = 11;
        line.Leave();
        Assert.Equal(Passage.Crowded, await late);
        Assert.Equal(Passage.Admitted, await next);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_line_that_stands_for_long_shortens_the_wait_and_an_empty_one_restores_it()
    {
        var line = Line();
        await line.Enter("a", default);
        for (var second = 0; second <= 21; second += 7)
        {
            clock.Seconds = second;
            _ = line.Enter("a", default).AsTask();
            Assert.Equal(second < 21 ? 10 : 1, line.WaitMax.TotalSeconds);
            if (second > 0) line.Leave();
        }
        clock.Seconds = 23;
        line.Sweep();
        Assert.Equal(0, line.Waiting);
        Assert.Equal(10, line.WaitMax.TotalSeconds);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_goes_away_leaves_the_line_and_no_work_is_begun()
    {
        var line = Line();
        await line.Enter("a", default);
        using var gone = new CancellationTokenSource();
        var waiting = line.Enter("a", gone.Token).AsTask();
        await gone.CancelAsync();
        Assert.Equal(Passage.Gone, await waiting);
        Assert.Equal(0, line.Waiting);
        line.Leave();
        Assert.Equal(Passage.Admitted, await line.Enter("b", default));
    }

    [Fact(Timeout = 60_000)]
    public async Task However_they_come_leave_and_give_up_never_too_many_run_and_nobody_is_forgotten()
    {
        var line = new WaitingLine(4, Options with { WaitingMax = 20 }, TimeProvider.System);
        var (running, most, admitted, refused) = (0, 0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => Task.Run(async () =>
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(i % 7 == 0 ? 1 : 5_000));
            if (await line.Enter($"caller {i % 9}", patience.Token) != Passage.Admitted)
            {
                Interlocked.Increment(ref refused);
                return;
            }
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            Interlocked.Increment(ref admitted);
            line.Leave();
        })));
        Assert.Equal(2_000, admitted + refused);
        Assert.InRange(most, 1, 4);
        Assert.Equal(0, line.Waiting);
        for (var i = 0; i < 4; i++) Assert.Equal(Passage.Admitted, await line.Enter("after", default));
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = most; seen < now; seen = most)
            if (Interlocked.CompareExchange(ref most, now, seen) == seen) return;
    }

    /// <summary>A clock that stands where it is set.</summary>
    private sealed class HandClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
