using System.Collections.Immutable;
using Facilities.Grains.Rates;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Rates;

namespace Facilities.Silo.Undertakings;

/// <summary>The rates by which aid in other currencies counts.</summary>
public sealed class AidRates(ExchangeRates rates)
{
    /// <summary>By the id of the entry; none of what counts in its own currency.</summary>
    public async Task<ImmutableDictionary<string, AidRate>> Of(IEnumerable<AidEntry> entries)
    {
        var converted = entries.Where(entry => entry.Amount.Currency != entry.Euros.Currency).ToArray();
        if (converted.Length == 0) return ImmutableDictionary<string, AidRate>.Empty;
        var known = (await rates.Between(
            converted.Select(entry => entry.Amount.Currency),
            converted.Min(entry => entry.GrantedOn).PlusDays(-DayRates.DaysBack),
            converted.Max(entry => entry.GrantedOn))).ToDictionary(rate => (rate.Currency, rate.Day));
        var found = ImmutableDictionary.CreateBuilder<string, AidRate>();
        foreach (var entry in converted)
        {
            var near = Enumerable.Range(0, DayRates.DaysBack + 1)
                .Select(back => known.GetValueOrDefault((entry.Amount.Currency, entry.GrantedOn.PlusDays(-back))))
                .OfType<DayRate>();
            if (AidRate.Of(entry, near) is { } rate) found[entry.Id] = rate;
        }
        return found.ToImmutable();
    }
}
