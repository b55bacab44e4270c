using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Silo.Storage;

namespace Facilities.Silo.Invoices;

/// <summary>An invoice with whom it concerns.</summary>
public sealed record ListedInvoice(Invoice Invoice, BookingId Booking, PlatformId Platform, AccountId Account);

/// <summary>Invoices as they were issued.</summary>
public sealed class InvoiceLists(IDatabase database)
{
    public Task<ImmutableArray<Invoice>> OfBooking(BookingId booking) => database.Bodies<Invoice>(
        "select body from invoices where booking_id = @booking order by number", new { booking = booking.Value });

    public async Task<ListedInvoice?> Find(InvoiceId invoice)
    {
        var row = await database.Read(connection => connection.QuerySingleOrDefaultAsync<InvoiceRow>(
            "select booking_id, platform_id, account_id from invoices where key = @key", new { key = invoice.Value }));
        return row is null ? null : new ListedInvoice(
            (await database.Body<Invoice>("select body from invoices where key = @key", new { key = invoice.Value }))!,
            new BookingId(row.BookingId), new PlatformId(row.PlatformId), new AccountId(row.AccountId));
    }

    private sealed record InvoiceRow(string BookingId, string PlatformId, string AccountId);
}
