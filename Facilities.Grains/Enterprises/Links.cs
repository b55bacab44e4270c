using System.Collections.Immutable;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Enterprises;

/// <summary>
/// Which enterprises count as one because some of them control the others. The size of an SME (Recommendation
/// 2003/361/EC) follows links through persons too; the single undertaking of state aid (Regulation (EU) 2023/2831,
/// Article 2(2)) does not, and is not made by a public body.
/// </summary>
public static class Links
{
    /// <summary>All that are linked with an enterprise for the size of an SME, itself included.</summary>
    public static ImmutableSortedSet<string> ForSize(Ownership ownership, EnterpriseId of) =>
        Group(Groups(ownership, Enterprises(ownership, _ => true), throughPersons: true), of);

    /// <summary>The single undertaking that an enterprise belongs to, itself included.</summary>
    public static ImmutableSortedSet<string> SingleUndertaking(Ownership ownership, EnterpriseId of) =>
        Group(
            Groups(ownership, Enterprises(ownership, e => e.Kind != EnterpriseKind.PublicBody), throughPersons: false),
            of);

    /// <summary>The groups of linked enterprises for the size of an SME, by enterprise; persons stand alone.</summary>
    internal static Dictionary<EnterpriseId, HashSet<EnterpriseId>> ForSize(Ownership ownership) =>
        Groups(ownership, Enterprises(ownership, _ => true), throughPersons: true);

    private static HashSet<EnterpriseId> Enterprises(Ownership ownership, Func<Enterprise, bool> links) =>
        [.. ownership.Enterprises.Where(e => e.Kind != EnterpriseKind.Person && links(e)).Select(e => e.Id)];

    private static ImmutableSortedSet<string> Group(
        Dictionary<EnterpriseId, HashSet<EnterpriseId>> groups, EnterpriseId of) =>
        groups.TryGetValue(of, out var group) ? [.. group.Select(id => id.Value)] : [of.Value];

    /// <summary>
    /// Joins until nothing changes: owners that are linked vote together, so each join may make another majority.
    /// </summary>
    private static Dictionary<EnterpriseId, HashSet<EnterpriseId>> Groups(
        Ownership ownership, HashSet<EnterpriseId> enterprises, bool throughPersons)
    {
        var groups = enterprises.ToDictionary(id => id, id => new HashSet<EnterpriseId> { id });
        while (ownership.Holdings.Any(h => JoinOwner(h) || (throughPersons && JoinSisters(h)))) { }
        return groups;

        bool JoinOwner(Holding holding) => groups.TryGetValue(holding.Owner, out var owners)
            && groups.ContainsKey(holding.Owned)
            && Controls(ownership, owners, holding.Owned)
            && Join(holding.Owner, holding.Owned);

        bool JoinSisters(Holding holding)
        {
            if (enterprises.Contains(holding.Owner) || !groups.ContainsKey(holding.Owned)
                || !Controls(ownership, [holding.Owner], holding.Owned)) return false;
            return ownership.Holdings.Any(other => other.Owner == holding.Owner && groups.ContainsKey(other.Owned)
                && ownership.Of(other.Owned).Market is { } market && market == ownership.Of(holding.Owned).Market
                && Controls(ownership, [other.Owner], other.Owned)
                && Join(holding.Owned, other.Owned));
        }

        bool Join(EnterpriseId one, EnterpriseId other)
        {
            if (groups[one].Contains(other)) return false;
            var joined = groups[one].Union(groups[other]).ToHashSet();
            foreach (var member in joined) groups[member] = joined;
            return true;
        }
    }

    private static bool Controls(Ownership ownership, HashSet<EnterpriseId> owners, EnterpriseId owned)
    {
        if (owners.Contains(owned)) return false;
        var held = ownership.Holdings.Where(h => h.Owned == owned && owners.Contains(h.Owner)).ToArray();
        return held.Any(h => h.Control != Control.None) || held.Sum(h => h.Votes.Value) > 50;
    }
}
