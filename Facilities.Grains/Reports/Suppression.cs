using System.Collections.Immutable;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Reports;

/// <summary>A group of awards before it is published.</summary>
/// <param name="Group">What they have in common.</param>
/// <param name="Count">How many enterprises.</param>
/// <param name="Amount">What they were awarded.</param>
public sealed record GroupFigures(string Group, long Count, Money Amount);

/// <summary>A group as it is published: without figures where they would tell of single enterprises.</summary>
public sealed record PublishedFigures(string Group, long? Count, Money? Amount);

/// <summary>
/// Keeps published figures from telling of single enterprises: no group below the threshold is shown, and so many
/// others are hidden with it that the total does not give it away.
/// </summary>
public static class Suppression
{
    /// <summary>The least number of enterprises that a published figure is of.</summary>
    public const int Threshold = 5;

    /// <summary>
    /// The groups as they may be published beside their total. Where groups are hidden, they are two or more and
    /// together not below the threshold; the smallest others are hidden with them until that is so.
    /// </summary>
    public static (ImmutableArray<PublishedFigures> Groups, PublishedFigures Total) Of(
        IReadOnlyCollection<GroupFigures> groups, Currency currency)
    {
        var hidden = groups.Where(g => g.Count is > 0 and < Threshold).Select(g => g.Group).ToHashSet();
        foreach (var next in groups.Where(g => g.Count >= Threshold).OrderBy(g => g.Count)
            .ThenBy(g => g.Group, StringComparer.Ordinal))
        {
            var of = groups.Where(g => hidden.Contains(g.Group)).ToArray();
            if (of.Length == 0 || (of.Length >= 2 && of.Sum(g => g.Count) >= Threshold)) break;
            hidden.Add(next.Group);
        }
        var total = groups.Sum(g => g.Count);
        var open = hidden.Count == 0 || (hidden.Count >= 2
            && groups.Where(g => hidden.Contains(g.Group)).Sum(g => g.Count) >= Threshold);
        return (
            [
                .. groups.Select(g => hidden.Contains(g.Group)
                    ? new PublishedFigures(g.Group, null, null)
                    : new PublishedFigures(g.Group, g.Count, g.Amount)),
            ],
            open
                ? new("all", total, Money.Sum(groups.Select(g => g.Amount), currency))
                : new("all", null, null));
    }

    /// <summary>
    /// Two tables of the same enterprises of which one divides the other, as regions divide clusters: who adds up the
    /// parts of a whole must not learn what is hidden in the other table. The parts of wholes that are shown hide each
    /// other within these; the parts of a hidden whole are all hidden.
    /// </summary>
    /// <param name="wholes">The groups that are divided; each published as if it stood alone.</param>
    /// <param name="parts">The groups that divide them.</param>
    /// <param name="links">Which part lies in which whole; one that lies in several binds them together.</param>
    /// <param name="currency">Of all amounts.</param>
    public static (ImmutableArray<PublishedFigures> Wholes, ImmutableArray<PublishedFigures> Parts,
        PublishedFigures Total) Nested(
        IReadOnlyCollection<GroupFigures> wholes, IReadOnlyCollection<GroupFigures> parts,
        IReadOnlyCollection<(string Part, string Whole)> links, Currency currency)
    {
        var (published, total) = Of(wholes, currency);
        var hidden = published.Where(w => w.Count is null).Select(w => w.Group).ToHashSet();
        var shown = new Dictionary<string, PublishedFigures>(StringComparer.Ordinal);
        foreach (var (among, within) in Bound(links))
            foreach (var part in within.Any(hidden.Contains)
                ? among.Select(part => new PublishedFigures(part, null, null))
                : Of([.. parts.Where(p => among.Contains(p.Group))], currency).Groups)
                shown[part.Group] = part;
        return (
            published, [.. parts.Select(p => shown.GetValueOrDefault(p.Group) ?? new(p.Group, null, null))], total);
    }

    /// <summary>Parts and wholes in sets that have nothing to do with each other.</summary>
    private static List<(HashSet<string> Parts, HashSet<string> Wholes)> Bound(
        IReadOnlyCollection<(string Part, string Whole)> links)
    {
        var bound = new List<(HashSet<string> Parts, HashSet<string> Wholes)>();
        foreach (var (part, whole) in links)
        {
            var met = bound.Where(b => b.Parts.Contains(part) || b.Wholes.Contains(whole)).ToArray();
            bound.RemoveAll(met.Contains);
            bound.Add((
                [part, .. met.SelectMany(b => b.Parts)],
                [whole, .. met.SelectMany(b => b.Wholes)]));
        }
        return bound;
    }
}
