using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Platforms;

public sealed class QuotaTests
{
    // Monday 1 February 2027 at 08:00 in Torino.
    private static readonly Instant Monday = Start;
    private static readonly BookingId Booking1 = new("b-1");

    private static Scenario<PlatformState, PlatformEvent, PlatformRefusal> Limited(Quota quota, int units = 3) =>
        new Scenario<PlatformState, PlatformEvent, PlatformRefusal>(PlatformState.Nobody, Now, PlatformState.Evolve)
            .Given(new PlatformRegistered(Imaging,
                [new Resource(new("mri-7t"), "MRI", units, [AllDay], []),
                    new Resource(new("imaging-operator"), "Operator", units, [AllDay], [])],
                [HalfDay with { StartStep = Length.OfHours(4), Rules = new(quota) }]));

    private static readonly HoursRule AllDay = new(
        "FREQ=DAILY", TimeOfDay.Parse("00:00"), TimeOfDay.EndOfDay, HoursRule.DefaultValidFrom);

    [Fact]
    public void Time_in_one_week_is_limited_and_the_next_week_has_room()
    {
        var full = Limited(new(TimePerWeek: Length.OfHours(8)))
            .When(Hold("b-1", Monday), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(Hold("b-2", Monday + Days(1)), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        full.When(Hold("b-3", Monday + Days(2)), PlatformDecisions.Decide).Then(PlatformRefusal.QuotaExceeded);
        full.When(Hold("b-3", Monday + Days(7)), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        full.When(Hold("b-3", Monday + Days(2), "havel-biologics"), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        var reason = PlatformDecisions.WouldRefuse(
            full.State, Hold("b-3", Monday + Days(2)).Slots, null, Now, new(new("spree-diagnostics"), []))!.Reason;
        Assert.Contains("8 h in one week", reason, StringComparison.Ordinal);
        Assert.Contains("Monday 1 February 2027", reason, StringComparison.Ordinal);
        Assert.Contains("would be 12 h", reason, StringComparison.Ordinal);
        Assert.EndsWith("begins on Monday 8 February 2027.", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slot_across_Sunday_midnight_counts_in_each_week_what_lies_in_it()
    {
        // Sunday 20:00 to Monday 04:00 in Torino.
        var night = Monday + Days(7) - Duration.FromHours(12);
        var held = Limited(new(TimePerWeek: Length.OfHours(8)))
            .When(Hold("b-1", night, hours: 8), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        held.When(Hold("b-2", Monday, hours: 8), PlatformDecisions.Decide).Then(PlatformRefusal.QuotaExceeded);
        held.When(Hold("b-2", Monday), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        held.When(Hold("b-2", Monday + Days(8)), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(Hold("b-3", Monday + Days(9)), PlatformDecisions.Decide).Then(PlatformRefusal.QuotaExceeded);
    }

    [Fact]
    public void Slots_that_start_in_one_week_are_limited()
    {
        var one = Limited(new(SlotsPerWeek: 1))
            .When(Hold("b-1", Monday), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        one.When(Hold("b-2", Monday + Days(6)), PlatformDecisions.Decide).Then(PlatformRefusal.QuotaExceeded);
        one.When(Hold("b-2", Monday + Days(7)), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        Limited(new(SlotsPerWeek: 1)).When(
            new HoldSlots(new("c"), Actor.System, Booking1, new("spree-diagnostics"),
                [.. new[] { 0, 1 }.Select(day => Wanted(Monday + Days(day), 4, $"i{day}"))]),
            PlatformDecisions.Decide).Then(PlatformRefusal.QuotaExceeded);
    }

    [Fact]
    public void Slots_ahead_are_limited_until_one_is_over_or_given_back()
    {
        var two = Limited(new(SlotsAhead: 2))
            .When(Hold("b-1", Monday), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(Hold("b-2", Monday + Days(14)), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        two.When(Hold("b-3", Monday + Days(21)), PlatformDecisions.Decide).Then(PlatformRefusal.QuotaExceeded);
        two.When(new ReleaseSlots(new("r"), Actor.System, Booking1), PlatformDecisions.Decide)
            .Then(typeof(SlotsReleased))
            .When(Hold("b-3", Monday + Days(21)), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        Assert.Null(PlatformDecisions.WouldRefuse(two.State, Hold("b-3", Monday + Days(21)).Slots, null,
            Monday + Duration.FromHours(4), new(new("spree-diagnostics"), [])));
    }

    [Fact]
    public void A_move_or_another_length_counts_where_it_goes_and_may_stay_within_what_it_had()
    {
        var two = Limited(new(TimePerWeek: Length.OfHours(8), SlotsAhead: 2))
            .When(Hold("b-1", Monday), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(Hold("b-2", Monday + Days(7), hours: 8), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        two.When(Move(Monday + Days(8), 4), PlatformDecisions.Decide).Then(PlatformRefusal.QuotaExceeded);
        two.When(Move(Monday, 12), PlatformDecisions.Decide).Then(PlatformRefusal.QuotaExceeded);
        two.When(Move(Monday, 8), PlatformDecisions.Decide).Then(typeof(SlotsMoved));
        two.When(Move(Monday + Days(2), 4), PlatformDecisions.Decide).Then(typeof(SlotsMoved));
        // A quota that was lowered since does not bind a booking to its time.
        var lowered = two.Given(new ServiceChanged(HalfDay with
        {
            StartStep = Length.OfHours(4),
            Rules = new(new Quota(TimePerWeek: Length.OfHours(2))),
        }));
        lowered.When(Move(Monday + Days(2), 4), PlatformDecisions.Decide).Then(typeof(SlotsMoved));
        lowered.When(Move(Monday + Days(14), 4), PlatformDecisions.Decide).Then(PlatformRefusal.QuotaExceeded);
    }

    [Fact]
    public void The_list_of_slots_knows_no_quota()
    {
        var full = Limited(new(SlotsAhead: 1))
            .When(Hold("b-1", Monday), PlatformDecisions.Decide).Then(typeof(SlotsHeld)).State;
        Assert.Null(PlatformDecisions.WouldRefuse(full, Hold("b-2", Monday + Days(1)).Slots, null, Now));
    }

    [Fact]
    public void A_part_that_is_split_off_counts_where_it_goes_and_two_slots_are_two()
    {
        var two = Limited(new(TimePerWeek: Length.OfHours(8)))
            .When(Hold("b-1", Monday, hours: 8), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(Hold("b-2", Monday + Days(7), hours: 8), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        two.When(Split(Monday + Days(8)), PlatformDecisions.Decide).Then(PlatformRefusal.QuotaExceeded);
        two.When(Split(Monday + Days(14)), PlatformDecisions.Decide).Then(typeof(SlotsMoved));
        two.When(Split(Monday + Days(1)), PlatformDecisions.Decide).Then(typeof(SlotsMoved));
        Limited(new(SlotsPerWeek: 1))
            .When(Hold("b-1", Monday, hours: 8), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(Split(Monday + Days(1)), PlatformDecisions.Decide).Then(PlatformRefusal.QuotaExceeded);
    }

    [Fact]
    public void A_part_that_is_split_off_needs_the_qualification_on_its_own_day()
    {
        var held = Limited(new(TimePerWeek: Length.OfHours(80)))
            .When(Hold("b-1", Monday, hours: 8), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .Given(new ServiceChanged(HalfDay with
            {
                StartStep = Length.OfHours(4),
                Qualification = "MR safety",
                Rules = new(new Quota()),
            }));
        held.When(Split(Monday + Days(1)), PlatformDecisions.Decide).Then(PlatformRefusal.QualificationMissing);
        held.When(Split(Monday + Days(1)) with { Qualifications = ["MR safety"] }, PlatformDecisions.Decide)
            .Then(typeof(SlotsMoved));
    }

    [Fact]
    public void What_is_needed_for_a_part_of_the_time_alone_is_not_split()
    {
        var partial = new PartialUse(new("imaging-operator"), Length.OfHours(1), null);
        Limited(new(SlotsAhead: 9))
            .Given(new ServiceChanged(HalfDay with
            {
                StartStep = Length.OfHours(4),
                Rules = new(PartialUses: [partial]),
            }))
            .When(Hold("b-1", Monday, hours: 8), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(Split(Monday + Days(1)), PlatformDecisions.Decide).Then(PlatformRefusal.NotValid);
    }

    private static SplitSlot Split(Instant second) => new(
        new("s"), Actor.System, Booking1, new("i1"), Length.OfHours(4), Wanted(second, 4, "i2"), 1);

    private static Duration Days(int days) => Duration.FromDays(days);

    private static WantedSlot Wanted(Instant start, int hours, string item = "i1") =>
        new(new(item), HalfDay.Id, start, Length.OfHours(hours), 1);

    private static HoldSlots Hold(
        string booking, Instant start, string account = "spree-diagnostics", int hours = 4) =>
        new(new("c"), Actor.System, new(booking), new(account), [Wanted(start, hours)]);

    private static MoveSlots Move(Instant start, int hours) =>
        new(new("m"), Actor.System, Booking1, [Wanted(start, hours)], 1);
}
