using System.Collections.Immutable;
using Facilities.Grains.Applications;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Applications;

/// <summary>Calls and applications by their rules alone.</summary>
public sealed class ApplicationTests
{
    private static readonly Actor Second =
        People.Of("p-second", OrganisationKind.Funder, "berlin-abroad", Role.Officer);
    private static readonly RuleCheck Passed = new("region", true, "It lies there.", "regions", null);
    private static readonly RuleCheck Failed = new("region", false, "It lies elsewhere.", "regions", "Move there.");
    private static readonly LocalDateTime Opens = new(2026, 11, 1, 9, 0);
    private static readonly LocalDateTime Closes = new(2026, 12, 1, 18, 0);
    private static readonly Instant AfterClose = Instant.FromUtc(2026, 12, 1, 17, 0);

    private static readonly Call Ranked = new(
        new("spring"), "Spring call", Opens, Closes, CallKind.Ranked, null,
        [new("merit", "Merit", 60, 10), new("reach", "Reach", 40, 5)],
        [new(People.Officer.Person, "O"), new(Second.Person, "S")]);

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Published(
        Call? call = null, decimal budget = 12_000)
    {
        var scenario = new Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal>(
            ProgrammeState.Nobody, Now, ProgrammeState.Evolve)
            .Given(new ProgrammePublished(BerlinAbroad with { Budget = Eur(budget), LegalBasis = "none" }));
        return call is null ? scenario : scenario.Given(new CallSet(call, "O"));
    }

    private static Apply Apply(string id = "1", decimal amount = 5_000, string account = "spree-diagnostics") => new(
        new(id), People.Of($"p-{account}", OrganisationKind.Sme, account, Role.Owner), new(account), account, null,
        Eur(amount), "A pilot.", ["trueAndComplete", "noDoubleFunding", "noDifficulty", "notStarted"], [Passed]);

    private static DecideApplication Decide(string application, bool award = true, Money? amount = null) => new(
        new($"d-{application}"), People.Officer, new(application), award, amount, "Good work.", [Passed]);

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Applied(
        Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> before, params Apply[] applications) =>
        applications.Aggregate(before, (scenario, apply) =>
            scenario.When(apply, ApplicationDecisions.Decide).Then(typeof(ApplicationSubmitted)));

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Scored(
        Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> before, string application, Actor by, int merit,
        int reach) => before
        .When(new DeclareInterest(new("i"), by, new(application), false, ""), ApplicationDecisions.Decide)
        .Then(typeof(InterestDeclared))
        .When(
            new ScoreApplication(
                new("s"), by, new(application), [new("merit", merit), new("reach", reach)], ""),
            ApplicationDecisions.Decide)
        .Then(typeof(ApplicationScored));

    [Fact]
    public void An_SME_applies_once_and_takes_it_back()
    {
        var applied = Applied(Published(), Apply());
        applied.When(Apply("2"), ApplicationDecisions.Decide).Then(ProgrammeRefusal.ApplicationPending);
        var withdraw = new WithdrawApplication(new("w"), Apply().By, new("a-1"), "No need.");
        applied.When(withdraw with { By = People.Seine }, ApplicationDecisions.Decide)
            .Then(ProgrammeRefusal.NotAllowed);
        var withdrawn = applied.When(withdraw, ApplicationDecisions.Decide).Then(typeof(ApplicationWithdrawn));
        withdrawn.When(Decide("a-1"), ApplicationDecisions.Decide).Then(ProgrammeRefusal.ApplicationDecided);
        Applied(withdrawn, Apply("2"));
    }

    [Fact]
    public void Each_rule_of_an_application_is_a_refusal_of_its_own()
    {
        var published = Published();
        published.When(Apply() with { By = People.Seine }, ApplicationDecisions.Decide)
            .Then(ProgrammeRefusal.NotAllowed);
        published.When(Apply(amount: 5_000.01m), ApplicationDecisions.Decide).Then(ProgrammeRefusal.AmountNotAllowed);
        published.When(Apply() with { Purpose = " " }, ApplicationDecisions.Decide).Then(ProgrammeRefusal.NotValid);
        published.When(Apply() with { Declarations = ["notStarted"] }, ApplicationDecisions.Decide)
            .Then(ProgrammeRefusal.DeclarationMissing);
        published.When(Apply() with { Checks = [Passed, Failed] }, ApplicationDecisions.Decide)
            .Then(ProgrammeRefusal.NotEligible);
        published.When(Apply() with { Call = new("none") }, ApplicationDecisions.Decide)
            .Then(ProgrammeRefusal.CallUnknown);
        published.Given(new ProgrammeClosed("", "O")).When(Apply(), ApplicationDecisions.Decide)
            .Then(ProgrammeRefusal.ProgrammeClosed);
    }

    [Fact]
    public void A_call_takes_applications_from_its_opening_to_its_closing_in_the_zone_of_the_programme()
    {
        var called = Published(Ranked);
        called.At(Instant.FromUtc(2026, 11, 1, 7, 59)).When(Apply(), ApplicationDecisions.Decide)
            .Then(ProgrammeRefusal.CallNotOpen);
        called.At(Instant.FromUtc(2026, 11, 1, 8, 0)).When(Apply(), ApplicationDecisions.Decide)
            .Then(typeof(ApplicationSubmitted));
        called.At(Instant.FromUtc(2026, 12, 1, 16, 59)).When(Apply(), ApplicationDecisions.Decide)
            .Then(typeof(ApplicationSubmitted));
        called.At(AfterClose).When(Apply(), ApplicationDecisions.Decide).Then(ProgrammeRefusal.CallNotOpen);
    }

    [Fact]
    public void What_is_missing_is_asked_for_until_a_day_and_lapses_after_it()
    {
        var day = new LocalDate(2026, 11, 30);
        var asked = Applied(Published(), Apply()).When(
            new AskCompletion(new("q"), People.Officer, new("a-1"), "The quote.", day), ApplicationDecisions.Decide)
            .Then(typeof(CompletionAsked));
        asked.When(Decide("a-1"), ApplicationDecisions.Decide).Then(ProgrammeRefusal.CompletionAsked);
        // 22:59 in Greenwich is the last minute of the day in Berlin.
        var (inTime, late) = (Instant.FromUtc(2026, 11, 30, 22, 59), Instant.FromUtc(2026, 11, 30, 23, 0));
        var due = Assert.Single(ApplicationRows.DueOf(ProgrammeState.Nobody with { Terms = asked.State.Terms },
            asked.State));
        Assert.Equal(late, due.At);
        var complete = new CompleteApplication(new("c"), Apply().By, new("a-1"), "Here it is.");
        asked.At(inTime).When(new LapseApplication(new("l"), Actor.System, new("a-1")), ApplicationDecisions.Decide)
            .ThenNothing();
        var completed = asked.At(inTime).When(complete, ApplicationDecisions.Decide)
            .Then(typeof(ApplicationCompleted));
        Assert.Null(completed.State.Applications.NextDeadline);
        asked.At(late).When(complete, ApplicationDecisions.Decide).Then(ProgrammeRefusal.DeadlinePassed);
        Assert.Equal(
            ["a-1"], asked.State.Applications.LateOn(new LocalDate(2026, 12, 1)).Select(a => a.Value));
        var lapsed = asked.At(late)
            .When(new LapseApplication(new("l"), Actor.System, new("a-1")), ApplicationDecisions.Decide)
            .Then(typeof(ApplicationLapsed));
        Applied(lapsed, Apply("2"));
    }

    [Fact]
    public void An_assessor_with_an_interest_gives_no_points_and_decides_nothing()
    {
        var applied = Applied(Published(Ranked), Apply());
        ScoreApplication score = new(
            new("s"), People.Officer, new("a-1"), [new("merit", 8), new("reach", 5)], "");
        applied.When(score, ApplicationDecisions.Decide).Then(ProgrammeRefusal.InterestNotDeclared);
        applied.When(
            score with { By = People.Of("p-x", OrganisationKind.Funder, "berlin-abroad", Role.Officer) },
            ApplicationDecisions.Decide).Then(ProgrammeRefusal.NotAllowed);
        var member = People.Officer with
        {
            Memberships = [.. People.Officer.Memberships, .. People.Spree.Memberships],
        };
        applied.When(
            new DeclareInterest(new("i"), member, new("a-1"), false, ""), ApplicationDecisions.Decide)
            .Then(ProgrammeRefusal.ConflictOfInterest);
        applied.At(AfterClose).When(Decide("a-1") with { By = member }, ApplicationDecisions.Decide)
            .Then(ProgrammeRefusal.ConflictOfInterest);
        var declared = applied.When(
            new DeclareInterest(new("i"), People.Officer, new("a-1"), true, "My brother."),
            ApplicationDecisions.Decide).Then(typeof(InterestDeclared));
        declared.When(score, ApplicationDecisions.Decide).Then(ProgrammeRefusal.ConflictOfInterest);
        declared.At(AfterClose).When(Decide("a-1", award: false), ApplicationDecisions.Decide)
            .Then(ProgrammeRefusal.ConflictOfInterest);
    }

    [Fact]
    public void Points_are_weighted_and_ties_are_explained()
    {
        var applied = Applied(
            Published(Ranked, 11_000), Apply("1"), Apply("2", account: "b"), Apply("3", account: "c"),
            Apply("4", account: "d"));
        // 60 x 8/10 + 40 x 5/5 = 88; the mean with 60 x 9/10 + 40 x 2/5 = 70 is 79.
        var scored = Scored(Scored(applied, "a-1", People.Officer, 8, 5), "a-1", Second, 9, 2);
        scored = Scored(scored, "a-2", People.Officer, 10, 5);
        // Both have 84: 60 + 24, and 44.. is less merit; merit decides.
        scored = Scored(scored, "a-3", People.Officer, 10, 3);
        var ranking = Ranking.Of(scored.State, Ranked, AfterClose);
        Assert.Equal(["a-2", "a-3", "a-1", "a-4"], ranking.Select(r => r.Application.Id.Value));
        Assert.Equal([100m, 84m, 79m, null], ranking.Select(r => r.Points));
        Assert.Equal([Eur(5_000), Eur(5_000), null, null], ranking.Select(r => r.Award));
        Assert.Contains("1,000.00 EUR is left", ranking[2].WhyNot, StringComparison.Ordinal);
        Assert.Equal("Nobody gave points for it.", ranking[3].WhyNot);
        var equal = Scored(scored, "a-4", People.Officer, 10, 3);
        var tied = Ranking.Of(equal.State, Ranked, AfterClose);
        Assert.Equal(["a-2", "a-3", "a-4", "a-1"], tied.Select(r => r.Application.Id.Value));
        Assert.Contains("the earlier application comes first", tied[2].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ranked_call_awards_after_it_has_closed_and_what_has_points()
    {
        var applied = Applied(Published(Ranked), Apply("1"), Apply("2", account: "b"));
        var scored = Scored(applied, "a-1", People.Officer, 8, 5);
        scored.When(Decide("a-1"), ApplicationDecisions.Decide).Then(ProgrammeRefusal.CallStillOpen);
        scored.At(AfterClose).When(Decide("a-2"), ApplicationDecisions.Decide).Then(ProgrammeRefusal.NotScored);
        var awarded = scored.At(AfterClose).When(Decide("a-1"), ApplicationDecisions.Decide)
            .Then(typeof(ApplicationApproved), typeof(VoucherAwarded));
        Assert.Equal(ApplicationStatus.Awarded, awarded.State.Applications.Items["a-1"].Status);
        Assert.Equal(Now, awarded.State.Awards["v-a-1-1"].AppliedAt);
        awarded.When(Decide("a-1") with { Id = new("again") }, ApplicationDecisions.Decide)
            .Then(ProgrammeRefusal.ApplicationDecided);
    }

    [Fact]
    public void Awards_from_a_call_keep_within_its_share_and_the_budget()
    {
        var call = Ranked with { Kind = CallKind.FirstCome, Share = Eur(6_000) };
        var applied = Applied(Published(call), Apply("1"), Apply("2", account: "b"));
        var one = applied.When(Decide("a-1"), ApplicationDecisions.Decide)
            .Then(typeof(ApplicationApproved), typeof(VoucherAwarded));
        one.When(Decide("a-2"), ApplicationDecisions.Decide).Then(ProgrammeRefusal.CallShareExceeded);
        one.When(Decide("a-2", amount: Eur(1_000)), ApplicationDecisions.Decide)
            .Then(typeof(ApplicationApproved), typeof(VoucherAwarded));
        var small = Applied(Published(budget: 6_000), Apply("1"), Apply("2", account: "b"))
            .When(Decide("a-1"), ApplicationDecisions.Decide)
            .Then(typeof(ApplicationApproved), typeof(VoucherAwarded));
        small.When(Decide("a-2"), ApplicationDecisions.Decide).Then(ProgrammeRefusal.BudgetExceeded);
    }

    [Fact]
    public void What_the_aid_register_refuses_waits_again_and_can_be_tried_with_less()
    {
        var applied = Applied(Published(), Apply()).Given(
            new ApplicationApproved(new("a-1"), new("v-a-1-1"), Eur(5_000), "", "O", []),
            new AwardPrepared(
                new("v-a-1-1"), new("spree-diagnostics"), Eur(5_000), new(2026, 11, 21), Eur(5_000),
                new(2027, 11, 21), ""));
        Assert.Equal(ApplicationStatus.Approved, applied.State.Applications.Items["a-1"].Status);
        var refused = applied.Given(new AwardWithdrawn(new("v-a-1-1"), "The ceiling."));
        Assert.Equal("The ceiling.", refused.State.Applications.Items["a-1"].RegisterRefusal);
        var awarded = refused.When(
            Decide("a-1", amount: Eur(2_000)) with { Id = new("less") }, ApplicationDecisions.Decide)
            .Then(typeof(ApplicationApproved), typeof(VoucherAwarded));
        Assert.Equal(Eur(2_000), awarded.State.Awards["v-a-1-2"].Amount);
    }

    [Fact]
    public void A_rejection_says_why_and_its_letter_names_the_rule_and_the_remedy()
    {
        var applied = Applied(Published(), Apply());
        applied.When(Decide("a-1", award: false) with { Note = "" }, ApplicationDecisions.Decide)
            .Then(ProgrammeRefusal.NotValid);
        var rejected = applied.When(
            Decide("a-1", award: false) with { Checks = [Passed, Failed] }, ApplicationDecisions.Decide)
            .Then(typeof(ApplicationRejected));
        var letter = Letters.Of(rejected.State, rejected.State.Applications.Items["a-1"])!;
        var html = Letters.Html(letter);
        foreach (var said in new[] { "It lies elsewhere. (regions)", "Move there.", "Good work.", "Rejection" })
            Assert.Contains(said, html, StringComparison.Ordinal);
        Assert.Null(Letters.Of(applied.State, applied.State.Applications.Items["a-1"]));
    }

    [Fact]
    public void A_call_that_has_opened_only_gets_longer()
    {
        var called = Published(Ranked);
        SetCall Set(Call call) => new(new("x"), People.Officer, call);
        called.When(Set(Ranked), ApplicationDecisions.Decide).ThenNothing();
        called.When(Set(Ranked with { Closes = Closes.PlusDays(7) }), ApplicationDecisions.Decide)
            .Then(typeof(CallSet));
        foreach (var wrong in new[]
        {
            Ranked with { Closes = Closes.PlusDays(-1) }, Ranked with { Opens = Opens.PlusDays(-1) },
            Ranked with { Kind = CallKind.FirstCome }, Ranked with { Criteria = [new("merit", "Merit", 10, 10)] },
            Ranked with { Assessors = [new(Second.Person, "S")] }, Ranked with { Share = Eur(1_000) },
        }) called.When(Set(wrong), ApplicationDecisions.Decide).Then(ProgrammeRefusal.NotValid);
        called.At(Instant.FromUtc(2026, 10, 1, 0, 0))
            .When(Set(Ranked with { Kind = CallKind.FirstCome }), ApplicationDecisions.Decide).Then(typeof(CallSet));
        called.When(Set(Ranked) with { By = People.Spree }, ApplicationDecisions.Decide)
            .Then(ProgrammeRefusal.NotAllowed);
    }
}
