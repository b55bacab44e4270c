using System.Diagnostics;
using Facilities.Grains.Runtime;

namespace Facilities.Silo.Storage;

/// <summary>Carries batches of work to the database, one transaction each, one after the other.</summary>
internal sealed class GroupCommit(IDialect dialect) : IAsyncDisposable
{
    // Each attempt lost to another process settles at least one conflict, so more than a few mean trouble.
    private const int AttemptsMax = 10;

    // A connection that rested longer may be dead, and only reading can be done again on another.
    private static readonly TimeSpan RestMax = TimeSpan.FromMilliseconds(10);

    // More streams than are written to at a time; what is forgotten is read again.
    private const int KnownMax = 10_000;

    // Versions as this process wrote or read them last. Another process may have gone on since.
    private readonly Dictionary<StreamName, long> known = [];

    private IBatchWriter? writer;
    private long talked;
    private bool writerIsNew;
    private bool commitSent;

    /// <summary>Answers or fails every work; throws nothing.</summary>
    public async Task Carry(IReadOnlyList<Work> batch)
    {
        var writes = batch.Where(work => work is not CheckWork).ToList();
        if (writes.Count > 0) await Write(writes);
        // After the commit, so that a check sees the appends it was queued behind.
        var checks = batch.OfType<CheckWork>().ToList();
        if (checks.Count > 0) await Answer(checks);
    }

    private async Task Write(IReadOnlyList<Work> works)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await TryWrite(works, attempt == 1)) return;
                if (attempt == AttemptsMax)
                    throw new StorageUnavailableException("Other processes write to the same streams.");
            }
            catch (Exception cause)
            {
                await DropWriter();
                switch (dialect.FaultOf(cause))
                {
                    case StorageFault.Collision when attempt < AttemptsMax:
                    case StorageFault.ConnectionLost when !writerIsNew && !commitSent && attempt < AttemptsMax:
                        break;
                    case null when cause is not StorageUnavailableException && works.Count > 1:
                        // One of them cannot be written, by a bug; the others must not suffer for it.
                        foreach (var work in works) await Write([work]);
                        return;
                    case var fault:
                        foreach (var work in works) work.Fail(fault is null ? cause : Faults.Unavailable(cause));
                        return;
                }
            }
        }
    }

    private async Task<bool> TryWrite(IReadOnlyList<Work> works, bool isFirst)
    {
        commitSent = false;
        var session = await Writer();
        var appends = works.OfType<AppendWork>().ToList();
        var plan = (isFirst ? PlanOfKnown(works, appends) : null) ?? BatchPlan.Make(works, await session.Read(
            appends.Select(a => a.Append.Stream).ToHashSet(), appends.Select(a => a.Key).ToHashSet()));
        commitSent = true;
        var inserted = await session.Store(plan.Writes());
        talked = Stopwatch.GetTimestamp();
        if (known.Count > KnownMax || inserted is null) known.Clear();
        if (inserted is null) return false;
        foreach (var (stream, version) in plan.Versions) known[stream] = version;
        foreach (var work in works) Complete(work, plan, inserted);
        return true;
    }

    /// <summary>
    /// The plan without asking the store, where it stores every append: whatever changed meanwhile makes a key that is
    /// taken, since versions only rise. Null where the store must be asked.
    /// </summary>
    private BatchPlan? PlanOfKnown(IReadOnlyList<Work> works, IReadOnlyList<AppendWork> appends)
    {
        if (writerIsNew || Stopwatch.GetElapsedTime(talked) > RestMax) return null;
        var versions = new Dictionary<StreamName, long>();
        foreach (var append in appends.Select(work => work.Append))
        {
            if (known.TryGetValue(append.Stream, out var version)) versions[append.Stream] = version;
            else if (append.ExpectedVersion > 0 && !versions.ContainsKey(append.Stream)) return null;
            else versions.TryAdd(append.Stream, 0);
        }
        var plan = BatchPlan.Make(works, new(versions, new Dictionary<CommandKey, string>()));
        return plan.StoresAll ? plan : null;
    }

    private static void Complete(Work work, BatchPlan plan, IReadOnlySet<RowKey> inserted)
    {
        if (work is AppendWork append) append.Complete(plan.AnswerTo(append));
        else if (work is InsertWork insert) insert.Complete(plan.IsFirst(insert) && inserted.Contains(insert.Key));
        else ((Work<bool>)work).Complete(true);
    }

    private async Task Answer(IReadOnlyList<CheckWork> checks)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var session = await Writer();
                var facts = await session.Read(checks.Select(c => c.Stream).ToHashSet(),
                    checks.Where(c => c.Key is not null).Select(c => c.Key!.Value).ToHashSet());
                foreach (var check in checks)
                {
                    check.Complete(new(facts.Versions.GetValueOrDefault(check.Stream),
                        check.Key is { } key ? facts.Hashes.GetValueOrDefault(key) : null));
                }
                return;
            }
            catch (Exception cause)
            {
                await DropWriter();
                var fault = dialect.FaultOf(cause);
                if (fault == StorageFault.ConnectionLost && !writerIsNew && attempt < AttemptsMax) continue;
                foreach (var check in checks) check.Fail(fault is null ? cause : Faults.Unavailable(cause));
                return;
            }
        }
    }

    private async Task<IBatchWriter> Writer()
    {
        writerIsNew = writer is null;
        return writer ??= await dialect.OpenWriter();
    }

    private async Task DropWriter()
    {
        var broken = writer;
        writer = null;
        known.Clear();
        if (broken is null) return;
        try
        {
            await broken.DisposeAsync();
        }
        catch (Exception cause) when (dialect.FaultOf(cause) is not null)
        {
            // It is broken, which is why it goes.
        }
    }

    public async ValueTask DisposeAsync() => await DropWriter();
}
