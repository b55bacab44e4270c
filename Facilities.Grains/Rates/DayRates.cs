using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Rates;

/// <summary>A reference rate of the European Central Bank: units of a currency for one euro.</summary>
/// <param name="Day">The day that it was published for.</param>
/// <param name="Currency">Never the euro.</param>
/// <param name="PerEuro">Above zero; never inverted.</param>
public sealed record DayRate(LocalDate Day, Currency Currency, decimal PerEuro)
{
    /// <summary>The rate with its day, as people read it.</summary>
    public string InWords() => string.Create(
        CultureInfo.InvariantCulture,
        $"{PerEuro} {Currency} for one euro, the ECB's rate of {Words.Day(Day)}");
}

/// <summary>Conversion at reference rates: rounded once, at the end, half away from zero.</summary>
public static class DayRates
{
    /// <summary>How far back a rate may lie: over the longest closing of the bank, and not much more.</summary>
    public const int DaysBack = 7;

    // The lev was fixed when Bulgaria took the euro; the bank publishes no rate of it any more.
    private static readonly ImmutableDictionary<string, decimal> Fixed =
        ImmutableDictionary<string, decimal>.Empty.Add("BGN", 1.95583m);

    /// <summary>
    /// The rate for a day: of that day, or the newest before it, never one after it; null where none is near enough.
    /// </summary>
    public static decimal? PerEuro(IEnumerable<DayRate> rates, Currency currency, LocalDate day) =>
        currency == Currency.Eur ? 1 : Find(rates, currency, day)?.PerEuro;

    /// <summary>The same with the day that the rate was published for; null of the euro, too.</summary>
    public static DayRate? Find(IEnumerable<DayRate> rates, Currency currency, LocalDate day) =>
        rates.Where(r => r.Currency == currency && r.Day <= day && r.Day >= day.PlusDays(-DaysBack)).MaxBy(r => r.Day)
        ?? (FixedRate(currency, day) is { } rate ? new DayRate(FixedSince, currency, rate) : null);

    private static readonly LocalDate FixedSince = new(2026, 1, 1);

    /// <summary>The rate of a currency that became the euro; null of others.</summary>
    public static decimal? FixedRate(Currency currency, LocalDate day) =>
        day >= FixedSince && Fixed.TryGetValue(currency.Code, out var rate) ? rate : null;

    /// <summary>
    /// An amount in another currency, through the euro without rounding in between: multiplied before it is divided, so
    /// that what comes out whole is not a hair below.
    /// </summary>
    /// <param name="amount">What is converted.</param>
    /// <param name="from">Units of its currency for one euro; 1 for the euro.</param>
    /// <param name="to">The other currency.</param>
    /// <param name="toPerEuro">Its units for one euro; 1 for the euro.</param>
    public static Money Convert(Money amount, decimal from, Currency to, decimal toPerEuro) =>
        amount.Currency == to ? amount : Money.Rounded(amount.Amount * toPerEuro / from, to);

    /// <summary>A cap in another currency, rounded down, so that nothing above it is ever paid.</summary>
    public static Money Cap(Money cap, decimal from, Currency to, decimal toPerEuro) => cap.Currency == to
        ? cap
        : Money.Of(decimal.Round(cap.Amount * toPerEuro / from, 2, MidpointRounding.ToNegativeInfinity), to);
}
