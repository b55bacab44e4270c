using Facilities.Grains.Kernel;

namespace Facilities.Grains.Programmes;

/// <summary>
/// How many vouchers of a programme one group of linked enterprises may have, in a calendar year and in all.
/// </summary>
public static class GroupLimit
{
    /// <summary>The rule, held against an SME with the vouchers of its group so far.</summary>
    public static RuleCheck Check(ProgrammeTerms terms, string name, int thisYear, int inAll)
    {
        var (year, all) = (terms.EffectiveRules.PerGroupAndYear, terms.EffectiveRules.PerGroup);
        var refusal = inAll >= all ? $"its group was awarded {Words.Count(inAll, "voucher")} of {all} in all"
            : thisYear >= year ? $"its group was awarded {Words.Count(thisYear, "voucher")} of {year} this year"
            : null;
        return new(
            "limitPerGroup", refusal is null,
            refusal is null
                ? $"{name} and the enterprises linked with it may have a voucher."
                : $"{name} may have no further voucher: {refusal}, linked enterprises counted.",
            "limits per group of the programme",
            refusal is null ? null : inAll >= all ? "Ask for another programme." : "Apply next year.");
    }
}
