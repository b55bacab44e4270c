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
    /// <remarks>
    /// Of two processes that carry out one request the first counts: somebody may have seen its seal already.
    /// </remarks>
    public async Task<QuoteBasis> Keep(QuoteBasis basis) => await store.InsertRow(Row.Of(
        "quotes", basis.Quote.Id.Value, ("account_id", basis.Quote.Account.Value),
        ("valid_until", basis.Quote.ValidUntil), ("body", JsonSerializer.Serialize(basis, Json.Options))))
        ? basis
        : (await Find(basis.Quote.Id))!;

    public async Task<QuoteBasis?> Find(QuoteId quote)
    {
        var body = await database.Read(connection => connection.QuerySingleOrDefaultAsync<string>(
            "select body from quotes where key = @key", new { key = quote.Value }));
        return body is null ? null : BodyQueries.Body<QuoteBasis>(body);
    }
}
