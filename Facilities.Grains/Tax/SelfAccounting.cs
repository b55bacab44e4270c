using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Rates;
using NodaTime;

namespace Facilities.Grains.Tax;

/// <summary>
/// VAT that no provider charges, because the customer declares it at home (Directive 2006/112/EC, Art. 196, and the
/// like outside the Union).
/// </summary>
/// <param name="Country">Where it is declared.</param>
/// <param name="Rate">Percent, of the day of supply.</param>
/// <param name="Base">The net price, in the currency of that country where a rate of it is known.</param>
/// <param name="Amount">Base times rate, rounded half up.</param>
/// <param name="Conversion">At which rates the base was converted; null where nothing was.</param>
/// <param name="Reason">In words.</param>
public sealed record SelfAccountedVat(
    string Country, decimal Rate, Money Base, Money Amount, RatePair? Conversion, string Reason);

/// <summary>What a customer declares at home; not tax advice.</summary>
public static class SelfAccounting
{
    /// <summary>What the customer declares, by rate; empty where every provider charges VAT.</summary>
    /// <param name="account">The customer.</param>
    /// <param name="items">What it bought.</param>
    /// <param name="tax">How the providers tax it.</param>
    /// <param name="taxPoint">The day on which an item is completed, in its platform's zone.</param>
    /// <param name="rates">Reference rates; what is missing leaves amounts in the currency of the order.</param>
    /// <param name="rateDay">The day whose rates apply.</param>
    public static ImmutableArray<SelfAccountedVat> Of(
        AccountProfile account, ImmutableArray<QuotedItem> items, ImmutableArray<TaxLine> tax,
        Func<QuotedItem, LocalDate> taxPoint, ImmutableArray<DayRate> rates, LocalDate rateDay) =>
    [
        .. items.Where(item => tax[item.TaxIndex] is { Category: "AE" or "O" } line && line.Country != account.Country)
            .Select(item => (item.Net, Rate: VatRates.Find(account.Country, taxPoint(item))))
            .Where(of => of.Rate is not null)
            .GroupBy(of => of.Rate!.Value, of => of.Net)
            .Select(of => Of(account, of.Key, Money.Sum(of, of.First().Currency), rates, rateDay)),
    ];

    private static SelfAccountedVat Of(
        AccountProfile account, decimal rate, Money net, ImmutableArray<DayRate> rates, LocalDate rateDay)
    {
        var home = Countries.CurrencyOf(account.Country);
        var conversion = net.Currency == home ? null : RatePair.Of(rates, net.Currency, home, rateDay);
        var basis = conversion?.Convert(net, home) ?? net;
        var amount = basis.Times(rate / 100);
        var reason = $"{account.Name} declares {Words.Number(rate)} % VAT in {Countries.NameOf(account.Country)} "
            + $"itself and deducts it where it has the full right: {Words.Money(amount)} on {Words.Money(basis)}"
            + (conversion is null ? "." : $", which are {Words.Money(net)} at {conversion.InWords()}.");
        return new(account.Country, rate, basis, amount, conversion, reason);
    }
}
