using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Rates;
using NodaTime;

namespace Facilities.Grains.Undertakings;

/// <summary>From where the rate is known by which an aid counts.</summary>
public enum AidRateSource
{
    /// <summary>The European Central Bank published it.</summary>
    Published,
    /// <summary>Whoever declared or awarded the aid gave it.</summary>
    Stated,
    /// <summary>It was not kept, and follows roughly from the two amounts.</summary>
    Reckoned,
}

/// <summary>The rate by which an aid in another currency counts against a ceiling in euros.</summary>
/// <param name="PerEuro">Units of the currency of the grant for one euro.</param>
/// <param name="Day">The day that the rate is of: the bank's where it published it, else that of the grant.</param>
/// <param name="Source">From where it is known.</param>
public sealed record AidRate(decimal PerEuro, LocalDate Day, AidRateSource Source)
{
    private const int Decimals = 4;

    /// <summary>The rate of an entry; null where it counts in its own currency.</summary>
    /// <param name="entry">The aid.</param>
    /// <param name="published">Rates of the week before its grant, at least.</param>
    public static AidRate? Of(AidEntry entry, IEnumerable<DayRate> published)
    {
        if (entry.Amount.Currency == entry.Euros.Currency) return null;
        // What was published explains an entry only where it leads to the amount that was fixed for good.
        if (DayRates.Find(published, entry.Amount.Currency, entry.GrantedOn) is { } known
            && (entry.PerEuro ?? known.PerEuro) == known.PerEuro
            && EuroRate.Convert(entry.Amount, known.PerEuro) == entry.Euros)
            return new(known.PerEuro, known.Day, AidRateSource.Published);
        if (entry.PerEuro is { } stated) return new(stated, entry.GrantedOn, AidRateSource.Stated);
        return entry.Euros.IsPositive
            ? new(
                decimal.Round(entry.Amount.Amount / entry.Euros.Amount, Decimals), entry.GrantedOn,
                AidRateSource.Reckoned)
            : null;
    }

    /// <summary>The rate with its day and where it is from, as people read it.</summary>
    /// <param name="currency">Of the grant.</param>
    public string InWords(Currency currency)
    {
        var rate = string.Create(CultureInfo.InvariantCulture, $"{PerEuro:0.######} {currency} for one euro");
        return Source switch
        {
            AidRateSource.Published => $"at {rate}, the ECB's rate of {Words.Day(Day)}",
            AidRateSource.Stated => $"at {rate}, as stated for {Words.Day(Day)}",
            _ => $"at about {rate} on {Words.Day(Day)}",
        };
    }
}
