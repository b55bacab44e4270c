using System.Collections.Immutable;
using System.Diagnostics;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;

namespace Facilities.Silo.Storage;

/// <summary>Something that waits for the writer.</summary>
internal abstract class Work
{
    private readonly long since = Stopwatch.GetTimestamp();

    /// <summary>How long it has waited, by this process's own watch.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(since);

    public abstract void Fail(Exception cause);
}

internal abstract class Work<TAnswer> : Work
{
    // Callers go on elsewhere: the writer must not run their turns.
    private readonly TaskCompletionSource<TAnswer> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TAnswer> Answer => answer.Task;

    public void Complete(TAnswer value) => answer.TrySetResult(value);

    public override void Fail(Exception cause) => answer.TrySetException(cause);
}

internal sealed class AppendWork(Append append) : Work<AppendAnswer>
{
    public Append Append => append;

    public CommandKey Key => new(append.Stream, append.Command);
}

internal sealed class CheckWork(StreamName stream, CommandId? command) : Work<StreamCheck>
{
    public StreamName Stream => stream;

    public CommandKey? Key => command is { } id ? new CommandKey(stream, id) : null;
}

internal sealed class RowsWork(ImmutableArray<RowWrite> rows) : Work<bool>
{
    public ImmutableArray<RowWrite> Rows => rows;
}

internal sealed class InsertWork(RowWrite row) : Work<bool>
{
    public RowWrite Row => row;

    public RowKey Key => new(row.Table, row.Key);
}

internal sealed class DeliveredWork(long seq) : Work<bool>
{
    public long Seq => seq;
}

internal sealed class FailedWork(FailedDelivery failed) : Work<bool>
{
    public FailedDelivery Failed => failed;
}
