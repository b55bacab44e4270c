using System.Collections.Immutable;
using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;

namespace Facilities.Grains.Funding;

/// <summary>What the two clusters of an agreement pay of the items that one of them provides to an SME of the
/// other.</summary>
public static class CoFinancing
{
    internal sealed record Group(Agreement Agreement, ClusterId Providing, ImmutableArray<FundingItem> Items,
        Money Net);

    /// <summary>The items by the agreement that pays for them: in force on the day of the quote, with the
    /// annex.</summary>
    internal static IEnumerable<Group> Groups(FundingRequest request, Func<Agreement, bool> counts) =>
        request.Items.Where(i => i.Cluster != request.Account.Cluster).GroupBy(i => i.Cluster)
            .SelectMany(items =>
            {
                var agreement = request.Agreements
                    .Where(a => a.CoFinancing is not null && a.IsBetween(request.Account.Cluster, items.Key)
                        && counts(a))
                    .OrderByDescending(a => a.InForceFrom).ThenBy(a => a.Id.Value, StringComparer.Ordinal)
                        .FirstOrDefault();
                var net = Money.Sum(items.Select(i => i.Net), request.Currency);
                return agreement is null ? Array.Empty<Group>() : [new Group(agreement, items.Key, [.. items], net)];
            });

    /// <summary>
    /// Both clusters' parts: each a share of the full net rounded half up; together at most the cap per booking and
    /// the net. When that binds, the receiving cluster's part is rounded half up and the other's is the rest.
    /// </summary>
    internal static (Money Receiving, Money Providing, bool Capped) Parts(CoFinancingAnnex annex, Money net)
    {
        var (receiving, providing) = (annex.Receiving.Of(net), annex.Providing.Of(net));
        var most = Money.Min(annex.CapPerBooking, net);
        if (receiving + providing <= most) return (receiving, providing, false);
        var part = most.Times(annex.Receiving.Value / (annex.Receiving.Value + annex.Providing.Value));
        return (part, most - part, true);
    }

    internal static IEnumerable<FundingShare> Shares(FundingRequest request, Group group)
    {
        var annex = group.Agreement.CoFinancing!;
        var (receiving, providing, capped) = Parts(annex, group.Net);
        var cap = capped ? $", both clusters together at most {Words.Money(annex.CapPerBooking)} a booking" : "";
        FundingShare Share(string side, ClusterId payer, Percentage rate, Money amount) => new(
            FundingKind.CoFinancing, group.Agreement.Id.Value,
            $"Co-financing by the {side} cluster {request.NameOf(payer)}", amount,
            $"{rate} of {Words.Money(group.Net)} net by the agreement {group.Agreement.Id}{cap}.", payer.Value);
        yield return Share("receiving", request.Account.Cluster, annex.Receiving, receiving);
        yield return Share("providing", group.Providing, annex.Providing, providing);
    }

    /// <summary>Divides both shares among the items: first the whole by net, then the receiving part of each.</summary>
    internal static IEnumerable<FundingAllocation> Allocations(Group group, IReadOnlyList<FundingShare> shares)
    {
        var (receiving, providing) = (shares[0], shares[1]);
        var whole = ProRata.Split(receiving.Amount + providing.Amount, [.. group.Items.Select(i => i.Net)]);
        var first = ProRata.Split(receiving.Amount, whole);
        for (var i = 0; i < group.Items.Length; i++)
        {
            yield return Of(receiving, group.Items[i].Id, first[i]);
            yield return Of(providing, group.Items[i].Id, whole[i] - first[i]);
        }
    }

    private static FundingAllocation Of(FundingShare share, ItemId item, Money amount) =>
        new(share.Kind, share.Id, share.Payer, item, amount);
}
