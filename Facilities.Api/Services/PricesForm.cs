using System.Collections.Immutable;
using System.Globalization;
using Facilities.Api.Platforms;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;

namespace Facilities.Api.Services;

/// <summary>What a manager typed as a service's prices, kept as typed until they are changed.</summary>
public sealed record PricesForm(string Home, string Partner, string External, string Academic)
{
    public static PricesForm Of(Prices prices) =>
        new(Text(prices.Home), Text(prices.Partner), Text(prices.External), Text(prices.Academic));

    public static PricesForm Read(IFormCollection form) => new(form["home"].ToString(), form["partner"].ToString(),
        form["external"].ToString(), form["academic"].ToString());

    /// <summary>The prices, or every fault of the form at once.</summary>
    public (Prices? Prices, ImmutableArray<Fault> Faults) Prices(Currency currency)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var prices = new Prices(
            Amount(Home, "/home", currency, faults), Amount(Partner, "/partner", currency, faults),
            Amount(External, "/external", currency, faults), Amount(Academic, "/academic", currency, faults));
        return faults.Count > 0 ? (null, faults.ToImmutable()) : (prices, []);
    }

    private static string Text(Money price) => price.Amount.ToString("0.00", CultureInfo.InvariantCulture);

    private static Money Amount(string text, string pointer, Currency currency, ImmutableArray<Fault>.Builder faults)
    {
        if (TypedNumber.Amount(text, currency) is { Amount: <= 10_000_000m } amount) return amount;
        faults.Add(new Fault(pointer, $"Give an amount in {currency} such as 1380.00, with at most two decimals."));
        return Money.Zero(currency);
    }
}
