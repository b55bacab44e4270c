using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Programmes;

public sealed class ProgrammeTests
{
    private static readonly VoucherId Voucher1 = new("v-1");
    private static readonly ClaimId Claim1 = new("c-1");

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Published(decimal budget = 12_000) =>
        new Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal>(
            ProgrammeState.Nobody, Now, ProgrammeState.Evolve)
            .Given(new ProgrammePublished(BerlinAbroad with { Budget = Eur(budget), LegalBasis = "none" }));

    private static AwardVoucher Award(decimal amount, Actor? by = null) =>
        new(new("a-1"), by ?? People.Officer, new("spree-diagnostics"), Eur(amount), "");

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Claimed() => Published().Given(
        new VoucherAwarded(Voucher1, new("spree-diagnostics"), Eur(5_000), new LocalDate(2027, 11, 21), ""),
        new ClaimOpened(
            new Claim(Claim1, new("b-1"), Voucher1, new("spree-diagnostics"), [new("biopmed-imaging")], Eur(1_090.13m),
            new ClaimEvidence("sha256:a", "sha256:b", Now, "MRI", Now, Now, "Somebody", ["N-1"], Eur(1_710)))));

    private static DecideClaim Decide(bool approve, Actor? by = null) =>
        new(new("d"), by ?? People.Officer, Claim1, approve, "");

    [Fact]
    public void M2_Awards_never_exceed_the_budget()
    {
        var twice = Published().When(Award(5_000), ProgrammeDecisions.Decide).Then(typeof(VoucherAwarded))
            .Given(new VoucherAwarded(new("v-2"), new("havel-biologics"), Eur(5_000), new LocalDate(2027, 11, 21), ""));
        twice.When(Award(2_000.01m) with { Id = new("a-2") }, ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.BudgetExceeded);
        var all = twice.When(Award(2_000) with { Id = new("a-2") }, ProgrammeDecisions.Decide)
            .Then(typeof(VoucherAwarded));
        Assert.True(all.State.Free.IsZero);
    }

    [Fact]
    public void A_voucher_is_worth_something_up_to_its_cap_in_the_programmes_currency()
    {
        Published().When(Award(5_000.01m), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.AmountNotAllowed);
        Published().When(Award(0), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.AmountNotAllowed);
        Published().When(Award(1) with { Amount = Huf(1_000) }, ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.AmountNotAllowed);
    }

    [Fact]
    public void Only_officers_of_the_programme_award() =>
        Published().When(Award(1, People.Spree), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.NotAllowed);

    [Fact]
    public void The_voucher_runs_for_the_months_of_the_programme_from_the_day_of_the_award()
    {
        var awarded = Published().When(Award(1), ProgrammeDecisions.Decide);
        Assert.Equal(new LocalDate(2027, 11, 21), ((VoucherAwarded)awarded.Decision.Events[0]).ExpiresOn);
    }

    [Fact]
    public void A_programme_is_woken_until_every_voucher_lies_in_a_wallet()
    {
        var day = new LocalDate(2027, 11, 21);
        var two = Published().Given(
            new VoucherAwarded(Voucher1, new("spree-diagnostics"), Eur(5_000), day, ""),
            new VoucherAwarded(new("v-2"), new("havel-biologics"), Eur(5_000), day, ""));
        var one = two.Given(new VoucherHandedOver(Voucher1));
        Assert.NotNull(Assert.Single(ProgrammeRows.DueOf(two.State, one.State, Now)).At);
        var none = one.Given(new VoucherHandedOver(new("v-2")));
        Assert.Null(Assert.Single(ProgrammeRows.DueOf(one.State, none.State, Now)).At);
        Assert.Empty(ProgrammeRows.DueOf(none.State, none.State, Now));
    }

    [Fact]
    public void A_claim_is_opened_once() => Claimed().When(
        new OpenClaim(new("o"), Actor.System, Claimed().State.Claims["c-1"].Claim), ProgrammeDecisions.Decide)
        .ThenNothing();

    [Fact]
    public void A_claim_is_decided_once()
    {
        var approved = Claimed().When(Decide(approve: true), ProgrammeDecisions.Decide).Then(typeof(ClaimApproved));
        approved.When(Decide(approve: false), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.ClaimDecided);
    }

    [Fact]
    public void A_claim_is_paid_once_and_only_after_its_approval()
    {
        var pay = new PayClaim(new("p"), People.Officer, Claim1, "R-1");
        Claimed().When(pay, ProgrammeDecisions.Decide).Then(ProgrammeRefusal.ClaimNotApproved);
        var paid = Claimed().When(Decide(approve: true), ProgrammeDecisions.Decide).Then(typeof(ClaimApproved))
            .When(pay, ProgrammeDecisions.Decide).Then(typeof(ClaimPaid));
        paid.When(pay, ProgrammeDecisions.Decide).Then(ProgrammeRefusal.ClaimDecided);
        Assert.Contains("c-1", paid.State.ToReport);
    }

    [Fact]
    public void A_rejected_claim_is_reported_to_its_booking() =>
        Assert.Contains("c-1", Claimed()
            .When(Decide(approve: false), ProgrammeDecisions.Decide)
            .Then(typeof(ClaimRejected), typeof(VoucherReduced)).State.ToReport);

    [Fact]
    public void Other_funders_decide_nothing() =>
        Claimed()
            .When(
                Decide(true, People.Of("x", OrganisationKind.Funder, "piemonte-innovation", Role.Officer)),
                ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.NotAllowed);
}
