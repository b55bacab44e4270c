using System.Collections.Concurrent;
using System.Text.Json;
using Dapper;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;

namespace Facilities.Silo.Bookings;

/// <summary>Quotes as rows: written once, never changed.</summary>
public sealed class QuoteBook(EventStore store, IDatabase database) : IQuoteBook
{
    /// <summary>Most quotes are booked within minutes, and most of what one rests on is in memory anyway.</summary>
    private const int RememberedMax = 1_000;

    private readonly ConcurrentDictionary<QuoteId, QuoteBasis> remembered = new();
    private readonly ConcurrentQueue<QuoteId> inOrder = new();

    /// <remarks>
    /// Of two processes that carry out one request the first counts: somebody may have seen its seal already.
    /// </remarks>
    public async Task<QuoteBasis> Keep(QuoteBasis basis)
    {
        var isFirst = await store.InsertRow(Row.Of(
            "quotes", basis.Quote.Id.Value, ("account_id", basis.Quote.Account.Value),
            ("valid_until", basis.Quote.ValidUntil), ("body", JsonSerializer.Serialize(basis, Json.Remembering))));
        if (!isFirst) return (await Find(basis.Quote.Id))!;
        Remember(basis);
        return basis;
    }

    public async Task<QuoteBasis?> Find(QuoteId quote)
    {
        if (remembered.TryGetValue(quote, out var known)) return known;
        var body = await database.Read(connection => connection.QuerySingleOrDefaultAsync<string>(
            "select body from quotes where key = @key", new { key = quote.Value }));
        return body is null ? null : BodyQueries.Body<QuoteBasis>(body);
    }

    // Only what this process stored itself: a quote never changes.
    private void Remember(QuoteBasis basis)
    {
        if (!remembered.TryAdd(basis.Quote.Id, basis)) return;
        inOrder.Enqueue(basis.Quote.Id);
        if (inOrder.Count > RememberedMax && inOrder.TryDequeue(out var oldest)) remembered.TryRemove(oldest, out _);
    }
}
