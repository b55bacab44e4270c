using System.Collections.Immutable;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Api.Programmes;

/// <summary>Where vouchers may be spent; nowhere where nothing is said.</summary>
public sealed record ScopeBody(
    bool Any = false, ImmutableArray<string> IncludeRegions = default, ImmutableArray<string> ExcludeRegions = default)
{
    public ProviderScope AsScope() => new(Any, Lists.Or(IncludeRegions), Lists.Or(ExcludeRegions));
}

/// <summary>The rules of a programme beyond its rate, caps and regions.</summary>
public sealed record RulesBody(
    ImmutableArray<RateBracket> Brackets = default, Money? CostMin = null, Money? OwnContribution = null,
    Rounding Rounding = Rounding.HalfUp, Stacking Stacking = Stacking.WithAny,
    ImmutableArray<string> RegionsExclude = default, LocationTest Location = LocationTest.Establishment,
    TestTime RegionTestedAt = TestTime.Application, ImmutableArray<string> NaceExclude = default,
    ImmutableArray<string> CategoriesExclude = default, ImmutableArray<PlatformId> Platforms = default,
    ImmutableArray<ClusterId> Clusters = default, ImmutableArray<string> Countries = default,
    StartRule Start = StartRule.Award, UseInside Inside = UseInside.Booked, int? PerGroupAndYear = null,
    int? PerGroup = null, LocalDate? ValidUntil = null,
    OtherCurrencies OtherCurrencies = OtherCurrencies.Refused,
    AboveSupportCeiling AboveSupportCeiling = AboveSupportCeiling.Refuse)
{
    public static RulesBody Of(ProgrammeRules r) => new(
        r.Brackets, r.CostMin, r.OwnContribution, r.Rounding, r.Stacking, r.RegionsExclude, r.Location,
        r.RegionTestedAt, r.NaceExclude, r.CategoriesExclude, r.Platforms, r.Clusters, r.Countries, r.Start, r.Inside,
        r.PerGroupAndYear, r.PerGroup, r.ValidUntil, r.OtherCurrencies, r.AboveSupportCeiling);

    public ProgrammeRules AsRules() => new()
    {
        Brackets = Lists.Or(Brackets),
        CostMin = CostMin,
        OwnContribution = OwnContribution,
        Rounding = Rounding,
        Stacking = Stacking,
        RegionsExclude = Lists.Or(RegionsExclude),
        Location = Location,
        RegionTestedAt = RegionTestedAt,
        NaceExclude = Lists.Or(NaceExclude),
        CategoriesExclude = Lists.Or(CategoriesExclude),
        Platforms = Lists.Or(Platforms),
        Clusters = Lists.Or(Clusters),
        Countries = Lists.Or(Countries),
        Start = Start,
        Inside = Inside,
        PerGroupAndYear = PerGroupAndYear,
        PerGroup = PerGroup,
        ValidUntil = ValidUntil,
        OtherCurrencies = OtherCurrencies,
        AboveSupportCeiling = AboveSupportCeiling,
    };
}

/// <summary>A programme as its funder writes it; the same shape as it is read in.</summary>
/// <param name="Years">The budget by calendar year of the grant; left out for one budget over all years.</param>
/// <param name="Instalments">
/// What is paid in advance and within how many days; with the payment mode <c>instalments</c> alone.
/// </param>
/// <param name="BasisValidity">Dates narrower than those of the act; left out where the act alone says.</param>
public sealed record ProgrammeBody(
    string Name, string Funder, string Country, string TimeZone, Money Budget, string LegalBasis, Percentage Rate,
    Money CapPerVoucher, ScopeBody ProviderScope, int ValidityMonths, int ClaimDays, Money? CapPerOrder = null,
    ImmutableArray<string> Sizes = default, ImmutableArray<string> RegionsInclude = default,
    ImmutableArray<string> Categories = default, PaymentMode PaymentMode = PaymentMode.ToProvider,
    VatFundable VatFundable = VatFundable.Never, ImmutableArray<BudgetYear>? Years = null,
    BasisValidity? BasisValidity = null, RulesBody? Rules = null, InstalmentTerms? Instalments = null)
{
    public ProgrammeTerms AsTerms(ProgrammeId id) => new(
        id, Name.Trim(), Funder.Trim(), Country, TimeZone, Budget, LegalBasis, Rate, CapPerVoucher, CapPerOrder,
        Lists.Or(Sizes), Lists.Or(RegionsInclude), ProviderScope.AsScope(), Lists.Or(Categories), ValidityMonths,
        ClaimDays, PaymentMode, VatFundable)
    {
        Years = Years is { IsDefaultOrEmpty: false } years ? [.. years.OrderBy(y => y.Year)] : null,
        BasisValidity = BasisValidity is { From: null, Until: null } ? null : BasisValidity,
        Rules = Rules?.AsRules(),
        Instalments = Instalments,
    };
}

/// <summary>One year of a budget, with what is taken and what is left of it.</summary>
public sealed record BudgetYearAnswer(int Year, Money Amount, Money Taken, Money Free);

/// <summary>A programme: its rules, how far it has come, and what is left of its budget.</summary>
public sealed record ProgrammeAnswer(
    ProgrammeId Id, string Name, string Funder, ProgrammeStatus Status, string Country, string TimeZone, Money Budget,
    Money? Free, ImmutableArray<BudgetYearAnswer> Years, string LegalBasis, BasisValidity? BasisValidity,
    Percentage Rate, Money CapPerVoucher, Money? CapPerOrder, ImmutableArray<string> Sizes,
    ImmutableArray<string> RegionsInclude, ProviderScope ProviderScope, ImmutableArray<string> Categories,
    int ValidityMonths, int ClaimDays, PaymentMode PaymentMode, VatFundable VatFundable, RulesBody Rules)
{
    /// <summary>How it pays in instalments; null where it does not.</summary>
    public InstalmentTerms? Instalments { get; init; }

    public static ProgrammeAnswer Of(ProgrammeView view) => Of(view.Terms, view.Status) with
    {
        Free = view.Free,
        Years = view.Years.IsEmpty
            ? Planned(view.Terms)
            : [.. view.Years.Select(y => new BudgetYearAnswer(y.Year, y.Budget, y.Taken, y.Free))],
    };

    /// <summary>As lists show it, without what is left.</summary>
    public static ProgrammeAnswer Of(ProgrammeTerms t, ProgrammeStatus status) => new(
        t.Id, t.Name, t.Funder, status, t.Country, t.TimeZone, t.Budget, null, Planned(t), t.LegalBasis,
        t.BasisValidity, t.Rate, t.CapPerVoucher, t.CapPerOrder, t.Sizes, t.RegionsInclude, t.ProviderScope,
        t.Categories, t.ValidityMonths, t.ClaimDays, t.PaymentMode, t.VatFundable, RulesBody.Of(t.EffectiveRules))
    {
        Instalments = t.Instalments,
    };

    private static ImmutableArray<BudgetYearAnswer> Planned(ProgrammeTerms terms) =>
    [
        .. (terms.Years ?? []).Select(
            y => new BudgetYearAnswer(y.Year, y.Amount, Money.Zero(y.Amount.Currency), y.Amount)),
    ];
}

public sealed record ClosingBody(string Note = "");

internal static class Lists
{
    /// <summary>A list that was left out is an empty one.</summary>
    public static ImmutableArray<T> Or<T>(ImmutableArray<T> list) => list.IsDefault ? [] : list;
}
