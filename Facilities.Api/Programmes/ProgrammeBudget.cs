using System.Collections.Immutable;
using Facilities.Api.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Programmes;

namespace Facilities.Api.Programmes;

/// <summary>Where every cent of a programme's budget is; the parts add up to the budget.</summary>
public static class ProgrammeBudget
{
    // Accounts that pass on what enters them, or that few programmes ever need, are shown where something lies in them.
    private static readonly ImmutableArray<(string Account, bool IfAny)> Order =
    [
        ("paid", false), ("approved", false), ("claimed", false), ("redeemed", true), ("reserved", false),
        ("awarded", false), ("returned", true), ("free", false),
    ];

    public static ImmutableArray<MoneyPart> Of(ProgrammeTerms terms, ImmutableArray<LedgerBalance> ledger) =>
    [
        .. from place in Order
            let lies = ledger.FirstOrDefault(b => b.Account == place.Account)?.Balance
                ?? Money.Zero(terms.Budget.Currency)
            where !place.IfAny || !lies.IsZero
            select new MoneyPart(place.Account, lies, LedgerAccounts.Of(place.Account).Meaning),
    ];
}
