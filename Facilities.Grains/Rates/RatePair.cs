using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Rates;

/// <summary>The reference rates between two currencies; the euro needs none.</summary>
/// <param name="From">Of the currency that is converted; null for the euro.</param>
/// <param name="To">Of the other; null for the euro.</param>
public sealed record RatePair(DayRate? From, DayRate? To)
{
    /// <summary>The rates for a day; null where one of them is not known.</summary>
    public static RatePair? Of(ImmutableArray<DayRate> rates, Currency from, Currency to, LocalDate day)
    {
        var pair = new RatePair(DayRates.Find(rates, from, day), DayRates.Find(rates, to, day));
        return (pair.From is null && from != Currency.Eur) || (pair.To is null && to != Currency.Eur) ? null : pair;
    }

    /// <summary>An amount in the other currency, rounded once.</summary>
    public Money Convert(Money amount, Currency to) =>
        DayRates.Convert(amount, From?.PerEuro ?? 1, to, To?.PerEuro ?? 1);

    /// <summary>A cap in the other currency, rounded down, so that nothing above it is ever paid.</summary>
    public Money Cap(Money cap, Currency to) => DayRates.Cap(cap, From?.PerEuro ?? 1, to, To?.PerEuro ?? 1);

    /// <summary>The same rates the other way; they are never inverted.</summary>
    public RatePair Reverse() => new(To, From);

    /// <summary>An amount with what it is in the other currency, as people read it.</summary>
    public string InWords(Money amount, Money converted) =>
        $"{Words.Money(amount)} = {Words.Money(converted)} at {InWords()}";

    /// <summary>The rates with their day, as people read them.</summary>
    public string InWords() => string.Join(
        " and ", new[] { From, To }.OfType<DayRate>().Select(rate => rate.InWords()));
}
