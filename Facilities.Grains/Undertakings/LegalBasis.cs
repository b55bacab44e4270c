using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Undertakings;

/// <summary>The act that a programme rests on, in the version it names.</summary>
/// <param name="Act">Which.</param>
/// <param name="Version">As it is cited, such as <c>EU 2023/2831</c>.</param>
/// <param name="ValidFrom">The first day on which aid may be granted by it.</param>
/// <param name="ValidUntil">The last such day; null where none is named.</param>
public sealed record LegalBasis(AidBasis Act, string Version, LocalDate ValidFrom, LocalDate? ValidUntil)
{
    /// <summary>The general de minimis regulation.</summary>
    public static readonly LegalBasis DeMinimis = new(
        AidBasis.DeMinimis, "EU 2023/2831", new(2024, 1, 1), new(2030, 12, 31));

    /// <summary>Article 28 of the block exemption; its successor is a version of its own.</summary>
    public static readonly LegalBasis BlockExemption = new(
        AidBasis.InnovationAid, "EU 651/2014", new(2014, 7, 1), new(2026, 12, 31));

    /// <summary>Minimal financial assistance of the United Kingdom.</summary>
    public static readonly LegalBasis MinimalFinancialAssistance = new(
        AidBasis.MinimalFinancialAssistance, "Subsidy Control Act 2022", new(2023, 1, 4), null);

    /// <summary>No state aid.</summary>
    public static readonly LegalBasis None = new(AidBasis.None, "none", new(1990, 1, 1), null);

    /// <summary>The acts that programmes may rest on.</summary>
    public static readonly IReadOnlyList<LegalBasis> Known =
        [DeMinimis, BlockExemption, MinimalFinancialAssistance, None];

    /// <summary>Why no aid may be granted by it on a day; null where it may.</summary>
    public string? Refusal(LocalDate day) => day < ValidFrom
        ? $"{Version} applies from {Words.Day(ValidFrom)}."
        : ValidUntil is { } until && day > until
            ? $"{Version} applied until {Words.Day(until)}. The programme needs a basis that is in force."
            : null;

    /// <summary>
    /// The highest share of the cost under Article 28: all of it while support stays within EUR 220,000 in three years,
    /// else half (Article 28(3) and (4)). Other acts name none.
    /// </summary>
    public static Percentage Intensity(AidAnswer support) => new(support.Fits ? 100 : 50);
}
