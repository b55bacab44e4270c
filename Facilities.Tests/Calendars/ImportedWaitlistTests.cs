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

namespace Facilities.Tests.Calendars;

/// <summary>
/// What a calendar gives back is offered in the turn in which it does, and what it takes is taken back.
/// </summary>
public sealed class ImportedWaitlistTests
{
    private static readonly HoursRule Weekdays = new(
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", TimeOfDay.Parse("08:00"), TimeOfDay.Parse("20:00"),
        HoursRule.DefaultValidFrom);

    private static readonly TimeRange Window = new(Now, Now + Duration.FromDays(730));
    private static readonly TimeRange Morning = new(Start, Start + Duration.FromHours(4));
    private static readonly TimeRange Evening = new(Start + Duration.FromHours(10), Start + Duration.FromHours(11));

    /// <summary>An instrument that is busy elsewhere in the morning, for which two wait.</summary>
    private static Platform Waiting()
    {
        var platform = new Platform(PlatformState.Nobody, Now, PlatformState.Evolve).Given(new PlatformRegistered(
            Imaging, [new Resource(new("mri-7t"), "MRI", 1, [Weekdays], []),
                new Resource(new("imaging-operator"), "Operator", 2, [Weekdays], [])], [HalfDay]));
        platform = Turn(platform, Decide(platform, new AddCalendar(new("a"), People.Imaging,
                new(new("cal"), "Service", [new("mri-7t")], [], [Morning, Evening]))),
            typeof(CalendarAdded), typeof(CalendarSynced));
        foreach (var account in (string[])["first", "second"])
            platform = Turn(platform, WaitlistDecisions.Decide(platform.State, Join(account), Now),
                typeof(WaitlistJoined));
        return platform;
    }

    private static JoinWaitlist Join(string account) => new(
        new("j"), People.Of("p-" + account, OrganisationKind.Sme, account, Role.Booker), new("w-" + account),
        new(account), HalfDay.Id, Length.OfHours(4), 1, Start, Start + WaitlistEntry.OneSlot);

    private static Decision<PlatformEvent, PlatformRefusal> Decide(Platform platform, AddCalendar command) =>
        PlatformDecisions.Decide(platform.State, command, Now);

    private static Platform Sync(Platform platform, ImmutableArray<TimeRange> times, params ReadOnlySpan<Type> kinds) =>
        Turn(platform, PlatformDecisions.Decide(
            platform.State, new SyncCalendar(new("s"), Actor.System, new("cal"), times, Window), Now), kinds);

    // As the grain does: the decision, and what follows from it, in one turn.
    private static Platform Turn(
        Platform platform, Decision<PlatformEvent, PlatformRefusal> decision, params ReadOnlySpan<Type> kinds)
    {
        Assert.Null(decision.Refusal);
        var events = WaitlistDecisions.Following(platform.State, decision.Events, Now);
        Assert.Equal(kinds.ToArray(), events.Select(e => e.GetType()));
        return platform.Given(events.AsSpan());
    }

    private static string[] Offered(Platform platform) =>
        [.. platform.State.Waitlist.Where(w => w.IsOffered).Select(w => w.Id.Value)];

    [Fact]
    public void B21_an_event_that_is_gone_or_shorter_after_a_sync_is_offered_to_the_first_in_line()
    {
        var gone = Sync(Waiting(), [Evening], typeof(CalendarSynced), typeof(SlotOffered));
        Assert.Equal(["w-first"], Offered(gone));
        Assert.Equal(Now + Limits.Offer, gone.State.Waitlist[0].Offer!.Until);
        // Over before the slot with its buffer begins.
        var shorter = new TimeRange(Start - Duration.FromHours(2), Start - Duration.FromHours(1));
        Assert.Equal(["w-first"], Offered(
            Sync(Waiting(), [shorter, Evening], typeof(CalendarSynced), typeof(SlotOffered))));
    }

    [Fact]
    public void B21_a_calendar_that_is_removed_gives_its_time_to_the_first_in_line()
    {
        var waiting = Waiting();
        var removed = Turn(waiting, PlatformDecisions.Decide(
                waiting.State, new RemoveCalendar(new("r"), People.Imaging, new("cal")), Now),
            typeof(CalendarRemoved), typeof(SlotOffered));
        Assert.Equal(["w-first"], Offered(removed));
    }

    [Fact]
    public void B21_a_sync_that_frees_other_time_or_too_little_offers_nothing()
    {
        Sync(Waiting(), [Morning], typeof(CalendarSynced));
        Sync(Waiting(), [new(Morning.Start, Morning.End - Duration.FromHours(1)), Evening], typeof(CalendarSynced));
    }

    [Fact]
    public void A_calendar_that_takes_an_offered_slot_takes_the_offer_back_and_the_wish_waits_in_its_old_place()
    {
        var offered = Sync(Waiting(), [Evening], typeof(CalendarSynced), typeof(SlotOffered));
        var taken = Sync(offered, [Morning, Evening], typeof(CalendarSynced), typeof(OfferWithdrawn));
        Assert.Empty(Offered(taken));
        Assert.Equal(["w-first", "w-second"], taken.State.Waitlist.Select(w => w.Id.Value));
        Assert.Equal(["w-first"], Offered(Sync(taken, [Evening], typeof(CalendarSynced), typeof(SlotOffered))));
    }
}
