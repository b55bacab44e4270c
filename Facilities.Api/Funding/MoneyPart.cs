using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Silo.Programmes;

namespace Facilities.Api.Funding;

/// <summary>One part of a whole amount, in words.</summary>
/// <param name="Name">One word, which is also its colour's class.</param>
/// <param name="Meaning">What the part is, in a sentence.</param>
/// <param name="Word">What it is called where that is not its name; null where it is.</param>
public sealed record MoneyPart(string Name, Money Amount, string Meaning, string? Word = null);

/// <summary>One account of a ledger with what left and entered it.</summary>
public sealed record AccountBalance(string Name, Money Debits, Money Credits)
{
    public Money Balance => Credits - Debits;
}

/// <summary>The balance of each account that a ledger names.</summary>
public static class TrialBalance
{
    public static ImmutableArray<AccountBalance> Of(IEnumerable<LedgerPosting> postings, Currency currency)
    {
        var list = postings.ToArray();
        return
        [
            .. list.SelectMany(p => new[] { p.Debit, p.Credit }).Distinct().Select(name => new AccountBalance(
                name,
                Money.Sum(list.Where(p => p.Debit == name).Select(p => p.Amount), currency),
                Money.Sum(list.Where(p => p.Credit == name).Select(p => p.Amount), currency))),
        ];
    }

    /// <summary>The balance of one account; zero where nothing was posted to it.</summary>
    public static Money Of(this ImmutableArray<AccountBalance> balances, string name, Currency currency) =>
        balances.FirstOrDefault(b => b.Name == name)?.Balance ?? Money.Zero(currency);
}
