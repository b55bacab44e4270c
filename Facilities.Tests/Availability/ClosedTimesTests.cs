using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;
using static Facilities.Tests.Availability.Samples;

namespace Facilities.Tests.Availability;

public sealed class ClosedTimesTests
{
    private static readonly ResourceId Scanner = new("mri-7t");

    private static PlannedClosure Planned(
        string from, string to, string? rrule = null, LocalDate? until = null,
        params ImmutableArray<ResourceId> what) =>
        new(new("c"), what, Local(from), Local(to), "calibration", rrule, until);

    private static TimeRange Range(string from, string to) => new(At(from, Rome), At(to, Rome));

    [Fact]
    public void A_closure_that_repeats_keeps_its_local_time_over_a_clock_change() =>
        Assert.Equal(
            [
                Range("2027-03-23T08:00", "2027-03-23T10:00"), Range("2027-03-30T08:00", "2027-03-30T10:00"),
                Range("2027-04-06T08:00", "2027-04-06T10:00"),
            ],
            ClosedTimes.Of(Planned("2027-03-02T08:00", "2027-03-02T10:00", "FREQ=WEEKLY"), Rome,
                Range("2027-03-20T00:00", "2027-04-10T00:00")));

    [Fact]
    public void A_closure_over_the_hour_that_occurs_twice_closes_both() =>
        Assert.Equal(Duration.FromHours(2), Assert.Single(ClosedTimes.Of(
            Planned("2027-10-31T02:00", "2027-10-31T03:00"), Rome,
            Range("2027-10-30T00:00", "2027-11-02T00:00"))).Duration);

    [Fact]
    public void A_holiday_is_as_long_as_its_day() =>
        // Easter Sunday of 2027 is the day on which the clocks go forward.
        Assert.Equal([Duration.FromHours(23), Duration.FromHours(24)],
            ClosedTimes.Of(new HolidayChoice("IT", [], []), Rome, Range("2027-03-27T00:00", "2027-04-05T00:00"))
                .Select(closed => closed.Range.Duration));

    [Fact]
    public void The_last_day_ends_the_repetitions_and_is_one_of_them() =>
        Assert.Equal([Range("2027-03-02T08:00", "2027-03-02T10:00"), Range("2027-03-09T08:00", "2027-03-09T10:00")],
            ClosedTimes.Of(Planned("2027-03-02T08:00", "2027-03-02T10:00", "FREQ=WEEKLY", Date("2027-03-09")), Rome,
                Range("2027-01-01T00:00", "2027-12-31T00:00")));

    [Fact]
    public void What_is_closed_is_named_or_everything()
    {
        var within = Range("2027-03-02T00:00", "2027-03-03T00:00");
        var one = new PlatformClosings([Planned("2027-03-02T08:00", "2027-03-02T10:00", what: [Scanner])], null);
        var all = new PlatformClosings([Planned("2027-03-02T08:00", "2027-03-02T10:00")], null);
        Assert.Single(ClosedTimes.Beyond(one, Scanner, Rome, within));
        Assert.Empty(ClosedTimes.Beyond(one, new("pet-ct"), Rome, within));
        Assert.Single(ClosedTimes.Beyond(all, new("pet-ct"), Rome, within));
    }

    [Fact]
    public void A_holiday_on_which_it_is_open_closes_nothing() =>
        Assert.Equal(["public holiday, Easter Monday"],
            ClosedTimes.Of(new HolidayChoice("IT", [], [Date("2027-03-28")]), Rome,
                Range("2027-03-20T00:00", "2027-04-05T00:00")).Select(closed => closed.Reason));

    [Theory]
    [InlineData("FREQ=WEEKLY;BYDAY=XX", null, "/rrule")]
    [InlineData("FREQ=MINUTELY", null, "/rrule")]
    [InlineData("FREQ=DAILY;BYSECOND=30", null, "/rrule")]
    [InlineData("FREQ=DAILY;UNTIL=20270101", null, "/rrule")]
    [InlineData("FREQ=DAILY", "2027-03-01", "/validUntil")]
    [InlineData(null, "2027-03-05", "/validUntil")]
    public void A_fault_names_the_part_that_is_wrong(string? rrule, string? until, string pointer) =>
        Assert.Equal([pointer], PlannedClosureRules.Faults(Planned("2027-03-02T08:00", "2027-03-02T10:00", rrule,
            until is null ? null : Date(until)), "").Select(fault => fault.Pointer).Distinct());

    [Fact]
    public void A_reversed_closure_without_a_reason_has_both_faults() =>
        Assert.Equal(["/to", "/reason"], PlannedClosureRules.Faults(
            Planned("2027-03-02T10:00", "2027-03-02T08:00") with { Reason = " " }, "").Select(fault => fault.Pointer));

    [Fact]
    public void Holidays_are_those_of_the_platforms_country_and_the_days_open_are_among_them()
    {
        var imaging = Pricing.PriceSamples.Imaging;
        Assert.Empty(PlannedClosureRules.Faults(new HolidayChoice("IT", [], [Date("2027-04-25")]), imaging, ""));
        Assert.Equal(["/region"], PlannedClosureRules.Faults(
            new HolidayChoice("FR", [], []), imaging, "").Select(fault => fault.Pointer));
        Assert.Equal(["/openOn/1"], PlannedClosureRules.Faults(
            new HolidayChoice("IT", [], [Date("2027-04-25"), Date("2027-04-26")]), imaging, "")
            .Select(fault => fault.Pointer));
    }
}
