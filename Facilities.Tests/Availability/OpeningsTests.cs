using Facilities.Grains.Availability;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;
using static Facilities.Tests.Availability.Samples;

namespace Facilities.Tests.Availability;

public sealed class OpeningsTests
{
    [Fact]
    public void Each_day_of_a_weekday_rule_is_an_opening() =>
        Assert.Equal([Range("2027-02-05T08:00", "2027-02-05T20:00"), Range("2027-02-08T08:00", "2027-02-08T20:00")],
            Openings.Of(Mri, Rome, Date("2027-02-05"), Date("2027-02-09")));

    [Fact]
    public void Hours_around_the_clock_are_one_opening_since_the_rule_began() =>
        Assert.Equal([Range("2026-01-01T00:00", "2027-02-09T00:00")],
            Openings.Of(Bed, Rome, Date("2027-02-05"), Date("2027-02-09")));

    [Theory]
    [InlineData("FREQ=DAILY|00:00|24:00")]
    [InlineData("FREQ=DAILY|00:00|12:00", "FREQ=DAILY|12:00|24:00")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR|00:00|24:00", "FREQ=WEEKLY;BYDAY=SA,SU|00:00|24:00")]
    public void Rules_that_join_without_a_gap_are_one_opening_however_they_are_written(params string[] rules)
    {
        var resource = Resource(
            "r", 1, [.. rules.Select(rule => rule.Split('|')).Select(r => Hours(r[0], r[1], r[2]))]);

        Assert.Equal([Range("2026-01-01T00:00", "2027-02-09T00:00")],
            Openings.Of(resource, Rome, Date("2027-02-05"), Date("2027-02-09")));
    }

    [Fact]
    public void A_rule_around_the_clock_continues_the_opening_that_leads_to_it()
    {
        var resource = Resource("r", 1, [
            Hours("FREQ=WEEKLY;BYDAY=TH;UNTIL=20261231", "18:00", "24:00"),
            Hours("FREQ=DAILY", "00:00", "24:00", Date("2027-01-01")) with { ValidUntil = Date("2027-02-06") }]);

        Assert.Equal([Range("2026-12-31T18:00", "2027-02-07T00:00")],
            Openings.Of(resource, Rome, Date("2027-02-05"), Date("2027-02-09")));
    }

    [Fact]
    public void A_night_opens_on_the_evening_before()
    {
        var resource = Resource("r", 1, [
            Hours("FREQ=WEEKLY;BYDAY=MO", "22:00", "24:00"), Hours("FREQ=WEEKLY;BYDAY=TU", "00:00", "06:00")]);

        Assert.Equal([Range("2027-02-01T22:00", "2027-02-02T06:00")],
            Openings.Of(resource, Rome, Date("2027-02-02"), Date("2027-02-03")));
        Assert.Equal([Range("2027-02-01T22:00", "2027-02-02T00:00")],
            Openings.Of(resource, Rome, Date("2027-02-01"), Date("2027-02-02")));
    }

    [Fact]
    public void Several_resources_are_open_when_all_are()
    {
        var analyst = Resource("a", 1, [Hours(Weekdays, "09:00", "17:00")]);

        Assert.Equal([Range("2027-02-05T09:00", "2027-02-05T16:00"), Range("2027-02-08T09:00", "2027-02-08T16:00")],
            Openings.Of([analyst, PetCt, Bed], Rome, Date("2027-02-05"), Date("2027-02-09")));
        Assert.Empty(Openings.Of([analyst, Resource("never", 1, [])], Rome, Date("2027-02-05"), Date("2027-02-09")));
        Assert.Empty(Openings.Of([], Rome, Date("2027-02-05"), Date("2027-02-09")));
    }

    [Fact]
    public void Each_occurrence_of_a_rule_opens_for_as_long_as_from_its_opening_to_its_closing_time()
    {
        var resource = Resource("r", 1, [Hours("FREQ=WEEKLY;BYDAY=TU;BYHOUR=8,14,22;BYMINUTE=30", "09:00", "13:00")]);

        Assert.Equal(
            [
                Range("2027-02-02T08:30", "2027-02-02T12:30"), Range("2027-02-02T14:30", "2027-02-02T18:30"),
                Range("2027-02-02T22:30", "2027-02-03T00:00"),
            ],
            Openings.Of(resource, Rome, Date("2027-02-02"), Date("2027-02-03")));
        // The opening that runs past midnight is open in the morning too, and begins where it truly begins.
        Assert.Equal([Range("2027-02-02T22:30", "2027-02-03T02:30")],
            Openings.Of(resource, Rome, Date("2027-02-03"), Date("2027-02-04")));
    }

    [Fact]
    public void Openings_by_the_hour_that_touch_are_one()
    {
        var resource = Resource("r", 1, [Hours("FREQ=HOURLY;BYDAY=TU;BYHOUR=8,9,10,13", "00:00", "01:00")]);

        Assert.Equal(
            [Range("2027-02-02T08:00", "2027-02-02T11:00"), Range("2027-02-02T13:00", "2027-02-02T14:00")],
            Openings.Of(resource, Rome, Date("2027-02-02"), Date("2027-02-09")));
    }

    [Fact]
    public void Summer_hours_replace_those_of_winter()
    {
        var resource = Resource("r", 1, [
            Hours("FREQ=DAILY;BYMONTH=1,2,3,4,5,9,10,11,12", "09:00", "17:00"),
            Hours("FREQ=DAILY;BYMONTH=6,7,8", "07:00", "13:00")]);

        Assert.Equal([Range("2027-05-31T09:00", "2027-05-31T17:00"), Range("2027-06-01T07:00", "2027-06-01T13:00")],
            Openings.Of(resource, Rome, Date("2027-05-31"), Date("2027-06-02")));
    }

    [Theory]
    [InlineData("FREQ=DAILY;COUNT=3", "2027-02-04T00:00")]
    [InlineData("FREQ=DAILY;UNTIL=20270203", "2027-02-04T00:00")]
    [InlineData("FREQ=DAILY;UNTIL=20270202T230000Z", "2027-02-04T00:00")]
    [InlineData("FREQ=DAILY;UNTIL=20270202T225959Z", "2027-02-03T00:00")]
    [InlineData("FREQ=DAILY;UNTIL=99991231T235959Z", "2027-02-09T00:00")]
    public void Hours_around_the_clock_end_where_their_rule_ends(string rule, string end)
    {
        var resource = Resource("r", 1, [Hours(rule, "00:00", "24:00", Date("2027-02-01"))]);

        Assert.Equal([Range("2027-02-01T00:00", end)],
            Openings.Of(resource, Rome, Date("2027-01-01"), Date("2027-02-09")));
    }

    [Fact]
    public void A_closure_that_repeats_closes_each_time_and_the_first()
    {
        var closure = new RecurringClosure(
            Closure("2027-02-03T22:00", "2027-02-04T06:00", "calibration"), "FREQ=MONTHLY;BYDAY=1MO");

        Assert.Empty(RecurringClosures.Faults(closure, ""));
        Assert.Equal(
            [Range("2027-02-03T22:00", "2027-02-04T06:00"), Range("2027-03-01T22:00", "2027-03-02T06:00")],
            RecurringClosures.Ranges(closure, Rome, Range("2027-02-04T00:00", "2027-03-02T00:00")));
        Assert.Empty(RecurringClosures.Ranges(closure, Rome, Range("2027-02-04T06:00", "2027-03-01T22:00")));
        Assert.Equal([Range("2027-03-01T22:00", "2027-03-02T06:00")],
            RecurringClosures.Ranges(closure, Rome, Range("2027-03-02T05:00", "2027-03-02T05:30")));
        Assert.Equal(["/rrule"], RecurringClosures
            .Faults(closure with { Rrule = "FREQ=MINUTELY" }, "").Select(fault => fault.Pointer));
    }

    [Theory]
    // 2027-03-28 has no 02:00 to 03:00; 2026-10-25 has it twice.
    [InlineData("02:30", "06:00", "2027-03-28", "2027-03-28T01:00:00Z", "2027-03-28T04:00:00Z")]
    [InlineData("01:00", "02:30", "2027-03-28", "2027-03-28T00:00:00Z", "2027-03-28T01:00:00Z")]
    [InlineData("02:30", "06:00", "2026-10-25", "2026-10-25T00:30:00Z", "2026-10-25T05:00:00Z")]
    [InlineData("01:00", "02:30", "2026-10-25", "2026-10-24T23:00:00Z", "2026-10-25T01:30:00Z")]
    public void T1_hours_within_a_clock_change_are_as_long_as_they_can_be(
        string from, string to, string date, string start, string end)
    {
        var resource = Resource("r", 1, [Hours("FREQ=DAILY", from, to)]);

        var opening = Assert.Single(Openings.Of(resource, Rome, Date(date), Date(date).PlusDays(1)));

        Assert.Equal((start, end), (opening.Start.ToString(), opening.End.ToString()));
    }

    [Fact]
    public void T1_hours_that_lie_wholly_in_the_gap_do_not_open()
    {
        var resource = Resource("r", 1, [Hours("FREQ=DAILY", "02:00", "02:45")]);

        Assert.Empty(Openings.Of(resource, Rome, Date("2027-03-28"), Date("2027-03-29")));
    }

    [Fact]
    public void A_time_holds_inside_hours_and_outside_closures()
    {
        Assert.True(Openings.Hold([Mri, Operators], Rome, Range("2027-02-12T08:00", "2027-02-12T20:00")));
        Assert.False(Openings.Hold([Mri, Operators], Rome, Range("2027-02-12T08:00", "2027-02-12T20:01")));
        Assert.False(Openings.Hold([Mri, Operators], Rome, Range("2027-02-16T08:00", "2027-02-16T12:00")));
        Assert.True(Openings.Hold([Operators], Rome, Range("2027-02-16T08:00", "2027-02-16T12:00")));
    }

    private static TimeRange Range(string from, string to) => new(At(from, Rome), At(to, Rome));
}
