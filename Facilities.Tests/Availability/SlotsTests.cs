using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;
using static Facilities.Tests.Availability.Samples;

namespace Facilities.Tests.Availability;

public sealed class SlotsTests
{
    private static readonly Instant January = At("2027-01-20T10:00", Rome);
    private static readonly PlatformCalendar Imaging = PlatformCalendar.Of(Rome, [Mri, Operators, PetCt, Optical]);

    [Fact]
    public void A_half_day_of_imaging_starts_at_eight_and_at_half_past_noon() =>
        Assert.Equal(["2027-02-01T08:00+01", "2027-02-01T12:30+01", "2027-02-02T08:00+01", "2027-02-02T12:30+01"],
            List(MriHalfDay, "PT4H", "2027-01-30", "2027-02-03"));

    [Fact]
    public void A_longer_duration_has_the_starts_that_it_fits() =>
        Assert.Equal(["2027-02-01T08:00+01"], List(MriHalfDay, "PT12H", "2027-02-01", "2027-02-02"));

    [Fact]
    public void Nothing_is_listed_during_the_helium_service()
    {
        Assert.Empty(List(MriHalfDay, "PT4H", "2027-02-15", "2027-02-18"));
        Assert.NotEmpty(List(OpticalHour, "PT1H", "2027-02-15", "2027-02-18"));
        Assert.Equal(SlotFault.OutsideHours, Refusal(MriHalfDay, "2027-02-16T08:00", "PT4H").Code);
        Assert.Contains(
            "helium service", Refusal(MriHalfDay, "2027-02-16T08:00", "PT4H").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PT5H")]
    [InlineData("PT16H")]
    [InlineData("P1D")]
    [InlineData("PT0M")]
    public void A_duration_off_the_step_beyond_the_most_or_of_the_other_kind_is_refused(string duration)
    {
        Assert.Equal(SlotFault.DurationNotAllowed, Refusal(MriHalfDay, "2027-02-01T08:00", duration).Code);
        Assert.Empty(List(MriHalfDay, duration, "2027-02-01", "2027-02-03"));
    }

    [Fact]
    public void The_durations_of_a_service_are_its_steps()
    {
        Assert.Equal(["PT4H", "PT8H", "PT12H"], SlotRules.Durations(MriHalfDay).Select(d => d.ToString()));
        Assert.Equal(["PT10H"], SlotRules.Durations(BenchDay).Select(d => d.ToString()));
        Assert.Equal(17, SlotRules.Durations(BioreactorCampaign).Count());
    }

    [Fact]
    public void A_start_off_the_grid_is_refused_with_the_nearest_starts()
    {
        var refusal = Refusal(MriHalfDay, "2027-02-01T09:00", "PT4H");

        Assert.Equal(SlotFault.StartOffGrid, refusal.Code);
        Assert.Contains(
            "2027-02-01T08:00:00+01:00 and 2027-02-01T12:30:00+01:00", refusal.Reason, StringComparison.Ordinal);
        Assert.Contains("2027-02-12T12:30:00+01:00 and 2027-02-18T08:00:00+01:00",
            Refusal(MriHalfDay, "2027-02-13T08:00", "PT4H").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_on_the_grid_that_lasts_beyond_closing_is_outside_hours() =>
        Assert.Equal(SlotFault.OutsideHours, Refusal(MriHalfDay, "2027-02-01T17:00", "PT4H").Code);

    [Theory]
    [InlineData("2027-01-19T08:00", "is past")]
    [InlineData("2027-01-22T08:00", "too near")]
    public void A_start_inside_the_lead_time_is_refused(string start, string reason)
    {
        var refusal = Refusal(MriHalfDay, start, "PT4H");

        Assert.Equal(SlotFault.InsideLeadTime, refusal.Code);
        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lead_time_and_the_horizon_themselves_are_allowed()
    {
        var eight = At("2027-01-22T08:00", Rome);
        var edge = new LocalDateTime(2027, 1, 25, 8, 0).InZoneStrictly(Rome).ToInstant();
        Assert.Null(Check(eight, edge));
        Assert.Equal(SlotFault.InsideLeadTime, Check(eight + Duration.FromSeconds(1), edge));

        var last = At("2027-07-21T08:00", Rome);
        Assert.Null(Check(At("2027-01-22T08:00", Rome), last));
        Assert.Equal(SlotFault.BeyondHorizon, Check(At("2027-01-22T07:59", Rome), last));

        SlotFault? Check(Instant now, Instant start) =>
            Slots.Check(Imaging, MriHalfDay, start, Length.OfHours(4), 1, now).Refusal?.Code;
    }

    [Fact]
    public void T2_a_lead_time_that_ends_on_the_change_day_counts_calendar_days()
    {
        // Friday noon and two days is Sunday noon, 47 hours later in spring and 49 in autumn.
        var service = WardBedDay with { LeadTime = Length.OfDays(2) };

        Assert.Equal(Duration.FromHours(47), Lead("2027-03-26T12:00"));
        Assert.Equal(Duration.FromHours(49), Lead("2026-10-23T12:00"));

        Duration Lead(string now) => SlotRules.EarliestStart(service, Rome, At(now, Rome)) - At(now, Rome);
    }

    [Fact]
    public void A_quantity_above_one_needs_a_price_by_the_unit_or_units_of_its_own()
    {
        var once = MriHalfDay with { Quantity = new(5, Occupies.Once) };
        var start = At("2027-02-01T08:00", Rome);

        Assert.Equal(SlotFault.QuantityNotAllowed, Code(once, 2));
        Assert.Equal(SlotFault.QuantityNotAllowed, Code(once with { PricePer = null }, 6));
        Assert.Equal(SlotFault.QuantityNotAllowed, Code(once with { PricePer = null }, 0));
        var perUnit = once with { PricePer = null };
        var units = Slots.Check(Imaging, perUnit, start, Length.OfHours(4), 5, January).Free!.Units;
        Assert.All(units, used => Assert.Equal([0], used.Units));

        SlotFault? Code(Service service, int quantity) =>
            Slots.Check(Imaging, service, start, Length.OfHours(4), quantity, January).Refusal?.Code;
    }

    [Fact]
    public void A_day_of_the_bench_starts_once_a_weekday_for_three()
    {
        var bench = PlatformCalendar.Of(Rome, [Bench]);
        var now = At("2027-01-20T10:00", Rome);
        var monday = At("2027-02-01T08:00", Rome);

        var booked = bench.Book(BenchDay, monday, "PT10H", 1, now).Book(BenchDay, monday, "PT10H", 2, now);

        Assert.Equal([3, 3, 3, 3, 3], Free(bench));
        Assert.Equal([1, 3, 3, 3, 3], Free(booked));
        Assert.Equal([3, 3, 3, 3], Free(booked.Book(BenchDay, monday, "PT10H", 3, now)));

        int[] Free(PlatformCalendar calendar) => [.. Slots
            .List(calendar, BenchDay, Length.OfHours(10), 1, Date("2027-02-01"), Date("2027-02-08"), now)
            .Select(slot => slot.Free)];
    }

    [Fact]
    public void The_buffer_after_an_optical_hour_moves_the_next_start_of_that_unit_by_a_step()
    {
        var calendar = Imaging.Book(OpticalHour, At("2027-02-01T08:00", Rome), "PT1H", 1, January)
            .Book(OpticalHour, At("2027-02-01T08:30", Rome), "PT30M", 2, January);

        var slots = Slots.List(
            calendar, OpticalHour, Length.OfMinutes(30), 1, Date("2027-02-01"), Date("2027-02-02"), January);

        Assert.Equal([("2027-02-01T09:30+01", 2), ("2027-02-01T10:00+01", 2)],
            slots.Starts(Rome).Zip(slots.Select(slot => slot.Free)).Take(2));
    }

    [Fact]
    public void A_campaign_keeps_clear_of_closure_and_of_other_campaigns_by_their_buffers()
    {
        var now = At("2026-11-01T10:00", Paris);
        var calendar = PlatformCalendar.Of(Paris, [Bioreactor]);

        Assert.Equal(["2026-12-15T00:00+01", "2026-12-16T00:00+01", "2027-01-04T00:00+01", "2027-01-05T00:00+01"],
            List(calendar, "2026-12-15", "2027-01-06"));
        var booked = calendar.Book(BioreactorCampaign, At("2027-01-11T00:00", Paris), "P5D", 1, now);
        // A day of cleaning follows a campaign: one may end a day before 11 January and start a day after the 16th.
        Assert.Equal(["2027-01-04T00:00+01", "2027-01-05T00:00+01", "2027-01-17T00:00+01"],
            List(booked, "2027-01-03", "2027-01-18"));

        string[] List(PlatformCalendar of, string from, string to) =>
            Slots.List(of, BioreactorCampaign, Length.OfDays(5), 1, Date(from), Date(to), now).Starts(Paris);
    }

    [Fact]
    public void A_study_of_seven_days_starts_every_seventh_midnight_since_the_room_opened()
    {
        var calendar = PlatformCalendar.Of(Rome, [StudyRoom]);

        Assert.Equal(["2027-03-04T00:00+01", "2027-03-11T00:00+01", "2027-03-18T00:00+01", "2027-03-25T00:00+01",
            "2027-04-01T00:00+02"], Slots.List(
            calendar, PkStudy, Length.OfDays(7), 1, Date("2027-03-01"), Date("2027-04-05"), January).Starts(Rome));
    }

    [Fact]
    public void The_nearest_free_slots_come_nearest_first()
    {
        var start = At("2027-02-01T12:30", Rome);
        var calendar = Imaging.Book(MriHalfDay, start, "PT4H", 1, January);

        var refusal = Slots.Check(calendar, MriHalfDay, start, Length.OfHours(4), 1, January).Refusal!;

        Assert.Equal(SlotFault.SlotTaken, refusal.Code);
        Assert.Equal(["2027-02-01T08:00+01", "2027-02-02T08:00+01", "2027-02-02T12:30+01", "2027-02-03T08:00+01"],
            Slots.Nearest(calendar, MriHalfDay, Length.OfHours(4), 1, start, January, 4).Starts(Rome));
    }

    [Fact]
    public void A_month_beside_hundreds_of_bookings_is_listed_in_a_few_milliseconds()
    {
        var calendar = Imaging;
        var number = 0;
        var spring = Slots.List(
            Imaging, OpticalHour, Length.OfMinutes(30), 1, Date("2027-02-01"), Date("2027-06-01"), January);
        foreach (var slot in spring.Where((_, index) => index % 5 == 0))
            calendar = calendar.Book(OpticalHour, slot.Start, "PT30M", ++number, January);
        Assert.True(number > 300);

        // The least of several runs: the machine may be busy with other things.
        var least = Enumerable.Range(0, 20).Min(_ =>
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            Assert.NotEmpty(Slots.List(
                calendar, OpticalHour, Length.OfHours(1), 1, Date("2027-02-01"), Date("2027-03-01"), January));
            return System.Diagnostics.Stopwatch.GetElapsedTime(started);
        });
        Assert.True(least < TimeSpan.FromMilliseconds(5), $"It took {least}.");
        TestContext.Current.TestOutputHelper?.WriteLine($"A month took {least}.");
    }

    private static string[] List(Service service, string duration, string from, string to) =>
        Slots.List(Imaging, service, Length.Parse(duration), 1, Date(from), Date(to), January).Starts(Rome);

    private static SlotRefusal Refusal(Service service, string start, string duration) =>
        Slots.Check(Imaging, service, At(start, Rome), Length.Parse(duration), 1, January).Refusal!;
}
