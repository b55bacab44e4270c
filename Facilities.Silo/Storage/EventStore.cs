using System.Collections.Immutable;
using System.Threading.Channels;
using Dapper;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Silo.Storage;

/// <summary>The log on a database. All writing of a process goes through one queue, to share commits.</summary>
public sealed class EventStore : IEventStore, IAsyncDisposable
{
    // More would make the first of a batch wait long for the last; fewer would commit more often than the disk likes.
    private const int BatchMax = 512;

    // A second or more of writing: who comes later is better told so than kept waiting.
    private const int QueueMax = 20_000;

    // Longer than a disk or a second process may pause; who waited longer is no longer there for the answer.
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SweepStep = TimeSpan.FromMilliseconds(250);

    private readonly IDialect dialect;
    private readonly TimeSpan ageMax;
    private readonly Channel<Work> queue =
        Channel.CreateBounded<Work>(new BoundedChannelOptions(QueueMax) { SingleReader = true });
    private readonly Task writing;

    public EventStore(IDialect dialect, TimeSpan? ageMax = null)
    {
        (this.dialect, this.ageMax) = (dialect, ageMax ?? AgeMax);
        writing = Task.Run(WriteAll);
    }

    public Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel = default) =>
        dialect.Read(async connection =>
        {
            // First the snapshot, then what follows it: the other way round, a newer snapshot would leave a gap.
            var snapshot = await connection.QuerySingleOrDefaultAsync<Snapshot>(new CommandDefinition("""
                select version as "Version", shape as "Shape", data as "Json" from snapshots
                where stream = @stream and shape = @snapshotShape
                """, new { stream = stream.Value, snapshotShape }, cancellationToken: cancel));
            var events = await EventRows.Read(connection, dialect, """
                where stream = @stream and version > @after order by version
                """, [new("stream", stream.Value), new("after", snapshot?.Version ?? 0L)], cancel)
                .ToImmutableArray(cancel);
            Ensure(events, snapshot?.Version ?? 0, stream);
            return new LoadedStream(snapshot, events);
        }, cancel);

    public Task<AppendAnswer> Append(Append append)
    {
        if (append.Events.IsDefaultOrEmpty) throw new ArgumentException("An append holds at least one event.");
        ArgumentOutOfRangeException.ThrowIfNegative(append.ExpectedVersion);
        if (append.Snapshot is { } snapshot && snapshot.Version != append.ExpectedVersion + append.Events.Length)
            throw new ArgumentException("A snapshot is the state after the events it comes with.");
        return Queue(new AppendWork(append));
    }

    public Task<StreamCheck> Check(StreamName stream, CommandId? command) => Queue(new CheckWork(stream, command));

    /// <summary>Writes, replaces or deletes rows that follow from no event, in one transaction.</summary>
    /// <exception cref="StorageUnavailableException">Whether they were written is unknown.</exception>
    public Task WriteRows(ImmutableArray<RowWrite> rows) =>
        rows.IsDefaultOrEmpty ? Task.CompletedTask : Queue(new RowsWork(rows));

    /// <summary>Writes a row where its key is free; false, and nothing changed, where it is taken.</summary>
    /// <exception cref="StorageUnavailableException">Whether it was written is unknown.</exception>
    public Task<bool> InsertRow(RowWrite row)
    {
        if (row.Columns is null) throw new ArgumentException("A row to insert has columns.");
        return Queue(new InsertWork(row));
    }

    internal Task MarkDelivered(long seq) => Queue(new DeliveredWork(seq));

    internal Task MarkFailed(long seq, string error, Instant nextAt) =>
        Queue(new FailedWork(new(seq, error, nextAt)));

    private Task<T> Queue<T>(Work<T> work)
    {
        if (!queue.Writer.TryWrite(work))
            work.Fail(new StorageUnavailableException("The store is closing, or too much waits to be written."));
        return work.Answer;
    }

    private async Task WriteAll()
    {
        await using var commit = new GroupCommit(dialect);
        var batch = new List<Work>(BatchMax);
        var tick = Task.Delay(SweepStep);
        while (await queue.Reader.WaitToReadAsync())
        {
            RefuseOld();
            while (batch.Count < BatchMax && queue.Reader.TryRead(out var work)) batch.Add(work);
            if (batch.Count == 0) continue;
            try
            {
                // On a thread of its own: SQLite blocks the one that it is called on.
                var carrying = Task.Run(() => commit.Carry(batch));
                while (await Task.WhenAny(carrying, tick) != carrying)
                {
                    RefuseOld();
                    tick = Task.Delay(SweepStep);
                }
                await carrying;
            }
            catch (Exception bug)
            {
                // Whatever it was, nobody may wait for ever, and the next batch is tried.
                foreach (var work in batch) work.Fail(bug);
            }
            batch.Clear();
        }
    }

    /// <summary>
    /// Answers what has waited too long instead of writing it late: it was never begun, so it is surely not written.
    /// </summary>
    private void RefuseOld()
    {
        while (queue.Reader.TryPeek(out var oldest) && oldest.Age > ageMax && queue.Reader.TryRead(out var work))
            work.Fail(new StorageUnavailableException("It waited too long to be written, and was not."));
    }

    private static void Ensure(ImmutableArray<StoredEvent> events, long after, StreamName stream)
    {
        for (var index = 0; index < events.Length; index++)
        {
            if (events[index].Version != after + 1 + index)
                throw new InvalidOperationException($"The log of {stream} misses version {after + 1 + index}.");
        }
    }

    /// <summary>Takes nothing new, and ends when all that waited is answered.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writing;
    }
}
