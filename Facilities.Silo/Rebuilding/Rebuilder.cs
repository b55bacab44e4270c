using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;

namespace Facilities.Silo.Rebuilding;

/// <summary>
/// Makes projections again from the log, in one transaction that keeps others from writing; writes only the rows that
/// are not as they should be. Who writes meanwhile waits, or is told to try again later; reading goes on.
/// </summary>
public sealed class Rebuilder(IDialect dialect, TimeProvider time)
{
    /// <summary>How often it says how far it has come.</summary>
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Makes these tables right, of <see cref="StoredTables.Rebuilt"/>; null, and nothing changed, where the log itself
    /// is damaged.
    /// </summary>
    /// <returns>How many rows of each table were changed.</returns>
    /// <exception cref="StorageUnavailableException">
    /// The database cannot be reached, or others did not stop writing in time. Nothing was changed.
    /// </exception>
    public Task<IReadOnlyDictionary<string, int>?> Run(IReadOnlyCollection<string> tables, TextWriter output) =>
        dialect.Named(async () =>
        {
            var faults = new Verification.Faults(output);
            await using var view = await StillView.ToRepair(dialect, tables);
            var progress = new Progress(
                output, time, ProgressEvery, await view.Scalar<long>("select count(*) from events"));
            var mending = new Mending(view, output);
            await new LogWalk(view, faults, progress).Replay(new Replayed(
                new ProjectionCheck(view, [.. tables.Where(StoredTables.Projections.Contains)], mending),
                tables.Contains(StoredTables.Due) ? new DueCheck(view, mending) : null, faults));
            if (faults.Count > 0)
            {
                await output.WriteLineAsync(
                    "The log itself is damaged, so nothing was changed: what follows from it is not known. "
                    + "Restore a backup.");
                return null;
            }
            await view.Commit();
            foreach (var table in tables.Order(StringComparer.Ordinal))
                await output.WriteLineAsync($"{table}: {mending.Changed.GetValueOrDefault(table)} rows changed");
            return (IReadOnlyDictionary<string, int>?)mending.Changed;
        });
}
