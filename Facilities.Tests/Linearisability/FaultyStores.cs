using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;

namespace Facilities.Tests.Linearisability;

/// <summary>A store on a bad line: calls and answers are lost now and then, whatever became of them.</summary>
internal sealed class LossyStore(IEventStore inner, int seed) : IEventStore
{
    private const int LostInAHundred = 3;
    private readonly Random _random = new(seed);

    public bool IsLosing { get; set; }

    public async Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel = default)
    {
        if (Loses()) throw Lost();
        return await inner.Load(stream, snapshotShape, cancel);
    }

    public async Task<StreamCheck> Check(StreamName stream, CommandId? command)
    {
        if (Loses()) throw Lost();
        return await inner.Check(stream, command);
    }

    public Task<AppendAnswer> Append(Append append)
    {
        if (Loses()) return Task.FromException<AppendAnswer>(Lost());
        var appending = inner.Append(append);
        return Loses() ? Forget(appending, waits: Loses()) : appending;
    }

    private static async Task<AppendAnswer> Forget(Task<AppendAnswer> appending, bool waits)
    {
        // The caller learns of the loss before the append is carried out, or after.
        if (waits) await appending;
        else await Task.Yield();
        throw Lost();
    }

    private bool Loses()
    {
        lock (_random) return IsLosing && _random.Next(100) < LostInAHundred;
    }

    private static StorageUnavailableException Lost() => new("The line broke.");
}

/// <summary>The mistakes that the checker must find.</summary>
public enum PlantedFault
{
    /// <summary>An append is taken whatever version it was decided on.</summary>
    SkipsTheVersionCheck,
    /// <summary>A read and a refusal believe what the process remembers.</summary>
    AnswersFromStaleState,
    /// <summary>A reply leaves before the append is durable, and some appends never are.</summary>
    RepliesBeforeTheCommit,
}

/// <summary>A store with a mistake in it.</summary>
internal sealed class PlantedStore(IEventStore inner, PlantedFault fault) : IEventStore
{
    private int _appends;

    public bool IsOn { get; set; }

    public Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel = default) =>
        inner.Load(stream, snapshotShape, cancel);

    public async Task<StreamCheck> Check(StreamName stream, CommandId? command)
    {
        var check = await inner.Check(stream, command);
        return IsOn && fault == PlantedFault.AnswersFromStaleState ? check with { Version = 0 } : check;
    }

    public Task<AppendAnswer> Append(Append append) => fault switch
    {
        PlantedFault.SkipsTheVersionCheck when IsOn => AtAnyVersion(append),
        PlantedFault.RepliesBeforeTheCommit when IsOn && Interlocked.Increment(ref _appends) % 10 == 0 =>
            Task.FromResult(AppendAnswer.Stored),
        _ => inner.Append(append),
    };

    private async Task<AppendAnswer> AtAnyVersion(Append append)
    {
        while (true)
        {
            var version = (await inner.Check(append.Stream, null)).Version;
            var answer = await inner.Append(
                append with { ExpectedVersion = version, Snapshot = null, After = null });
            if (answer != AppendAnswer.Conflict) return answer;
        }
    }
}
