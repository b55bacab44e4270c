using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Clusters;
using Facilities.Grains.Platforms;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Grains.Undertakings;
using Facilities.Silo.MoneyProofs;

namespace Facilities.Silo.Verification;

/// <summary>The replay of each kind of grain, by its own rules.</summary>
internal static class GrainReplays
{
    /// <summary>The replay of a stream; null where no grain has streams of its kind.</summary>
    /// <param name="statements">Where the ends of the streams say what they have of others; null: nowhere.</param>
    public static StreamProof? Of(StreamName stream, Replayed replayed, Snapshot? kept, Statements? statements) =>
        stream.Kind switch
        {
            "booking" => new Replay<BookingState, BookingEvent>(
                stream, BookingState.Nobody, BookingEvolution.Evolve,
                // Its rows are written whole each time, so those of its last state are the ones that stay.
                (before, after, _, at) => new Effects([], BookingRows.DueOf(before, after, at), []), replayed, kept,
                atEnd: booking =>
                {
                    foreach (var row in BookingRows.RowsOf(booking)) replayed.Projections.Expect(row);
                    if (statements is not null) BookingStatements.Say(booking, statements);
                }),
            "platform" => new Replay<PlatformState, PlatformEvent>(
                stream, PlatformState.Nobody, PlatformState.Evolve,
                (before, after, events, _) => PlatformRows.EffectsOf(before, after, events), replayed, kept),
            "account" => new Replay<AccountState, AccountEvent>(
                stream, AccountState.Nobody, AccountState.Evolve,
                AccountRows.EffectsOf, replayed, kept, atEnd: wallet => replayed.Ledgers?.Say(wallet)),
            "programme" => new Replay<ProgrammeState, ProgrammeEvent>(
                stream, ProgrammeState.Nobody, ProgrammeState.Evolve,
                ProgrammeRows.EffectsOf,
                replayed, kept, Ledger(stream, replayed, ProgrammeLedgers.Shared), programme =>
                {
                    replayed.Ledgers?.Say(programme);
                    if (statements is not null) ProgrammeCheck.Say(programme, statements);
                }),
            "cluster" => new Replay<ClusterState, ClusterEvent>(
                stream, ClusterState.Nobody, ClusterState.Evolve, ClusterRows.Of, replayed, kept,
                Ledger(stream, replayed)),
            "undertaking" => new Replay<UndertakingState, UndertakingEvent>(
                stream, UndertakingState.Nothing, UndertakingState.Evolve,
                (before, after, _, _) => Effects.Of(UndertakingRows.Of(stream.Key, before, after)), replayed, kept),
            _ => null,
        };

    private static LedgerCheck Ledger(StreamName stream, Replayed replayed, params string[] shared) =>
        new(stream, replayed.Faults, shared);
}
