using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>
/// The time of a simulation. It stands still while anything can run and then jumps to the next timer, so that days pass
/// in milliseconds. Timers of the same instant ring in an order that the seed picks.
/// </summary>
internal sealed class VirtualClock(Instant start, Random random) : IClock
{
    private readonly PriorityQueue<Action, (Instant At, int Lot, long Number)> _timers = new();
    private long _number;

    public Instant Now { get; private set; } = start;

    public Instant GetCurrentInstant() => Now;

    public void Ring(Instant at, Action action) =>
        _timers.Enqueue(action, (Instant.Max(at, Now), random.Next(), _number++));

    public Task Delay(Duration duration) => Until(Now + duration);

    public Task Until(Instant instant)
    {
        var reached = new TaskCompletionSource();
        Ring(instant, reached.SetResult);
        return reached.Task;
    }

    /// <summary>Jumps to the next timer and rings it; false where there is none.</summary>
    public bool Jump()
    {
        if (!_timers.TryDequeue(out var action, out var when)) return false;
        Now = when.At;
        action();
        return true;
    }
}

/// <summary>The clock of one process: ahead or behind, and set anew now and then.</summary>
internal sealed class SkewedClock(VirtualClock clock) : IClock
{
    public Duration Skew { get; set; }

    public Instant GetCurrentInstant() => clock.Now + Skew;
}
