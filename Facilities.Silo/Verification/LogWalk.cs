using Facilities.Grains.Runtime;
using Facilities.Silo.MoneyProofs;
using Facilities.Silo.Rebuilding;

namespace Facilities.Silo.Verification;

/// <summary>Goes through the log once, stream by stream, and opens for each what there is to check.</summary>
internal sealed class LogWalk(StillView view, Faults faults, Progress progress)
{
    public long Events { get; private set; }

    public long Streams { get; private set; }

    /// <summary>Checks everything that follows from the events.</summary>
    public async Task Verify()
    {
        var projections = new ProjectionCheck(view, StoredTables.Projections, new DriftFaults(faults));
        var replayed = new Replayed(projections, new DueCheck(view, new DueFaults(faults)), faults)
        {
            Ledgers = new ProgrammeLedgers(faults),
        };
        var snapshots = new SnapshotCheck(view, faults);
        var statements = new Statements(view, faults);
        var unions = await Unions.Read(view);
        await Go(replayed, statements.Pause, async stream =>
        {
            var kept = await snapshots.Of(stream);
            return
            [
                GrainReplays.Of(stream, replayed, kept, statements), Own(stream, statements),
                stream.Kind == "programme" ? new GroupLimitProof(stream, unions, faults) : null,
            ];
        });
        await snapshots.Finish();
        progress.Say($"Comparing what the grains say of each other");
        await statements.Finish();
        replayed.Ledgers.Finish();
    }

    /// <summary>Compares the projections and the due work that were chosen, and nothing else.</summary>
    public Task Replay(Replayed replayed) => Go(
        replayed, () => Task.CompletedTask,
        stream => Task.FromResult<StreamProof?[]>([GrainReplays.Of(stream, replayed, null, null)]));

    private async Task Go(Replayed replayed, Func<Task> pause, Func<StreamName, Task<StreamProof?[]>> checksOf)
    {
        OpenStream? open = null;
        await foreach (var stored in view.Events())
        {
            if (open is null || open.Name != stored.Stream)
            {
                if (open is not null) await Close(open, replayed);
                open = await Open(stored.Stream, checksOf);
            }
            open.See(stored);
            await replayed.Projections.Pause();
            await pause();
            Events++;
            progress.Tick(Events);
        }
        if (open is not null) await Close(open, replayed);
        await replayed.Projections.Finish();
        if (replayed.Due is { } due) await due.Finish();
    }

    private async Task<OpenStream> Open(StreamName stream, Func<StreamName, Task<StreamProof?[]>> checksOf)
    {
        Streams++;
        var isNamed = stream.Value.IndexOf('/', StringComparison.Ordinal) > 0;
        var checks = isNamed ? (await checksOf(stream)).OfType<StreamProof>().ToArray() : [];
        if (checks.Length == 0) faults.Add("streamUnknown", stream.Value, "no grain has such streams.");
        return new OpenStream(stream, checks, faults);
    }

    private static async Task Close(OpenStream open, Replayed replayed)
    {
        open.Close();
        replayed.Projections.StreamEnds();
        if (replayed.Due is { } due) await due.StreamEnds(open.Name);
        await replayed.Projections.Pause();
    }

    /// <summary>What is checked of a grain without its own rules, so that a fault in them shows.</summary>
    private StreamProof? Own(StreamName stream, Statements statements) => stream.Kind switch
    {
        "booking" => new BookingCheck(stream, faults),
        "platform" => new PlatformCheck(stream, statements, faults),
        "account" => new AccountCheck(stream, statements, faults),
        "programme" => new ProgrammeCheck(stream, faults),
        "cluster" => new ClusterCheck(stream, statements),
        "undertaking" => new UndertakingCheck(stream, statements, faults),
        _ => null,
    };
}
