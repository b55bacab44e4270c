using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;

namespace Facilities.Tests.Simulation;

/// <summary>How long the way to the database takes, and whether it leads there.</summary>
internal interface IPace
{
    /// <summary>What the writer runs on.</summary>
    TaskScheduler Scheduler { get; }

    /// <summary>Before anything is read.</summary>
    /// <exception cref="StorageUnavailableException">The database cannot be reached.</exception>
    Task Read();

    /// <summary>Before a batch is stored.</summary>
    /// <exception cref="StorageUnavailableException">It is not stored.</exception>
    Task BeforeStored();

    /// <summary>After a batch is stored.</summary>
    /// <exception cref="StorageUnavailableException">It is stored, but nobody learns it.</exception>
    Task AfterStored();

    /// <summary>Told what was asked of the database and what it said.</summary>
    void Note(string what);
}

/// <summary>
/// The store of one process on a simulated database: all its writing goes through one queue, a batch at a time, and a
/// check sees the appends that it was queued behind, as with the real one.
/// </summary>
internal sealed class SimulatedStore(SimulatedDatabase database, IPace pace) : IEventStore
{
    private const int BatchMax = 8;
    private readonly Lock _gate = new();
    private readonly Queue<Work> _queue = new();
    private bool _writing;

    public async Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel = default)
    {
        await pace.Read();
        var loaded = database.Load(stream, snapshotShape);
        pace.Note($"load {stream}: snapshot {loaded.Snapshot?.Version}, {loaded.Events.Length} events");
        return loaded;
    }

    public Task<AppendAnswer> Append(Append append)
    {
        if (append.Events.IsDefaultOrEmpty) throw new ArgumentException("An append holds at least one event.");
        return Queue(new AppendWork(append));
    }

    public Task<StreamCheck> Check(StreamName stream, CommandId? command) => Queue(new CheckWork(stream, command));

    private Task<T> Queue<T>(Work<T> work)
    {
        lock (_gate)
        {
            _queue.Enqueue(work);
            if (_writing) return work.Answer;
            _writing = true;
        }
        Task.Factory.StartNew(WriteAll, CancellationToken.None, TaskCreationOptions.DenyChildAttach, pace.Scheduler);
        return work.Answer;
    }

    private async Task WriteAll()
    {
        while (NextBatch() is { Count: > 0 } batch)
        {
            try
            {
                await pace.BeforeStored();
                foreach (var work in batch.OfType<AppendWork>()) work.Carry(database, batch);
                foreach (var work in batch.OfType<CheckWork>()) work.Carry(database);
                await pace.AfterStored();
                foreach (var work in batch) work.Tell(pace);
            }
            catch (StorageUnavailableException fault)
            {
                foreach (var work in batch) work.Fail(fault);
            }
        }
    }

    private List<Work> NextBatch()
    {
        lock (_gate)
        {
            var batch = new List<Work>();
            while (batch.Count < BatchMax && _queue.TryDequeue(out var work)) batch.Add(work);
            _writing = batch.Count > 0;
            return batch;
        }
    }

    private abstract class Work
    {
        public abstract void Tell(IPace pace);

        public abstract void Fail(Exception fault);
    }

    private abstract class Work<T> : Work
    {
        // Whoever waits goes on in a turn of its own; asked to run asynchronously, some would go to the thread pool.
        private readonly TaskCompletionSource<T> _answer = new();

        public Task<T> Answer => _answer.Task;

        public T? Found { get; protected set; }

        public override void Tell(IPace pace)
        {
            pace.Note($"{this} → {Found}");
            _answer.TrySetResult(Found!);
        }

        public override void Fail(Exception fault) => _answer.TrySetException(fault);
    }

    private sealed class AppendWork(Append append) : Work<AppendAnswer>
    {
        public void Carry(SimulatedDatabase database, List<Work> batch) =>
            Found = database.Store(append, append.After is not { } after || WasStored(after, batch));

        public override string ToString() =>
            $"append {append.Stream} after {append.ExpectedVersion} at {append.At} by {append.Command}";

        private static bool WasStored(Task<AppendAnswer> after, List<Work> batch) =>
            batch.OfType<AppendWork>().FirstOrDefault(work => work.Answer == after) is { } here
                ? here.Found == AppendAnswer.Stored
                : after.IsCompletedSuccessfully && after.Result == AppendAnswer.Stored;
    }

    private sealed class CheckWork(StreamName stream, CommandId? command) : Work<StreamCheck>
    {
        public void Carry(SimulatedDatabase database) => Found = database.Check(stream, command);

        public override string ToString() => $"check {stream} {command}";
    }
}
