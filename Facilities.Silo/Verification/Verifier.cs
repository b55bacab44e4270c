using Facilities.Grains.Runtime;
using Facilities.Silo.Rebuilding;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Verification;

/// <summary>
/// Proves again, from the events, what must always hold, and that the tables say what the events say. Reads the log
/// once, stream by stream, as it stood at one moment, so that others may write meanwhile; remembers no more than the
/// state of one grain and a page of rows.
/// </summary>
public sealed class Verifier(IDialect dialect, IClock clock, TimeProvider time)
{
    /// <summary>How often it says how far it has come.</summary>
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Looks at everything; answers how many faults there are.</summary>
    /// <exception cref="StorageUnavailableException">The database cannot be reached.</exception>
    public async Task<int> Run(TextWriter output, ReportFile? report = null) => (await Check(output, report)).Count;

    /// <summary>The same, with the faults.</summary>
    public Task<Faults> Check(TextWriter output, ReportFile? report = null) => dialect.Named(async () =>
    {
        var faults = new Faults(output, report);
        var at = clock.GetCurrentInstant();
        await using var view = await StillView.ToRead(dialect);
        var progress = new Progress(
            output, time, ProgressEvery, await view.Scalar<long>("select count(*) from events"));
        var walk = new LogWalk(view, faults, progress);
        await walk.Verify();
        progress.Say($"Comparing what stands beside the events");
        await new LeftoverCheck(view, at, faults).Run();
        var count = faults.Count;
        var outcome = count switch
        {
            0 => "no fault.",
            1 => "1 fault.",
            var n => $"{n} faults.",
        };
        progress.Say(
            $"Verified {walk.Events} events of {walk.Streams} streams in {progress.Seconds:0.0} s: {outcome}");
        faults.Summarise();
        report?.Complete(new VerificationSummary(
            count == 0, faults.ByName, faults.Notes, walk.Events, walk.Streams, await Rows(view), at,
            Math.Round(progress.Seconds, 3), VerificationSummary.ProgramVersion,
            await view.Scalar<string>("select name from schema_migrations order by number desc limit 1") ?? "",
            view.Version));
        return faults;
    });

    private static async Task<SortedDictionary<string, long>> Rows(StillView view)
    {
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in (string[])[.. StoredTables.Log, .. StoredTables.Rebuilt, StoredTables.Snapshots])
            rows[table] = await view.Scalar<long>($"select count(*) from {table}");
        return rows;
    }
}
