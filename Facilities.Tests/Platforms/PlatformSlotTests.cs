using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Platforms;

public sealed class PlatformSlotTests
{
    private static readonly HoursRule Weekdays = new(
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", TimeOfDay.Parse("08:00"), TimeOfDay.Parse("20:00"),
        HoursRule.DefaultValidFrom);

    private static readonly Instant Afternoon = Start + Duration.FromMinutes(270);

    private static Scenario<PlatformState, PlatformEvent, PlatformRefusal> Open() =>
        new Scenario<PlatformState, PlatformEvent, PlatformRefusal>(
            PlatformState.Nobody, Now, PlatformState.Evolve)
            .Given(new PlatformRegistered(Imaging,
                [new Resource(new("mri-7t"), "MRI", 1, [Weekdays], []),
                    new Resource(new("imaging-operator"), "Operator", 2, [Weekdays], [])],
                [HalfDay]));

    private static HoldSlots Hold(string booking, params Instant[] starts) =>
        new(new("c"), Actor.System, new(booking), new("spree-diagnostics"),
            [.. starts.Select((start, i) =>
                new WantedSlot(new($"i{i + 1}"), HalfDay.Id, start, Length.OfHours(4), 1))]);

    [Fact]
    public void A_held_slot_is_taken_for_everybody_else() =>
        Open().When(Hold("b-1", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(Hold("b-2", Start), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);

    [Fact]
    public void A_repeated_hold_of_the_same_booking_takes_nothing_more() =>
        Open().When(Hold("b-1", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(Hold("b-1", Start), PlatformDecisions.Decide).ThenNothing();

    [Fact]
    public void Two_items_of_one_booking_do_not_get_the_same_unit() =>
        Open().When(Hold("b-1", Start, Start), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);

    [Fact]
    public void All_or_nothing_is_held() =>
        Open().When(Hold("b-1", Afternoon), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(Hold("b-2", Start, Afternoon), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);

    [Fact]
    public void B20_A_released_slot_is_free_again_and_a_late_hold_of_that_booking_is_barred()
    {
        var released = Open().When(Hold("b-1", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(new ReleaseSlots(new("r"), Actor.System, new("b-1")), PlatformDecisions.Decide)
            .Then(typeof(SlotsReleased));
        released.When(Hold("b-2", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        released.When(Hold("b-1", Start), PlatformDecisions.Decide).Then(PlatformRefusal.BookingEnded);
    }

    [Fact]
    public void A_move_frees_the_old_slot_in_the_same_step_and_may_overlap_it()
    {
        var moved = Open().When(Hold("b-1", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(Move("b-1", Afternoon, 1), PlatformDecisions.Decide).Then(typeof(SlotsMoved));
        moved.When(Hold("b-2", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        moved.When(Move("b-1", Afternoon, 1), PlatformDecisions.Decide).ThenNothing();
    }

    [Fact]
    public void A_move_onto_somebody_elses_slot_is_refused_and_changes_nothing()
    {
        var both = Open().When(Hold("b-1", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(Hold("b-2", Afternoon), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        both.When(Move("b-1", Afternoon, 1), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
    }

    [Fact]
    public void A_move_that_was_given_up_is_not_carried_out_later_and_one_that_was_carried_out_is_not_given_up()
    {
        var held = Open().When(Hold("b-1", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        var barred = held.When(Bar(1), PlatformDecisions.Decide).Then(typeof(MoveBarred));
        barred.When(Bar(1), PlatformDecisions.Decide).ThenNothing();
        barred.When(Move("b-1", Afternoon, 1), PlatformDecisions.Decide).Then(PlatformRefusal.MoveOver);
        // Whoever resumes it says what was in the way, as long as that is so.
        barred.When(Hold("b-3", Afternoon), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(Move("b-1", Afternoon, 1), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
        var moved = barred.When(Move("b-1", Afternoon, 2), PlatformDecisions.Decide).Then(typeof(SlotsMoved));
        moved.When(Bar(2), PlatformDecisions.Decide).Then(PlatformRefusal.MoveOver);
    }

    [Fact]
    public void B20_What_is_given_back_of_a_slot_is_free_at_once_after_its_buffer_and_the_rest_stays_taken()
    {
        var all = Open().When(Hold("b-1", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        var long8 = all.When(Move("b-1", Start, 1, 8), PlatformDecisions.Decide).Then(typeof(SlotsMoved));
        long8.When(Hold("b-2", Afternoon), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
        var trimmed = long8.When(Trim(Start + Duration.FromHours(4), 2), PlatformDecisions.Decide)
            .Then(typeof(SlotsMoved));
        trimmed.When(Trim(Start + Duration.FromHours(4), 2), PlatformDecisions.Decide).ThenNothing();
        trimmed.When(Hold("b-2", Start), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
        var both = trimmed.When(Hold("b-2", Afternoon), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        // The slot does not grow back, neither past others nor by its own words.
        both.When(Move("b-1", Start, 3, 8), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
        both.When(Trim(Start + Duration.FromHours(6), 3), PlatformDecisions.Decide).Then(PlatformRefusal.NotValid);
        long8.When(Trim(Start + Duration.FromHours(4) - Duration.FromMinutes(1), 2), PlatformDecisions.Decide)
            .Then(typeof(SlotsMoved)).When(Hold("b-2", Afternoon), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        long8.When(Trim(Start + Duration.FromMinutes(241), 2), PlatformDecisions.Decide).Then(typeof(SlotsMoved))
            .When(Hold("b-2", Afternoon), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-60)]
    [InlineData(240)]
    [InlineData(300)]
    public void B14_a_slot_ends_earlier_only_inside_itself(int minutes) =>
        Open().When(Hold("b-1", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld))
            .When(Trim(Start + Duration.FromMinutes(minutes), 1), PlatformDecisions.Decide)
            .Then(PlatformRefusal.NotValid);

    private static TrimSlot Trim(Instant until, int number) =>
        new(new("t"), Actor.System, new("b-1"), new("i1"), until, number);

    [Fact]
    public void The_calendar_made_anew_from_the_stored_state_is_the_same()
    {
        var held = Open().When(Hold("b-1", Start, Afternoon), PlatformDecisions.Decide).Then(typeof(SlotsHeld)).State;
        var json = System.Text.Json.JsonSerializer.Serialize(held, Json.Options);
        var restored = System.Text.Json.JsonSerializer.Deserialize<PlatformState>(json, Json.Options)!.WithCalendar();
        Assert.Equal(PlatformRefusal.SlotTaken,
            PlatformDecisions.WouldRefuse(restored, Hold("b-2", Afternoon).Slots, null, Now)?.Code);
        Assert.Null(PlatformDecisions.WouldRefuse(
            restored, Hold("b-2", Start + Duration.FromDays(1)).Slots, null, Now));
    }

    [Fact]
    public void A_booking_is_not_refused_what_it_holds_itself()
    {
        var held = Open().When(Hold("b-1", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld)).State;
        var again = Hold("b-1", Start).Slots;
        Assert.Null(PlatformDecisions.WouldRefuse(held, again, new BookingId("b-1"), Now));
        Assert.Equal(PlatformRefusal.SlotTaken,
            PlatformDecisions.WouldRefuse(held, again, new BookingId("b-2"), Now)?.Code);
    }

    [Fact]
    public void M8_New_prices_apply_from_now_on_and_only_a_manager_sets_them()
    {
        var prices = new Prices(Eur(1), Eur(2), Eur(3), Eur(4));
        Open().When(new ChangePrices(new("c"), People.Spree, HalfDay.Id, prices), PlatformDecisions.Decide)
            .Then(PlatformRefusal.NotAllowed);
        var changed = Open()
            .When(new ChangePrices(new("c"), People.Imaging, HalfDay.Id, prices), PlatformDecisions.Decide)
            .Then(typeof(ServiceChanged));
        Assert.Equal(prices, changed.State.Services["mri-half-day"].Prices);
    }

    private static BarMove Bar(int number) => new(new("bar"), Actor.System, new("b-1"), number);

    private static MoveSlots Move(string booking, Instant start, int number, int hours = 4) =>
        new(new("m"), Actor.System, new(booking),
            [new WantedSlot(new("i1"), HalfDay.Id, start, Length.OfHours(hours), 1)], number);
}
