using System.Collections.Frozen;
using System.Collections.Immutable;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Tax;

/// <summary>The countries that tax and contracts know, by ISO 3166-1 alpha-2.</summary>
public static class Countries
{
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["AT"] = "Austria",
        ["BE"] = "Belgium",
        ["BG"] = "Bulgaria",
        ["CY"] = "Cyprus",
        ["CZ"] = "Czechia",
        ["DE"] = "Germany",
        ["DK"] = "Denmark",
        ["EE"] = "Estonia",
        ["ES"] = "Spain",
        ["FI"] = "Finland",
        ["FR"] = "France",
        ["GR"] = "Greece",
        ["HR"] = "Croatia",
        ["HU"] = "Hungary",
        ["IE"] = "Ireland",
        ["IT"] = "Italy",
        ["LT"] = "Lithuania",
        ["LU"] = "Luxembourg",
        ["LV"] = "Latvia",
        ["MT"] = "Malta",
        ["NL"] = "the Netherlands",
        ["PL"] = "Poland",
        ["PT"] = "Portugal",
        ["RO"] = "Romania",
        ["SE"] = "Sweden",
        ["SI"] = "Slovenia",
        ["SK"] = "Slovakia",
        ["CH"] = "Switzerland",
        ["GB"] = "the United Kingdom",
        ["NO"] = "Norway",
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Outside = new[] { "CH", "GB", "NO" }.ToFrozenSet();

    /// <summary>
    /// Whether it is a Member State for VAT on services. Northern Ireland (XI) is one for goods alone, so it is not.
    /// </summary>
    public static bool IsInUnion(string country) => Names.ContainsKey(country) && !Outside.Contains(country);

    /// <summary>The country's English name inside a sentence; its code where it is not known.</summary>
    public static string NameOf(string country) => Names.GetValueOrDefault(country, country);

    /// <summary>The currencies of all of them.</summary>
    public static ImmutableArray<Currency> Currencies { get; } = [.. Names.Keys.Select(CurrencyOf).Distinct()];

    /// <summary>The currency that its taxes are declared in.</summary>
    public static Currency CurrencyOf(string country) => country switch
    {
        "CH" => new("CHF"),
        "CZ" => new("CZK"),
        "DK" => new("DKK"),
        "GB" => new("GBP"),
        "HU" => Currency.Huf,
        "NO" => new("NOK"),
        "PL" => new("PLN"),
        "RO" => new("RON"),
        "SE" => new("SEK"),
        _ => Currency.Eur,
    };

    /// <summary>The prefix of its VAT ids: <c>EL</c> for Greece, else the country's code.</summary>
    public static string VatPrefixOf(string country) => country == "GR" ? "EL" : country;
}
