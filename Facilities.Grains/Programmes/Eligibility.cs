using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Accounts;
using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>One rule of a programme, held against an SME.</summary>
/// <param name="Rule">Its name for programs, such as <c>region</c>.</param>
/// <param name="Passed">Whether it is met.</param>
/// <param name="Reason">What was found, in words.</param>
/// <param name="Clause">Where the rule stands.</param>
/// <param name="Remedy">What would change it; null where it is met.</param>
public sealed record RuleCheck(string Rule, bool Passed, string Reason, string Clause, string? Remedy)
{
    /// <summary>Whether it is met only if an officer finds so; left out where it is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsForOfficer { get; init; }
}

/// <summary>The places of an SME, as codes of NUTS 2024.</summary>
/// <param name="Establishment">Where it works.</param>
/// <param name="Seat">Its registered office; the establishment where it named no other.</param>
/// <param name="ProjectSite">Where the project is carried out; the establishment where it named no other.</param>
public sealed record Places(string Establishment, string? Seat = null, string? ProjectSite = null)
{
    internal string Of(LocationTest test) => test switch
    {
        LocationTest.Seat => Seat ?? Establishment,
        LocationTest.ProjectSite => ProjectSite ?? Establishment,
        _ => Establishment,
    };
}

/// <summary>What is known of an SME when its eligibility is judged.</summary>
/// <param name="Name">As people know it.</param>
/// <param name="Size">Its size with how it was derived.</param>
/// <param name="Places">Where it is.</param>
/// <param name="Nace">The activity that the work is for.</param>
/// <param name="Asked">What it would apply for; the cap of a voucher where it has not said.</param>
/// <param name="Aid">Whether so much fits under the ceiling of the basis; null where the basis has none.</param>
/// <param name="VouchersThisYear">Vouchers of the programme that its group was awarded in this calendar year.</param>
/// <param name="VouchersInAll">Vouchers of the programme that its group was ever awarded.</param>
public sealed record Applicant(
    string Name, SizeAssessment Size, Places Places, string Nace, Money Asked, AidAnswer? Aid, int VouchersThisYear,
    int VouchersInAll)
{
    /// <summary>Its other activities, each with whether its accounts are apart from the one that is judged.</summary>
    public ImmutableArray<Activity> Beside { get; init; } = [];

    /// <summary>What it declared of other aid; null where nothing.</summary>
    public OtherAidDeclaration? OtherAid { get; init; }
}

/// <summary>
/// Whether an SME may have a voucher of a programme. Every rule is answered, met or not, so that a refusal can be
/// understood and what is wrong can be set right at once.
/// </summary>
public static class Eligibility
{
    /// <summary>All rules, in the order in which a funder asks them.</summary>
    /// <param name="terms">The programme.</param>
    /// <param name="free">What is left of its budget.</param>
    /// <param name="applicant">The SME.</param>
    /// <param name="day">The day in question, in the programme's zone.</param>
    public static ImmutableArray<RuleCheck> Check(
        ProgrammeTerms terms, Money free, Applicant applicant, LocalDate day) =>
    [
        Basis(terms, day), Size(terms, applicant), Region(terms, applicant.Places),
        SectorRule.Of(terms, applicant.Nace, applicant.Beside),
        GroupLimit.Check(terms, applicant.Name, applicant.VouchersThisYear, applicant.VouchersInAll),
        Amount(terms, applicant), Budget(terms, free, applicant),
        .. applicant.Aid is { } aid ? [Aid(aid)] : Array.Empty<RuleCheck>(),
        .. OtherAidRule.Of(terms, applicant.Name, applicant.OtherAid, day) is { } other
            ? [other] : Array.Empty<RuleCheck>(),
    ];

    /// <summary>The act that a programme rests on; null where its citation is of no known act.</summary>
    public static LegalBasis? BasisOf(ProgrammeTerms terms) =>
        LegalBasis.Known.FirstOrDefault(known => known.Version == terms.LegalBasis);

    private static RuleCheck Basis(ProgrammeTerms terms, LocalDate day)
    {
        var refusal = BasisOf(terms) is { } basis
            ? basis.Refusal(day) ?? terms.BasisValidity?.Refusal(day)
            : $"{terms.LegalBasis} is no act that is known here.";
        return new(
            "legalBasis", refusal is null, refusal ?? $"{terms.LegalBasis} is in force on {Words.Day(day)}.",
            "legal basis of the programme", refusal is null ? null : "The funder must name an act that is in force.");
    }

    private static RuleCheck Size(ProgrammeTerms terms, Applicant applicant)
    {
        var size = Refusal.NameOf(applicant.Size.Class);
        var passed = terms.Sizes.IsEmpty ? applicant.Size.IsSme : terms.Sizes.Contains(size);
        var wanted = terms.Sizes.IsEmpty ? "micro, small and medium" : Words.List([.. terms.Sizes]);
        return new(
            "size", passed, $"{applicant.Name} is {size}: {applicant.Size.Reason} The programme is for {wanted} "
                + "enterprises.",
            applicant.Size.Rules,
            passed ? null : "Correct the declaration of size if accounts, partners or owners are not as stated.");
    }

    /// <summary>Whether the place that the programme asks about lies in its regions.</summary>
    public static RuleCheck Region(ProgrammeTerms terms, Places places)
    {
        var (rules, place) = (terms.EffectiveRules, places.Of(terms.EffectiveRules.Location));
        var what = rules.Location switch
        {
            LocationTest.Seat => "registered office",
            LocationTest.ProjectSite => "project site",
            _ => "establishment",
        };
        if (NutsCodes.Refusal(place, terms.Country) is { } unknown)
            return new("region", false, unknown, NutsCodes.Version, $"State the {what} by its code of today.");
        var inside = terms.RegionsInclude.IsEmpty || terms.RegionsInclude.Any(r => NutsCodes.LiesIn(place, r));
        var excluded = rules.RegionsExclude.Any(r => NutsCodes.LiesIn(place, r));
        var coarse = !inside && terms.RegionsInclude.Any(r => NutsCodes.LiesIn(r, place));
        var wanted = (terms.RegionsInclude.IsEmpty ? "everywhere" : Words.List([.. terms.RegionsInclude]))
            + (rules.RegionsExclude.IsEmpty ? "" : $" without {Words.List([.. rules.RegionsExclude])}");
        return new(
            "region", inside && !excluded, $"The {what} is in {place}; the programme is for {wanted}.",
            $"regions of the programme, {NutsCodes.Version}",
            inside && !excluded ? null
                : coarse ? $"{place} is too coarse to tell: state the whole code of the {what}."
                : $"The {what} must lie there {When(rules.RegionTestedAt)}.");
    }

    private static string When(TestTime time) => time switch
    {
        TestTime.Award => "on the day of the award",
        TestTime.Payment => "on the day of the payment",
        _ => "on the day of the application",
    };

    private static RuleCheck Amount(ProgrammeTerms terms, Applicant applicant)
    {
        var passed = applicant.Asked.Currency == terms.CapPerVoucher.Currency && applicant.Asked.IsPositive
            && applicant.Asked <= terms.CapPerVoucher;
        return new(
            "amount", passed,
            $"{Words.Money(applicant.Asked)} is asked for; a voucher is worth up to "
                + $"{Words.Money(terms.CapPerVoucher)}.",
            "cap per voucher", passed ? null : $"Ask for at most {Words.Money(terms.CapPerVoucher)}.");
    }

    private static RuleCheck Budget(ProgrammeTerms terms, Money free, Applicant applicant)
    {
        var passed = applicant.Asked.Currency == free.Currency && applicant.Asked <= free;
        return new(
            "budget", passed, $"{Words.Money(free)} is left of the budget of {Words.Money(terms.Budget)}.",
            "budget of the programme", passed ? null : $"Ask for at most {Words.Money(free)}, or wait for returns.");
    }

    private static RuleCheck Aid(AidAnswer aid) => new(
        "aidCeiling", aid.IsGrantable, aid.Reason, "ceiling of the legal basis",
        // What is granted at a lower rate is met, and still says what would give the full one.
        aid.Fits || aid.Grantable.IsPositive ? null
            : aid.PossibleFrom is { } day
                ? $"Ask for at most {Words.Money(aid.Left)}, or apply from {Words.Day(day)} on."
                : $"Ask for at most {Words.Money(aid.Left)}.");
}
