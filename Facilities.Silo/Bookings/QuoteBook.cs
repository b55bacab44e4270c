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
    public Task Keep(QuoteBasis basis) => store.WriteRows(
    [
        Row.Of("quotes", basis.Quote.Id.Value, ("account_id", basis.Quote.Account.Value),
            ("valid_until", basis.Quote.ValidUntil), ("body", JsonSerializer.Serialize(basis, Json.Options))),
    ]);

    public async Task<QuoteBasis?> Find(QuoteId quote)
    {
        var body = await database.Read(connection => connection.QuerySingleOrDefaultAsync<string>(
            "select body from quotes where key = @key", new { key = quote.Value }));
        return body is null ? null : BodyQueries.Body<QuoteBasis>(body);
    }
}
