using System.Collections.Immutable;
using Facilities.Grains.Banking;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;
using Story = Facilities.Tests.TestKit.Scenario<
    Facilities.Grains.Programmes.ProgrammeState, Facilities.Grains.Programmes.ProgrammeEvent,
    Facilities.Grains.Programmes.ProgrammeRefusal>;

namespace Facilities.Tests.Credits;

/// <summary>What a credit does to a claim, wherever its money is, and how it comes back.</summary>
public sealed class ClaimCreditTests
{
    private static readonly ClaimId Claim1 = new("c-1");
    private static readonly VoucherId Voucher1 = new("V-0001");

    [Fact]
    public void A_claim_in_a_file_of_payments_is_owed_back_and_no_more_where_the_file_is_withdrawn()
    {
        var batch = new PaymentBatch(
            "b-1", Now, "Olga Officer", new(2027, 2, 5), new("Agency", "DE89370400440532013000"),
            [new(Claim1, "FP01", Eur(1_500), new("Provider", "IT60X0542811101000000123456"), "N-1")]);
        var filed = Approved().Given(new PaymentBatchMade(batch));
        var credited = Credited(filed, 375, CreditEffect.FileOwed);
        Assert.Equal(Eur(1_125), credited.State.Claims["c-1"].Claim.Amount);
        credited.When(
            new RepayDebt(new("r"), People.Officer, Claim1, 1, null, "BP-1"), DebtDecisions.Decide)
            .Then(ProgrammeRefusal.ClaimInBatch);

        ImmutableArray<ProgrammeEvent> withdrawn = [new PaymentBatchWithdrawn("b-1", "Olga Officer")];
        var events = DebtBook.WithLifted(credited.State, withdrawn, Now);
        Assert.Equal(new DebtLifted(Claim1, 1, ((DebtLifted)events[1]).Reason), events[1]);
        var lifted = credited.Given(events.AsSpan()).State;
        Assert.Equal(
            (ClaimStatus.Approved, Eur(1_125)), (lifted.Claims["c-1"].Status, lifted.Claims["c-1"].Claim.Amount));
        Assert.Equal(["c-1/1"], lifted.ToCredit!);
    }

    [Fact]
    public void A_statement_of_the_bank_that_names_a_credit_settles_it_once()
    {
        var paid = Approved().Given(new ClaimPaid(Claim1, "IBB-1"));
        var owed = Credited(paid, 375, CreditEffect.PaymentOwed);
        BankEntry Entry(string id, decimal amount, string? text) => new(
            "S-1", null, id, null, Eur(amount), EntryStatus.Booked, false, false, null)
        { Text = text };
        var name = Debt.ReferenceOf(Claim1, 1);
        Assert.True(name.Length <= 35);
        var (outcomes, events) = StatementMatching.Of(
            owed.State,
            [Entry("1", 376, name), Entry("2", 375, "Something"), Entry("3", 300, $"Credit {name}"),
                Entry("4", 75, name), Entry("5", 75, name)], Now);
        Assert.Equal(
            [EntryMeaning.NotOurs, EntryMeaning.NotOurs, EntryMeaning.PaysBack, EntryMeaning.PaysBack,
                EntryMeaning.Known],
            outcomes.Select(o => o.Meaning));
        Assert.Equal(
            [new DebtRepaid(Claim1, 1, Eur(300), false, "S-1/3", null),
                new DebtRepaid(Claim1, 1, Eur(75), false, "S-1/4", null)],
            events);
        // The voucher has its money once all of it came.
        Assert.Empty(owed.Given(events[0]).State.ToCredit ?? []);
        Assert.Equal(["c-1/1"], owed.Given(events.AsSpan()).State.ToCredit!);
        Assert.False(owed.Given(events.AsSpan()).State.Claims["c-1"].DebtOf(1)!.IsOpen);
    }

    [Fact]
    public void A_claim_that_is_credited_as_a_whole_waits_for_nobody_and_a_rejected_one_stays_as_it_was()
    {
        var nothing = Credited(Credited(Approved(), 375, CreditEffect.ApprovalLowered), 1_125,
            CreditEffect.ApprovalLowered, 2);
        Assert.Equal(ClaimStatus.Credited, nothing.State.Claims["c-1"].Status);
        Assert.Equal(Eur(1_500), nothing.State.Claims["c-1"].Opened);
        Assert.Empty(BankDecisions.ToPay(nothing.State));
        nothing.When(Command(1_125, 2), ClaimCreditDecisions.Decide).ThenNothing();

        var rejected = Credited(
            Claimed().Given(new ClaimRejected(Claim1, "Olga Officer", "No report.")), 375, CreditEffect.None);
        Assert.Equal(
            (ClaimStatus.Rejected, Eur(1_500)),
            (rejected.State.Claims["c-1"].Status, rejected.State.Claims["c-1"].Claim.Amount));
        Assert.Throws<InvalidOperationException>(
            () => Claimed().When(Command(1_501, 1), ClaimCreditDecisions.Decide));
    }

    private static Story Credited(Story story, decimal amount, CreditEffect effect, int number = 1)
    {
        var outcome = story.When(Command(amount, number), ClaimCreditDecisions.Decide);
        Assert.Equal(effect, ((ClaimCredited)Assert.Single(outcome.Decision.Events)).Effect);
        return story.Given(outcome.Decision.Events.AsSpan());
    }

    private static CreditClaim Command(decimal amount, int number) =>
        new(new($"k-{number}"), Actor.System, Claim1, number, Eur(amount), $"C-{number}", "A scan failed.");

    private static Story Approved() => Claimed().Given(new ClaimApproved(Claim1, "Olga Officer", "Fine."));

    private static Story Claimed() => new Story(ProgrammeState.Nobody, Now, ProgrammeState.Evolve).Given(
        new ProgrammePublished(BerlinAbroad),
        new VoucherAwarded(Voucher1, Spree.Id, Eur(5_000), new(2027, 12, 31), ""),
        new ClaimOpened(new Claim(
            Claim1, new("b-1"), Voucher1, Spree.Id, [Imaging.Id], Eur(1_500),
            new ClaimEvidence("sha256:a", "sha256:b", Now, "MRI", Now, Now, "Somebody", ["N-1"], Eur(2_000)))));
}
