using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Silo.BenchGrowth;

/// <summary>
/// A stream that is written in few large appends by the rules of its grain, with the rows, due work and snapshots that
/// the grain would have written: what is read afterwards cannot tell the difference.
/// </summary>
internal sealed class BulkStream<TState, TEvent>(
    IEventStore store, StreamName stream, TState initial, Func<TState, TEvent, Instant, TState> evolve,
    Func<TState, TState, ImmutableArray<Placed<TEvent>>, Instant, Effects> effectsOf, Func<TState, int> sizeOf)
    where TState : class
    where TEvent : class
{
    private readonly List<TEvent> waiting = [];
    private TState before = initial;
    private long version;
    private long kept;
    private Instant at = Instant.MinValue;

    /// <summary>The state after all that was decided.</summary>
    public TState State { get; private set; } = initial;

    /// <summary>Decides on the state, and keeps what happened for the next append.</summary>
    public void Tell<TRefusal>(Func<TState, Decision<TEvent, TRefusal>> decide, Instant now)
        where TRefusal : struct, Enum
    {
        var decision = decide(State);
        if (decision.Refusal is { } refusal) throw new InvalidOperationException(refusal.Reason);
        foreach (var happened in decision.Events)
        {
            State = evolve(State, happened, now);
            waiting.Add(happened);
        }
        at = Instant.Max(at, now);
    }

    /// <summary>Appends what waits as one.</summary>
    public async Task Flush()
    {
        if (waiting.Count == 0) return;
        var first = version + 1;
        var placed = waiting
            .Select((happened, index) => new Placed<TEvent>(first + index, happened)).ToImmutableArray();
        version += waiting.Count;
        var isKept = version - kept >= Math.Max(Limits.SnapshotEvery, sizeOf(State) / Limits.ThingsPerEventKept);
        if (isKept) kept = version;
        var effects = effectsOf(before, State, placed, at);
        var append = new Append(
            stream, first - 1, new($"grow-{first}"), "grow", Actor.System.Person, at,
            [.. placed.Select(p => EventNames.Write(p.Event))], effects.Rows, effects.Due, effects.Outbox,
            isKept ? new(version, KeptState<TState>.Shape, new KeptState<TState>(at, State).ToJson()) : null, null);
        waiting.Clear();
        before = State;
        var answer = await store.Append(append);
        if (answer != AppendAnswer.Stored) throw new InvalidOperationException($"{stream} answered {answer}.");
    }
}
