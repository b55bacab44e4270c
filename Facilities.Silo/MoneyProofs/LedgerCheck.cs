using Facilities.Grains.Clusters;
using Facilities.Grains.Credits;
using Facilities.Grains.Payments;
using Facilities.Grains.Runtime;
using Facilities.Silo.Credits;
using Facilities.Silo.Verification;
using static Facilities.Silo.Verification.Statements;

namespace Facilities.Silo.MoneyProofs;

/// <summary>
/// The accounts of one ledger, from its postings in order: none but the outside source is ever below zero.
/// </summary>
/// <param name="shared">Accounts that other streams post to as well; judged when all of them are known.</param>
internal sealed class LedgerCheck(StreamName stream, Faults faults, params string[] shared)
{
    private const string Outside = "grant";

    private readonly Dictionary<(string Account, string Currency), long> balances = [];
    private readonly HashSet<string> limited = [];

    public void Post(RowWrite row)
    {
        var cells = row.Columns!.Value.ToDictionary(c => c.Key, c => c.Value);
        var (amount, currency) = ((long)cells["amount"]!, (string)cells["currency"]!);
        var (debit, credit) = ((string)cells["debit"]!, (string)cells["credit"]!);
        if (amount <= 0) faults.Add("ledgerUnbalanced", row.Key, $"posts {amount} cents.");
        // What a cluster promised in a currency of which it set no budget aside has no limit.
        if (debit == Outside) limited.Add(currency);
        Change(row.Key, debit, currency, -amount);
        Change(row.Key, credit, currency, amount);
    }

    public void Finish()
    {
        foreach (var currency in balances.GroupBy(b => b.Key.Currency))
            if (currency.Sum(b => b.Value) != 0)
                faults.Add("ledgerUnbalanced", stream.Value, $"debits and credits in {currency.Key} differ.");
    }

    private void Change(string key, string account, string currency, long by)
    {
        var balance = balances[(account, currency)] = balances.GetValueOrDefault((account, currency)) + by;
        if (balance < 0 && account != Outside && !shared.Contains(account)
            && !(account == "available" && !limited.Contains(currency)))
            faults.Add("ledgerNegative", key, $"{account} of {stream} is {balance} cents {currency}.");
    }
}

/// <summary>Says what each booking has of a cluster's co-financing.</summary>
internal sealed class ClusterCheck(StreamName stream, Statements statements) : StreamProof
{
    public override void See(StoredEvent stored, object happened)
    {
        var part = BookingStatements.CoFinancingPart(stream.Key);
        switch (happened)
        {
            case CoFinancingReserved e:
                statements.Say(BookingStatements.About(e.Booking), part, Side.Holder, $"reserved {e.Amount}");
                break;
            case CoFinancingReleased e:
                statements.TakeBack(BookingStatements.About(e.Booking), part, Side.Holder);
                break;
            case CoFinancingOwed e:
                statements.Say(BookingStatements.About(e.Booking), part, Side.Holder, $"owed {e.Amount}");
                break;
            case CoFinancingCredited e:
                statements.Say(
                    BookingStatements.About(e.Booking), CreditStatements.SharePart(stream.Key, e.Number), Side.Holder,
                    $"{e.Amount}");
                break;
        }
    }
}
