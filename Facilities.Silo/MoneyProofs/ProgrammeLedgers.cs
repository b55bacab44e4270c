using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Silo.Verification;

namespace Facilities.Silo.MoneyProofs;

/// <summary>
/// The ledger of every programme, to which its own stream and the wallets of its vouchers post: at the end every
/// account has what the programme, its claims and its vouchers say by themselves.
/// </summary>
public sealed class ProgrammeLedgers(Faults faults)
{
    /// <summary>Accounts that wallets post to, so that a programme's own stream says only a part of them.</summary>
    public static readonly string[] Shared = ["awarded", "reserved", "redeemed"];

    private const string Owner = "programme/";

    private readonly SortedDictionary<(string Programme, string Account), long> posted = [];
    private readonly SortedDictionary<(string Programme, string Account), long> said = [];

    public void Post(RowWrite row)
    {
        var cells = row.Columns!.Value.ToDictionary(c => c.Key, c => c.Value);
        if (cells["owner"] is not string owner || !owner.StartsWith(Owner, StringComparison.Ordinal)) return;
        var amount = (long)cells["amount"]!;
        Add(posted, owner[Owner.Length..], (string)cells["debit"]!, -amount);
        Add(posted, owner[Owner.Length..], (string)cells["credit"]!, amount);
    }

    /// <summary>What vouchers are reserved and redeemed, by the wallet itself.</summary>
    public void Say(AccountState wallet)
    {
        foreach (var voucher in wallet.Vouchers.Values)
        {
            var programme = voucher.Programme.Id.Value;
            Add(said, programme, "reserved", voucher.Reserved.Minor);
            Add(said, programme, "redeemed", voucher.Redeemed.Minor);
        }
        // It was claimed, too, so that both together are nothing.
        foreach (var part in wallet.Returned.Values)
            Add(said, wallet.Vouchers[part.Voucher.Value].Programme.Id.Value, "redeemed", part.Amount.Minor);
    }

    /// <summary>What is free and where the claims stand, by the programme itself.</summary>
    public void Say(ProgrammeState programme)
    {
        if (programme.Terms is not { Id.Value: var id } terms) return;
        // What waits for the aid register is not awarded yet.
        var prepared = Money.Sum(programme.Prepared.Values.Select(p => p.Amount), terms.Budget.Currency);
        Add(said, id, "free", (programme.Free + prepared).Minor);
        foreach (var award in programme.Awards.Values)
            if (award.Rejected is { } freed) Add(said, id, "returned", -freed.Minor);
        foreach (var claim in programme.Claims.Values)
        {
            foreach (var (account, minor) in AdvanceStatements.Accounts(claim)) Add(said, id, account, minor);
            foreach (var debt in claim.OpenDebts.Where(_ => claim.Advance is null))
            {
                Add(said, id, "owed", debt.Open.Minor);
                Add(said, id, "redeemed", -debt.Open.Minor);
            }
        }
    }

    public void Finish()
    {
        foreach (var programme in said.Keys.Concat(posted.Keys).Select(k => k.Programme).Distinct().ToArray())
        {
            foreach (var (account, balance) in Of(posted, programme))
                if (balance < 0 && account != "grant")
                    faults.Add("ledgerNegative", Owner + programme, $"{account} is {balance} cents.");
            foreach (var (account, wanted) in Of(said, programme))
            {
                var balance = posted.GetValueOrDefault((programme, account));
                if (balance != wanted)
                    faults.Add("ledgerDiffers", Owner + programme,
                        $"{account} is {balance} cents by the postings; by what it stands for it is {wanted}.");
            }
        }
    }

    private static IEnumerable<(string Account, long Balance)> Of(
        SortedDictionary<(string Programme, string Account), long> balances, string programme) =>
        balances.Where(b => b.Key.Programme == programme).Select(b => (b.Key.Account, b.Value));

    private static void Add(
        SortedDictionary<(string Programme, string Account), long> balances, string programme, string account,
        long by) =>
        balances[(programme, account)] = balances.GetValueOrDefault((programme, account)) + by;
}
