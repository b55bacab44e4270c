using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Platforms;

/// <summary>A unit once given stays, whatever others do.</summary>
public sealed class StableUnitTests
{
    private static readonly ResourceId Bench = new("mri-7t");

    private static readonly HoursRule AllDay = new(
        "FREQ=DAILY", TimeOfDay.Parse("00:00"), TimeOfDay.EndOfDay, HoursRule.DefaultValidFrom);

    private static readonly Service Service = HalfDay with
    {
        Uses = [Bench],
        StartStep = Length.OfHours(1),
        Buffer = new(Length.Zero, Length.Zero),
    };

    [Fact]
    public void A_unit_once_given_stays_through_holds_moves_closures_snapshot_and_replay()
    {
        var events = new List<PlatformEvent>();
        var story = new Scenario<PlatformState, PlatformEvent, PlatformRefusal>(
            PlatformState.Nobody, Now, PlatformState.Evolve);
        Happen(new PlatformRegistered(Imaging, [new Resource(Bench, "Bench", 3, [AllDay], [])], [Service]));
        Tell(Hold("b-1", 0), PlatformDecisions.Decide);
        Tell(Hold("b-2", 0), PlatformDecisions.Decide);
        Tell(Hold("b-3", 2), PlatformDecisions.Decide);
        Assert.Equal([("b-1", 0), ("b-2", 1), ("b-3", 2)], Units(story.State));

        // Unit 0 becomes free next to the others: nobody is moved up.
        Tell(new MoveSlots(new("m"), Actor.System, new("b-1"), [Wanted(8)], 1), PlatformDecisions.Decide);
        Tell(new PlanClosure(new("p"), People.Imaging, new(new("c-1"), [],
            new LocalDateTime(2027, 2, 1, 8, 0), new LocalDateTime(2027, 2, 1, 12, 0), "calibration", null, null),
            [new("b-2"), new("b-3")]), PlatformDecisions.Decide);
        Tell(new RemovePlannedClosure(new("r"), People.Imaging, new("c-1")), PlatformDecisions.Decide);
        Tell(new ReleaseSlots(new("x"), Actor.System, new("b-2")), PlatformDecisions.Decide);
        Tell(Hold("b-4", 2), PlatformDecisions.Decide);
        // Moved in time, a booking takes the lowest free unit again, as a new one does.
        Tell(new MoveSlots(new("m2"), Actor.System, new("b-4"), [Wanted(3)], 1), PlatformDecisions.Decide);
        var units = Units(story.State);
        Assert.Equal([("b-1", 0), ("b-3", 2), ("b-4", 0)], units);

        var kept = System.Text.Json.JsonSerializer.Serialize(story.State, Json.Options);
        var restored = System.Text.Json.JsonSerializer.Deserialize<PlatformState>(kept, Json.Options)!.WithCalendar();
        Assert.Equal(units, Units(restored));
        var replayed = events.Aggregate(
            PlatformState.Nobody, (state, happened) => PlatformState.Evolve(state, happened, Now));
        Assert.Equal(units, Units(replayed));
        // What is free next is decided alike on all three.
        foreach (var state in new[] { story.State, restored, replayed })
            Assert.Equal(1, PlatformDecisions.Decide(state, Hold("b-5", 3), Now).Events.OfType<SlotsHeld>().Single()
                .Slots[0].Units[0].Units[0]);

        void Happen(PlatformEvent happened)
        {
            events.Add(happened);
            story = story.Given(happened);
        }

        void Tell<T>(T command, Func<PlatformState, T, Instant, Decision<PlatformEvent, PlatformRefusal>> decide)
        {
            var decision = decide(story.State, command, Now);
            Assert.Null(decision.Refusal);
            foreach (var happened in decision.Events) Happen(happened);
        }
    }

    private static IEnumerable<(string, int)> Units(PlatformState state) => state.Bookings.Values
        .OrderBy(b => b.Booking.Value, StringComparer.Ordinal)
        .Select(b => (b.Booking.Value, b.Slots.Single().Units.Single().Units.Single()));

    private static HoldSlots Hold(string booking, int hours) =>
        new(new("c"), Actor.System, new(booking), new("spree-diagnostics"), [Wanted(hours)]);

    private static WantedSlot Wanted(int hours) =>
        new(new("i1"), Service.Id, Start + Duration.FromHours(hours), Length.OfHours(4), 1);
}
