using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.TestKit;
using static Facilities.Tests.Instalments.AdvanceTests;
using Story = Facilities.Tests.TestKit.Scenario<
    Facilities.Grains.Programmes.ProgrammeState, Facilities.Grains.Programmes.ProgrammeEvent,
    Facilities.Grains.Programmes.ProgrammeRefusal>;

namespace Facilities.Tests.Debts;

/// <summary>
/// Credits where 150,000 came in advance: the claim for the rest is lowered first, and what is more than that comes
/// back of the advance. In the end the company keeps what the voucher pays of the price that is left, to the cent.
/// </summary>
public sealed class AdvancedCreditTests
{
    [Theory]
    // What was delivered, what is credited, and how far the claim had come; then what is owed of the claim and of the
    // advance once all was decided and paid.
    [InlineData(300_000, 75_000, "open", 0, 0)]
    [InlineData(300_000, 150_000, "open", 0, 0)]
    [InlineData(300_000, 225_000.01, "open", 0, 75_000.01)]
    [InlineData(300_000, 300_000, "open", 0, 150_000)]
    [InlineData(75_000, 25_000, "open", 0, 100_000)]
    [InlineData(300_000, 75_000, "approved", 0, 0)]
    [InlineData(300_000, 150_000, "approved", 0, 0)]
    [InlineData(300_000, 225_000.01, "approved", 0, 75_000.01)]
    [InlineData(300_000, 300_000, "approved", 0, 150_000)]
    [InlineData(300_000, 75_000, "paid", 75_000, 0)]
    [InlineData(300_000, 225_000.01, "paid", 150_000, 75_000.01)]
    [InlineData(300_000, 300_000, "paid", 150_000, 150_000)]
    [InlineData(75_000, 25_000, "paid", 0, 100_000)]
    [InlineData(75_000, 75_000, "paid", 0, 150_000)]
    public void M5_what_was_credited_beyond_the_rest_comes_back_of_the_advance(
        decimal delivered, decimal less, string status, decimal ofClaim, decimal ofAdvance)
    {
        var story = Delivered(delivered);
        if (status != "open") story = Told(story, Decide(Rest), ProgrammeDecisions.Decide);
        if (status == "paid") story = Paid(story);
        story = Told(story, Credit(1, less), ClaimCreditDecisions.Decide);
        Assert.Empty(story.When(Credit(1, less), ClaimCreditDecisions.Decide).Decision.Events);
        if (Claim(story).Status is ClaimStatus.Open) story = Told(story, Decide(Rest), ProgrammeDecisions.Decide);
        var final = Paid(story).State;
        var (claim, advance) = (final.Claims[Rest.Value], final.Claims[Advance.Value]);
        Assert.Equal((ofClaim, ofAdvance), (Owed(claim), Owed(advance)));
        Assert.All(claim.OpenDebts.Concat(advance.OpenDebts), d => Assert.Equal(Debtor.Company, d.By));
        var all = less == delivered && status != "paid";
        Assert.Equal(all ? ClaimStatus.Credited : ClaimStatus.Paid, claim.Status);
        // The rest that was paid before a credit is the rest of now and what is owed of it.
        Assert.Equal(
            delivered - less,
            advance.Claim.Amount.Amount + claim.Claim.Amount.Amount + ofClaim - ofClaim - ofAdvance);
        Assert.Equal(delivered, claim.Opened.Amount);
    }

    [Fact]
    public void M5_several_credits_come_back_each_by_itself_and_a_rejected_claim_stays_as_it_was()
    {
        var twice = Told(
            Told(Paid(Told(Delivered(300_000), Decide(Rest), ProgrammeDecisions.Decide)), Credit(1, 200_000),
                ClaimCreditDecisions.Decide),
            Credit(2, 60_000), ClaimCreditDecisions.Decide);
        Assert.Equal(
            [50_000m, 60_000m], twice.State.Claims[Advance.Value].OpenDebts.Select(d => d.Open.Amount));
        Assert.Equal(3, twice.State.Claims.Values.SelectMany(c => c.OpenDebts).DistinctBy(d => d.Reference).Count());
        Assert.Equal(Czk(40_000), twice.State.Claims[Advance.Value].Advance!.Used);
        twice.When(
            new RepayDebt(new("r"), People.Officer, Advance, 2, Czk(60_000), "SEPA-3"), DebtDecisions.Decide)
            .Then(typeof(DebtRepaid), typeof(AdvanceFreed));

        var rejected = Told(Delivered(300_000), Decide(Rest, approve: false), ProgrammeDecisions.Decide);
        var credited = Told(rejected, Credit(1, 75_000), ClaimCreditDecisions.Decide);
        Assert.Equal(CreditEffect.None, Claim(credited).Credits!.Value[0].Effect);
        Assert.Equal(150_000m, Owed(credited.State.Claims[Advance.Value]));
        Assert.Throws<InvalidOperationException>(
            () => Delivered(300_000).When(Credit(1, 300_000.01m), ClaimCreditDecisions.Decide));
    }

    [Fact]
    public void M5_what_the_bank_is_asked_to_pay_in_advance_is_settled_when_it_answers()
    {
        var credited = Told(
            Told(Waiting(out _), Open(300_000), ProgrammeDecisions.Decide), Credit(1, 300_000),
            ClaimCreditDecisions.Decide);
        Assert.Equal(ClaimStatus.Credited, Claim(credited).Status);
        var settle = new SettleAdvance(new("s"), Actor.System, Advance);
        credited.When(settle, InstalmentDecisions.Decide).ThenNothing();
        credited.Given(new ClaimPaid(Advance, "S/E")).When(settle, InstalmentDecisions.Decide)
            .Then(typeof(DebtArose));
    }

    private static Story Told<TCommand>(
        Story story, TCommand command,
        Func<ProgrammeState, TCommand, NodaTime.Instant, Decision<ProgrammeEvent, ProgrammeRefusal>> decide)
    {
        var decision = story.When(command, decide).Decision;
        Assert.Null(decision.Refusal);
        return story.Given(decision.Events.AsSpan());
    }

    /// <summary>Pays what is approved.</summary>
    private static Story Paid(Story story) => Claim(story).Status == ClaimStatus.Approved
        ? Told(story, Pay(Rest), ProgrammeDecisions.Decide)
        : story;

    private static ClaimStanding Claim(Story story) => story.State.Claims[Rest.Value];

    private static decimal Owed(ClaimStanding claim) => claim.OpenDebts.Sum(d => d.Open.Amount);

    private static CreditClaim Credit(int number, decimal amount) =>
        new(new($"k-{number}"), Actor.System, Rest, number, Czk(amount), $"C-{number}", "It came late.");
}
