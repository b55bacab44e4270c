namespace Facilities.Api.Overload;

/// <summary>What became of somebody who came to a line.</summary>
public enum Passage
{
    /// <summary>In; <see cref="WaitingLine.Leave"/> must follow.</summary>
    Admitted,

    /// <summary>Not begun: there is more to do than can be done.</summary>
    Crowded,

    /// <summary>Not begun: this caller has more than a fair share of a full line.</summary>
    OverShare,

    /// <summary>Not begun: the caller went away.</summary>
    Gone,
}

/// <summary>
/// Lets a number of requests run at once and others wait for a bounded time. Callers take turns, so that a thousand
/// requests of one do not stand before the first of another; where the line is full, the longest share gives way.
/// </summary>
/// <remarks>
/// A line that was not empty for long shortens the wait (CoDel; B. Maurer, Fail at Scale, ACM Queue 2015): a rush is
/// worth waiting out, a standing line only makes everybody late.
/// </remarks>
public sealed class WaitingLine(int atOnce, OverloadOptions options, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Caller> callers = new(StringComparer.Ordinal);
    private readonly LinkedList<Caller> rotation = new();
    private int running;
    private int waiting;
    private long crowdedSince;

    private sealed class Caller
    {
        public Caller(string name) => (Name, Turn) = (name, new LinkedListNode<Caller>(this));

        public string Name { get; }

        public LinkedListNode<Caller> Turn { get; }

        public LinkedList<Waiter> Waiters { get; } = new();
    }

    // Continues elsewhere: whoever leaves must not run the request of the next.
    private sealed class Waiter : TaskCompletionSource<Passage>
    {
        public Waiter(Caller caller, long since) : base(TaskCreationOptions.RunContinuationsAsynchronously) =>
            (Caller, Since, Place) = (caller, since, caller.Waiters.AddLast(this));

        public Caller Caller { get; }

        public long Since { get; }

        public LinkedListNode<Waiter> Place { get; }
    }

    public int Waiting
    {
        get { lock (gate) return waiting; }
    }

    /// <summary>How long somebody who comes now may have to wait.</summary>
    public TimeSpan WaitMax
    {
        get { lock (gate) return WaitMaxAt(time.GetTimestamp()); }
    }

    public async ValueTask<Passage> Enter(string name, CancellationToken gone)
    {
        Waiter waiter;
        lock (gate)
        {
            if (running < atOnce && waiting == 0)
            {
                running++;
                return Passage.Admitted;
            }
            if (waiting >= options.WaitingMax && MakeRoom(name) is { } refused) return refused;
            waiter = Queue(name);
        }
        await using var _ = gone.Register(() => GoAway(waiter));
        return await waiter.Task;
    }

    /// <summary>After the work of an admitted request: the next may begin.</summary>
    public void Leave()
    {
        lock (gate)
        {
            running--;
            while (running < atOnce && rotation.First is { Value: var caller })
            {
                var waiter = caller.Waiters.First!.Value;
                // The next turn is another caller's.
                rotation.Remove(caller.Turn);
                rotation.AddLast(caller.Turn);
                var isLate = IsLate(waiter, time.GetTimestamp());
                End(waiter, isLate ? Passage.Crowded : Passage.Admitted);
                if (!isLate) running++;
            }
        }
    }

    /// <summary>Answers those who have waited too long, also while nobody leaves.</summary>
    public void Sweep()
    {
        lock (gate)
        {
            if (waiting == 0) return;
            var now = time.GetTimestamp();
            foreach (var waiter in callers.Values.SelectMany(c => c.Waiters.TakeWhile(w => IsLate(w, now))).ToArray())
                End(waiter, Passage.Crowded);
        }
    }

    /// <summary>Puts the longest share one back; null, or why the newcomer has no place instead.</summary>
    private Passage? MakeRoom(string name)
    {
        var own = callers.TryGetValue(name, out var known) ? known.Waiters.Count : 0;
        var others = callers.Count - (known is null ? 0 : 1);
        if (others == 0) return Passage.Crowded;
        if (own >= options.WaitingMax / (others + 1)) return Passage.OverShare;
        var longest = callers.Values.MaxBy(c => c.Waiters.Count)!;
        if (longest.Waiters.Count <= own + 1) return Passage.Crowded;
        End(longest.Waiters.Last!.Value, Passage.OverShare);
        return null;
    }

    private Waiter Queue(string name)
    {
        if (!callers.TryGetValue(name, out var caller))
        {
            callers.Add(name, caller = new Caller(name));
            rotation.AddLast(caller.Turn);
        }
        var now = time.GetTimestamp();
        if (waiting++ == 0) crowdedSince = now;
        return new Waiter(caller, now);
    }

    private void GoAway(Waiter waiter)
    {
        lock (gate) if (!waiter.Task.IsCompleted) End(waiter, Passage.Gone);
    }

    private void End(Waiter waiter, Passage passage)
    {
        var caller = waiter.Caller;
        caller.Waiters.Remove(waiter.Place);
        waiting--;
        if (caller.Waiters.Count == 0)
        {
            callers.Remove(caller.Name);
            rotation.Remove(caller.Turn);
        }
        waiter.SetResult(passage);
    }

    private bool IsLate(Waiter waiter, long now) => time.GetElapsedTime(waiter.Since, now) > WaitMaxAt(now);

    private TimeSpan WaitMaxAt(long now)
    {
        var isCrowded = waiting > 0
            && time.GetElapsedTime(crowdedSince, now).TotalSeconds > options.CrowdedAfterSeconds;
        return TimeSpan.FromSeconds(isCrowded ? options.CrowdedWaitSeconds : options.WaitSeconds);
    }
}
