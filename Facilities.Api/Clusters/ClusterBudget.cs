using System.Collections.Immutable;
using Facilities.Api.Funding;
using Facilities.Grains.Kernel;
using Facilities.Silo.Programmes;

namespace Facilities.Api.Clusters;

/// <summary>Where a cluster's co-financing is; the parts add up to what was set aside for it.</summary>
public static class ClusterBudget
{
    public static ImmutableArray<MoneyPart> Of(IEnumerable<LedgerPosting> postings, Currency currency)
    {
        var ledger = TrialBalance.Of(postings, currency);
        return
        [
            new("owed", ledger.Of("owed", currency), "Owed to providers for accepted deliveries."),
            new("reserved", ledger.Of("reserved", currency), "Set aside for bookings that are not accepted yet."),
            new("available", ledger.Of("available", currency), "Left for new bookings."),
        ];
    }
}
