using System.Collections.Immutable;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Silo.Verification;

/// <summary>
/// Makes a stream's state and rows again, by the grain's own rules, and compares the rows with the tables. Events of
/// one command were decided together, so they are taken together.
/// </summary>
internal sealed class Replay<TState, TEvent>(
    TState initial, Func<TState, TEvent, Instant, TState> evolve,
    Func<TState, TState, ImmutableArray<Placed<TEvent>>, Instant, ImmutableArray<RowWrite>> rows,
    ProjectionCheck projections, LedgerCheck? ledger = null, Func<TState, Task>? atEnd = null) : StreamCheck
    where TState : class where TEvent : class
{
    private readonly Dictionary<(string Table, string Key), RowWrite> expected = [];
    private readonly List<(StoredEvent Stored, TEvent Event)> together = [];
    private TState state = initial;

    public override void See(StoredEvent stored, object happened)
    {
        if (together.Count > 0 && together[0].Stored.Command != stored.Command) Take();
        together.Add((stored, (TEvent)happened));
    }

    public override async Task Finish()
    {
        if (together.Count > 0) Take();
        ledger?.Finish();
        await projections.Compare(expected);
        if (atEnd is not null) await atEnd(state);
    }

    private void Take()
    {
        var before = state;
        var at = together[^1].Stored.At;
        foreach (var (_, happened) in together) state = evolve(state, happened, at);
        var placed = together.Select(t => new Placed<TEvent>(t.Stored.Version, t.Event)).ToImmutableArray();
        together.Clear();
        foreach (var row in rows(before, state, placed, at))
        {
            if (row.Table == "postings") ledger?.Post(row);
            expected[(row.Table, row.Key)] = row;
        }
    }
}
