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
        ("paid", false), ("advanced", true), ("owed", true), ("approved", false), ("claimed", false),
        ("advance", true), ("redeemed", true), ("reserved", false), ("awarded", false), ("returned", true),
        ("free", false),
    ];

    // What lies elsewhere than this list knows is shown all the same, or the parts would not add up.
    private static readonly ImmutableArray<(string Account, bool IfAny)> Places =
    [
        .. Order,
        .. from account in LedgerAccounts.All
            where account.Id != LedgerAccounts.Source && !Order.Any(o => o.Account == account.Id)
            select (account.Id, true),
    ];

    public static ImmutableArray<MoneyPart> Of(ProgrammeTerms terms, ImmutableArray<LedgerBalance> ledger) =>
    [
        .. from place in Places
            let lies = ledger.FirstOrDefault(b => b.Account == place.Account)?.Balance
                ?? Money.Zero(terms.Budget.Currency)
            where !place.IfAny || !lies.IsZero
            select new MoneyPart(
                place.Account, lies, LedgerAccounts.Of(place.Account).Meaning, WordOf(place.Account)),
    ];

    // What is committed is called awarded here, as on the other pages of the programme.
    private static string? WordOf(string account) => account switch
    {
        "advance" or "advanced" or "owed" => LedgerAccounts.Of(account).Name,
        _ => null,
    };
}
