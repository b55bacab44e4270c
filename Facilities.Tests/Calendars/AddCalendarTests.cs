using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Calendars;

/// <summary>What calendars kept elsewhere make busy: for slots, for bookings that were there before, once.</summary>
public sealed class AddCalendarTests
{
    private static readonly ResourceId Operator = new("imaging-operator");

    private static readonly HoursRule Weekdays = new(
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", TimeOfDay.Parse("08:00"), TimeOfDay.Parse("20:00"),
        HoursRule.DefaultValidFrom);

    private static readonly TimeRange Window = new(Now, Now + Duration.FromDays(730));

    // The sample's slot, Monday 1 February 2027, 08:00 in Torino, lasts four hours.
    private static readonly TimeRange Morning = new(Start, Start + Duration.FromHours(1));

    private static Scenario<PlatformState, PlatformEvent, PlatformRefusal> Open(int units = 1) =>
        new Scenario<PlatformState, PlatformEvent, PlatformRefusal>(
            PlatformState.Nobody, Now, PlatformState.Evolve)
            .Given(new PlatformRegistered(Imaging,
                [new Resource(new("mri-7t"), "MRI", units, [Weekdays], []),
                    new Resource(Operator, "Operator", 2, [Weekdays], [])],
                [HalfDay]));

    private static HoldSlots Hold(string booking, Instant start) => new(new("c"), Actor.System, new(booking),
        new("spree-diagnostics"), [new WantedSlot(new("i1"), HalfDay.Id, start, Length.OfHours(4), 1)]);

    private static AddCalendar Add(ImmutableArray<TimeRange> times, string resource = "mri-7t",
        ImmutableArray<int> units = default) => new(
            new("a"), People.Imaging,
            new(new("cal"), "Maintenance", [new(resource)], units.IsDefault ? [] : units, times));

    private static SyncCalendar Sync(params ImmutableArray<TimeRange> times) =>
        new(new("s"), Actor.System, new("cal"), times, Window);

    [Fact]
    public void Imported_busy_time_takes_the_slot_for_those_who_list_and_for_those_who_book()
    {
        var busy = Open().When(Add([Morning]), PlatformDecisions.Decide)
            .Then(typeof(CalendarAdded), typeof(CalendarSynced));
        busy.When(Hold("b-1", Start), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
        Assert.DoesNotContain("Maintenance",
            PlatformDecisions.Decide(busy.State, Hold("b-1", Start), Now).Refusal!.Reason, StringComparison.Ordinal);
        busy.When(Hold("b-1", Start + Duration.FromMinutes(270)), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
    }

    [Fact]
    public void A_manager_reads_which_calendar_takes_a_slot_and_others_that_it_is_taken()
    {
        var state = Open().When(Add([Morning]), PlatformDecisions.Decide)
            .Then(typeof(CalendarAdded), typeof(CalendarSynced)).State;
        var (view, wanted) = (PlatformReads.View(state)!, Hold("b-1", Start).Slots[0]);
        Assert.Equal("MRI is busy in the calendar «Maintenance». Choose another time.",
            BusyWords.Of(view, PlatformReads.Calendars(state, People.Imaging), wanted));
        Assert.Null(BusyWords.Of(view, PlatformReads.Calendars(state, People.Spree), wanted));
        Assert.Null(BusyWords.Of(view, PlatformReads.Calendars(state, People.Imaging),
            wanted with { Start = Start + Duration.FromMinutes(270) }));
        // Others have one of the operators and the calendar the other: it alone does not take the slot.
        var units = Open().When(Add([Morning], "imaging-operator", [0]), PlatformDecisions.Decide)
            .Then(typeof(CalendarAdded), typeof(CalendarSynced)).State;
        Assert.Null(BusyWords.Of(view, PlatformReads.Calendars(units, People.Imaging), wanted));
    }

    [Fact]
    public void A_slot_that_a_calendar_takes_from_every_unit_is_not_said_to_be_free_by_turns()
    {
        string Reason(params ReadOnlySpan<AddCalendar> calendars)
        {
            var platform = Open();
            foreach (var add in calendars)
                platform = platform.When(add, PlatformDecisions.Decide)
                    .Then(typeof(CalendarAdded), typeof(CalendarSynced));
            return PlatformDecisions.Decide(platform.State, Hold("b-1", Start), Now).Refusal!.Reason;
        }

        const string byTurns = "free at each moment";
        Assert.DoesNotContain(byTurns, Reason(Add([Morning])), StringComparison.Ordinal);
        Assert.DoesNotContain(byTurns, Reason(Add([Morning], "imaging-operator")), StringComparison.Ordinal);
        var later = new TimeRange(Morning.End, Morning.End + Duration.FromHours(1));
        Assert.Contains(byTurns, Reason(
            Add([Morning], "imaging-operator", [0]),
            Add([later], "imaging-operator", [1]) with
            {
                Calendar = new(
                new("cal2"), "Courses", [Operator], [1], [later])
            }), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_units_a_calendar_takes_the_stated_ones_alone()
    {
        var busy = Open().When(Add([Morning], "imaging-operator", [0]), PlatformDecisions.Decide)
            .Then(typeof(CalendarAdded), typeof(CalendarSynced));
        var held = busy.When(Hold("b-1", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        Assert.Equal([1], held.State.Bookings["b-1"].Slots[0].Units.Single(u => u.Resource == Operator).Units);
        Open().When(Add([Morning], "imaging-operator"), PlatformDecisions.Decide)
            .Then(typeof(CalendarAdded), typeof(CalendarSynced))
            .When(Hold("b-1", Start), PlatformDecisions.Decide).Then(PlatformRefusal.SlotTaken);
        Open().When(Add([Morning], "imaging-operator", [2]), PlatformDecisions.Decide).Then(PlatformRefusal.NotValid);
    }

    [Fact]
    public void A_booking_that_was_there_before_stays_and_is_listed_with_offers_outside_the_busy_time()
    {
        var booked = Open().When(Hold("b-1", Start), PlatformDecisions.Decide).Then(typeof(SlotsHeld));
        var preview = PlatformDecisions.Preview(booked.State, Add([Morning]), Now);
        var busy = booked.When(Add([Morning]), PlatformDecisions.Decide)
            .Then(typeof(CalendarAdded), typeof(CalendarSynced));
        var found = PlatformCollisions.ToBeMoved(busy.State, People.Imaging, Now).Single();
        Assert.Equal(new BookingId("b-1"), found.Booking);
        Assert.Equal("busy in the calendar «Maintenance»", found.Reason);
        Assert.All(found.Alternatives, slot => Assert.False(new TimeRange(slot.Start, slot.End).Overlaps(Morning)));
        Assert.Equal(Limits.Alternatives, found.Alternatives.Length);
        Assert.Equal(found.Alternatives, preview.Collisions.Single().Alternatives);
        Assert.Single(busy.State.WithCalendar().Calendar!.Placements);
    }

    [Fact]
    public void I11_a_sync_that_finds_the_same_rows_writes_nothing_ten_times()
    {
        var evening = new TimeRange(Start + Duration.FromHours(9), Start + Duration.FromHours(10));
        var state = Open().When(Add([Morning, evening]), PlatformDecisions.Decide)
            .Then(typeof(CalendarAdded), typeof(CalendarSynced)).State;
        for (var time = 0; time < 10; time++)
            Assert.Empty(PlatformDecisions.Decide(state, Sync(Morning, evening), Now).Events);
        // On another day the window cuts other times: still nothing new.
        var later = new TimeRange(Start + Duration.FromMinutes(20), Window.End);
        Assert.Empty(PlatformDecisions.Decide(state, Sync(
            new TimeRange(later.Start, Morning.End), evening) with
        { Window = later }, Now).Events);
        var gone = (CalendarSynced)PlatformDecisions.Decide(state, Sync(evening), Now).Events.Single();
        Assert.Equal([Morning], gone.Removed);
        Assert.Empty(gone.Added);
    }

    [Fact]
    public void What_a_sync_changed_is_stored_in_small_events_and_read_back_alike()
    {
        var many = Enumerable.Range(0, 2_500).Select(hour => new TimeRange(
            Now + Duration.FromHours(4 * hour), Now + Duration.FromHours(4 * hour + 1))).ToImmutableArray();
        var added = Open().When(Add([]), PlatformDecisions.Decide).Then(typeof(CalendarAdded));
        var events = PlatformDecisions.Decide(added.State, Sync(many), Now).Events;
        Assert.Equal([1_000, 1_000, 500], events.Cast<CalendarSynced>().Select(e => e.Added.Length));
        var after = events.Aggregate(added.State, (state, happened) => PlatformState.Evolve(state, happened, Now));
        Assert.Equal(many, after.Imported["cal"].Times);
        Assert.Empty(PlatformDecisions.Decide(after, Sync(many), Now).Events);
        var removed = PlatformState.Evolve(after, new CalendarRemoved(new("cal")), Now);
        Assert.Empty(removed.Imported);
        Assert.All(removed.Calendar!.Calendars.Values, calendar => Assert.Empty(calendar.Elsewhere));
    }

    [Fact]
    public void Only_managers_add_remove_and_see_calendars()
    {
        var add = Add([Morning]);
        Open().When(add with { By = People.Spree }, PlatformDecisions.Decide).Then(PlatformRefusal.NotAllowed);
        var busy = Open().When(add, PlatformDecisions.Decide).Then(typeof(CalendarAdded), typeof(CalendarSynced));
        busy.When(new RemoveCalendar(new("r"), People.Spree, new("cal")), PlatformDecisions.Decide)
            .Then(PlatformRefusal.NotAllowed);
        busy.When(Sync() with { By = People.Spree }, PlatformDecisions.Decide).Then(PlatformRefusal.NotAllowed);
        Assert.Empty(PlatformReads.Calendars(busy.State, People.Spree));
        Assert.Single(PlatformReads.Calendars(busy.State, People.Imaging));
        Assert.Equal(0, busy.State.Edition - Open().State.Edition);
    }
}
