using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Platforms;

/// <summary>A platform's part of a move at several platforms: both places are held until it is over.</summary>
public sealed class AsideTests
{
    private static readonly Instant Noon = Start + Duration.FromMinutes(270);
    private static readonly Instant Next = Start + Duration.FromDays(1);

    private static Scenario<PlatformState, PlatformEvent, PlatformRefusal> Held(params Instant[] starts) =>
        new Scenario<PlatformState, PlatformEvent, PlatformRefusal>(PlatformState.Nobody, Now, PlatformState.Evolve)
            .Given(new PlatformRegistered(Imaging,
                [Open("mri-7t", 1), Open("imaging-operator", 2)], [HalfDay with { StartStep = Length.OfMinutes(30) }]))
            .When(new HoldSlots(new("h"), Actor.System, new("b-1"), Seine.Id, Wanted(starts)), PlatformDecisions.Decide)
            .Then(typeof(SlotsHeld));

    [Fact]
    public void B15_both_places_are_taken_until_the_move_is_made_and_then_the_new_one_alone()
    {
        var aside = Held(Start).When(Aside(1, Next), PlatformDecisions.Decide).Then(typeof(SlotsSetAside));
        aside.When(Other(Start), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
        aside.When(Other(Next), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
        aside.When(Aside(1, Next), PlatformDecisions.Decide).ThenNothing();
        var moved = aside.When(Move(1, Next), PlatformDecisions.Decide).Then(typeof(SlotsMoved));
        moved.When(Other(Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        moved.When(Other(Next), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
        // Late and repeated messages find it done.
        moved.When(Aside(1, Next), PlatformDecisions.Decide).ThenNothing();
        moved.When(Move(1, Next), PlatformDecisions.Decide).ThenNothing();
        moved.When(Bar(1), PlatformDecisions.Decide).Then(PlatformRefusal.MoveOver);
    }

    [Fact]
    public void B20_a_move_that_is_given_up_leaves_the_old_place_alone_and_a_late_message_takes_nothing()
    {
        var barred = Held(Start).When(Aside(1, Next), PlatformDecisions.Decide).Then(typeof(SlotsSetAside))
            .When(Bar(1), PlatformDecisions.Decide).Then(typeof(MoveBarred));
        barred.When(Other(Start), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
        barred.When(Other(Next), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        barred.When(Aside(1, Next), PlatformDecisions.Decide).Then(PlatformRefusal.MoveOver);
        barred.When(Move(1, Next), PlatformDecisions.Decide).Then(PlatformRefusal.MoveOver);
        // One that never came is barred, too, and the next move is a new one.
        Held(Start).When(Bar(1), PlatformDecisions.Decide).Then(typeof(MoveBarred))
            .When(Aside(1, Next), PlatformDecisions.Decide).Then(PlatformRefusal.MoveOver);
        barred.When(Aside(2, Next), PlatformDecisions.Decide).Then(typeof(SlotsSetAside));
    }

    [Fact]
    public void The_new_place_may_overlap_the_old_one_and_the_buffers_between_them_are_nobody_elses()
    {
        var later = Start + Duration.FromHours(2);
        var aside = Held(Start).When(Aside(1, later), PlatformDecisions.Decide).Then(typeof(SlotsSetAside));
        aside.When(Other(Noon), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
        aside.When(Bar(1), PlatformDecisions.Decide).Then(typeof(MoveBarred))
            .When(Other(Noon), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        var moved = aside.When(Move(1, later), PlatformDecisions.Decide).Then(typeof(SlotsMoved));
        moved.When(Other(Noon), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
    }

    [Fact]
    public void Two_items_of_one_booking_change_places()
    {
        var swapped = Held(Start, Noon).When(Aside(1, Noon, Start), PlatformDecisions.Decide)
            .Then(typeof(SlotsSetAside)).When(Move(1, Noon, Start), PlatformDecisions.Decide).Then(typeof(SlotsMoved));
        Assert.Equal([Noon, Start], swapped.State.Bookings["b-1"].Slots.Select(s => s.Busy.Start));
    }

    [Fact]
    public void Somebody_elses_slot_is_refused_and_a_stored_state_remembers_both_places()
    {
        var both = Held(Start).When(Other(Noon), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        both.When(Aside(1, Noon), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
        var aside = both.When(Aside(1, Next), PlatformDecisions.Decide).Then(typeof(SlotsSetAside)).State;
        var json = System.Text.Json.JsonSerializer.Serialize(aside, Json.Options);
        var restored = System.Text.Json.JsonSerializer.Deserialize<PlatformState>(json, Json.Options)!.WithCalendar();
        foreach (var start in new[] { Start, Next })
            Assert.Equal(PlatformRefusal.SlotTaken,
                PlatformDecisions.WouldRefuse(restored, Wanted(start), null, Now)?.Code);
        Assert.True(restored.Calendar!.Placements.Keys.ToHashSet().SetEquals(aside.Calendar!.Placements.Keys));
    }

    [Fact]
    public void Only_a_booking_sets_slots_aside() => Held(Start).When(
        Aside(1, Next) with { By = People.Imaging }, PlatformDecisions.Decide).Then(PlatformRefusal.NotAllowed);

    private static Resource Open(string id, int units) => new(new(id), id, units, [new HoursRule(
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", TimeOfDay.Parse("08:00"), TimeOfDay.Parse("20:00"),
        HoursRule.DefaultValidFrom)], []);

    private static System.Collections.Immutable.ImmutableArray<WantedSlot> Wanted(params Instant[] starts) =>
        [.. starts.Select((start, i) => new WantedSlot(new($"i{i + 1}"), HalfDay.Id, start, Length.OfHours(4), 1))];

    private static SetSlotsAside Aside(int number, params Instant[] starts) =>
        new(new("a"), Actor.System, new("b-1"), Wanted(starts), number);

    private static MoveSlots Move(int number, params Instant[] starts) =>
        new(new("m"), Actor.System, new("b-1"), Wanted(starts), number);

    private static BarMove Bar(int number) => new(new("bar"), Actor.System, new("b-1"), number);

    private static HoldSlots Other(Instant start) =>
        new(new("o"), Actor.System, new("b-2"), Spree.Id, Wanted(start));
}
