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
}
