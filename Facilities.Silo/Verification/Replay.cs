using System.Collections.Immutable;
using Facilities.Grains.Runtime;
using Facilities.Silo.MoneyProofs;
using Facilities.Silo.Rebuilding;
using NodaTime;

namespace Facilities.Silo.Verification;

/// <summary>What replay is compared with.</summary>
/// <param name="Projections">Rows.</param>
/// <param name="Due">Work that falls due; null where it is not looked at.</param>
/// <param name="Faults">Where the rest is named.</param>
internal sealed record Replayed(ProjectionCheck Projections, DueCheck? Due, Faults Faults)
{
    /// <summary>Ledgers that several streams post to; null where they are not looked at.</summary>
    public ProgrammeLedgers? Ledgers { get; init; }
}

/// <summary>
/// Makes a stream's state, rows and due work again, by the grain's own rules. Events of one command were decided
/// together, so they are taken together.
/// </summary>
/// <param name="kept">The state that is kept of the stream; null where none is, or it is not looked at.</param>
internal sealed class Replay<TState, TEvent>(
    StreamName stream, TState initial, Func<TState, TEvent, Instant, TState> evolve,
    Func<TState, TState, ImmutableArray<Placed<TEvent>>, Instant, Effects> effects, Replayed replayed,
    Snapshot? kept, LedgerCheck? ledger = null, Action<TState>? atEnd = null) : StreamProof
    where TState : class where TEvent : class
{
    private readonly List<(StoredEvent Stored, TEvent Event)> together = [];
    private TState state = initial;
    private bool keptWasSeen;

    public override void See(StoredEvent stored, object happened)
    {
        if (together.Count > 0 && together[0].Stored.Command != stored.Command) Take();
        together.Add((stored, (TEvent)happened));
    }

    public override void Finish()
    {
        if (together.Count > 0) Take();
        ledger?.Finish();
        CompareKept();
        atEnd?.Invoke(state);
    }

    private void Take()
    {
        var before = state;
        var (last, at) = (together[^1].Stored.Version, together[^1].Stored.At);
        foreach (var (_, happened) in together) state = evolve(state, happened, at);
        var placed = together.Select(t => new Placed<TEvent>(t.Stored.Version, t.Event)).ToImmutableArray();
        together.Clear();
        var follows = effects(before, state, placed, at);
        foreach (var row in follows.Rows)
        {
            if (row.Table == "postings")
            {
                ledger?.Post(row);
                replayed.Ledgers?.Post(row);
            }
            replayed.Projections.Expect(row);
        }
        foreach (var due in follows.Due) replayed.Due?.Expect(due);
        if (kept is null || kept.Version != last) return;
        keptWasSeen = true;
        if (kept.Shape == KeptState<TState>.Shape)
            SnapshotCheck.Compare(stream, kept, state, at, replayed.Faults);
    }

    private void CompareKept()
    {
        if (kept is null) return;
        if (kept.Shape != KeptState<TState>.Shape)
            replayed.Faults.Note("snapshotIgnored", $"{stream}#{kept.Version}", "it has another shape.");
        else if (!keptWasSeen)
            replayed.Faults.Add(
                "snapshotDiffers", $"{stream}#{kept.Version}", "no command of the stream ends at that version.");
    }
}
