using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>The rules of a funder's voucher scheme, as published.</summary>
/// <param name="Id">The programme.</param>
/// <param name="Name">As people know it.</param>
/// <param name="Funder">Who answers for the money.</param>
/// <param name="Country">The granting Member State, ISO 3166-1 alpha-2.</param>
/// <param name="TimeZone">IANA zone of its dates.</param>
/// <param name="Budget">What may be awarded in all.</param>
/// <param name="LegalBasis">The act it rests on, such as <c>EU 2023/2831</c>.</param>
/// <param name="Rate">Share of what remains after co-financing.</param>
/// <param name="CapPerVoucher">The most that one voucher is worth.</param>
/// <param name="CapPerOrder">The most that one booking may draw; null where only the voucher bounds it.</param>
/// <param name="Sizes">Eligible sizes: micro, small, medium.</param>
/// <param name="RegionsInclude">NUTS prefixes of eligible SMEs.</param>
/// <param name="ProviderScope">Which platforms it may be spent at.</param>
/// <param name="Categories">Eligible service categories; empty means all.</param>
/// <param name="ValidityMonths">From the award.</param>
/// <param name="ClaimDays">Days after acceptance in which a claim is made.</param>
/// <param name="PaymentMode">Whom the funder pays.</param>
/// <param name="VatFundable">Whether VAT is eligible.</param>
public sealed record ProgrammeTerms(
    ProgrammeId Id, string Name, string Funder, string Country, string TimeZone, Money Budget, string LegalBasis,
    Percentage Rate, Money CapPerVoucher, Money? CapPerOrder, ImmutableArray<string> Sizes,
    ImmutableArray<string> RegionsInclude, ProviderScope ProviderScope, ImmutableArray<string> Categories,
    int ValidityMonths, int ClaimDays, PaymentMode PaymentMode, VatFundable VatFundable) : IWrittenOnce
{
    private readonly WrittenJson _written = new();

    WrittenJson IWrittenOnce.Written => _written;

    /// <summary>Rules beyond these; null where there are none, and left out of rows then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProgrammeRules? Rules { get; init; }

    /// <summary>
    /// The budget by year of the grant; null where one budget is for all years, left out of rows then.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<BudgetYear>? Years { get; init; }

    /// <summary>Dates of the legal basis narrower than the act's own; null where the act alone says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BasisValidity? BasisValidity { get; init; }

    /// <summary>How it pays in instalments; null where it does not, and left out of rows then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public InstalmentTerms? Instalments { get; init; }

    /// <summary>The rules beyond these.</summary>
    [JsonIgnore]
    public ProgrammeRules EffectiveRules => Rules ?? ProgrammeRules.None;

    /// <summary>The last day of a voucher that is awarded on a day.</summary>
    public LocalDate ExpiryOf(LocalDate awardedOn) => awardedOn.PlusMonths(ValidityMonths) is var last
        && EffectiveRules.ValidUntil is { } until && until < last ? until : last;

    /// <summary>Whether its vouchers may be spent on a service.</summary>
    public bool Accepts(PlatformId platform, ClusterId cluster, string nuts) =>
        ProviderScope.Accepts(nuts)
        || (EffectiveRules is { } rules && !ProviderScope.Excludes(nuts)
            && (rules.Platforms.Contains(platform) || rules.Clusters.Contains(cluster)
                || rules.Countries.Any(country => nuts.StartsWith(country, StringComparison.Ordinal))));

    /// <summary>Whether its vouchers pay for a kind of service.</summary>
    public bool Funds(string category) =>
        (Categories.IsEmpty || Categories.Contains(category)) && !EffectiveRules.CategoriesExclude.Contains(category);
}

/// <summary>Where a voucher may be spent. Closed unless opened: no region included and not any means nowhere.</summary>
/// <param name="Any">Everywhere, less the exclusions.</param>
/// <param name="IncludeRegions">NUTS prefixes of platforms that are accepted.</param>
/// <param name="ExcludeRegions">NUTS prefixes of platforms that are not.</param>
public sealed record ProviderScope(
    bool Any, ImmutableArray<string> IncludeRegions, ImmutableArray<string> ExcludeRegions)
{
    /// <summary>Whether a platform in a region is accepted.</summary>
    public bool Accepts(string nuts) =>
        (Any || IncludeRegions.Any(p => nuts.StartsWith(p, StringComparison.Ordinal)))
        && !Excludes(nuts);

    /// <summary>Whether a region is excluded.</summary>
    public bool Excludes(string nuts) =>
        ExcludeRegions.Any(p => nuts.StartsWith(p, StringComparison.Ordinal));
}

/// <summary>Whom the funder pays.</summary>
public enum PaymentMode
{
    /// <summary>The provider, so that the SME finances nothing in advance.</summary>
    ToProvider,
    /// <summary>The SME, after it paid the provider.</summary>
    Reimbursement,
    /// <summary>The SME: a part once it has booked, the rest after it paid the provider.</summary>
    Instalments,
}

/// <summary>What a payment mode means.</summary>
public static class PaymentModes
{
    /// <summary>Whether the SME pays the provider everything and the funder pays the SME.</summary>
    public static bool PaysAccount(this PaymentMode mode) => mode != PaymentMode.ToProvider;
}

/// <summary>Whether VAT counts as eligible cost.</summary>
public enum VatFundable
{
    /// <summary>Never.</summary>
    Never,
    /// <summary>Where the SME cannot deduct it.</summary>
    IfNotDeductible,
    /// <summary>Always.</summary>
    Always,
}
