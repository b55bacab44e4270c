using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Claims;

/// <summary>Questions about a claim, their answers, and what a rejection does to the budget.</summary>
public sealed class ClaimTests
{
    private static readonly ClaimId Claim1 = new("c-1");

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Claimed() =>
        new Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal>(
            ProgrammeState.Nobody, Now, ProgrammeState.Evolve)
            .Given(
                new ProgrammePublished(BerlinAbroad with { Budget = Eur(12_000) }),
                new AwardPrepared(
                    new("v-1"), new("spree-diagnostics"), Eur(5_000), new LocalDate(2026, 11, 21), Eur(5_000),
                    new LocalDate(2027, 11, 21), ""),
                new VoucherAwarded(
                    new("v-1"), new("spree-diagnostics"), Eur(5_000), new LocalDate(2027, 11, 21), ""),
                new VoucherHandedOver(new("v-1")),
                new ClaimOpened(new Claim(
                    Claim1, new("b-1"), new("v-1"), new("spree-diagnostics"), [new("biopmed-imaging")], Eur(1_500),
                    new ClaimEvidence("sha256:a", "sha256:b", Now, "MRI", Now, Now, "Somebody", ["N-1"], Eur(2_000)))));

    private static DecideClaim Decide(bool approve) => new(new("d"), People.Officer, Claim1, approve, "");

    private static QueryClaim Ask(string question = "Which samples?", LocalDate? by = null, Actor? who = null) =>
        new(new("q"), who ?? People.Officer, Claim1, question, by);

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Queried() =>
        Claimed().When(Ask(), ClaimDecisions.Decide).Then(typeof(ClaimQueried));

    [Fact]
    public void An_answer_is_waited_for_two_weeks_where_the_officer_names_no_day() =>
        Assert.Equal(
            new LocalDate(2026, 12, 5), Assert.Single(Queried().State.Claims["c-1"].Questions!.Value).AnswerBy);

    [Fact]
    public void A_question_says_something_and_names_a_day_to_come()
    {
        Claimed().When(Ask(" "), ClaimDecisions.Decide).Then(ProgrammeRefusal.NotValid);
        Claimed().When(Ask(by: new LocalDate(2026, 11, 21)), ClaimDecisions.Decide).Then(ProgrammeRefusal.NotValid);
        Claimed().When(Ask(by: new LocalDate(2027, 2, 1)), ClaimDecisions.Decide).Then(ProgrammeRefusal.NotValid);
        Claimed().When(Ask(by: new LocalDate(2026, 11, 22)), ClaimDecisions.Decide).Then(typeof(ClaimQueried));
    }

    [Fact]
    public void Only_an_officer_asks_and_one_question_at_a_time()
    {
        Claimed().When(Ask(who: People.Spree), ClaimDecisions.Decide).Then(ProgrammeRefusal.NotAllowed);
        Queried().When(Ask(), ClaimDecisions.Decide).Then(ProgrammeRefusal.AnswerAwaited);
    }

    [Fact]
    public void The_facility_or_the_company_answers_and_nobody_else()
    {
        var reply = new AnswerClaim(new("a"), People.Spree, Claim1, "Those of May.");
        Queried().When(reply with { By = People.Seine }, ClaimDecisions.Decide).Then(ProgrammeRefusal.ClaimUnknown);
        Queried().When(reply with { By = People.Officer }, ClaimDecisions.Decide).Then(ProgrammeRefusal.ClaimUnknown);
        Queried().When(reply with { Text = "" }, ClaimDecisions.Decide).Then(ProgrammeRefusal.NotValid);
        Claimed().When(reply, ClaimDecisions.Decide).Then(ProgrammeRefusal.ClaimNotQueried);
        var answered = Queried().When(reply with { By = People.Imaging }, ClaimDecisions.Decide)
            .Then(typeof(ClaimAnswered));
        var standing = answered.State.Claims["c-1"];
        Assert.Equal(ClaimStatus.Open, standing.Status);
        Assert.Equal("biopmed-imaging", standing.Questions!.Value[0].Answer!.Party);
    }

    [Fact]
    public void Nothing_is_rejected_while_an_answer_may_still_come()
    {
        Queried().When(Decide(approve: false), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.AnswerAwaited);
        Queried().When(Decide(approve: true), ProgrammeDecisions.Decide).Then(typeof(ClaimApproved));
        // The last day ends in Berlin, an hour before it ends in Greenwich.
        Queried().At(Instant.FromUtc(2026, 12, 5, 22, 59)).When(Decide(approve: false), ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.AnswerAwaited);
        Queried().At(Instant.FromUtc(2026, 12, 5, 23, 0)).When(Decide(approve: false), ProgrammeDecisions.Decide)
            .Then(typeof(ClaimRejected), typeof(VoucherReduced));
    }

    [Fact]
    public void What_was_rejected_is_free_budget_again_and_no_aid()
    {
        var rejected = Claimed().When(Decide(approve: false), ProgrammeDecisions.Decide)
            .Then(typeof(ClaimRejected), typeof(VoucherReduced));
        Assert.Equal(Eur(8_500), rejected.State.Free);
        Assert.Equal(Eur(3_500), rejected.State.Awards["v-1"].AidLeft);
        Assert.Contains("v-1", rejected.State.ToLower);
        var lowered = rejected.When(
            new RecordAidLowered(new("l"), Actor.System, new("v-1"), 1), ClaimDecisions.Decide)
            .Then(typeof(AidLowered));
        Assert.Empty(lowered.State.ToLower);
    }

    [Fact]
    public void A_message_of_before_ends_no_lowering_that_is_still_to_be_told()
    {
        var rejected = Claimed().When(Decide(approve: false), ProgrammeDecisions.Decide)
            .Then(typeof(ClaimRejected), typeof(VoucherReduced));
        rejected.When(new RecordAidLowered(new("l"), Actor.System, new("v-1"), 0), ClaimDecisions.Decide)
            .ThenNothing();
        // Of another version of the log, which a stale process read.
        Assert.Contains("v-1", rejected.Given(new AidLowered(new("v-1"), 0)).State.ToLower);
    }
}
