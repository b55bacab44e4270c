using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Rates;
using Facilities.Grains.Tax;
using Facilities.Silo.Rates;
using NodaTime;

namespace Facilities.Api.Quotes;

/// <summary>
/// What the customer declares at home: as an estimate at the rates of the quote's day, and after delivery at those of
/// the day of supply. Published rates never change, so both can be reckoned at any time.
/// </summary>
public sealed class HomeVat(ExchangeRates rates)
{
    /// <summary>The estimate.</summary>
    public async Task<ImmutableArray<SelfAccountedVat>> Of(QuoteBasis basis)
    {
        var day = basis.Quote.At.InUtc().Date;
        return Of(
            basis.Account, basis.Quote.Items, basis.Quote.Tax, basis.Platforms,
            await Rates(basis.Account, basis.Quote.Currency, day), day);
    }

    /// <summary>Of a booking as it stands: after delivery the figures that hold.</summary>
    public async Task<ImmutableArray<SelfAccountedVat>> Of(BookingState booking)
    {
        if (booking.Account is not { } account || booking.Quote is not { } quote) return [];
        var price = booking.Final ?? BookingDecisions.PriceNow(booking);
        var day = booking.Final is null
            ? quote.At.InUtc().Date
            : price.Items.Select(item => EndOf(item, booking.Platforms)).Max();
        return Of(account, price.Items, price.Tax, booking.Platforms, await Rates(account, quote.Currency, day), day);
    }

    /// <summary>Until when the facilities issue their invoices with reverse charge; null where there is none.</summary>
    public static LocalDate? InvoiceBy(BookingState booking) =>
        booking.Final is { } final && final.Items.Where(i => final.Tax[i.TaxIndex].Category == "AE").ToArray()
            is { Length: > 0 } items
                ? items.Select(item => ReverseCharge.InvoiceBy(EndOf(item, booking.Platforms))).Min()
                : null;

    private Task<ImmutableArray<DayRate>> Rates(AccountProfile account, Currency currency, LocalDate day) =>
        Countries.CurrencyOf(account.Country) is var home && home == currency
            ? Task.FromResult(ImmutableArray<DayRate>.Empty)
            : rates.On([home, currency], day);

    private static ImmutableArray<SelfAccountedVat> Of(
        AccountProfile account, ImmutableArray<QuotedItem> items, ImmutableArray<TaxLine> tax,
        ImmutableArray<PlatformProfile> platforms, ImmutableArray<DayRate> known, LocalDate day) =>
        SelfAccounting.Of(account, items, tax, item => EndOf(item, platforms), known, day);

    private static LocalDate EndOf(QuotedItem item, ImmutableArray<PlatformProfile> platforms) =>
        item.End.InZone(DateTimeZoneProviders.Tzdb[platforms.First(p => p.Id == item.Platform).TimeZone]).Date;
}
