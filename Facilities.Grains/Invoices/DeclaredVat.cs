using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Rates;
using Facilities.Grains.Tax;
using NodaTime;

namespace Facilities.Grains.Invoices;

/// <summary>
/// The VAT of an invoice in the currency of the state where it is declared (Directive 2006/112/EC, Art. 91 (2) and
/// 230), at the reference rate of the day of supply.
/// </summary>
public static class DeclaredVat
{
    /// <summary>The currencies whose rates are needed; empty where nothing is converted.</summary>
    /// <param name="country">Of the seller.</param>
    /// <param name="currency">Of the invoice.</param>
    public static ImmutableArray<Currency> Foreign(string country, Currency currency) =>
        Countries.CurrencyOf(country) is var home && home == currency ? [] : [home, currency];

    /// <summary>
    /// The invoice with its VAT in that currency as well; where no rate of the day is known it says that the seller
    /// adds it.
    /// </summary>
    public static Invoice On(Invoice invoice, ImmutableArray<DayRate> rates)
    {
        var home = Countries.CurrencyOf(invoice.Seller.Country);
        if (home == invoice.Currency || invoice.Totals.Vat.IsZero) return invoice;
        return RatePair.Of(rates, invoice.Currency, home, RateDay(invoice)) is { } pair
            ? invoice with { VatDeclared = new(pair.Convert(invoice.Totals.Vat, home), pair) }
            : invoice with { Note = $"{invoice.Note} The seller states the VAT in {home} itself.".TrimStart() };
    }

    /// <summary>Poland takes the rate of the working day before the supply, others that of the day.</summary>
    private static LocalDate RateDay(Invoice invoice) =>
        invoice.Seller.Country == "PL" ? invoice.SuppliedOn.PlusDays(-1) : invoice.SuppliedOn;
}
