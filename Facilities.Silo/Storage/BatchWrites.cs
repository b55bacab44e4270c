using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Silo.Storage;

public readonly record struct CommandKey(StreamName Stream, CommandId Command);

public readonly record struct RowKey(string Table, string Key);

public sealed record EventRow(
    StreamName Stream, long Version, EventData Event, Instant At, CommandId Command, PersonId By);

public sealed record CommandRow(CommandKey Key, string Hash, long Version);

public sealed record SnapshotRow(StreamName Stream, Snapshot Snapshot);

public sealed record DueRow(StreamName Stream, string Name, Instant? At);

public sealed record OutboxRow(StreamName Stream, OutboxMessage Message, Instant At);

public sealed record FailedDelivery(long Seq, string Error, Instant NextAt);

/// <summary>What a batch asks of the store: versions of streams (absent: 0) and hashes of answered commands.</summary>
public sealed record StreamFacts(
    IReadOnlyDictionary<StreamName, long> Versions, IReadOnlyDictionary<CommandKey, string> Hashes);

/// <summary>
/// All that one transaction writes. Sorted by stream or key, so that two processes take their locks in the same order;
/// no two of a kind share a key. Written in the order of the members.
/// </summary>
/// <param name="Inserts">Rows that are written only where their key is free.</param>
public sealed record BatchWrites(
    ImmutableArray<EventRow> Events,
    ImmutableArray<CommandRow> Commands,
    ImmutableArray<SnapshotRow> Snapshots,
    ImmutableArray<DueRow> Due,
    ImmutableArray<OutboxRow> Outbox,
    ImmutableArray<RowWrite> Inserts,
    ImmutableArray<RowWrite> Rows,
    ImmutableArray<long> Delivered,
    ImmutableArray<FailedDelivery> Failed)
{
    public bool IsEmpty => Events.IsEmpty && Inserts.IsEmpty && Rows.IsEmpty && Delivered.IsEmpty && Failed.IsEmpty;
}
