using System.Collections.Immutable;
using NodaTime;

namespace Facilities.Grains.Tax;

/// <summary>A standard VAT rate for a time.</summary>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Percent">Percent.</param>
/// <param name="From">The first day; null where it reaches further back than is recorded.</param>
/// <param name="To">The last day; null where it still holds.</param>
public sealed record VatRate(string Country, decimal Percent, LocalDate? From = null, LocalDate? To = null);

/// <summary>Standard rates as published (state of 21 November 2026). Past rows are never edited, only
/// followed.</summary>
public static class VatRates
{
    /// <summary>All rates, by country and time.</summary>
    public static readonly ImmutableArray<VatRate> All =
    [
        new("FR", 20m), new("ES", 21m), new("IT", 22m), new("HU", 27m), new("GB", 20m), new("SE", 25m),
        new("DK", 25m), new("CZ", 21m), new("AT", 20m), new("BE", 21m), new("NL", 21m), new("PL", 23m),
        new("PT", 23m), new("NO", 25m),
        new("DE", 19m, null, new LocalDate(2020, 6, 30)),
        new("DE", 16m, new LocalDate(2020, 7, 1), new LocalDate(2020, 12, 31)),
        new("DE", 19m, new LocalDate(2021, 1, 1)),
        new("FI", 24m, null, new LocalDate(2024, 8, 31)),
        new("FI", 25.5m, new LocalDate(2024, 9, 1)),
        new("CH", 7.7m, null, new LocalDate(2023, 12, 31)),
        new("CH", 8.1m, new LocalDate(2024, 1, 1)),
        new("EE", 22m, null, new LocalDate(2025, 6, 30)),
        new("EE", 24m, new LocalDate(2025, 7, 1)),
    ];

    /// <summary>The rate on the day of supply.</summary>
    /// <exception cref="InvalidOperationException">No rate of the country is recorded.</exception>
    public static decimal On(string country, LocalDate taxPoint) => Find(country, taxPoint)
        ?? throw new InvalidOperationException($"No VAT rate of {Countries.NameOf(country)} is recorded.");

    /// <summary>The rate on the day of supply; null where none of the country is recorded.</summary>
    public static decimal? Find(string country, LocalDate taxPoint) =>
        All.FirstOrDefault(r => r.Country == country && !(r.From > taxPoint) && !(r.To < taxPoint))?.Percent;
}
