using System.Collections.Immutable;

namespace Facilities.Grains.Undertakings;

/// <summary>The countries whose authorities grant aid that is counted here.</summary>
public static class GrantingCountries
{
    /// <summary>
    /// The Member States, Iceland, Liechtenstein and Norway, where the regulations hold through the EEA, the United
    /// Kingdom, and Switzerland, which has funders but no such ceiling. ISO 3166-1 alpha-2.
    /// </summary>
    public static readonly ImmutableArray<string> All =
    [
        "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IS",
        "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    ];
}
