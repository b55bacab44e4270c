using Facilities.Grains.Accounts;
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

    /// <summary>The rule, held against an SME; null where the act does not ask.</summary>
    public static RuleCheck? Of(ProgrammeTerms terms, string name, OtherAidDeclaration? declared, LocalDate day)
    {
        if (Eligibility.BasisOf(terms)?.Act != AidBasis.DeMinimis || day >= CoveredFrom) return null;
        var passed = declared?.IsValidOn(day) == true;
        return new(
            "aidDeclaration", passed,
            declared is null ? $"{name} has not declared what other aid it had."
                : !passed ? $"{name} declared other aid on {Words.Day(declared.SignedOn)}, which held until "
                    + $"{Words.Day(declared.ValidUntil)}."
                : $"{name} declared on {Words.Day(declared.SignedOn)} that it had "
                    + $"{(declared.Entries.IsEmpty ? "no other aid" : Words.Count(declared.Entries.Length, "grant"))}.",
            "Regulation (EU) 2023/2831, Article 7(4)",
            passed ? null : "Declare all other aid, or that there was none; somebody entitled to sign does so.");
    }
}
