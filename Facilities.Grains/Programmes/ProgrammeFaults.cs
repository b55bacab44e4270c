using System.Collections.Immutable;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>What is wrong with the terms of a programme by themselves, every fault at once.</summary>
public static class ProgrammeFaults
{
    /// <summary>The sizes of enterprises that a programme may name.</summary>
    public static readonly ImmutableArray<string> Sizes = ["micro", "small", "medium"];

    /// <summary>The faults, each with where it stands in the request.</summary>
    public static ImmutableArray<Fault> Of(ProgrammeTerms terms)
    {
        var faults = new List();
        Text(faults, terms);
        Budget(faults, terms);
        Caps(faults, terms);
        Places(faults, terms);
        Rules(faults, terms);
        faults.Found.AddRange(InstalmentTerms.Faults(terms));
        return faults.Found.ToImmutable();
    }

    private static void Text(List faults, ProgrammeTerms terms)
    {
        faults.Must(IsText(terms.Name), "/name", $"A name has 1 to {Limits.ProgrammeName} characters.");
        faults.Must(IsText(terms.Funder), "/funder", "Name the funder who answers for the money.");
        faults.Must(
            terms.Country is { Length: 2 } && terms.Country.All(char.IsAsciiLetterUpper), "/country",
            "A country has two capital letters, such as DE: the Member State that grants.");
        faults.Must(
            DateTimeZoneProviders.Tzdb.GetZoneOrNull(terms.TimeZone) is not null, "/timeZone",
            "Name an IANA time zone, such as Europe/Berlin.");
        faults.Must(
            LegalBasis.Known.Any(known => known.Version == terms.LegalBasis), "/legalBasis",
            $"Choose an act: {Words.List([.. LegalBasis.Known.Select(known => known.Version)])}.");
        if (terms.BasisValidity is { From: { } from, Until: { } until })
            faults.Must(from <= until, "/basisValidity/until", "The last day is not before the first.");
    }

    private static void Budget(List faults, ProgrammeTerms terms)
    {
        var currency = terms.Budget.Currency;
        faults.Must(
            terms.Budget.IsPositive && terms.Budget.Minor <= Limits.BudgetMinor, "/budget",
            "A budget is above zero and below ten milliards.");
        if (terms.Years is not { } years) return;
        faults.Must(years.Length is > 0 and <= Limits.BudgetYears, "/years",
            $"Name 1 to {Limits.BudgetYears} years, or none for one budget over all.");
        foreach (var (year, index) in years.Select((year, index) => (year, index)))
        {
            faults.Must(year.Year is >= 2000 and <= 2200, $"/years/{index}/year", "Write a year, such as 2027.");
            faults.Must(
                years.Count(other => other.Year == year.Year) == 1, $"/years/{index}/year", "Name each year once.");
            faults.Must(
                year.Amount.Currency == currency && !year.Amount.IsNegative
                    && year.Amount.Minor <= Limits.BudgetMinor,
                $"/years/{index}/amount", $"A yearly amount is in {currency} and not below zero.");
        }
        if (years.All(year => year.Amount.Currency == currency && year.Amount.Minor <= Limits.BudgetMinor)
            && Money.Sum(years.Select(year => year.Amount), currency) is var sum)
            faults.Must(
                sum == terms.Budget, "/years",
                $"The years add up to {Words.Money(sum)}, the budget is {Words.Money(terms.Budget)}.");
    }

    private static void Caps(List faults, ProgrammeTerms terms)
    {
        var (currency, rules) = (terms.Budget.Currency, terms.EffectiveRules);
        faults.Must(terms.Rate.Value is > 0 and <= 100, "/rate", "A rate is above 0 and at most 100 percent.");
        faults.Must(
            terms.CapPerVoucher.Currency == currency && terms.CapPerVoucher.IsPositive
                && terms.CapPerVoucher.Minor <= terms.Budget.Minor,
            "/capPerVoucher", $"The cap of a voucher is in {currency}, above zero and at most the budget.");
        if (terms.CapPerOrder is { } order)
            faults.Must(
                order.Currency == currency && order.IsPositive && order.Minor <= terms.CapPerVoucher.Minor,
                "/capPerOrder", $"The cap of an order is in {currency}, above zero and at most that of a voucher.");
        faults.Must(
            rules.CostMin is not { } least || (least.Currency == currency && !least.IsNegative), "/rules/costMin",
            $"The least cost is in {currency} and not below zero.");
        faults.Must(
            rules.OwnContribution is not { } own || (own.Currency == currency && !own.IsNegative),
            "/rules/ownContribution", $"The own contribution is in {currency} and not below zero.");
        var before = Money.Zero(currency);
        foreach (var (bracket, index) in rules.Brackets.Select((bracket, index) => (bracket, index)))
        {
            var at = $"/rules/brackets/{index}";
            var fits = bracket.From.Currency == currency && bracket.Below.Currency == currency;
            faults.Must(fits, at, $"Brackets are in {currency}.");
            faults.Must(
                fits && bracket.From >= before && bracket.Below > bracket.From, at,
                "Brackets stand in order of cost and do not overlap; each ends above its start.");
            faults.Must(
                bracket.Rate.Value is > 0 and <= 100, $"{at}/rate", "A rate is above 0 and at most 100 percent.");
            if (fits) before = Money.Max(before, bracket.Below);
        }
    }

    private static void Places(List faults, ProgrammeTerms terms)
    {
        var rules = terms.EffectiveRules;
        Each(terms.Sizes, "/sizes", size => Sizes.Contains(size) ? null : $"Sizes are {Words.List([.. Sizes])}.");
        Each(terms.RegionsInclude, "/regionsInclude", code => NutsCodes.Refusal(code, terms.Country));
        Each(rules.RegionsExclude, "/rules/regionsExclude", code => NutsCodes.Refusal(code, terms.Country));
        Each(terms.ProviderScope.IncludeRegions, "/providerScope/includeRegions", NutsCodes.Refusal);
        Each(terms.ProviderScope.ExcludeRegions, "/providerScope/excludeRegions", NutsCodes.Refusal);
        Each(rules.Countries, "/rules/countries", country =>
            country is { Length: 2 } && country.All(char.IsAsciiLetterUpper)
                ? null
                : "A country has two capital letters, such as IT.");
        Each(rules.NaceExclude, "/rules/naceExclude", nace =>
            nace.Length is >= 1 and <= 7 && nace.All(c => char.IsAsciiDigit(c) || c == '.')
                ? null
                : "A NACE prefix has digits and a dot, such as 49 or 72.1.");

        void Each(ImmutableArray<string> texts, string pointer, Func<string, string?> refusal)
        {
            faults.Must(texts.Length <= Limits.ProgrammeList, pointer, $"Name at most {Limits.ProgrammeList}.");
            foreach (var (text, index) in texts.Take(Limits.ProgrammeList).Select((text, index) => (text, index)))
                if (refusal(text) is { } why) faults.Must(false, $"{pointer}/{index}", why);
        }
    }

    private static void Rules(List faults, ProgrammeTerms terms)
    {
        var rules = terms.EffectiveRules;
        faults.Must(
            terms.ValidityMonths is >= 1 and <= Limits.VoucherMonths, "/validityMonths",
            $"A voucher is valid for 1 to {Limits.VoucherMonths} months.");
        faults.Must(
            terms.ClaimDays is >= 1 and <= Limits.ClaimDays, "/claimDays",
            $"A claim is made within 1 to {Limits.ClaimDays} days.");
        faults.Must(
            rules.AboveSupportCeiling == AboveSupportCeiling.Refuse || SupportCeiling.IsAskedOf(terms),
            "/rules/aboveSupportCeiling",
            "Only what pays more than half of the cost under Article 28 can fall back to half of it.");
        faults.Must(
            rules.PerGroupAndYear is null or >= 1, "/rules/perGroupAndYear",
            "At least one a year, or leave it empty for any number.");
        faults.Must(
            rules.PerGroup is null or >= 1, "/rules/perGroup", "At least one, or leave it empty for any number.");
        foreach (var (category, index) in terms.Categories.Concat(rules.CategoriesExclude)
            .Select((category, index) => (category, index)))
            faults.Must(
                category.Length is > 0 and <= Limits.ProgrammeName,
                index < terms.Categories.Length ? $"/categories/{index}"
                    : $"/rules/categoriesExclude/{index - terms.Categories.Length}",
                "Name a category of services, such as imaging.");
    }

    private static bool IsText(string text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= Limits.ProgrammeName;

    private sealed class List
    {
        public ImmutableArray<Fault>.Builder Found { get; } = ImmutableArray.CreateBuilder<Fault>();

        public void Must(bool holds, string pointer, string message)
        {
            if (!holds) Found.Add(new Fault(pointer, message));
        }
    }
}
