using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Grains.Waitlist;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;
using Platform = Facilities.Tests.TestKit.Scenario<
    Facilities.Grains.Platforms.PlatformState, Facilities.Grains.Platforms.PlatformEvent,
    Facilities.Grains.Platforms.PlatformRefusal>;

namespace Facilities.Tests.Platforms;

/// <summary>Row B21, the rules: time that becomes free is offered once, in order, as a hold that ends.</summary>
public sealed class WaitlistTests
{
    private static readonly HoursRule Weekdays = new(
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", TimeOfDay.Parse("08:00"), TimeOfDay.Parse("20:00"),
        HoursRule.DefaultValidFrom);

    private static readonly Instant Afternoon = Start + Duration.FromMinutes(270);
    private static readonly Duration Day = Duration.FromDays(1);
    private static readonly Duration Minute = Duration.FromMinutes(1);
    private static readonly DateTimeZone Rome = DateTimeZoneProviders.Tzdb["Europe/Rome"];

    /// <summary>An instrument with so many units, of which b-1, b-2, … have each the morning.</summary>
    private static Platform Full(int units = 1) => Enumerable.Range(1, units).Aggregate(
        new Platform(PlatformState.Nobody, Now, PlatformState.Evolve).Given(new PlatformRegistered(
            Imaging, [new Resource(new("mri-7t"), "MRI", units, [Weekdays], []),
                new Resource(new("imaging-operator"), "Operator", 9, [Weekdays], [])], [HalfDay])),
        (so, n) => Turn(so, Hold($"b-{n}", "other"), typeof(SlotsHeld)));

    private static HoldSlots Hold(string booking, string account, Instant? start = null) =>
        new(new("c"), Actor.System, new(booking), new(account),
            [new WantedSlot(new("i1"), HalfDay.Id, start ?? Start, Length.OfHours(4), 1)]);

    private static ReleaseSlots Release(string booking) => new(new("r"), Actor.System, new(booking));

    private static JoinWaitlist Join(string entry, string account, Instant? from = null, Instant? to = null) => new(
        new("j"), Booker(account), new(entry), new(account), HalfDay.Id, Length.OfHours(4), 1, from ?? Start,
        to ?? (from ?? Start) + WaitlistEntry.OneSlot);

    private static Actor Booker(string account) =>
        People.Of("p-" + account, OrganisationKind.Sme, account, Role.Booker);

    private static Platform Turn<TCommand>(Platform platform, TCommand command, params ReadOnlySpan<Type> kinds) =>
        platform.When(command, Whole<TCommand>()).Then(kinds);

    /// <summary>What the grain decides in one turn: the command, and what follows from it.</summary>
    private static Func<PlatformState, TCommand, Instant, Decision<PlatformEvent, PlatformRefusal>> Whole<TCommand>() =>
        (state, command, now) =>
        {
            var decision = command switch
            {
                HoldSlots c => PlatformDecisions.Decide(state, c, now),
                MoveSlots c => PlatformDecisions.Decide(state, c, now),
                TrimSlot c => PlatformDecisions.Decide(state, c, now),
                ReleaseSlots c => PlatformDecisions.Decide(state, c, now),
                FirmSlots c => PlatformDecisions.Decide(state, c, now),
                JoinWaitlist c => WaitlistDecisions.Decide(state, c, now),
                LeaveWaitlist c => WaitlistDecisions.Decide(state, c, now),
                EndWaits c => WaitlistDecisions.Decide(state, c, now),
                AddClosure c => PlatformDecisions.Decide(state, c, now),
                RemoveClosure c => PlatformDecisions.Decide(state, c, now),
                _ => throw new InvalidOperationException($"{command} is not played here."),
            };
            return decision with { Events = WaitlistDecisions.Following(state, decision.Events, now) };
        };

    private static Platform Waiting(params ReadOnlySpan<string> accounts)
    {
        var platform = Full();
        foreach (var account in accounts)
            platform = Turn(platform, Join("w-" + account, account), typeof(WaitlistJoined));
        return platform;
    }

    private static EndWaits End => new(new("e"), Actor.System);

    private static WaitlistEntry Of(Platform platform, string entry) =>
        platform.State.Waitlist.Single(w => w.Id.Value == entry);

    [Fact]
    public void B21_what_becomes_free_is_held_for_the_first_in_line_and_for_nobody_else()
    {
        var offered = Turn(Waiting("first", "second"), Release("b-1"), typeof(SlotsReleased), typeof(SlotOffered));
        Assert.Equal(Now + Limits.Offer, Of(offered, "w-first").Offer!.Until);
        Assert.True(Of(offered, "w-second").IsWaiting);
        offered.When(Hold("b-2", "second"), Whole<HoldSlots>()).Then(PlatformRefusal.SlotTaken);
        var taken = Turn(offered, Hold("b-2", "first"), typeof(OfferTaken), typeof(SlotsHeld));
        taken.When(Hold("b-3", "first"), Whole<HoldSlots>()).Then(PlatformRefusal.SlotTaken);
        // Once: whoever had it waits no longer, and gets no other when the booking ends.
        var again = Turn(taken, Release("b-2"), typeof(SlotsReleased), typeof(SlotOffered));
        Assert.Equal("w-second", Assert.Single(again.State.Waitlist).Id.Value);
    }

    [Fact]
    public void B21_an_offer_ends_at_its_instant_and_goes_to_the_next_one_in_the_same_turn()
    {
        var offered = Turn(Waiting("first", "second"), Release("b-1"), typeof(SlotsReleased), typeof(SlotOffered));
        var until = Of(offered, "w-first").Offer!.Until;
        offered.At(until - Minute).When(End, Whole<EndWaits>()).ThenNothing();
        Turn(offered.At(until - Minute), Hold("b-2", "first"), typeof(OfferTaken), typeof(SlotsHeld));
        offered.At(until).When(Hold("b-2", "first"), Whole<HoldSlots>()).Then(PlatformRefusal.SlotTaken);
        var next = Turn(offered.At(until), End, typeof(WaitEnded), typeof(SlotOffered));
        Assert.Equal("w-second", Assert.Single(next.State.Waitlist).Id.Value);
        Assert.Equal(until + Limits.Offer, Of(next, "w-second").Offer!.Until);
        Assert.Equal(until + Limits.Offer, PlatformWaits.DueAt(next.State));
        var over = Turn(next.At(until + Limits.Offer), End, typeof(WaitEnded));
        Assert.Empty(over.State.Waitlist);
        Assert.Null(PlatformWaits.DueAt(over.State));
        Turn(over, Hold("b-4", "anybody"), typeof(SlotsHeld));
    }

    [Fact]
    public void B21_nothing_is_offered_that_can_no_longer_be_booked_and_no_offer_outlasts_the_notice()
    {
        var last = Start.InZone(Rome).LocalDateTime.PlusDays(-3).InZoneStrictly(Rome).ToInstant();
        var soon = Turn(Waiting("first").At(last - Duration.FromHours(2)), Release("b-1"),
            typeof(SlotsReleased), typeof(SlotOffered));
        Assert.Equal(last, Of(soon, "w-first").Offer!.Until);
        var late = Turn(Waiting("first").At(last - Limits.OfferLeast + Minute), Release("b-1"), typeof(SlotsReleased));
        Turn(late, Hold("b-2", "anybody"), typeof(SlotsHeld));
        Turn(late, End, typeof(WaitEnded));
        Full().At(last - Limits.OfferLeast).When(Join("w-1", "first"), Whole<JoinWaitlist>())
            .Then(PlatformRefusal.InsideLeadTime);
    }

    [Fact]
    public void B21_one_release_of_several_units_makes_as_many_offers_in_the_order_of_joining()
    {
        var both = Full(2);
        var wide = Turn(both, Hold("b-3", "other", Afternoon), typeof(SlotsHeld));
        foreach (var account in (string[])["a", "b", "c"])
            wide = Turn(wide, Join("w-" + account, account), typeof(WaitlistJoined));
        var one = Turn(wide, Release("b-2"), typeof(SlotsReleased), typeof(SlotOffered));
        var two = Turn(one, Release("b-1"), typeof(SlotsReleased), typeof(SlotOffered));
        Assert.Equal(["w-a", "w-b"], two.State.Waitlist.Where(w => w.IsOffered).Select(w => w.Id.Value));
        Assert.Equal(1, WaitlistReads.Of(two.State, Booker("c")).Single().Place);
        Turn(two, new LeaveWaitlist(new("l"), Booker("a"), new("w-a")), typeof(WaitEnded), typeof(SlotOffered));
    }

    [Fact]
    public void B21_a_move_a_trim_and_an_opening_again_are_offered_too()
    {
        var waiting = Waiting("first");
        Turn(waiting, new MoveSlots(new("m"), Actor.System, new("b-1"),
                [new WantedSlot(new("i1"), HalfDay.Id, Start + Day, Length.OfHours(4), 1)], 1),
            typeof(SlotsMoved), typeof(SlotOffered));
        var eight = Full().Given(new SlotsReleased(new("b-1")));
        eight = eight.Given(PlatformDecisions.Decide(eight.State, Hold("b-8", "other") with
        {
            Slots = [new WantedSlot(new("i1"), HalfDay.Id, Start, Length.OfHours(12), 1)],
        }, Now).Events.AsSpan());
        eight = Turn(eight, Join("w-late", "late", Afternoon), typeof(WaitlistJoined));
        Turn(eight, new TrimSlot(new("t"), Actor.System, new("b-8"), new("i1"), Start + Duration.FromHours(4), 1),
            typeof(SlotsMoved), typeof(SlotOffered));
        var closed = Turn(waiting, Close(), typeof(ClosureAdded));
        closed = Turn(closed, Release("b-1"), typeof(SlotsReleased));
        Turn(closed, new RemoveClosure(new("o"), People.Imaging, new("mri-7t"), new("x")),
            typeof(ClosureRemoved), typeof(SlotOffered));
    }

    [Fact]
    public void A_closure_over_an_offer_takes_it_back_and_the_wish_waits_in_its_old_place()
    {
        var offered = Turn(Waiting("first", "second"), Release("b-1"), typeof(SlotsReleased), typeof(SlotOffered));
        var closed = Turn(offered, Close(), typeof(ClosureAdded), typeof(OfferWithdrawn));
        Assert.Equal([1, 2], [
            WaitlistReads.Of(closed.State, Booker("first")).Single().Place,
            WaitlistReads.Of(closed.State, Booker("second")).Single().Place]);
    }

    [Fact]
    public void An_offer_stands_again_where_its_booking_could_not_be_held_elsewhere_and_only_then()
    {
        var taken = Turn(
            Turn(Waiting("first", "second"), Release("b-1"), typeof(SlotsReleased), typeof(SlotOffered)),
            Hold("b-2", "first"), typeof(OfferTaken), typeof(SlotsHeld));
        var back = Turn(taken, Release("b-2") with { NeverHeld = true }, typeof(SlotsReleased), typeof(OfferReturned));
        Assert.Equal(Now + Limits.Offer, Of(back, "w-first").Offer!.Until);
        Assert.Equal(["w-first", "w-second"], back.State.Waitlist.Select(w => w.Id.Value));
        back.When(Hold("b-3", "second"), Whole<HoldSlots>()).Then(PlatformRefusal.SlotTaken);
        Turn(back, Hold("b-3", "first"), typeof(OfferTaken), typeof(SlotsHeld));
        Turn(taken.At(Now + Limits.Offer), Release("b-2") with { NeverHeld = true },
            typeof(SlotsReleased), typeof(SlotOffered));
        var firm = Turn(taken, new FirmSlots(new("f"), Actor.System, new("b-2")), typeof(SlotsFirmed));
        Assert.Equal("w-second", Assert.Single(firm.State.Waitlist).Id.Value);
    }

    [Fact]
    public void A_window_gets_the_earliest_time_that_becomes_free_in_it_and_nothing_outside()
    {
        // Both halves of Monday and Tuesday are taken.
        var platform = Full();
        foreach (var (name, start) in new[]
            { ("b-2", Afternoon), ("b-3", Start + Day), ("b-4", Afternoon + Day), ("b-5", Start + 2 * Day) })
            platform = Turn(platform, Hold(name, "other", start), typeof(SlotsHeld));
        platform = Turn(platform, Join("w-1", "first", Afternoon, Start + 2 * Day), typeof(WaitlistJoined));
        Turn(platform, Release("b-1"), typeof(SlotsReleased));
        Turn(platform, Release("b-5"), typeof(SlotsReleased));
        var offered = Turn(platform, Release("b-4"), typeof(SlotsReleased), typeof(SlotOffered));
        Assert.Equal(Afternoon + Day, Of(offered, "w-1").Offer!.Slot.Busy.Start);
    }

    [Fact]
    public void What_is_free_or_not_sold_or_waited_for_already_is_not_waited_for()
    {
        var waiting = Waiting("first");
        void Refused(JoinWaitlist command, PlatformRefusal refusal) =>
            waiting.When(command, Whole<JoinWaitlist>()).Then(refusal);
        Refused(Join("w-2", "first", Afternoon), PlatformRefusal.SlotFree);
        Refused(Join("w-2", "first", Start, Start + Day), PlatformRefusal.SlotFree);
        Refused(Join("w-2", "first"), PlatformRefusal.AlreadyWaiting);
        Refused(Join("w-2", "first") with { By = Booker("second") }, PlatformRefusal.NotAllowed);
        Refused(Join("w-2", "first") with { Service = new("none") }, PlatformRefusal.NotOffered);
        Refused(Join("w-2", "first") with { Duration = Length.OfHours(5) }, PlatformRefusal.DurationNotAllowed);
        Refused(Join("w-2", "first") with { Quantity = 2 }, PlatformRefusal.QuantityNotAllowed);
        Refused(Join("w-2", "first", Start + Minute), PlatformRefusal.StartOffGrid);
        Refused(Join("w-2", "first", Start, Start), PlatformRefusal.NotValid);
        Refused(Join("w-2", "first", Start, Start + 32 * Day), PlatformRefusal.NotValid);
        Refused(Join("w-2", "first", Start + 300 * Day), PlatformRefusal.BeyondHorizon);
        waiting.When(Join("w-first", "first"), Whole<JoinWaitlist>()).ThenNothing();
        waiting.When(new LeaveWaitlist(new("l"), Booker("second"), new("w-first")), Whole<LeaveWaitlist>())
            .Then(PlatformRefusal.WaitlistEntryUnknown);
        var crowded = waiting;
        for (var n = 1; n <= Limits.WaitlistPerAccount; n++)
        {
            var start = Start + (n % 5 + n / 5 * 7) * Day;
            crowded = Turn(crowded, Hold($"d-{n}", "other", start), typeof(SlotsHeld));
            var join = crowded.When(Join($"w-{n}", "first", start), Whole<JoinWaitlist>());
            if (n < Limits.WaitlistPerAccount) crowded = join.Then(typeof(WaitlistJoined));
            else join.Then(PlatformRefusal.TooManyWaiting);
        }
    }

    [Fact]
    public void A_snapshot_keeps_offers_in_the_calendar()
    {
        var offered = Turn(Waiting("first"), Release("b-1"), typeof(SlotsReleased), typeof(SlotOffered));
        var json = System.Text.Json.JsonSerializer.Serialize(offered.State, Json.Options);
        var restored = System.Text.Json.JsonSerializer.Deserialize<PlatformState>(json, Json.Options)!.WithCalendar();
        Assert.Equal(PlatformRefusal.SlotTaken, PlatformDecisions.WouldRefuse(
            restored, Hold("b-2", "x").Slots, null, Now, new(new("second"), []))?.Code);
        Assert.Null(PlatformDecisions.WouldRefuse(
            restored, Hold("b-2", "x").Slots, null, Now, new(new("first"), [])));
    }

    private static AddClosure Close() => new(new("x"), People.Imaging, new("mri-7t"), new Closure(
        new("x"), Start.InZone(Rome).LocalDateTime, Start.InZone(Rome).LocalDateTime.PlusHours(4), "helium"));
}
