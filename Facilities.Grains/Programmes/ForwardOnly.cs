using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>
/// What may change of a published programme: budget and rate up, dates later, circles wider. Who applied or plans to
/// apply by what was published is never worse off; who has an award keeps its own terms in any case.
/// </summary>
public static class ForwardOnly
{
    /// <summary>Why terms may not follow those that are published; empty where they may.</summary>
    /// <param name="programme">As it is; published.</param>
    /// <param name="after">As it is to be.</param>
    /// <param name="today">In the programme's zone: unused money of years before may go to later ones.</param>
    public static ImmutableArray<Fault> Faults(ProgrammeState programme, ProgrammeTerms after, LocalDate today)
    {
        var before = programme.Terms!;
        var faults = ImmutableArray.CreateBuilder<Fault>();
        void Must(bool holds, string pointer, string message)
        {
            if (!holds) faults.Add(new Fault(pointer, message));
        }
        Must(after.Country == before.Country, "/country", "The granting country stays as it was published.");
        Must(after.TimeZone == before.TimeZone, "/timeZone", "The time zone stays as it was published.");
        if (after.Budget.Currency != before.Budget.Currency)
        {
            Must(false, "/budget", $"The currency stays {before.Budget.Currency}.");
            return faults.ToImmutable();
        }
        Must(
            after.Budget >= before.Budget, "/budget", $"The budget only grows: at least {Words.Money(before.Budget)}.");
        Years(programme, after, today, Must);
        Basis(before, after, Must);
        Amounts(before, after, Must);
        Circles(before, after, Must);
        Same(before, after, Must);
        faults.AddRange(InstalmentTerms.NotForward(before, after));
        return faults.ToImmutable();
    }

    private static void Years(
        ProgrammeState programme, ProgrammeTerms after, LocalDate today, Action<bool, string, string> must)
    {
        var before = programme.Terms!;
        var currency = before.Budget.Currency;
        if (after.Years is not { } years) return;
        foreach (var year in (before.Years ?? []).Select(y => y.Year)
            .Concat(programme.Use.ByYear.Keys).Distinct().Order())
        {
            var index = years.TakeWhile(y => y.Year != year).Count();
            var now = index < years.Length ? years[index].Amount : Money.Zero(currency);
            var pointer = index < years.Length ? $"/years/{index}/amount" : "/years";
            var published = before.Years?.FirstOrDefault(y => y.Year == year)?.Amount ?? Money.Zero(currency);
            var taken = new Money(programme.Use.In(year), currency);
            must(now >= taken, pointer, $"{Words.Money(taken)} of {year} is taken; it cannot have less.");
            must(
                year < today.Year || now >= published, pointer,
                $"{year} was published with {Words.Money(published)}; only money of past years moves on.");
        }
    }

    private static void Basis(ProgrammeTerms before, ProgrammeTerms after, Action<bool, string, string> must)
    {
        var (old, next) = (Eligibility.BasisOf(before), Eligibility.BasisOf(after));
        must(
            after.LegalBasis == before.LegalBasis || next?.ValidUntil is null || old?.ValidUntil < next.ValidUntil,
            "/legalBasis", "Another legal basis must be one that applies for longer.");
        must(
            after.BasisValidity?.Until is not { } until || before.BasisValidity?.Until <= until,
            "/basisValidity/until", "The last day only moves to a later one.");
        must(
            after.BasisValidity?.From is not { } from || from <= before.BasisValidity?.From, "/basisValidity/from",
            "The first day does not move to a later one.");
    }

    private static void Amounts(ProgrammeTerms before, ProgrammeTerms after, Action<bool, string, string> must)
    {
        var (old, next) = (before.EffectiveRules, after.EffectiveRules);
        must(after.Rate.Value >= before.Rate.Value, "/rate", $"The rate only grows: at least {before.Rate}.");
        must(
            after.CapPerVoucher.Minor >= before.CapPerVoucher.Minor, "/capPerVoucher",
            $"The cap only grows: at least {Words.Money(before.CapPerVoucher)}.");
        must(
            after.CapPerOrder is not { } cap || cap.Minor >= before.CapPerOrder?.Minor, "/capPerOrder",
            "The cap of an order only grows, or falls away.");
        must(
            next.CostMin is not { } cost || cost.Minor <= (old.CostMin?.Minor ?? 0), "/rules/costMin",
            "The least cost only falls.");
        must(
            next.OwnContribution is not { } own || own.Minor <= (old.OwnContribution?.Minor ?? 0),
            "/rules/ownContribution", "The own contribution only falls.");
        must(Text(next.Brackets) == Text(old.Brackets), "/rules/brackets", "The brackets stay as they were published.");
        must(
            after.ValidityMonths >= before.ValidityMonths, "/validityMonths",
            $"Vouchers are valid no shorter: at least {Words.Count(before.ValidityMonths, "month")}.");
        must(
            next.ValidUntil is not { } last || last >= old.ValidUntil, "/rules/validUntil",
            "The last day of vouchers only moves to a later one, or falls away.");
        must(
            after.ClaimDays >= before.ClaimDays, "/claimDays",
            $"The time for claims only grows: at least {Words.Count(before.ClaimDays, "day")}.");
        must(
            next.PerGroup is not { } all || all >= old.PerGroup, "/rules/perGroup",
            "A limit only grows, or falls away.");
        must(
            next.PerGroupAndYear is not { } year || year >= old.PerGroupAndYear, "/rules/perGroupAndYear",
            "A limit only grows, or falls away.");
    }

    private static void Circles(ProgrammeTerms before, ProgrammeTerms after, Action<bool, string, string> must)
    {
        var (old, next) = (before.EffectiveRules, after.EffectiveRules);
        void Wider(ImmutableArray<string> was, ImmutableArray<string> becomes, string pointer, string what) => must(
            becomes.IsEmpty || (!was.IsEmpty && was.All(becomes.Contains)), pointer,
            $"{what} are only added, or none named for all.");
        void Fewer(ImmutableArray<string> was, ImmutableArray<string> becomes, string pointer, string what) => must(
            becomes.All(was.Contains), pointer, $"{what} are only taken away.");
        Wider(before.Sizes, after.Sizes, "/sizes", "Sizes");
        Wider(before.RegionsInclude, after.RegionsInclude, "/regionsInclude", "Regions");
        Wider(before.Categories, after.Categories, "/categories", "Categories");
        Fewer(old.RegionsExclude, next.RegionsExclude, "/rules/regionsExclude", "Excluded regions");
        Fewer(old.NaceExclude, next.NaceExclude, "/rules/naceExclude", "Excluded sectors");
        Fewer(old.CategoriesExclude, next.CategoriesExclude, "/rules/categoriesExclude", "Excluded categories");
        must(
            after.ProviderScope.Any || (!before.ProviderScope.Any
                && before.ProviderScope.IncludeRegions.All(after.ProviderScope.IncludeRegions.Contains)),
            "/providerScope/includeRegions", "Regions of providers are only added.");
        Fewer(
            before.ProviderScope.ExcludeRegions, after.ProviderScope.ExcludeRegions, "/providerScope/excludeRegions",
            "Excluded regions of providers");
        must(old.Platforms.All(next.Platforms.Contains), "/rules/platforms", "Platforms are only added.");
        must(old.Clusters.All(next.Clusters.Contains), "/rules/clusters", "Clusters are only added.");
        must(old.Countries.All(next.Countries.Contains), "/rules/countries", "Countries are only added.");
    }

    private static void Same(ProgrammeTerms before, ProgrammeTerms after, Action<bool, string, string> must)
    {
        var (old, next) = (before.EffectiveRules, after.EffectiveRules);
        const string stays = "This stays as it was published; write another programme for another rule.";
        must(after.PaymentMode == before.PaymentMode, "/paymentMode", stays);
        must(after.VatFundable >= before.VatFundable, "/vatFundable", "VAT may only become fundable.");
        must(next.Rounding == old.Rounding, "/rules/rounding", stays);
        must(next.Stacking <= old.Stacking, "/rules/stacking", "Other public money may only become welcome.");
        must(next.Location == old.Location, "/rules/location", stays);
        must(next.RegionTestedAt == old.RegionTestedAt, "/rules/regionTestedAt", stays);
        must(
            next.OtherCurrencies >= old.OtherCurrencies, "/rules/otherCurrencies",
            "Orders in other currencies may only become welcome.");
        // A programme that has no ceiling of support any more passes none.
        must(
            next.AboveSupportCeiling >= old.AboveSupportCeiling || !SupportCeiling.IsAskedOf(after),
            "/rules/aboveSupportCeiling", "Awards above the ceiling of support may only become welcome.");
        must(next.Start >= old.Start, "/rules/start", "The start may only become freer.");
        must(next.Inside <= old.Inside, "/rules/inside", "What must happen in time may only become easier.");
    }

    private static string Text(ImmutableArray<RateBracket> brackets) =>
        JsonSerializer.Serialize(brackets, Json.Options);
}
