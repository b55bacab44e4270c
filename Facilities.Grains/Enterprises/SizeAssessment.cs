using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Enterprises;

/// <summary>Why figures of an enterprise count.</summary>
public enum Relation
{
    /// <summary>It is the enterprise itself.</summary>
    Itself,
    /// <summary>It is linked, and counts whole.</summary>
    Linked,
    /// <summary>It is a partner, or linked with one, and counts by the share held.</summary>
    Partner,
}

/// <summary>What one enterprise adds to the figures.</summary>
/// <param name="Enterprise">Which.</param>
/// <param name="Name">As people know it.</param>
/// <param name="Relation">Why it counts.</param>
/// <param name="Percent">How much of it counts, 0 to 100.</param>
/// <param name="Figures">All of its figures.</param>
public sealed record Contribution(
    EnterpriseId Enterprise, string Name, Relation Relation, decimal Percent, SizeFigures Figures);

/// <summary>The class that the accounts of one year alone would give.</summary>
/// <param name="EndsOn">The last day of the year.</param>
/// <param name="Class">Of this year alone.</param>
/// <param name="Sum">The figures with partners and linked enterprises.</param>
public sealed record YearClass(LocalDate EndsOn, SizeClass Class, SizeFigures Sum);

/// <summary>The size of an enterprise on a day, with how it was derived.</summary>
/// <param name="Class">The status.</param>
/// <param name="Reason">In words.</param>
/// <param name="Contributions">Whose figures were added up for the last year.</param>
/// <param name="Years">Each year that was looked at, oldest first.</param>
/// <param name="Rules">The text it follows.</param>
public sealed record SizeAssessment(
    SizeClass Class, string Reason, ImmutableArray<Contribution> Contributions, ImmutableArray<YearClass> Years,
    string Rules)
{
    private const string Source = "Recommendation 2003/361/EC, Annex";
    private const decimal PartnerFrom = 25, PublicFrom = 25;

    /// <summary>Whether it is an SME.</summary>
    public bool IsSme => Class != SizeClass.Large;

    /// <summary>
    /// The size by the accounts that were approved by a day. A class changes only after two years beyond its limits
    /// (Article 4(2)); a quarter in public hands ends it at once (Article 3(4)).
    /// </summary>
    /// <exception cref="InvalidOperationException">No accounts of the enterprise were approved by then.</exception>
    public static SizeAssessment Of(Ownership ownership, LocalDate asOf)
    {
        var groups = Links.ForSize(ownership);
        var own = ownership.Of(ownership.Subject).Periods
            .Where(p => p.ApprovedOn <= asOf).OrderBy(p => p.EndsOn).ToArray();
        if (own.Length == 0)
            throw new InvalidOperationException(
                $"No accounts of {ownership.Subject} were approved by {Words.Day(asOf)}.");
        var years = own.Select(period => Year(ownership, groups, period, asOf)).ToImmutableArray();
        var contributions = CountedIn(ownership, groups, own[^1], asOf);
        if (PublicShare(ownership, groups) is { } share)
            return new(
                SizeClass.Large, $"Public bodies hold {share:0.##} % of it, and a quarter is enough to end the status.",
                contributions, years, $"{Source}, Article 3(4)");
        var status = Status(years);
        return new(status, ReasonOf(status, years[^1]), contributions, years, $"{Source}, Articles 2 to 6");
    }

    private static YearClass Year(
        Ownership ownership, Dictionary<EnterpriseId, HashSet<EnterpriseId>> groups, AccountPeriod period,
        LocalDate asOf)
    {
        var sum = CountedIn(ownership, groups, period, asOf)
            .Aggregate(default(SizeFigures), (total, c) => total + c.Figures * c.Percent);
        return new(period.EndsOn, sum.Class, sum);
    }

    /// <summary>
    /// Itself and linked enterprises whole, partners of any of them by the share, with what they control.
    /// </summary>
    private static ImmutableArray<Contribution> CountedIn(
        Ownership ownership, Dictionary<EnterpriseId, HashSet<EnterpriseId>> groups, AccountPeriod period,
        LocalDate asOf)
    {
        var linked = groups[ownership.Subject];
        var counted = linked.Select(id => (Id: id,
            Relation: id == ownership.Subject ? Relation.Itself : Relation.Linked, Percent: 100m));
        var partners = ownership.Enterprises.Where(e => e.Kind != EnterpriseKind.Person && !linked.Contains(e.Id))
            .Select(e => groups[e.Id]).Distinct()
            .Select(group => (Group: group, Percent: PartnerShare(ownership, linked, group)))
            .Where(partner => partner.Percent >= PartnerFrom)
            .SelectMany(partner => partner.Group.Select(id => (Id: id, Relation: Relation.Partner, partner.Percent)));
        return [
            .. counted.Concat(partners).OrderBy(c => c.Relation).ThenBy(c => c.Id.Value, StringComparer.Ordinal)
                .Select(c => new Contribution(
                    c.Id, ownership.Of(c.Id).Name, c.Relation, c.Percent,
                    PeriodOf(ownership.Of(c.Id), period.EndsOn, asOf)?.Figures ?? default)),
        ];
    }

    /// <summary>The larger share that one group holds directly of an enterprise of the other, either way.</summary>
    private static decimal PartnerShare(
        Ownership ownership, HashSet<EnterpriseId> linked, HashSet<EnterpriseId> partner)
    {
        var above = Held(ownership.Holdings.Where(h => partner.Contains(h.Owner) && linked.Contains(h.Owned)
            && !IsExempt(ownership.Of(h.Owner).Kind)));
        var below = Held(ownership.Holdings.Where(h => linked.Contains(h.Owner) && partner.Contains(h.Owned)));
        return decimal.Max(above, below);

        static decimal Held(IEnumerable<Holding> holdings) =>
            holdings.GroupBy(h => h.Owned).Select(g => g.Sum(h => h.Share)).DefaultIfEmpty(0).Max();
    }

    internal static bool IsExempt(EnterpriseKind kind) =>
        kind is not (EnterpriseKind.Company or EnterpriseKind.PublicBody);

    /// <summary>The accounts of an enterprise that are added to those of another's year; null where none are.</summary>
    internal static AccountPeriod? PeriodOf(Enterprise enterprise, LocalDate endsOn, LocalDate asOf)
    {
        var approved = enterprise.Periods.Where(p => p.ApprovedOn <= asOf).OrderBy(p => p.EndsOn).ToArray();
        return approved.LastOrDefault(p => p.EndsOn <= endsOn) ?? approved.FirstOrDefault();
    }

    /// <summary>What public bodies, and companies that one of them controls, hold; null below a quarter.</summary>
    private static decimal? PublicShare(
        Ownership ownership, Dictionary<EnterpriseId, HashSet<EnterpriseId>> groups)
    {
        var held = ownership.Holdings.Where(h => h.Owned == ownership.Subject
            && groups.TryGetValue(h.Owner, out var group)
            && group.Any(id => ownership.Of(id).Kind == EnterpriseKind.PublicBody)).ToArray();
        var share = decimal.Max(held.Sum(h => h.Capital.Value), held.Sum(h => h.Votes.Value));
        return share >= PublicFrom ? share : null;
    }

    /// <summary>Two years above the class raise it to the nearer of both, two below lower it likewise.</summary>
    private static SizeClass Status(ImmutableArray<YearClass> years)
    {
        var status = years[0].Class;
        for (var i = 1; i < years.Length; i++)
        {
            var (before, now) = (years[i - 1].Class, years[i].Class);
            if (before > status && now > status) status = before < now ? before : now;
            else if (before < status && now < status) status = before > now ? before : now;
        }
        return status;
    }

    private static string ReasonOf(SizeClass status, YearClass last) => status == last.Class
        ? $"The accounts to {Words.Day(last.EndsOn)}, partners and linked enterprises included, show {Text(last.Sum)}."
        : $"The accounts to {Words.Day(last.EndsOn)} show {Text(last.Sum)}, which alone is "
            + $"{last.Class.ToString().ToLowerInvariant()}; a class changes only after two years beyond its limits.";

    private static string Text(SizeFigures sum) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{sum.Staff:0.##} staff, {sum.Turnover:#,0} EUR turnover and {sum.BalanceSheet:#,0} EUR balance sheet");
}
