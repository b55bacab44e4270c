using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Grains.Clusters;

/// <summary>What lists and reports see of a cluster.</summary>
public static class ClusterRows
{
    /// <summary>The rows that follow from events.</summary>
    public static Effects Of(
        ClusterState before, ClusterState after, ImmutableArray<Placed<ClusterEvent>> events, Instant at)
    {
        var owner = $"cluster/{after.Profile!.Id}";
        var rows = ImmutableArray.CreateBuilder<RowWrite>();
        foreach (var (version, happened) in events)
        {
            var key = $"{owner}/{version}";
            switch (happened)
            {
                case ClusterRegistered e:
                    rows.Add(Row.Of(
                        "clusters", e.Profile.Id.Value, ("body", JsonSerializer.Serialize(e.Profile, Json.Options))));
                    break;
                case AgreementSigned e:
                    rows.Add(Row.Of("agreements", e.Agreement.Id.Value, ("first_id", e.Agreement.First.Value),
                        ("second_id", e.Agreement.Second.Value),
                        ("body", JsonSerializer.Serialize(e.Agreement, Json.Options))));
                    break;
                case CoFinancingBudgetSet e:
                    rows.Add(Posting.Row(
                        key, owner, at, "grant", "available", e.Budget, "Budget for co-financing", null, null));
                    break;
                case CoFinancingReserved e:
                    rows.Add(Posting.Row(
                        key, owner, at, "available", "reserved", e.Amount, "Reserved for a booking", e.Booking, null));
                    break;
                case CoFinancingReleased e when before.Reserved.TryGetValue(e.Booking.Value, out var held):
                    rows.Add(Posting.Row(
                        key, owner, at, "reserved", "available", held.Amount,
                        "Released by a booking", e.Booking, null));
                    break;
                case CoFinancingOwed e:
                    rows.Add(Posting.Row(
                        key, owner, at, "reserved", "owed", e.Amount, "Owed to the provider", e.Booking, null));
                    var rest = before.Reserved[e.Booking.Value].Amount - e.Amount;
                    if (rest.IsPositive)
                        rows.Add(Posting.Row(
                            $"{key}/rest", owner, at, "reserved", "available", rest, "Not needed", e.Booking, null));
                    break;
                case CoFinancingCredited e:
                    rows.Add(Posting.Row(
                        key, owner, at, "owed", "available", e.Amount, "Credited by the provider", e.Booking, null));
                    break;
            }
        }
        return new Effects(rows.ToImmutable(), [], []);
    }
}
