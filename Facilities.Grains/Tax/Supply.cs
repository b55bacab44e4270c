using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Rates;
using NodaTime;

namespace Facilities.Grains.Tax;

/// <summary>What a customer buys, as its own country taxes it.</summary>
/// <param name="Account">The customer.</param>
/// <param name="Items">What it buys.</param>
/// <param name="Tax">How the providers tax it.</param>
/// <param name="Platforms">Where.</param>
/// <param name="RateDay">
/// The day whose rates of exchange apply: an estimate has those of the quote's day, a delivery those of its last day.
/// </param>
/// <param name="Currency">Of the order.</param>
public sealed record Supply(
    AccountProfile Account, ImmutableArray<QuotedItem> Items, ImmutableArray<TaxLine> Tax,
    ImmutableArray<PlatformProfile> Platforms, LocalDate RateDay, Currency Currency)
{
    /// <summary>The currencies whose rates are needed; empty where nothing is converted.</summary>
    public ImmutableArray<Currency> Foreign =>
        Countries.CurrencyOf(Account.Country) is var home && home == Currency ? [] : [home, Currency];

    /// <summary>What is quoted.</summary>
    public static Supply Of(QuoteBasis basis) => new(
        basis.Account, basis.Quote.Items, basis.Quote.Tax, basis.Platforms, basis.Quote.At.InUtc().Date,
        basis.Quote.Currency);

    /// <summary>A booking as it stands; null as long as it has no price.</summary>
    public static Supply? Of(BookingState booking)
    {
        if (booking.Account is not { } account || booking.Quote is not { } quote) return null;
        var price = Crediting.PriceOf(booking);
        var day = booking.Final is null
            ? quote.At.InUtc().Date
            : price.Items.Select(item => EndOf(item, booking.Platforms)).Max();
        return new(account, price.Items, price.Tax, booking.Platforms, day, quote.Currency);
    }

    /// <summary>VAT that no provider charges and the customer declares at home.</summary>
    /// <param name="rates">Of <see cref="Foreign"/>.</param>
    public ImmutableArray<SelfAccountedVat> SelfAccounted(ImmutableArray<DayRate> rates) =>
        SelfAccounting.Of(Account, Items, Tax, item => EndOf(item, Platforms), rates, RateDay);

    /// <summary>
    /// Until when the facilities issue their invoices with reverse charge; null where there is none or nothing was
    /// delivered.
    /// </summary>
    public static LocalDate? InvoiceBy(BookingState booking) =>
        booking.Final is { } final && final.Items.Where(i => final.Tax[i.TaxIndex].Category == "AE").ToArray()
            is { Length: > 0 } items
                ? items.Select(item => ReverseCharge.InvoiceBy(EndOf(item, booking.Platforms))).Min()
                : null;

    private static LocalDate EndOf(QuotedItem item, ImmutableArray<PlatformProfile> platforms) =>
        item.End.InZone(DateTimeZoneProviders.Tzdb[platforms.First(p => p.Id == item.Platform).TimeZone]).Date;
}
