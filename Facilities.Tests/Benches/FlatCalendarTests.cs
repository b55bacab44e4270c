using System.Diagnostics;
using System.Globalization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Benches;

/// <summary>
/// Guards what <c>bench calendar</c> measures: deciding does not slow down as a calendar fills. Ratios within one run
/// and counts of allocated bytes alone, both far from what is measured, so that no busy machine breaks them.
/// </summary>
public sealed class FlatCalendarTests
{
    private const int Units = 12, Future = 5_000, PlacesPerDay = 12;
    private const int Rounds = 300;

    // Measured: 1.7 for a hold and 4 for a release; 16 and 17 at a fifth of the bookings where all were looked at.
    private const double RatioMax = 10;

    // Measured: 7.5 kB for a hold.
    private const long BytesMax = 10_000;

    private static readonly LocalDate Today = new(2027, 1, 4);
    private static readonly Instant At = Today.AtMidnight().InUtc().ToInstant();

    private static readonly HoursRule Daily = new(
        "FREQ=DAILY", TimeOfDay.Parse("00:00"), TimeOfDay.Parse("24:00"), new LocalDate(2020, 1, 1));

    private static readonly Service Hourly = HalfDay with
    {
        Duration = new(Length.OfHours(1), Length.OfHours(1), Length.OfHours(1)),
        StartStep = Length.OfHours(1),
        LeadTime = Length.Zero,
        Horizon = Length.OfDays(180),
        Buffer = new(Length.Zero, Length.OfMinutes(15)),
        PricePer = Length.OfHours(1),
    };

    private static PlatformState Empty() => PlatformState.Evolve(PlatformState.Nobody, new PlatformRegistered(
        Imaging, [.. Hourly.Uses.Select(id => new Resource(id, id.Value, Units, [Daily], []))], [Hourly]), At);

    private static PlatformState Full()
    {
        var platform = Empty();
        for (var number = 0; number < Future; number++) platform = Held(platform, Name(number), number);
        return platform;
    }

    [Fact]
    public void A_hold_and_a_release_cost_about_the_same_on_a_full_calendar_as_on_an_empty_one()
    {
        var (full, empty) = (Full(), Empty());
        // The first calls are compiled while they run.
        Measure(full, empty);

        var (hold, release) = Measure(full, empty);

        Assert.True(hold < RatioMax, $"A hold takes {hold:0.0} times as long.");
        Assert.True(release < RatioMax, $"A release takes {release:0.0} times as long.");
    }

    [Fact]
    public void A_hold_on_a_full_calendar_allocates_little()
    {
        var full = Full();
        Held(full, "other", Future);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var round = 0; round < Rounds; round++) Held(full, "other", Future + round);

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, 1, BytesMax);
    }

    [Fact]
    public void What_is_long_over_is_forgotten_in_order_and_nothing_else()
    {
        var platform = Held(Held(Held(Empty(), "late", 30 * PlacesPerDay), "early", 0), "middle", 10 * PlacesPerDay);
        var (slot, later) = (platform.Bookings["middle"].Slots[0], Duration.FromDays(40));
        var moved = slot with
        {
            Busy = new(slot.Busy.BlockedFrom + later, slot.Busy.Start + later, slot.Busy.End + later,
                slot.Busy.BlockedUntil + later),
        };
        platform = PlatformState.Evolve(platform, new SlotsMoved(new("middle"), [moved], 1), At);
        var over = platform.Bookings["early"].Until + Limits.PastSlots;

        var justNot = Held(platform, "new", 100 * PlacesPerDay, over);
        var just = Held(platform, "new", 100 * PlacesPerDay, over + Duration.FromSeconds(1));

        Assert.Equal(["early", "late", "middle", "new"], justNot.Bookings.Keys);
        Assert.Equal(["late", "middle", "new"], just.Bookings.Keys);
        Assert.Equal(just.Bookings.Keys.Order(), just.Ends.Select(end => end.Booking).Order());
        Assert.Equal(just.Ends, just.WithCalendar().Ends);
    }

    private static (double Hold, double Release) Measure(PlatformState full, PlatformState empty)
    {
        var (fullHeld, emptyHeld) = (Held(full, "other", 1), Held(empty, "other", 1));
        double[] times = new double[4 * Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            times[round] = Time(() => Held(full, "other", round));
            times[Rounds + round] = Time(() => Held(empty, "other", round));
            times[2 * Rounds + round] = Time(() => Released(fullHeld));
            times[3 * Rounds + round] = Time(() => Released(emptyHeld));
        }
        double Median(int of) => times.Skip(of * Rounds).Take(Rounds).Order().ElementAt(Rounds / 2);
        return (Median(0) / Median(1), Median(2) / Median(3));
    }

    private static double Time(Func<PlatformState> act)
    {
        var started = Stopwatch.GetTimestamp();
        act();
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds + 0.1;
    }

    private static PlatformState Held(PlatformState platform, string booking, int number, Instant? at = null)
    {
        var start = Today.PlusDays(1 + number / PlacesPerDay % 178).AtMidnight().InUtc().ToInstant()
            + Duration.FromHours(2 * (number % PlacesPerDay));
        var decision = PlatformDecisions.Decide(platform, new HoldSlots(
            new("c"), Actor.System, new(booking), new("account"),
            [new WantedSlot(new("item"), Hourly.Id, start, Length.OfHours(1), 1)]), At);
        return PlatformState.Evolve(platform, Assert.Single(decision.Events), at ?? At);
    }

    private static PlatformState Released(PlatformState platform) => PlatformState.Evolve(platform, Assert.Single(
        PlatformDecisions.Decide(platform, new ReleaseSlots(new("r"), Actor.System, new("other")), At).Events), At);

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"b-{number}");
}
