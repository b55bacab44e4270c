using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Platforms;

public sealed class QualificationTests
{
    private static readonly AccountId Account = new("spree-diagnostics");
    private static readonly LocalDate Day = Start.InUtc().Date;

    private static Scenario<PlatformState, PlatformEvent, PlatformRefusal> Open() =>
        new Scenario<PlatformState, PlatformEvent, PlatformRefusal>(PlatformState.Nobody, Now, PlatformState.Evolve)
            .Given(new PlatformRegistered(Imaging,
                [new Resource(new("mri-7t"), "MRI", 1, [AllDay], []),
                    new Resource(new("imaging-operator"), "Operator", 1, [AllDay], [])],
                [HalfDay with { Qualification = "animal", StartStep = Length.OfHours(4) }]));

    private static readonly HoursRule AllDay = new(
        "FREQ=DAILY", TimeOfDay.Parse("00:00"), TimeOfDay.EndOfDay, HoursRule.DefaultValidFrom);

    [Fact]
    public void A_bare_name_of_the_profile_counts_and_does_not_end()
    {
        Open().When(Hold(Start), PlatformDecisions.Decide).Then(PlatformRefusal.QualificationMissing);
        Open().When(Hold(Start, "animal"), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        Open().When(Hold(Start, "vegetable"), PlatformDecisions.Decide).Then(PlatformRefusal.QualificationMissing);
    }

    [Fact]
    public void What_a_manager_grants_counts_through_its_last_day()
    {
        var granted = Grant(Open(), Day);
        granted.When(Hold(Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        granted.When(Hold(Start + Duration.FromDays(1)), PlatformDecisions.Decide)
            .Then(PlatformRefusal.QualificationExpired);
        // 20:00 to 24:00 in Torino ends with the last day, 20:00 to 04:00 the day after.
        granted.When(Hold(Start + Duration.FromHours(12)), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        granted.When(Hold(Start + Duration.FromHours(12), hours: 8), PlatformDecisions.Decide)
            .Then(PlatformRefusal.QualificationExpired);
        var reason = PlatformDecisions.Unqualified(
            granted.State, new(Account, []), Hold(Start + Duration.FromDays(1)).Slots[0], Now)!.Reason;
        Assert.Contains("yours ends on 1 February 2027", reason, StringComparison.Ordinal);
        Assert.Contains("renew", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_managers_word_outweighs_the_profile_and_can_be_renewed()
    {
        var expired = Grant(Open(), Day.PlusDays(-1));
        expired.When(Hold(Start, "animal"), PlatformDecisions.Decide).Then(PlatformRefusal.QualificationExpired);
        var renewed = Grant(expired, Day.PlusYears(1));
        renewed.When(Hold(Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        renewed.When(new GrantQualification(new("g"), People.Imaging, Account, "animal", Day.PlusYears(1), ""),
            PlatformDecisions.Decide).ThenNothing();
        var withdrawn = renewed.When(new WithdrawQualification(new("w"), People.Imaging, Account, "animal", "Misuse."),
            PlatformDecisions.Decide).Then(typeof(QualificationWithdrawn));
        withdrawn.When(Hold(Start, "animal"), PlatformDecisions.Decide).Then(PlatformRefusal.QualificationMissing);
        Grant(withdrawn, null).When(Hold(Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
    }

    [Fact]
    public void A_move_and_another_length_need_it_too()
    {
        var held = Grant(Open(), Day).When(Hold(Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        held.When(Move(Start + Duration.FromHours(4), 4), PlatformDecisions.Decide).Then(typeof(SlotsMoved));
        held.When(Move(Start + Duration.FromDays(1), 4), PlatformDecisions.Decide)
            .Then(PlatformRefusal.QualificationExpired);
        held.When(Move(Start + Duration.FromHours(8), 12), PlatformDecisions.Decide)
            .Then(PlatformRefusal.QualificationExpired);
    }

    [Fact]
    public void Only_a_manager_grants_only_what_a_service_needs_and_only_from_today()
    {
        Open().When(new GrantQualification(new("g"), People.Spree, Account, "animal", null, ""),
            PlatformDecisions.Decide).Then(PlatformRefusal.NotAllowed);
        Open().When(new WithdrawQualification(new("w"), People.Spree, Account, "animal", ""),
            PlatformDecisions.Decide).Then(PlatformRefusal.NotAllowed);
        Open().When(new GrantQualification(new("g"), People.Imaging, Account, "vegetable", null, ""),
            PlatformDecisions.Decide).Then(PlatformRefusal.NotValid);
        Open().When(new GrantQualification(
            new("g"), People.Imaging, Account, "animal", Now.InUtc().Date.PlusDays(-1), ""),
            PlatformDecisions.Decide).Then(PlatformRefusal.NotValid);
    }

    [Fact]
    public void Who_holds_what_is_for_managers_and_no_edition_of_the_offer()
    {
        var granted = Grant(Open(), Day).State;
        var held = Assert.Single(PlatformReads.Qualifications(granted, People.Imaging)!.Value);
        Assert.Equal((Account, "animal", Day), (held.Account, held.Qualification, held.ValidUntil!.Value));
        Assert.Null(PlatformReads.Qualifications(granted, People.Spree));
        Assert.Equal(Open().State.Edition, granted.Edition);
    }

    private static Scenario<PlatformState, PlatformEvent, PlatformRefusal> Grant(
        Scenario<PlatformState, PlatformEvent, PlatformRefusal> platform, LocalDate? until) =>
        platform.When(new GrantQualification(new("g"), People.Imaging, Account, "animal", until, ""),
            PlatformDecisions.Decide).Then(typeof(QualificationGranted));

    private static HoldSlots Hold(Instant start, string? profile = null, int hours = 4) =>
        new(new("c"), Actor.System, new("b-1"), Account, [Wanted(start, hours)])
        {
            Qualifications = profile is null ? null : [profile],
        };

    private static MoveSlots Move(Instant start, int hours) =>
        new(new("m"), Actor.System, new("b-1"), [Wanted(start, hours)], 1);

    private static WantedSlot Wanted(Instant start, int hours) =>
        new(new("i1"), HalfDay.Id, start, Length.OfHours(hours), 1);
}
