using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Undertakings;

namespace Facilities.Grains.Programmes;

/// <summary>
/// Whether the activity that the work is for may be funded. A programme's own exclusions are held against that
/// activity alone; under the de minimis regulation another, excluded one must be separated from it in the accounts,
/// and then an officer judges whether it is (Regulation (EU) 2023/2831, Article 1(1) and (2)).
/// </summary>
public static class SectorRule
{
    private const string Clause = "Regulation (EU) 2023/2831, Article 1(1)";

    /// <summary>The rule, held against an SME.</summary>
    /// <param name="terms">The programme.</param>
    /// <param name="nace">The activity of the work.</param>
    /// <param name="beside">The other activities, each with whether its accounts are apart from that one's.</param>
    public static RuleCheck Of(ProgrammeTerms terms, string nace, ImmutableArray<Activity> beside)
    {
        var isDeMinimis = Eligibility.BasisOf(terms)?.Act == AidBasis.DeMinimis;
        if (isDeMinimis && ExcludedSectors.Refusal(nace) is { } excluded)
            return new("sector", false, excluded, Clause, beside.IsEmpty
                ? "Ask the funder whether a separated other activity can be funded."
                : "State another activity, if the work is for that.");
        var by = terms.EffectiveRules.NaceExclude.FirstOrDefault(
            prefix => nace.StartsWith(prefix, StringComparison.Ordinal));
        if (by is not null)
            return new(
                "sector", false, $"NACE {nace} is excluded: the programme is not for {by}.",
                "sectors of the programme", beside.IsEmpty
                    ? "Correct the NACE class if the activity is another."
                    : "State another activity, if the work is for that.");
        var outside = beside.Where(other => isDeMinimis && ExcludedSectors.Refusal(other.Nace) is not null).ToArray();
        if (outside.FirstOrDefault(other => !other.IsSeparated) is { } mixed)
            return new(
                "sector", false, $"NACE {nace} may be funded, but beside it there is {mixed.Nace}, which Article 1(1) "
                    + "excludes and whose accounts are not kept apart.", "Regulation (EU) 2023/2831, Article 1(2)",
                "Keep the accounts of both activities apart, and declare that they are.");
        return outside is [var apart, ..]
            ? new(
                "sector", true, $"NACE {nace} is not excluded. NACE {apart.Nace} beside it is, and the company "
                    + "declares that it keeps the accounts of both apart: an officer judges that.",
                "Regulation (EU) 2023/2831, Article 1(2)", null)
            { IsForOfficer = true }
            : new("sector", true, $"NACE {nace} is not excluded.", "sectors of the programme", null);
    }
}
