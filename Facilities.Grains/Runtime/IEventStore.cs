using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Runtime;

/// <summary>The log that all grains live by. Implementations pass one contract suite, whatever the database.</summary>
public interface IEventStore
{
    /// <summary>
    /// Reads a stream: its newest snapshot of the wanted shape, where one is kept, and every event after it.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The database cannot be reached.</exception>
    Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel = default);

    /// <summary>
    /// Appends events with all that belongs to them in one transaction, gathered with the appends of other streams.
    /// The answer comes only when it is durable. Appends of one stream are carried out in the order of the calls.
    /// A conflict or a repeat touches nothing and does not fail the others of its batch.
    /// </summary>
    /// <exception cref="StorageUnavailableException">
    /// Whether it was stored is unknown: load before going on.
    /// </exception>
    Task<AppendAnswer> Append(Append append);

    /// <summary>
    /// The stream's version in the store now, and whether a command was answered before; gathered like appends.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The database cannot be reached.</exception>
    Task<StreamCheck> Check(StreamName stream, CommandId? command);
}

/// <summary>The name of a stream: the kind of grain, a slash, and its key, such as <c>booking/b-1</c>.</summary>
public readonly record struct StreamName(string Value)
{
    /// <summary>The stream of one grain.</summary>
    public static StreamName Of(string kind, string key) => new($"{kind}/{key}");

    /// <summary>The kind of grain.</summary>
    public string Kind => Value[..Value.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The grain's key.</summary>
    public string Key => Value[(Value.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>An event by its stored name, with its JSON.</summary>
public sealed record EventData(string Name, string Json);

/// <summary>An event as it stands in the log.</summary>
/// <param name="Position">Its place in the whole log; rises, with gaps, and not always in the order of commits.</param>
/// <param name="Stream">Whose event it is.</param>
/// <param name="Version">Its place in the stream, from 1, without gaps.</param>
/// <param name="Event">What happened.</param>
/// <param name="At">When it was decided; never before its stream's last event.</param>
/// <param name="Command">The command that it came from.</param>
/// <param name="By">Who gave that command.</param>
public sealed record StoredEvent(
    long Position, StreamName Stream, long Version, EventData Event, Instant At, CommandId Command, PersonId By);

/// <summary>A state kept to shorten replay.</summary>
/// <param name="Version">The last event it includes.</param>
/// <param name="Shape">The hash of the state's shape; another shape means replay.</param>
/// <param name="Json">The state.</param>
public sealed record Snapshot(long Version, string Shape, string Json);

/// <summary>What <see cref="IEventStore.Load"/> found.</summary>
public sealed record LoadedStream(Snapshot? Snapshot, ImmutableArray<StoredEvent> Events);

/// <summary>
/// A row of a projection, whole: written or replaced by its key, in the transaction of the events it follows from.
/// </summary>
/// <param name="Table">The table; its primary key column is <c>key</c>.</param>
/// <param name="Key">The row's key.</param>
/// <param name="Columns">
/// Column names and values (string, long, bool, <see cref="Instant"/> or null); null deletes the row.
/// </param>
public sealed record RowWrite(string Table, string Key, ImmutableArray<KeyValuePair<string, object?>>? Columns);

/// <summary>Work that falls due: the grain of the stream is woken at that instant. Null takes it back.</summary>
/// <param name="Name">One of a stream's due works.</param>
/// <param name="At">When.</param>
public sealed record DueWrite(string Name, Instant? At);

/// <summary>A message that leaves after the commit, at least once, in the order of its stream and kind.</summary>
/// <param name="Id">Unique; receivers drop repeats by it.</param>
/// <param name="Kind">Which handler delivers it, such as <c>mail</c>.</param>
/// <param name="Json">What it says.</param>
public sealed record OutboxMessage(string Id, string Kind, string Json);

/// <summary>Events of one stream with all that belongs to them.</summary>
/// <param name="Stream">Whose events.</param>
/// <param name="ExpectedVersion">The version that was decided on; 0 for a new stream.</param>
/// <param name="Command">Unique within the stream.</param>
/// <param name="CommandHash">A hash of the command's content, to tell a repeat from a reused id.</param>
/// <param name="By">Who gave the command.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Events">At least one.</param>
/// <param name="Rows">Projections.</param>
/// <param name="Due">Due work.</param>
/// <param name="Outbox">Messages.</param>
/// <param name="Snapshot">The state after these events, where it is time to keep one.</param>
/// <param name="After">
/// The append of the same stream that this one was decided on, while its outcome is open; if that is not stored,
/// neither is this.
/// </param>
public sealed record Append(
    StreamName Stream, long ExpectedVersion, CommandId Command, string CommandHash, PersonId By, Instant At,
    ImmutableArray<EventData> Events, ImmutableArray<RowWrite> Rows, ImmutableArray<DueWrite> Due,
    ImmutableArray<OutboxMessage> Outbox, Snapshot? Snapshot, Task<AppendAnswer>? After);

/// <summary>How an append ended.</summary>
public enum AppendAnswer
{
    /// <summary>Durable.</summary>
    Stored,
    /// <summary>
    /// The stream has another version, or the append before it was not stored: load and decide again.
    /// </summary>
    Conflict,
    /// <summary>This command was carried out before, with the same content: nothing was stored again.</summary>
    Repeat,
    /// <summary>This command id was used before with other content.</summary>
    CommandIdReused,
}

/// <summary>What <see cref="IEventStore.Check"/> found.</summary>
/// <param name="Version">The stream's version; 0 where it does not exist.</param>
/// <param name="AnsweredHash">The content hash of the command, where it was carried out before.</param>
public sealed record StreamCheck(long Version, string? AnsweredHash);

/// <summary>The database cannot be reached or did not answer in time; try again later.</summary>
public sealed class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
