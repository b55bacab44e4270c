using Facilities.Grains.Kernel;
using Facilities.Grains.Series;
using NodaTime;

namespace Facilities.Tests.Series;

/// <summary>Dates of a series are local times, whatever zone the server has.</summary>
public sealed class SeriesDatesTests
{
    // Those of the catalogue, and those where something else happens at midnight or by half an hour.
    public static TheoryData<string> Zones =>
    [
        "Europe/Paris", "Europe/Berlin", "Europe/Madrid", "Europe/Rome", "Europe/Budapest", "Europe/Lisbon",
        "Europe/Helsinki", "Atlantic/Azores", "Africa/Cairo", "America/Havana", "Australia/Lord_Howe",
    ];

    [Theory]
    [MemberData(nameof(Zones))]
    public void T4_a_series_of_a_year_keeps_local_time_and_weekday(string zoneId)
    {
        var zone = DateTimeZoneProviders.Tzdb[zoneId];
        foreach (var time in (string[])["00:00", "00:30", "02:30", "09:00", "23:30", "23:45"])
            foreach (var day in Enumerable.Range(0, 7).Select(n => new LocalDate(2027, 1, 4).PlusDays(n)))
            {
                var local = day.At(LocalTimePattern(time));
                var (dates, faults) = SeriesDates.Of(
                    new Repeat("FREQ=WEEKLY;COUNT=53"), zone.AtStrictly(local).ToInstant(), zone, 60);
                Assert.Empty(faults);
                Assert.Equal(53, dates.Length);
                foreach (var (date, week) in dates.Select((date, week) => (date, week)))
                {
                    Assert.Equal((week + 1, local.PlusWeeks(week)), (date.Number, date.Local));
                    // The one answer that a calendar gives; where it gives none or two there is a fault.
                    var meant = zone.MapLocal(date.Local);
                    Assert.Equal(meant.Count == 1 ? meant.Single().ToInstant() : null, date.Start);
                    Assert.Equal(meant.Count == 1, date.ClockFault is null);
                }
            }
    }

    [Fact]
    public void T4_a_time_that_the_clocks_skip_or_double_is_a_fault_of_that_date_and_no_other_time()
    {
        var rome = DateTimeZoneProviders.Tzdb["Europe/Rome"];
        var spring = Of("FREQ=WEEKLY;COUNT=3", "2027-03-21T02:30:00", rome);
        Assert.Equal([null, "The clocks skip 02:30 on 28 March 2027, so the series has no start then.", null],
            spring.Dates.Select(d => d.ClockFault));
        var autumn = Of("FREQ=WEEKLY;COUNT=2", "2027-10-24T02:30:00", rome);
        Assert.Equal(
            [null, "The clocks show 02:30 twice on 31 October 2027, so it is not clear which is meant."],
            autumn.Dates.Select(d => d.ClockFault));
        // 09:00 is 08:00 in UTC before the change and 07:00 after it.
        Assert.Equal([8, 7], Of("FREQ=WEEKLY;COUNT=2", "2027-03-22T09:00:00", rome).Dates
            .Select(d => d.Start!.Value.InUtc().Hour));
    }

    [Theory]
    [InlineData("FREQ=WEEKLY", "The series needs an end: a COUNT or an UNTIL.")]
    [InlineData("FREQ=HOURLY;COUNT=3", "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY here.")]
    [InlineData("FREQ=WEEKLY;BYHOUR=9,10;COUNT=3",
        "BYHOUR has no place here: each date starts at the time of the first.")]
    [InlineData("FREQ=WEEKLY;BYDAY=TU;COUNT=3",
        "Monday 1 February 2027 is no date of this rule: start on Tuesday 2 February 2027, or choose another weekday.")]
    [InlineData("FREQ=WEEKLY;COUNT=61",
        "The series has 61 dates; one booking takes 60 in all. End it on Monday 20 March 2028, and book the rest as a "
            + "second series.")]
    public void A_rule_that_makes_no_series_says_what_to_do(string rule, string fault) => Assert.Equal(
        [fault], Of(rule, "2027-02-01T09:00:00", DateTimeZoneProviders.Tzdb["Europe/Rome"]).Faults);

    [Fact]
    public void Dates_are_left_out_by_their_day_and_keep_their_numbers()
    {
        var rome = DateTimeZoneProviders.Tzdb["Europe/Rome"];
        var first = Instant.FromUtc(2027, 2, 2, 8, 0);
        var (dates, _) = SeriesDates.Of(
            new Repeat("FREQ=WEEKLY;COUNT=10", [new(2027, 2, 16), new(2027, 3, 9)]), first, rome, 60);
        Assert.Equal([1, 2, 4, 5, 7, 8, 9, 10], dates.Select(d => d.Number));
        var series = Assert.Single(SeriesWords.Of(dates.Select(d => new SeriesSlot(
            SeriesRules.DateId(new("i1"), d.Number), d.Start!.Value, d.Start.Value + Duration.FromHours(4))),
            _ => rome));
        Assert.Equal(
            "8 × Tuesdays 09:00–13:00, 2 February to 6 April 2027, except 16 February and 9 March", series.Text);
        Assert.Equal("2 February 2027 is no date of this rule, so it cannot be left out.".Replace("2 F", "3 F"),
            SeriesDates.Of(new Repeat("FREQ=WEEKLY;COUNT=2", [new(2027, 2, 3)]), first, rome, 60).Faults[0]);
    }

    [Fact]
    public void Dates_of_several_weekdays_and_days_are_said_in_words()
    {
        var rome = DateTimeZoneProviders.Tzdb["Europe/Rome"];
        string Text(string rule, string start, Length length) => Assert.Single(SeriesWords.Of(
            Of(rule, start, rome).Dates.Select(d => new SeriesSlot(
                SeriesRules.DateId(new("i1"), d.Number), d.Start!.Value, length.After(d.Start.Value, rome))),
            _ => rome)).Text;
        Assert.Equal("4 × Mondays and Thursdays 09:00–10:30, 1 February to 11 February 2027",
            Text("FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4", "2027-02-01T09:00:00", Length.OfMinutes(90)));
        Assert.Equal("3 × Mondays of 2 days, 1 February to 1 March 2027",
            Text("FREQ=WEEKLY;INTERVAL=2;COUNT=3", "2027-02-01T00:00:00", Length.OfDays(2)));
        Assert.Equal("6 × days 18:00–24:00, 28 December 2026 to 2 January 2027",
            Text("FREQ=DAILY;COUNT=6", "2026-12-28T18:00:00", Length.OfHours(6)));
        Assert.Equal("2 × Fridays from 20:00 until 04:00 1 day later, 26 March to 2 April 2027",
            Text("FREQ=WEEKLY;COUNT=2", "2027-03-26T20:00:00", Length.OfHours(8)));
    }

    private static SeriesDatesAnswer Of(string rule, string local, DateTimeZone zone) => SeriesDates.Of(
        new Repeat(rule), zone.AtStrictly(
            NodaTime.Text.LocalDateTimePattern.GeneralIso.Parse(local).Value).ToInstant(), zone, 60);

    private static LocalTime LocalTimePattern(string time) => TimeOfDay.Parse(time) is var parsed
        ? LocalTime.FromMinutesSinceMidnight(parsed.Minutes)
        : default;
}
