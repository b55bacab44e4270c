using Facilities.Api.Programmes;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Programmes;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Programmes;

public sealed class ProgrammeBudgetTests
{
    [Fact]
    public void The_parts_add_up_to_the_budget_whatever_account_the_money_lies_in()
    {
        var accounts = LedgerAccounts.All.Where(a => a.Id != LedgerAccounts.Source).ToArray();
        var parts = ProgrammeBudget.Of(
            BerlinAbroad, [.. accounts.Select((a, i) => new LedgerBalance(a.Id, Eur(0), Eur(i + 1), 1))]);
        Assert.Equal(Eur(accounts.Length * (accounts.Length + 1) / 2), Money.Sum(
            parts.Select(p => p.Amount), Currency.Eur));
    }
}
