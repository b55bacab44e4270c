using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Banking;
using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Silo.MoneyProofs;
using Facilities.Silo.Verification;
using Facilities.Tests.Models;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Programmes;

/// <summary>The ledger of a programme, posted to by the programme and by the wallets of its vouchers.</summary>
public sealed class LedgerTests
{
    [Fact]
    public void Whatever_happens_to_vouchers_and_claims_the_budget_is_the_sum_of_its_parts_at_every_step() =>
        ModelRuns.Play(runs: 180, steps: 90, (draws, tally) => new LedgerPlay(tally).All(draws),
            least: 5, "AwardVoucher: done", "AwardVoucher: BudgetExceeded", "ReserveVouchers: done",
            "ReleaseVouchers: done", "RedeemVouchers: done", "DecideClaim: done", "PayClaim: done", "ledger: reserved",
            "ledger: redeemed", "ledger: claimed", "ledger: approved", "ledger: paid", "ReturnRedemption: done",
            "EndVoucher: done", "EndVoucher: VoucherEnded", "TendVouchers: done", "ReceiveLapse: done",
            "QueryClaim: done", "AnswerClaim: done", "ReserveVouchers: VoucherExpired", "ChangeProgramme: done",
            "ImportAwards: done", "ImportAwards: BudgetExceeded", "AwardVoucher: YearBudgetExceeded",
            "AwardVoucher: LimitPerGroup", "RecordGrant: done", "WithdrawAward: done", "ClaimPaymentReturned: done",
            "RecordClaimReport: done", "CloseProgramme: done", "ledger: owed", "DebtLifted: done",
            "RepayDebt: done", "credited: ClaimLowered", "credited: ApprovalLowered", "credited: PaymentOwed",
            "credited: FileOwed", "credited: None", "credited: of the advance", "AdvanceCameBack: repaid",
            "CreditRedemption: done",
            "FirmVouchers: done", "OpenAdvance: done", "EndAdvance: done", "ReturnAdvance: done",
            "repaid by: Facility", "repaid by: Company", "MakePaymentBatch: done", "ledger: advance",
            "ledger: advanced");

    [Fact]
    public void What_a_delivery_did_not_need_goes_back_to_the_voucher_in_the_ledger_too()
    {
        var wallet = Given(
            new AccountRegistered(Spree), new VoucherReceived(new("v"), BerlinAbroad, Eur(5_000), Now, Last),
            new VouchersReserved(new("b"), [new(new("v"), Eur(700))]));
        var rows = WalletPostings.Of(
            wallet, [new(4, new VouchersRedeemed(new("b"), [new(new("v"), Eur(600))]))], Now);
        Assert.Equal(
            [("reserved", "redeemed", 600_00L), ("reserved", "awarded", 100_00L)], rows.Select(LedgerBook.Entry));
        Assert.Equal(2, rows.Select(r => r.Key).Distinct().Count());
    }

    [Fact]
    public void The_verifier_names_an_account_that_has_something_else_than_it_stands_for()
    {
        using var output = new StringWriter();
        var faults = new Faults(output);
        var ledgers = new ProgrammeLedgers(faults);
        var wallet = Given(
            new AccountRegistered(Spree), new VoucherReceived(new("v"), BerlinAbroad, Eur(5_000), Now, Last),
            new VouchersReserved(new("b"), [new(new("v"), Eur(700))]));
        ledgers.Say(wallet);
        ledgers.Finish();
        Assert.Equal(["ledgerDiffers"], faults.ByName.Keys);
        Assert.Contains("reserved is 0 cents by the postings; by what it stands for it is 70000", output.ToString(),
            StringComparison.Ordinal);
    }

    private static readonly LocalDate Last = new(2027, 11, 21);

    private static AccountState Given(params ReadOnlySpan<AccountEvent> events)
    {
        var wallet = AccountState.Nobody;
        foreach (var happened in events) wallet = AccountState.Evolve(wallet, happened, Now);
        return wallet;
    }
}

/// <summary>A ledger as a clerk would keep it: each posting once, each balance by hand.</summary>
internal sealed class LedgerBook
{
    private readonly HashSet<string> _keys = [];
    private readonly SortedDictionary<string, long> _balances = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, long>> Balances => _balances;

    public long Of(string account) => _balances.GetValueOrDefault(account);

    public void Post(IEnumerable<RowWrite> rows)
    {
        foreach (var row in rows.Where(r => r.Table == "postings"))
        {
            Assert.True(_keys.Add(row.Key), $"{row.Key} is posted twice");
            var (debit, credit, amount) = Entry(row);
            Assert.True(amount > 0, $"{row.Key} posts {amount}");
            _balances[debit] = Of(debit) - amount;
            _balances[credit] = Of(credit) + amount;
        }
    }

    public static (string Debit, string Credit, long Amount) Entry(RowWrite row)
    {
        var cells = row.Columns!.Value.ToDictionary(c => c.Key, c => c.Value);
        return ((string)cells["debit"]!, (string)cells["credit"]!, (long)cells["amount"]!);
    }
}
