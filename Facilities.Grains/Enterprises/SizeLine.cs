using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Enterprises;

/// <summary>One line of how a size was derived: who counts how much, by which accounts and which rule.</summary>
/// <param name="Enterprise">Which enterprise or person.</param>
/// <param name="Name">As people know it.</param>
/// <param name="Percent">How much of it counts, 0 to 100.</param>
/// <param name="EndsOn">The last day of the year whose accounts count; null where nothing counts.</param>
/// <param name="Figures">What it adds in euros, weighed.</param>
/// <param name="Rule">Why, with the article of the Annex to Recommendation 2003/361/EC.</param>
public sealed record SizeLine(
    EnterpriseId Enterprise, string Name, decimal Percent, LocalDate? EndsOn, SizeFigures Figures, string Rule)
{
    /// <summary>A line for every enterprise and person that was declared, those that count first.</summary>
    public static ImmutableArray<SizeLine> Of(Ownership ownership, SizeAssessment assessment, LocalDate asOf)
    {
        var counted = assessment.Contributions.Select(c => new SizeLine(
            c.Enterprise, c.Name, c.Percent,
            SizeAssessment.PeriodOf(ownership.Of(c.Enterprise), assessment.Years[^1].EndsOn, asOf)?.EndsOn,
            c.Figures * c.Percent, RuleOf(ownership, assessment, c)));
        var others = ownership.Enterprises.Where(e => assessment.Contributions.All(c => c.Enterprise != e.Id))
            .Select(e => new SizeLine(e.Id, e.Name, 0, null, default, WhyNot(ownership, assessment, e)));
        return [.. counted, .. others];
    }

    private static string RuleOf(Ownership ownership, SizeAssessment assessment, Contribution counted)
    {
        if (counted.Relation == Relation.Itself) return "It is the enterprise itself (Article 6(1)).";
        if (counted.Relation == Relation.Linked)
            return "It is linked by a majority of votes, by control, or through persons, and counts whole "
                + "(Articles 3(3) and 6(2)).";
        var direct = ownership.Holdings.Any(h => h.Owner == counted.Enterprise
            ? IsLinked(h.Owned) : h.Owned == counted.Enterprise && IsLinked(h.Owner));
        return direct
            ? "It is a partner: a quarter to a half is held, and the higher of capital and votes counts "
                + "(Articles 3(2) and 6(2))."
            : "It is linked with a partner and counts by the partner's share (Article 6(3)).";

        bool IsLinked(EnterpriseId id) => assessment.Contributions.Any(
            c => c.Enterprise == id && c.Relation != Relation.Partner);
    }

    private static string WhyNot(Ownership ownership, SizeAssessment assessment, Enterprise enterprise)
    {
        if (enterprise.Kind == EnterpriseKind.Person)
            return "A person has no accounts to add; two enterprises of one market that it controls are linked "
                + "(Article 3(3)).";
        var shares = ownership.Holdings.Where(h =>
            (h.Owner == enterprise.Id && Counts(h.Owned)) || (h.Owned == enterprise.Id && Counts(h.Owner))).ToArray();
        if (shares.Length == 0)
            return "It is neither partner nor linked: what partners hold beyond is left out (Article 6(2)).";
        return SizeAssessment.IsExempt(enterprise.Kind) && shares.Any(h => h.Owner == enterprise.Id && h.Share >= 25)
            ? "An investor of this kind leaves the enterprise autonomous as long as it does not control it "
                + "(Article 3(2))."
            : "Less than a quarter is held, or it is a partner's partner: it does not count (Articles 3(1) and 6(2)).";

        bool Counts(EnterpriseId id) => assessment.Contributions.Any(c => c.Enterprise == id);
    }
}
