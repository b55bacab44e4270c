using Facilities.Grains.Banking;
using Facilities.Grains.Claims;
using Facilities.Grains.Debts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.Banking;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Instalments;

/// <summary>
/// A programme that pays half in advance: of 300,000 that are reserved 150,000 within 30 days of the contract.
/// </summary>
public sealed class AdvanceTests
{
    internal static readonly ClaimId Advance = Advances.IdOf(new("b-1"), new("v-1"));
    internal static readonly ClaimId Rest = new("c-b-1-v-1");
    private static readonly BankParty Account = new("Brno Bio", "DE75512108001245126199");
    private static readonly PaymentProof Proof = new([], "Brno Bio paid 484,000.00 CZK.");

    internal static Money Czk(decimal amount) => Money.Of(amount, new("CZK"));

    private static readonly ProgrammeTerms Terms = BerlinAbroad with
    {
        Budget = Czk(1_000_000),
        CapPerVoucher = Czk(300_000),
        PaymentMode = PaymentMode.Instalments,
        Instalments = new(new(50), 30),
    };

    private static Claim Claim(ClaimId id, decimal amount) => new(
        id, new("b-1"), new("v-1"), new("spree-diagnostics"), [Imaging.Id], Czk(amount),
        new("sha256:a", "sha256:b", Now, "MRI", null, null, "", [], Czk(400_000)));

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Opened() =>
        new Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal>(
            ProgrammeState.Nobody, Now, ProgrammeState.Evolve)
            .Given(
                new ProgrammePublished(Terms),
                new VoucherAwarded(
                    new("v-1"), new("spree-diagnostics"), Czk(300_000), new LocalDate(2027, 11, 21), ""),
                new AdvanceOpened(Claim(Advance, 150_000) with
                {
                    Advance = new(new(50), Czk(300_000), new LocalDate(2026, 12, 21)),
                }));

    internal static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Approved() => Opened()
        .When(new StateClaimAccount(new("a"), People.Spree, Advance, Account), ClaimAccountDecisions.Decide)
        .Then(typeof(ClaimAccountStated))
        .When(Decide(Advance), ProgrammeDecisions.Decide).Then(typeof(ClaimPaymentProven), typeof(ClaimApproved));

    internal static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Paid() =>
        Approved().When(Pay(Advance), ProgrammeDecisions.Decide).Then(typeof(ClaimPaid));

    internal static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Delivered(decimal share) =>
        Paid().When(Open(share), ProgrammeDecisions.Decide).Then(typeof(ClaimOpened));

    internal static DecideClaim Decide(ClaimId claim, bool approve = true) =>
        new(new("d"), People.Officer, claim, approve, "No.") { Proof = claim == Rest ? Proof : null };

    internal static PayClaim Pay(ClaimId claim) => new(new("p"), People.Officer, claim, "SEPA-1") { Proof = Proof };

    internal static OpenClaim Open(decimal share) => new(new("o"), Actor.System, Claim(Rest, share));

    internal static EndAdvance Over() => new(new("e"), Actor.System, Claim(Advance, 150_000), "It was cancelled.");

    internal static MakePaymentBatch File(ProgrammeState programme) =>
        new(
            new($"f-{programme.Banking.Batches.Count}"), People.Officer, new LocalDate(2026, 11, 23),
            new("Agency", BankSamples.FunderIban))
        {
            Payees = [.. BankDecisions.ToPay(programme).Select(BankDecisions.AccountOf)],
        };

    private static Debt Owed(ProgrammeState programme) => programme.Claims[Advance.Value].DebtOf(1)!;

    internal static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Waiting(out PaymentBatch batch)
    {
        var approved = Approved();
        var made = approved.When(File(approved.State), BankDecisions.Decide);
        batch = ((PaymentBatchMade)Assert.Single(made.Decision.Events)).Batch;
        return made.Then(typeof(PaymentBatchMade));
    }

    [Fact]
    public void An_advance_is_approved_with_the_account_of_the_company_and_without_proof_of_a_payment()
    {
        Opened().When(Decide(Advance), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.AccountMissing);
        Assert.Equal(ClaimStatus.Approved, Approved().State.Claims[Advance.Value].Status);
    }

    [Fact]
    public void An_advance_is_never_paid_twice()
    {
        Paid().When(Pay(Advance), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.ClaimDecided);
        var paid = Paid();
        paid.When(File(paid.State), BankDecisions.Decide).Then(ProgrammeRefusal.NothingToPay);
        var waiting = Waiting(out _);
        waiting.When(Pay(Advance), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.ClaimInBatch);
        waiting.When(File(waiting.State), BankDecisions.Decide).Then(ProgrammeRefusal.NothingToPay);
        Approved().When(Decide(Advance), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.ClaimDecided);
    }

    [Fact]
    public void The_rest_is_claimed_once_the_delivery_was_accepted()
    {
        var rest = Delivered(300_000).State.Claims[Rest.Value];
        Assert.Equal((Czk(150_000), Czk(150_000)), (rest.Claim.Amount, rest.Claim.Advanced));
        Assert.Equal(Account, rest.Payout!.Account);
        var less = Delivered(225_000);
        Assert.Equal(Czk(75_000), less.State.Claims[Rest.Value].Claim.Amount);
        var approved = less.When(Decide(Rest), ProgrammeDecisions.Decide)
            .Then(typeof(ClaimPaymentProven), typeof(ClaimApproved), typeof(AdvanceUsed));
        Assert.Equal(Czk(150_000), approved.State.Claims[Advance.Value].Advance!.Used);
        less.When(Open(225_000), ProgrammeDecisions.Decide).ThenNothing();
    }

    [Fact]
    public void What_was_advanced_beyond_the_delivery_is_owed_back_and_nothing_more_is_paid()
    {
        var approved = Delivered(75_000).When(Decide(Rest), ProgrammeDecisions.Decide).Then(
            typeof(ClaimPaymentProven), typeof(ClaimApproved), typeof(AdvanceUsed), typeof(DebtArose),
            typeof(ClaimPaid));
        Assert.Equal((Czk(75_000), Czk(0)), (Owed(approved.State).Open, Owed(approved.State).ForGood));
        Assert.Equal(new LocalDate(2026, 12, 21), Owed(approved.State).DueOn);
        approved.When(File(approved.State), BankDecisions.Decide).Then(ProgrammeRefusal.NothingToPay);
    }

    [Fact]
    public void A_booking_that_is_cancelled_owes_back_what_was_paid_and_frees_what_was_not()
    {
        Opened().When(Over(), InstalmentDecisions.Decide)
            .Then(typeof(AdvanceOver), typeof(AdvanceClosed), typeof(AdvanceFreed))
            .When(Over(), InstalmentDecisions.Decide).ThenNothing();
        var cancelled = Paid().When(Over(), InstalmentDecisions.Decide)
            .Then(typeof(AdvanceOver), typeof(DebtArose));
        Assert.Equal(Czk(150_000), Owed(cancelled.State).Open);
        var refused = Opened().When(Decide(Advance, approve: false), ProgrammeDecisions.Decide)
            .Then(typeof(AdvanceClosed));
        Assert.Equal(Czk(150_000), Assert.Single(refused.When(Over(), InstalmentDecisions.Decide)
            .Then(typeof(AdvanceOver), typeof(AdvanceFreed)).State.Instalments.ToGiveBack).Amount);
        Assert.Equal(
            Czk(300_000), refused.When(Open(300_000), ProgrammeDecisions.Decide).Then(typeof(ClaimOpened))
                .State.Claims[Rest.Value].Claim.Amount);
    }

    [Fact]
    public void A_late_message_opens_no_advance_of_a_booking_that_is_over()
    {
        var none = new Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal>(
            ProgrammeState.Nobody, Now, ProgrammeState.Evolve).Given(
                new ProgrammePublished(Terms), new VoucherAwarded(
                    new("v-1"), new("spree-diagnostics"), Czk(300_000), new LocalDate(2027, 11, 21), ""));
        var over = Over() with
        {
            Claim = Opened().State.Claims[Advance.Value].Claim,
        };
        none.When(over, InstalmentDecisions.Decide)
            .Then(typeof(AdvanceOpened), typeof(AdvanceOver), typeof(AdvanceClosed), typeof(AdvanceFreed))
            .When(new OpenAdvance(new("late"), Actor.System, over.Claim), InstalmentDecisions.Decide).ThenNothing();
    }

    [Fact]
    public void What_the_bank_was_asked_to_pay_is_settled_when_it_answers()
    {
        var over = Waiting(out var batch).When(Over(), InstalmentDecisions.Decide).Then(typeof(AdvanceOver));
        var settle = new SettleAdvance(new("s"), Actor.System, Advance);
        over.When(settle, InstalmentDecisions.Decide).ThenNothing();
        Assert.False(over.State.IsOpen && over.State.Instalments.IsOpen(over.State.Banking));
        over.Given(new ClaimPaid(Advance, "S/E")).When(settle, InstalmentDecisions.Decide)
            .Then(typeof(DebtArose));
        over.Given(new ClaimPaymentReturned(Advance, false, "AC04")).When(settle, InstalmentDecisions.Decide)
            .Then(typeof(AdvanceClosed), typeof(AdvanceFreed));
        // Until then nobody may pay it by another way.
        var back = over.Given(new PaymentBatchWithdrawn(batch.Id, "Olga Officer"));
        back.When(Pay(Advance), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.ClaimNotApproved);
        back.When(File(back.State), BankDecisions.Decide).Then(ProgrammeRefusal.NothingToPay);
    }

    [Fact]
    public void A_claim_waits_for_what_the_bank_says_of_its_advance()
    {
        var delivered = Waiting(out _).When(Open(300_000), ProgrammeDecisions.Decide).Then(typeof(ClaimOpened));
        delivered.When(Decide(Rest), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.AdvanceUnderWay);
        delivered.Given(new ClaimPaymentReturned(Advance, false, "AC04"))
            .When(Decide(Rest), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.AdvanceUnderWay);
        delivered.Given(new ClaimPaid(Advance, "S/E")).When(Decide(Rest), ProgrammeDecisions.Decide)
            .Then(typeof(ClaimPaymentProven), typeof(ClaimApproved), typeof(AdvanceUsed));
    }

    [Fact]
    public void Of_a_rejected_claim_the_advance_is_owed_back_and_leaves_the_voucher_once_it_came()
    {
        var rejected = Delivered(225_000).When(Decide(Rest, approve: false), ProgrammeDecisions.Decide)
            .Then(typeof(ClaimRejected), typeof(VoucherReduced), typeof(DebtArose));
        Assert.Equal((Czk(150_000), Czk(150_000)), (Owed(rejected.State).Amount, Owed(rejected.State).ForGood));
        Assert.Equal(Czk(75_000), rejected.State.Awards["v-1"].Rejected);
        var repaid = rejected.When(
            new RepayDebt(new("r"), People.Officer, Advance, 1, null, "SEPA-2"), DebtDecisions.Decide)
            .Then(typeof(DebtRepaid), typeof(AdvanceFreed), typeof(VoucherReduced));
        Assert.Equal(Czk(225_000), repaid.State.Awards["v-1"].Rejected);
        Assert.Equal(Czk(925_000), repaid.State.Free);
    }

    [Fact]
    public void A_repayment_is_up_to_what_is_owed_and_by_an_officer()
    {
        var cancelled = Paid().When(Over(), InstalmentDecisions.Decide)
            .Then(typeof(AdvanceOver), typeof(DebtArose));
        var repay = new RepayDebt(new("r"), People.Officer, Advance, 1, Czk(100_000), "SEPA-2");
        cancelled.When(repay with { By = People.Spree }, DebtDecisions.Decide).Then(ProgrammeRefusal.NotAllowed);
        cancelled.When(repay with { Reference = " " }, DebtDecisions.Decide).Then(ProgrammeRefusal.NotValid);
        cancelled.When(repay with { Amount = Czk(150_000.01m) }, DebtDecisions.Decide)
            .Then(ProgrammeRefusal.AmountNotAllowed);
        var part = cancelled.When(repay, DebtDecisions.Decide).Then(typeof(DebtRepaid), typeof(AdvanceFreed));
        Assert.Equal(Czk(50_000), Owed(part.State).Open);
        part.When(repay, DebtDecisions.Decide).Then(ProgrammeRefusal.AmountNotAllowed);
        part.When(repay with { Amount = null }, DebtDecisions.Decide)
            .Then(typeof(DebtRepaid), typeof(AdvanceFreed))
            .When(repay, DebtDecisions.Decide).Then(ProgrammeRefusal.NothingOwed);
    }

    [Fact]
    public void A_statement_recognises_what_is_paid_back_by_its_reference()
    {
        var cancelled = Paid().When(Over(), InstalmentDecisions.Decide)
            .Then(typeof(AdvanceOver), typeof(DebtArose));
        var reference = Owed(cancelled.State).Reference;
        EntryMeaning Meaning(Money amount, string text, string status = "BOOK") => Assert.Single(StatementMatching.Of(
            cancelled.State, Read(amount, text, status).Entries, Now).Outcomes).Meaning;
        Assert.Equal(EntryMeaning.PaysBack, Meaning(Czk(150_000), $"Thanks {reference[..4]} {reference[4..]}"));
        Assert.Equal(EntryMeaning.PaysBack, Meaning(Czk(20_000), reference.ToLowerInvariant()));
        Assert.Equal(EntryMeaning.NotBooked, Meaning(Czk(150_000), reference, "PDNG"));
        Assert.Equal(EntryMeaning.NotOurs, Meaning(Czk(150_001), reference));
        Assert.Equal(EntryMeaning.NotOurs, Meaning(Czk(150_000), "Something else"));
        var take = new TakeBankStatement(new("t"), People.Officer, Read(Czk(150_000), reference, "BOOK"));
        cancelled.When(take, BankDecisions.Decide)
            .Then(typeof(DebtRepaid), typeof(AdvanceFreed), typeof(BankStatementTaken))
            .When(take, BankDecisions.Decide).ThenNothing();
    }

    [Fact]
    public void A_payment_that_came_back_from_the_bank_is_owed_no_more()
    {
        var back = Paid().When(Over(), InstalmentDecisions.Decide).Then(typeof(AdvanceOver), typeof(DebtArose))
            .Given(new ClaimPaymentReturned(Advance, true, "AC04"));
        Assert.False(Owed(back.State).IsOpen);
        back.When(new SettleAdvance(new("s"), Actor.System, Advance), InstalmentDecisions.Decide)
            .Then(typeof(AdvanceClosed), typeof(AdvanceFreed));
    }

    private static BankStatement Read(Money amount, string text, string status) => StatementFile.Read(
        BankSamples.Statement("S-9", BankSamples.Entry(
            "E-1", null, amount, status, "CRDT", $"<RmtInf><Ustrd>{text}</Ustrd></RmtInf>")));
}
