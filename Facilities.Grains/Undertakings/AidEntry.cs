using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Undertakings;

/// <summary>Where an entry of the register comes from.</summary>
public enum AidSource
{
    /// <summary>A voucher that a programme here awarded.</summary>
    Voucher,
    /// <summary>Aid that the SME declared.</summary>
    Declared,
    /// <summary>Aid that an authority's register tells of.</summary>
    Register,
}

/// <summary>
/// One aid that an undertaking was granted; its face value counts from the grant until less was used.
/// </summary>
/// <param name="Id">Unique within the register.</param>
/// <param name="Beneficiary">The enterprise that got it.</param>
/// <param name="Country">Of the granting authority, ISO 3166-1 alpha-2.</param>
/// <param name="Basis">The act it rests on.</param>
/// <param name="GrantedOn">When the legal right arose, not when it was paid.</param>
/// <param name="Amount">As granted, gross, in the currency of the grant.</param>
/// <param name="Euros">
/// The same at the rate of the grant day, fixed for good; in pounds where the act counts in them.
/// </param>
/// <param name="Authority">Who granted it.</param>
/// <param name="Source">Where the entry comes from.</param>
/// <param name="Used">What was used in the end, where that is less; null while all may still be used.</param>
public sealed record AidEntry(
    string Id, EnterpriseId Beneficiary, string Country, AidBasis Basis, LocalDate GrantedOn, Money Amount, Money Euros,
    string Authority, AidSource Source, Money? Used = null)
{
    /// <summary>The programme that awarded it; null of aid from elsewhere.</summary>
    public ProgrammeId? Programme { get; init; }

    /// <summary>NACE class of the beneficiary on the day of the grant; null where it is not known.</summary>
    public string? Nace { get; init; }

    /// <summary>Which enterprise of the undertaking got it, where it was declared for another.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Recipient { get; init; }

    /// <summary>
    /// Units of the grant's currency for one euro on its day, where it counts in euros and the rate was kept.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? PerEuro { get; init; }

    /// <summary>
    /// The highest share of the cost that it may pay, where its act asks; null and left out of rows where it does not,
    /// or where it was not kept.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Percentage? Rate { get; init; }

    /// <summary>What counts against a ceiling.</summary>
    public Money Counts => Used ?? Euros;
}

/// <summary>The act that aid rests on.</summary>
public enum AidBasis
{
    /// <summary>Regulation (EU) 2023/2831, general de minimis aid.</summary>
    DeMinimis,
    /// <summary>Article 28 of Regulation (EU) 651/2014: innovation aid for SMEs.</summary>
    InnovationAid,
    /// <summary>Subsidy Control Act 2022, sections 36 and 37: minimal financial assistance.</summary>
    MinimalFinancialAssistance,
    /// <summary>No state aid.</summary>
    None,
}

/// <summary>Amounts at a stated rate to the euro.</summary>
public static class EuroRate
{
    /// <summary>An amount in euros, rounded half up to the cent.</summary>
    /// <param name="amount">In its own currency.</param>
    /// <param name="perEuro">Units of that currency for one euro, as the ECB published it for the day.</param>
    public static Money Convert(Money amount, decimal perEuro) => amount.Currency == Currency.Eur
        ? amount
        : Money.Rounded(amount.Amount / perEuro, Currency.Eur);
}
