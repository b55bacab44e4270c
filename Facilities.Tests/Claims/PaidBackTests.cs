using Facilities.Grains.Banking;
using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Claims;

/// <summary>Claims of a programme that pays the company back.</summary>
public sealed class PaidBackTests
{
    private static readonly ClaimId Claim1 = new("c-1");
    private static readonly BankParty Account = new("Spree Diagnostics GmbH", "DE89370400440532013000");
    private static readonly PaymentProof Unpaid = new(["N-1"], "The payment of N-1 was not recorded.");
    private static readonly PaymentProof Paid = new([], "Spree Diagnostics paid: 2,000.00 EUR of invoice N-1.");

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Claimed(
        PaymentMode mode = PaymentMode.Reimbursement) =>
        new Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal>(
            ProgrammeState.Nobody, Now, ProgrammeState.Evolve)
            .Given(
                new ProgrammePublished(BerlinAbroad with { PaymentMode = mode }),
                new VoucherAwarded(
                    new("v-1"), new("spree-diagnostics"), Eur(5_000), new LocalDate(2027, 11, 21), ""),
                new ClaimOpened(new Claim(
                    Claim1, new("b-1"), new("v-1"), new("spree-diagnostics"), [new("biopmed-imaging")], Eur(1_500),
                    new ClaimEvidence("sha256:a", "sha256:b", Now, "MRI", Now, Now, "Somebody", ["N-1"], Eur(2_000)))));

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Stated() =>
        Claimed().When(State(), ClaimAccountDecisions.Decide).Then(typeof(ClaimAccountStated));

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Approved() =>
        Stated().When(Approve(Paid), ProgrammeDecisions.Decide)
            .Then(typeof(ClaimPaymentProven), typeof(ClaimApproved));

    private static StateClaimAccount State(BankParty? account = null, Actor? by = null) =>
        new(new("a"), by ?? People.Spree, Claim1, account ?? Account);

    private static DecideClaim Approve(PaymentProof? proof) =>
        new(new("d"), People.Officer, Claim1, true, "") { Proof = proof };

    private static MakePaymentBatch File(ProgrammeState programme) =>
        new(
            new($"f-{programme.Banking.Batches.Count}"), People.Officer, new LocalDate(2026, 11, 23),
            new("Agency", "DE89370400440532013000"))
        {
            Payees = [.. BankDecisions.ToPay(programme).Select(BankDecisions.AccountOf)],
        };

    private static PaymentBatchMade Made(Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> scenario) =>
        (PaymentBatchMade)Assert.Single(
            scenario.When(File(scenario.State), BankDecisions.Decide).Decision.Events);

    [Fact]
    public void Nothing_is_approved_before_it_is_known_that_the_company_paid()
    {
        Stated().When(Approve(Unpaid), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.PaymentNotProven);
        Stated().When(Approve(null), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.PaymentNotProven);
        Claimed(PaymentMode.ToProvider).When(Approve(null), ProgrammeDecisions.Decide).Then(typeof(ClaimApproved));
        Assert.Equal(Paid.Text, Approved().State.Claims["c-1"].Payout!.Proof);
    }

    [Fact]
    public void Nothing_is_approved_before_the_company_said_on_which_account() =>
        Claimed().When(Approve(Paid), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.AccountMissing);

    [Fact]
    public void What_was_approved_before_proofs_were_asked_for_is_paid_only_with_one()
    {
        var pay = new PayClaim(new("p"), People.Officer, Claim1, "SEPA-1");
        var before = Claimed().Given(new ClaimApproved(Claim1, "Olga Officer", ""));
        before.When(pay with { Proof = Unpaid }, ProgrammeDecisions.Decide).Then(ProgrammeRefusal.PaymentNotProven);
        before.When(pay with { Proof = Paid }, ProgrammeDecisions.Decide).Then(typeof(ClaimPaid));
        before.When(File(before.State), BankDecisions.Decide).Then(ProgrammeRefusal.NothingToPay);
        Approved().When(pay, ProgrammeDecisions.Decide).Then(typeof(ClaimPaid));
    }

    [Fact]
    public void After_a_payment_came_back_another_account_is_stated_and_approved()
    {
        var other = new BankParty("Spree Diagnostics GmbH", "IT60X0542811101000000123456");
        var approved = Approved();
        var batch = Made(approved);
        var waiting = approved.Given(batch);
        waiting.When(State(other), ClaimAccountDecisions.Decide).Then(ProgrammeRefusal.ClaimInBatch);
        var back = waiting.Given(new ClaimPaid(Claim1, "S-1/E-1"), new ClaimPaymentReturned(Claim1, true, "AC04"));
        // The same account may be tried again; another one waits for an officer.
        Assert.Equal(Account, Assert.Single(Made(back).Batch.Payments).Creditor);
        var stated = back.When(State(other), ClaimAccountDecisions.Decide).Then(typeof(ClaimAccountStated));
        stated.When(File(stated.State), BankDecisions.Decide).Then(ProgrammeRefusal.NothingToPay);
        stated.When(Approve(Paid) with { Approve = false }, ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.ClaimDecided);
        var again = stated.When(Approve(Paid), ProgrammeDecisions.Decide).Then(typeof(ClaimPaymentProven));
        Assert.Equal(other, Assert.Single(Made(again).Batch.Payments).Creditor);
        again.When(Approve(Paid), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.ClaimDecided);
    }

    [Fact]
    public void Who_pays_for_the_company_states_its_account_and_nobody_else()
    {
        Claimed().When(State(by: People.Seine), ClaimAccountDecisions.Decide).Then(ProgrammeRefusal.ClaimUnknown);
        Claimed().When(State(by: People.Imaging), ClaimAccountDecisions.Decide).Then(ProgrammeRefusal.NotAllowed);
        var booker = People.Of("p-b", OrganisationKind.Sme, "spree-diagnostics", Role.Booker);
        Claimed().When(State(by: booker), ClaimAccountDecisions.Decide).Then(ProgrammeRefusal.NotAllowed);
    }

    [Fact]
    public void An_account_has_a_holder_and_an_IBAN_whose_digits_are_right()
    {
        var wrong = Account with { Iban = "DE89370400440532013001" };
        Claimed().When(State(wrong), ClaimAccountDecisions.Decide).Then(ProgrammeRefusal.NotValid);
        Claimed().When(State(Account with { Name = " " }), ClaimAccountDecisions.Decide)
            .Then(ProgrammeRefusal.NotValid);
        Claimed(PaymentMode.ToProvider).When(State(), ClaimAccountDecisions.Decide).Then(ProgrammeRefusal.NotValid);
        var spaced = Account with { Iban = "de89 3704 0044 0532 0130 00" };
        var stated = Claimed().When(State(spaced), ClaimAccountDecisions.Decide).Then(typeof(ClaimAccountStated));
        Assert.Equal(Account, stated.State.Claims["c-1"].Payout!.Account);
        stated.When(State(), ClaimAccountDecisions.Decide).ThenNothing();
    }

    [Fact]
    public void The_account_can_be_changed_until_the_approval_and_is_paid_as_it_stood_then()
    {
        var other = new BankParty("Somebody", "IT60X0542811101000000123456");
        Stated().When(State(other), ClaimAccountDecisions.Decide).Then(typeof(ClaimAccountStated));
        var approved = Approved();
        approved.When(State(other), ClaimAccountDecisions.Decide).Then(ProgrammeRefusal.ClaimDecided);
        var payment = Assert.Single(Made(approved).Batch.Payments);
        Assert.Equal((Account, Eur(1_500)), (payment.Creditor, payment.Amount));
    }
}
