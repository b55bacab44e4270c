using Facilities.Grains.Kernel;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>
/// De minimis aid is granted only after the undertaking declared what other it had, until the central register has
/// covered three years (Regulation (EU) 2023/2831, Article 7(4)).
/// </summary>
public static class OtherAidRule
{
    /// <summary>The first day on which the central register tells it all: three years after it began.</summary>
    public static readonly LocalDate CoveredFrom = new(2029, 1, 1);

    /// <summary>The rule, held against an SME; nothing where the act does not ask.</summary>
    public static IEnumerable<RuleCheck> Of(ProgrammeTerms terms, Applicant applicant, LocalDate day)
    {
        if (Eligibility.BasisOf(terms)?.Act != AidBasis.DeMinimis || day >= CoveredFrom) yield break;
        var declared = applicant.OtherAid;
        var passed = declared?.IsValidOn(day) == true;
        yield return new(
            "aidDeclaration", passed,
            declared is null ? $"{applicant.Name} has not declared what other aid it had."
                : !passed ? $"{applicant.Name} declared other aid on {Words.Day(declared.SignedOn)}, which held until "
                    + $"{Words.Day(declared.ValidUntil)}."
                : $"{applicant.Name} declared on {Words.Day(declared.SignedOn)} that it had "
                    + $"{(declared.Entries.IsEmpty ? "no other aid" : Words.Count(declared.Entries.Length, "grant"))}.",
            "Regulation (EU) 2023/2831, Article 7(4)",
            passed ? null : "Declare all other aid, or that there was none; somebody entitled to sign does so.");
    }
}
