using Facilities.Grains.Applications;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Applications;

/// <summary>Where who comes first is served first, no officer passes anybody over.</summary>
public sealed class FirstComeTests
{
    private static readonly RuleCheck Passed = new("region", true, "It lies there.", "regions", null);

    private static readonly Call FirstCome = new(
        new("open"), "Open call", new(2026, 11, 1, 9, 0), new(2026, 12, 1, 18, 0), CallKind.FirstCome, null, [], []);

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Called(Call? call)
    {
        var published = new Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal>(
            ProgrammeState.Nobody, Now, ProgrammeState.Evolve)
            .Given(new ProgrammePublished(BerlinAbroad with { LegalBasis = "none" }));
        return call is null ? published : published.Given(new CallSet(call, "O"));
    }

    private static Apply Apply(string id) => new(
        new(id), Sme(id), new($"sme-{id}"), $"Company {id}", null, Eur(1_000), "A pilot.",
        ["trueAndComplete", "noDoubleFunding", "noDifficulty", "notStarted"], [Passed]);

    private static Actor Sme(string id) => People.Of($"p-{id}", OrganisationKind.Sme, $"sme-{id}", Role.Owner);

    private static DecideApplication Decide(string id, bool award = true) => new(
        new($"d-{id}"), People.Officer, new($"a-{id}"), award, null, "Because.", [Passed]);

    /// <summary>The later the name, the earlier it came: the order is not that of names.</summary>
    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Applied(Call? call = null)
    {
        var scenario = Called(call);
        foreach (var id in new[] { "3", "2", "1" })
            scenario = scenario.At(scenario.Now + Duration.FromMinutes(1)).When(Apply(id), ApplicationDecisions.Decide)
                .Then(typeof(ApplicationSubmitted));
        return scenario;
    }

    [Fact]
    public void A_later_application_is_not_awarded_while_an_earlier_one_that_is_complete_waits()
    {
        var applied = Applied(FirstCome);
        var refused = applied.When(Decide("1"), ApplicationDecisions.Decide);
        refused.Then(ProgrammeRefusal.EarlierApplicationWaits);
        Assert.StartsWith("Company 3 had a complete application, a-3", refused.Decision.Refusal!.Reason,
            StringComparison.Ordinal);
        applied.When(Decide("2"), ApplicationDecisions.Decide).Then(ProgrammeRefusal.EarlierApplicationWaits);
        // Whoever is rejected or has taken it back is not waited for; rejecting needs no order.
        var one = applied.When(Decide("3"), ApplicationDecisions.Decide)
            .Then(typeof(ApplicationApproved), typeof(VoucherAwarded));
        one.When(Decide("1"), ApplicationDecisions.Decide).Then(ProgrammeRefusal.EarlierApplicationWaits);
        var left = one.When(Decide("2", award: false), ApplicationDecisions.Decide).Then(typeof(ApplicationRejected));
        left.When(Decide("1"), ApplicationDecisions.Decide).Then(typeof(ApplicationApproved), typeof(VoucherAwarded));
        one.Given(new ApplicationWithdrawn(new("a-2"), "", "S")).When(Decide("1"), ApplicationDecisions.Decide)
            .Then(typeof(ApplicationApproved), typeof(VoucherAwarded));
    }

    [Fact]
    public void An_application_that_lacked_something_comes_when_it_is_complete()
    {
        var asked = Applied(FirstCome).Given(
            new CompletionAsked(new("a-3"), "The quote.", new LocalDate(2026, 12, 5), "O"));
        // It holds nobody up while it lacks something, and stands behind those who were complete before.
        var completed = asked.At(asked.Now + Duration.FromHours(1)).When(
            new CompleteApplication(new("c"), Sme("3"), new("a-3"), "Here."), ApplicationDecisions.Decide)
            .Then(typeof(ApplicationCompleted));
        completed.When(Decide("3"), ApplicationDecisions.Decide).Then(ProgrammeRefusal.EarlierApplicationWaits);
        foreach (var state in new[] { asked, completed })
        {
            var next = state.When(Decide("2"), ApplicationDecisions.Decide)
                .Then(typeof(ApplicationApproved), typeof(VoucherAwarded));
            next.When(Decide("1"), ApplicationDecisions.Decide)
                .Then(typeof(ApplicationApproved), typeof(VoucherAwarded));
        }
    }

    [Fact]
    public void An_application_that_is_sent_again_is_the_same_whatever_became_of_it()
    {
        var rejected = Applied(FirstCome).When(Decide("3", award: false), ApplicationDecisions.Decide)
            .Then(typeof(ApplicationRejected));
        rejected.When(Apply("3"), ApplicationDecisions.Decide).ThenNothing();
        rejected.At(Instant.FromUtc(2027, 3, 1, 9, 0)).When(Apply("2"), ApplicationDecisions.Decide).ThenNothing();
    }

    [Fact]
    public void Two_at_one_instant_go_by_their_ids_and_other_calls_go_by_themselves()
    {
        var same = Called(FirstCome);
        foreach (var id in new[] { "1", "2" })
            same = same.When(Apply(id), ApplicationDecisions.Decide).Then(typeof(ApplicationSubmitted));
        same.When(Decide("2"), ApplicationDecisions.Decide).Then(ProgrammeRefusal.EarlierApplicationWaits);
        same.When(Decide("1"), ApplicationDecisions.Decide).Then(typeof(ApplicationApproved), typeof(VoucherAwarded));
        var other = same.Given(new CallSet(FirstCome with { Id = new("other") }, "O")).When(
            Apply("3") with { Call = new CallId("other") }, ApplicationDecisions.Decide)
            .Then(typeof(ApplicationSubmitted));
        other.When(Decide("3"), ApplicationDecisions.Decide).Then(typeof(ApplicationApproved), typeof(VoucherAwarded));
        // Without a call nothing says that who comes first is served first.
        Applied().When(Decide("1"), ApplicationDecisions.Decide)
            .Then(typeof(ApplicationApproved), typeof(VoucherAwarded));
    }
}
