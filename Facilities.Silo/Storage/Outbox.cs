using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Silo.Storage;

/// <summary>A message on its way out.</summary>
/// <param name="Attempts">How often its delivery failed.</param>
public sealed record WaitingMessage(
    long Seq, string Id, StreamName Stream, string Kind, string Json, Instant CreatedAt, long Attempts);

/// <summary>The messages that leave after the commit.</summary>
public sealed class Outbox(IDatabase database, EventStore store)
{
    /// <summary>
    /// What may leave now: of each stream and kind the oldest, as long as it waits, so that order is kept and a mail
    /// server that is down holds up no payment.
    /// </summary>
    public Task<ImmutableArray<WaitingMessage>> NextMessages(Instant now, int limit) =>
        Messages($"select {Columns} from outbox where {MayLeave} order by seq limit @limit", new { now, limit });

    /// <summary>
    /// The same, taken for one process until an instant: no other gets them before, unless they were marked. A process
    /// that dies leaves them to the next when that instant has passed.
    /// </summary>
    /// <param name="kinds">Only these kinds; another process may know how to deliver the others.</param>
    public Task<ImmutableArray<WaitingMessage>> ClaimMessages(
        Instant now, Instant until, int limit, IReadOnlyCollection<string>? kinds = null)
    {
        var parameters = new DynamicParameters(new { now, until, limit });
        // One by one: the driver of one database takes a list for an array, that of the other for a list.
        var names = (kinds ?? []).Select((_, index) => $"@kind{index}").ToArray();
        foreach (var (name, kind) in names.Zip(kinds ?? [])) parameters.Add(name, kind);
        var ofKind = kinds is null ? "" : $"and kind in ({string.Join(", ", names)})";
        // The outer condition counts again for a row that another process changed while this one waited for it.
        return Messages($"""
            update outbox set next_at = @until where next_at <= @now
            and seq in (select seq from outbox where {MayLeave} {ofKind} order by seq limit @limit)
            returning {Columns}
            """, parameters);
    }

    private const string Columns = "seq, id, stream, kind, data, created_at, attempts";

    private const string MayLeave = """
        next_at <= @now and not exists (
          select 1 from outbox as earlier
          where earlier.stream = outbox.stream and earlier.kind = outbox.kind and earlier.seq < outbox.seq)
        """;

    private Task<ImmutableArray<WaitingMessage>> Messages(string sql, object parameters) =>
        database.Read(async connection =>
        {
            var rows = await connection.QueryAsync<Row>(sql, parameters);
            return rows.OrderBy(row => row.Seq).Select(row => new WaitingMessage(
                row.Seq, row.Id, new(row.Stream), row.Kind, row.Data, row.CreatedAt, row.Attempts)).ToImmutableArray();
        });

    /// <summary>Forgets the message.</summary>
    public Task MarkDelivered(long seq) => store.MarkDelivered(seq);

    /// <summary>Keeps the message, and those behind it, until a later attempt.</summary>
    public Task MarkFailed(long seq, string error, Instant nextAt) => store.MarkFailed(seq, error, nextAt);

    private sealed record Row(
        long Seq, string Id, string Stream, string Kind, string Data, Instant CreatedAt, long Attempts);
}
