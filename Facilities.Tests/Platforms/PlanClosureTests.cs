using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Platforms;

/// <summary>Closures that meet bookings: they stand, and the bookings wait to be moved.</summary>
public sealed class PlanClosureTests
{
    // The sample's slot: Monday 1 February 2027, 08:00 in Torino.
    private static readonly PlannedClosure Mornings = new(
        new("c-1"), [new("mri-7t")], new(2027, 1, 25, 8, 0), new(2027, 1, 25, 10, 0), "calibration", "FREQ=WEEKLY",
        null);

    private static readonly HoursRule Weekdays = new(
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", TimeOfDay.Parse("08:00"), TimeOfDay.Parse("20:00"),
        HoursRule.DefaultValidFrom);

    private static Scenario<PlatformState, PlatformEvent, PlatformRefusal> Open() =>
        new Scenario<PlatformState, PlatformEvent, PlatformRefusal>(
            PlatformState.Nobody, Now, PlatformState.Evolve)
            .Given(new PlatformRegistered(Imaging,
                [new Resource(new("mri-7t"), "MRI", 1, [Weekdays], []),
                    new Resource(new("imaging-operator"), "Operator", 2, [Weekdays], [])],
                [HalfDay]));

    private static Scenario<PlatformState, PlatformEvent, PlatformRefusal> Booked() =>
        Open().When(Hold("b-1", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld));

    private static HoldSlots Hold(string booking, Instant start) => new(new("c"), Actor.System, new(booking),
        new("spree-diagnostics"), [new WantedSlot(new("i1"), HalfDay.Id, start, Length.OfHours(4), 1)]);

    private static PlanClosure Plan(PlannedClosure closure, params ImmutableArray<BookingId> acknowledged) =>
        new(new("p"), People.Imaging, closure, acknowledged);

    private static ChooseHolidays Keep(HolidayChoice? holidays, params ImmutableArray<BookingId> acknowledged) =>
        new(new("h"), People.Imaging, holidays, acknowledged);

    [Fact]
    public void Where_nobody_has_booked_the_closure_stands_at_once_and_nobody_books_in_it()
    {
        var closed = Open().When(Plan(Mornings), PlatformDecisions.Decide).Then(typeof(ClosurePlanned));
        closed.When(Hold("b-1", Start), PlatformDecisions.Decide).Then(PlatformRefusal.OutsideHours);
        Assert.Contains("MRI is closed: calibration",
            PlatformDecisions.Decide(closed.State, Hold("b-1", Start), Now).Refusal!.Reason, StringComparison.Ordinal);
        closed.When(Hold("b-1", Start + Duration.FromMinutes(270)), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
    }

    [Fact]
    public void A_closure_over_a_booking_needs_the_managers_word_for_that_very_booking()
    {
        var booked = Booked();
        booked.When(Plan(Mornings), PlatformDecisions.Decide).Then(PlatformRefusal.BookingsCollide);
        booked.When(Plan(Mornings, new BookingId("b-2")), PlatformDecisions.Decide)
            .Then(PlatformRefusal.BookingsCollide);
        booked.When(Plan(Mornings, new BookingId("b-1")), PlatformDecisions.Decide).Then(typeof(ClosurePlanned));
    }

    [Fact]
    public void A_booking_in_a_closure_stays_and_is_to_be_moved_until_it_is_moved()
    {
        var closed = Booked().When(Plan(Mornings, new BookingId("b-1")), PlatformDecisions.Decide)
            .Then(typeof(ClosurePlanned));
        var collision = Assert.Single(PlatformCollisions.ToBeMoved(closed.State, People.Imaging, Now));
        Assert.Equal(("b-1", false, "calibration"),
            (collision.Booking.Value, collision.Firm, collision.Reason));
        Assert.Empty(PlatformCollisions.ToBeMoved(closed.State, People.Spree, Now));
        var firm = closed.When(new FirmSlots(new("f"), Actor.System, new("b-1")), PlatformDecisions.Decide)
            .Then(typeof(SlotsFirmed));
        Assert.True(Assert.Single(PlatformCollisions.ToBeMoved(firm.State, People.Imaging, Now)).Firm);

        var offer = collision.Alternatives[0];
        Assert.Equal(Start + Duration.FromMinutes(270), offer.Start);
        var moved = firm.When(new MoveSlots(new("m"), Actor.System, new("b-1"),
            [new WantedSlot(new("i1"), HalfDay.Id, offer.Start, Length.OfHours(4), 1)], 1), PlatformDecisions.Decide)
            .Then(typeof(SlotsMoved));
        Assert.Empty(PlatformCollisions.ToBeMoved(moved.State, People.Imaging, Now));
    }

    [Fact]
    public void Every_offer_books()
    {
        var closed = Booked().When(Plan(Mornings, new BookingId("b-1")), PlatformDecisions.Decide)
            .Then(typeof(ClosurePlanned));
        var offers = Assert.Single(PlatformCollisions.ToBeMoved(closed.State, People.Imaging, Now)).Alternatives;
        Assert.Equal(Limits.Alternatives, offers.Length);
        Assert.All(offers, offer => closed.When(new MoveSlots(new("m"), Actor.System, new("b-1"),
            [new WantedSlot(new("i1"), HalfDay.Id, offer.Start, Length.OfHours(4), 1)], 1), PlatformDecisions.Decide)
            .Then(typeof(SlotsMoved)));
    }

    [Fact]
    public void A_preview_tells_what_the_closure_meets_and_changes_nothing()
    {
        var booked = Booked();
        var preview = PlatformDecisions.Preview(booked.State, Plan(Mornings), Now);
        Assert.Null(preview.Refusal);
        Assert.Equal(ClosurePreview.TimesMax, preview.Times.Length);
        var collision = Assert.Single(preview.Collisions);
        Assert.Equal(Limits.Alternatives, collision.Alternatives.Length);
        Assert.DoesNotContain(Start, collision.Alternatives.Select(slot => slot.Start));
        Assert.Equal(PlatformRefusal.NotAllowed, PlatformDecisions.Preview(
            booked.State, Plan(Mornings) with { By = People.Spree }, Now).Refusal?.Code);
    }

    [Fact]
    public void A_released_booking_is_no_longer_to_be_moved()
    {
        var closed = Booked().When(Plan(Mornings, new BookingId("b-1")), PlatformDecisions.Decide)
            .Then(typeof(ClosurePlanned))
            .When(new ReleaseSlots(new("r"), Actor.System, new("b-1")), PlatformDecisions.Decide)
            .Then(typeof(SlotsReleased));
        Assert.Empty(PlatformCollisions.ToBeMoved(closed.State, People.Imaging, Now));
    }

    [Fact]
    public void A_closure_taken_back_opens_all_its_times_again()
    {
        var closed = Open().When(Plan(Mornings), PlatformDecisions.Decide).Then(typeof(ClosurePlanned));
        var remove = new RemovePlannedClosure(new("r"), People.Imaging, Mornings.Id);
        var again = closed.When(remove, PlatformDecisions.Decide).Then(typeof(PlannedClosureRemoved));
        again.When(Hold("b-1", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        again.When(remove, PlatformDecisions.Decide).Then(PlatformRefusal.ClosureUnknown);
    }

    [Fact]
    public void On_a_public_holiday_nobody_books_unless_the_platform_is_open_on_it()
    {
        // Monday 29 March 2027 is Easter Monday.
        var monday = Instant.FromUtc(2027, 3, 29, 6, 0);
        Open().When(Hold("b-1", monday), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        var kept = Open().When(Keep(new("IT", [], [])), PlatformDecisions.Decide).Then(typeof(HolidaysChosen));
        kept.When(Hold("b-1", monday), PlatformDecisions.Decide).Then(PlatformRefusal.OutsideHours);
        kept.When(Keep(new("IT", [], [new(2027, 3, 29)])), PlatformDecisions.Decide).Then(typeof(HolidaysChosen))
            .When(Hold("b-1", monday), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        kept.When(Keep(null), PlatformDecisions.Decide).Then(typeof(HolidaysChosen))
            .When(Hold("b-1", monday), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        Open().When(Keep(null), PlatformDecisions.Decide).ThenNothing();
    }

    [Fact]
    public void Holidays_over_a_booking_need_the_managers_word_too()
    {
        var booked = Open().When(Hold("b-1", Instant.FromUtc(2027, 3, 29, 6, 0)), PlatformDecisions.Decide)
            .Then(typeof(SlotsHeld));
        booked.When(Keep(new("IT", [], [])), PlatformDecisions.Decide).Then(PlatformRefusal.BookingsCollide);
        var kept = booked.When(Keep(new("IT", [], []), new BookingId("b-1")), PlatformDecisions.Decide)
            .Then(typeof(HolidaysChosen));
        Assert.Equal("public holiday, Easter Monday",
            Assert.Single(PlatformCollisions.ToBeMoved(kept.State, People.Imaging, Now)).Reason);
    }

    [Fact]
    public void Only_a_manager_closes_and_only_what_the_platform_has()
    {
        Open().When(Plan(Mornings) with { By = People.Spree }, PlatformDecisions.Decide)
            .Then(PlatformRefusal.NotAllowed);
        Open().When(Plan(Mornings with { Resources = [new("laser")] }), PlatformDecisions.Decide)
            .Then(PlatformRefusal.NotValid);
        Open().When(Keep(new("FR", [], [])), PlatformDecisions.Decide).Then(PlatformRefusal.NotValid);
        Open().When(Plan(Mornings) with { Edition = 7 }, PlatformDecisions.Decide).Then(PlatformRefusal.Stale);
    }

    [Fact]
    public void There_are_at_most_so_many_closures()
    {
        var full = Open().Given([.. Enumerable.Range(0, Limits.PlannedClosures).Select(number =>
            new ClosurePlanned(Mornings with { Id = new($"c-{number}x") }, []))]);
        full.When(Plan(Mornings), PlatformDecisions.Decide).Then(PlatformRefusal.TooManyClosures);
    }

    [Fact]
    public void The_stored_state_brings_its_closures_back()
    {
        var closed = Open().When(Plan(Mornings), PlatformDecisions.Decide).Then(typeof(ClosurePlanned)).State;
        var json = System.Text.Json.JsonSerializer.Serialize(closed, Json.Options);
        var restored = System.Text.Json.JsonSerializer.Deserialize<PlatformState>(json, Json.Options)!.WithCalendar();
        Assert.Equal(PlatformRefusal.OutsideHours,
            PlatformDecisions.WouldRefuse(restored, Hold("b-1", Start).Slots, null, Now)?.Code);
    }
}
