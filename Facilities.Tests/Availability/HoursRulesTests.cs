using Facilities.Grains.Availability;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using NodaTime;
using static Facilities.Tests.Availability.Samples;

namespace Facilities.Tests.Availability;

public sealed class HoursRulesTests
{
    [Theory]
    [InlineData("FREQ=SECONDLY", "FREQ=SECONDLY is not supported")]
    [InlineData("FREQ=SOMETIMES", "SOMETIMES is no frequency")]
    [InlineData("BYDAY=MO", "FREQ is missing")]
    [InlineData("", "A recurrence rule such as")]
    [InlineData("FREQ=WEEKLY;BYDAY=XX", "BYDAY=XX: XX is no weekday")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,1TU", "1TU has a number")]
    [InlineData("FREQ=WEEKLY;INTERVAL=0", "INTERVAL=0: write a whole number from 1")]
    [InlineData("FREQ=WEEKLY;COUNT=-1", "COUNT=-1: write a whole number from 1")]
    [InlineData("FREQ=WEEKLY;UNTIL=2027", "UNTIL=2027: write a date")]
    [InlineData("FREQ=WEEKLY;UNTIL=20250101", "UNTIL lies before validFrom")]
    [InlineData("FREQ=WEEKLY;UNTIL=20270101;COUNT=3", "COUNT and UNTIL exclude each other")]
    [InlineData("FREQ=WEEKLY;FREQ=DAILY", "FREQ stands twice")]
    [InlineData("FREQ=WEEKLY;BYMONTHDAY=3", "BYMONTHDAY does not stand with FREQ=WEEKLY")]
    [InlineData("FREQ=DAILY;BYSECOND=30", "BYSECOND does not stand in hours")]
    [InlineData("FREQ=MINUTELY;INTERVAL=20", "The rule opens up to 72 times a day, and 48 are the most")]
    [InlineData("FREQ=WEEKLY;COLOUR=RED", "COLOUR is no part of a recurrence rule")]
    [InlineData("FREQ=WEEKLY;;BYDAY=MO", "'' is no part of a recurrence rule")]
    public void A_part_that_cannot_be_used_is_named(string rrule, string message)
    {
        var fault = Assert.Single(HoursRules.Faults(Hours(rrule, "08:00", "20:00"), "/hours/0"));

        Assert.Equal("/hours/0/rrule", fault.Pointer);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        var rule = Hours("FREQ=MONTHLY;BYDAY=XX,YY", "20:00", "08:00") with { ValidUntil = Date("2025-12-31") };

        Assert.Equal(["/rrule", "/rrule", "/to", "/validUntil"],
            HoursRules.Faults(rule, "").Select(fault => fault.Pointer));
    }

    [Fact]
    public void An_opening_that_closes_when_it_opens_is_a_fault() =>
        Assert.Equal("/to", Assert.Single(HoursRules.Faults(Hours(Weekdays, "08:00", "08:00"), "")).Pointer);

    [Theory]
    [InlineData("FREQ=DAILY", "2027-01-01", "01 02 03 04 05 06 07 08 09 10 11 12 13 14")]
    [InlineData("FREQ=DAILY;INTERVAL=5", "2026-12-30", "04 09 14")]
    [InlineData("FREQ=DAILY;BYDAY=SA,SU", "2027-01-01", "02 03 09 10")]
    [InlineData("FREQ=DAILY;COUNT=3", "2027-01-01", "01 02 03")]
    [InlineData("FREQ=DAILY;INTERVAL=2;BYDAY=MO;COUNT=2", "2026-12-21", "04")]
    [InlineData("freq=weekly;byday=mo,fr", "2026-01-01", "01 04 08 11")]
    [InlineData("FREQ=WEEKLY", "2026-12-30", "06 13")]
    [InlineData("FREQ=WEEKLY;COUNT=2", "2026-12-30", "06")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=4", "2026-12-30", "01 04 06")]
    [InlineData("FREQ=WEEKLY;UNTIL=20270106", "2026-12-30", "06")]
    [InlineData("FREQ=DAILY;UNTIL=20270103T080000", "2027-01-01", "01 02 03")]
    [InlineData("FREQ=DAILY;UNTIL=20270103T065959Z", "2027-01-01", "01 02")]
    [InlineData("FREQ=DAILY;UNTIL=20270103T070000Z", "2027-01-01", "01 02 03")]
    [InlineData("FREQ=DAILY;INTERVAL=6;UNTIL=99991231T235959Z", "2027-01-01", "01 07 13")]
    [InlineData("FREQ=DAILY;INTERVAL=7;BYDAY=MO;COUNT=2", "2027-01-01", "")]
    // The example of RFC 5545 on WKST, moved to 2027: the week's first day changes the outcome.
    [InlineData("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "2026-12-29", "03 12")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "2026-12-29", "10 12")]
    [InlineData("FREQ=MONTHLY;BYDAY=1MO,2TU", "2026-01-01", "04 12")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "2026-01-01", "01")]
    [InlineData("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=6", "2026-01-01", "06")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=SA", "2026-01-01", "02 09")]
    [InlineData("FREQ=YEARLY;BYYEARDAY=9,-365", "2026-01-01", "01 09")]
    [InlineData("FREQ=DAILY;BYMONTH=1;BYDAY=SU", "2026-01-01", "03 10")]
    [InlineData("FREQ=WEEKLY;BYMONTH=2,3", "2026-01-01", "")]
    [InlineData("FREQ=HOURLY;INTERVAL=96", "2027-01-02", "02 06 10 14")]
    public void A_rule_opens_on_its_dates_of_the_first_fortnight_of_2027(string rrule, string validFrom, string days) =>
        Assert.Equal(days, string.Join(' ', HoursRules
            .Dates(Hours(rrule, "08:00", "20:00", Date(validFrom)), Rome, Date("2027-01-01"), Date("2027-01-15"))
            .Select(date => date.ToString("dd", null))));

    [Fact]
    public void The_first_date_is_open_only_where_the_rule_matches_it()
    {
        var rule = Hours("FREQ=WEEKLY;BYDAY=MO", "08:00", "20:00", Date("2027-01-01")) with
        {
            ValidUntil = Date("2027-01-11"),
        };

        Assert.Equal([Date("2027-01-04"), Date("2027-01-11")],
            HoursRules.Dates(rule, Rome, Date("2026-01-01"), Date("2028-01-01")));
    }

    [Fact]
    public void Dates_that_no_calendar_needs_are_faults()
    {
        var rule = Hours("FREQ=DAILY", "08:00", "20:00", Date("0001-01-01")) with { ValidUntil = Date("9999-12-31") };

        Assert.Equal(["/validFrom", "/validUntil"], HoursRules.Faults(rule, "").Select(fault => fault.Pointer));
        Assert.Equal(["/from", "/to", "/to"], ClosureRules
            .Faults(Local("9999-01-01T00:00"), Local("0001-01-01T00:00"), "").Select(fault => fault.Pointer));
        Assert.Equal("/to", Assert.Single(
            ClosureRules.Faults(Local("2027-01-01T08:00"), Local("2027-01-01T08:00"), "")).Pointer);
        Assert.Empty(ClosureRules.Faults(Local("2027-01-01T08:00"), Local("2027-01-01T08:01"), ""));
    }

    [Fact]
    public void A_rule_with_faults_is_not_expanded() => Assert.Throws<InvalidOperationException>(
        () => HoursRules.Dates(Hours("FREQ=SECONDLY", "08:00", "20:00"), Rome, Date("2027-01-01"), Date("2027-02-01")));

    [Fact]
    public void Every_day_of_a_far_year_is_found_at_once()
    {
        var rule = Hours("FREQ=WEEKLY;INTERVAL=3;BYDAY=WE", "08:00", "20:00");

        var found = HoursRules.Dates(rule, Rome, Date("9000-01-01"), Date("9000-02-12")).ToArray();

        Assert.Equal(2, found.Length);
        Assert.All(found, date => Assert.Equal(0, Period.DaysBetween(Date("2025-12-31"), date) % 21));
    }
}
