using Facilities.Grains.Runtime;

namespace Facilities.Silo.Storage;

/// <summary>Carries batches of work to the database, one transaction each, one after the other.</summary>
internal sealed class GroupCommit(IDialect dialect) : IAsyncDisposable
{
    // Each attempt lost to another process settles at least one conflict, so more than a few mean trouble.
    private const int AttemptsMax = 10;

    private IBatchWriter? writer;
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
                if (await TryWrite(works)) return;
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

    private async Task<bool> TryWrite(IReadOnlyList<Work> works)
    {
        commitSent = false;
        var session = await Writer();
        await session.Begin();
        var appends = works.OfType<AppendWork>().ToList();
        var plan = BatchPlan.Make(works, appends.Count == 0 ? Nothing : await session.Read(
            appends.Select(a => a.Append.Stream).ToHashSet(), appends.Select(a => a.Key).ToHashSet()));
        var writes = plan.Writes();
        var inserted = await session.Write(writes);
        if (inserted is null)
        {
            await session.Rollback();
            return false;
        }
        commitSent = true;
        await session.Commit();
        foreach (var work in works) Complete(work, plan, inserted);
        return true;
    }

    private static readonly StreamFacts Nothing =
        new(new Dictionary<StreamName, long>(), new Dictionary<CommandKey, string>());

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
