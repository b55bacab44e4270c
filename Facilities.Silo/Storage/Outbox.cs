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
        database.Read(async connection =>
        {
            var rows = await connection.QueryAsync<Row>("""
                select seq, id, stream, kind, data, created_at, attempts from outbox as message
                where next_at <= @now and not exists (
                  select 1 from outbox as earlier
                  where earlier.stream = message.stream and earlier.kind = message.kind and earlier.seq < message.seq)
                order by seq limit @limit
                """, new { now, limit });
            return rows.Select(row => new WaitingMessage(
                row.Seq, row.Id, new(row.Stream), row.Kind, row.Data, row.CreatedAt, row.Attempts)).ToImmutableArray();
        });

    public Task MarkDelivered(long seq) => store.MarkDelivered(seq);

    /// <summary>Keeps the message, and those behind it, until a later attempt.</summary>
    public Task MarkFailed(long seq, string error, Instant nextAt) => store.MarkFailed(seq, error, nextAt);

    private sealed record Row(
        long Seq, string Id, string Stream, string Kind, string Data, Instant CreatedAt, long Attempts);
}
