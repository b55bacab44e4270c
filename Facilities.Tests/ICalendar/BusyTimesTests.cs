using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using NodaTime;
using NodaTime.Text;
using static Facilities.Tests.ICalendar.Calendars;

namespace Facilities.Tests.ICalendar;

public sealed class BusyTimesTests
{
    private const string Weekly = "RRULE:FREQ=WEEKLY;COUNT=4";
    private static readonly string[] Mondays = ["DTSTART;TZID=Europe/Rome:20270301T100000", "DURATION:PT1H", Weekly];

    [Fact]
    public void I3_a_series_is_busy_each_time_and_across_the_change_of_the_clocks() => Assert.Equal(
        // 2027-03-28 is the change: 10:00 in Rome is 9:00 in UTC before, 8:00 after.
        ["03-01T09:00/10:00", "03-08T09:00/10:00", "03-15T09:00/10:00", "03-22T09:00/10:00"], Busy(Event(Mondays)));

    [Theory]
    [InlineData("EXDATE;TZID=Europe/Rome:20270308T100000,20270322T100000")]
    [InlineData("EXDATE:20270308T090000Z,20270322T090000Z")]
    [InlineData("EXDATE;VALUE=DATE:20270308,20270322")]
    [InlineData("EXDATE;TZID=Europe/Rome:20270308T100000\r\nEXDATE;TZID=Europe/London:20270322T090000")]
    public void I3_an_exception_is_free(string exceptions) =>
        Assert.Equal(["03-01T09:00/10:00", "03-15T09:00/10:00"], Busy(Event([.. Mondays, exceptions])));

    [Fact]
    public void I3_an_occurrence_that_was_moved_is_busy_where_it_is_now_and_one_that_was_cancelled_nowhere() =>
        Assert.Equal(["03-01T09:00/10:00", "03-09T13:00/15:00", "03-22T09:00/10:00"], Busy(
            Event("RECURRENCE-ID;TZID=Europe/Rome:20270308T100000", "DTSTART;TZID=Europe/Rome:20270309T140000",
                "DTEND;TZID=Europe/Rome:20270309T160000", "SEQUENCE:2"),
            Event("RECURRENCE-ID:20270308T090000Z", "DTSTART:20270310T140000Z", "DURATION:PT1H", "SEQUENCE:1"),
            Event(Mondays),
            Event("RECURRENCE-ID:20270315T090000Z", "DTSTART:20270315T090000Z", "DURATION:PT1H",
                "STATUS:CANCELLED")));

    [Fact]
    public void I3_an_occurrence_that_was_moved_into_the_window_is_found_wherever_it_came_from() =>
        Assert.Equal(["03-02T13:00/14:00"], Busy(
            Event("DTSTART:20280301T090000Z", "DURATION:PT1H", Weekly),
            Event("RECURRENCE-ID:20280301T090000Z", "DTSTART:20270302T130000Z", "DURATION:PT1H")));

    [Fact]
    public void I3_a_change_of_this_and_later_occurrences_moves_them_all() =>
        Assert.Equal(["03-01T09:00/10:00", "03-09T12:00/14:00", "03-16T12:00/14:00"], Busy(
            Event([.. Mondays, "EXDATE;TZID=Europe/Rome:20270322T100000"]),
            Event("RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Rome:20270308T100000",
                "DTSTART;TZID=Europe/Rome:20270309T130000", "DURATION:PT2H")));

    [Theory]
    [InlineData("STATUS:CANCELLED")]
    [InlineData("TRANSP:TRANSPARENT")]
    [InlineData("STATUS:Canceled")]
    public void I3_what_is_cancelled_or_transparent_is_free(string line)
    {
        Assert.Empty(Busy(Event("DTSTART:20270301T090000Z", "DURATION:PT1H", line)));
        Assert.Empty(Busy(Event([.. Mondays, line])));
        Assert.Single(Busy(Event("DTSTART:20270301T090000Z", "DURATION:PT1H", "STATUS:TENTATIVE")));
    }

    [Fact]
    public void I6_a_newer_SEQUENCE_takes_the_place_of_an_older_one_and_may_cancel_it()
    {
        var first = Event("DTSTART:20270301T090000Z", "DURATION:PT1H");
        var moved = Event("DTSTART:20270302T090000Z", "DURATION:PT1H", "SEQUENCE:1");
        var cancelled = Event("DTSTART:20270302T090000Z", "DURATION:PT1H", "SEQUENCE:2", "STATUS:CANCELLED");

        Assert.Equal(["03-02T09:00/10:00"], Busy(moved, first));
        Assert.Empty(Busy(cancelled, first, moved));
    }

    [Fact]
    public void Days_and_floating_times_are_the_platforms() => Assert.Equal(
        ["02-28T23:00/2027-03-02T23:00", "03-04T23:00/2027-03-05T23:00", "03-10T08:00/08:30"], Busy(
            Event("UID:a", "DTSTART;VALUE=DATE:20270301", "DTEND;VALUE=DATE:20270303"),
            Event("UID:b", "DTSTART;VALUE=DATE:20270305"),
            Event("UID:c", "DTSTART:20270310T090000", "DTEND:20270310T093000")));

    [Fact]
    public void A_day_is_as_long_as_the_calendar_day()
    {
        var file = Good(Calendar(Event("DTSTART;VALUE=DATE:20270327", "RRULE:FREQ=DAILY;COUNT=2")));

        Assert.Equal([24d, 23d], Times(file).Occurrences.Select(o => o.Time.Duration.TotalHours));
    }

    [Fact]
    public void Times_that_touch_or_overlap_are_joined_and_periods_are_added() => Assert.Equal(
        ["03-01T09:00/11:00", "03-03T08:00/10:30", "03-05T09:00/10:00"], Busy(
            Event("UID:a", "DTSTART:20270301T090000Z", "DURATION:PT1H",
                "RDATE;VALUE=PERIOD:20270303T080000Z/20270303T093000Z,20270303T090000Z/PT1H30M",
                "RDATE:20270305T090000Z"),
            Event("UID:b", "DTSTART:20270301T100000Z", "DURATION:PT1H"),
            Event("UID:c", "DTSTART:20270306T100000Z")));

    [Theory]
    [InlineData("RRULE:FREQ=YEARLY", "DURATION:P20D")]
    [InlineData("RRULE:FREQ=YEARLY", "DTEND:20250105T090000Z")]
    [InlineData("RDATE:20261216T090000Z", "DURATION:P20D")]
    public void What_began_before_the_window_and_reaches_into_it_is_busy(string recurrence, string length)
    {
        var times = Busy(Event("DTSTART:20241216T090000Z", length, recurrence));

        Assert.Equal("12-16T09:00/2027-01-05T09:00", times[0]);
    }

    [Fact]
    public void A_change_of_later_occurrences_brings_them_into_the_window_from_far_away() =>
        Assert.Equal(["03-02T09:00/10:00", "03-03T09:00/10:00"], Busy(
            Event("DTSTART:20300301T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3"),
            Event("RECURRENCE-ID;RANGE=THISANDFUTURE:20300302T090000Z", "DTSTART:20270302T090000Z",
                "DURATION:PT1H")));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void No_calendar_however_broken_makes_the_reader_fail(int seed)
    {
        var random = new Random(seed);
        var whole = System.Text.Encoding.UTF8.GetBytes(Calendar(
            Event([.. Mondays, "EXDATE;TZID=Europe/Rome:20270308T100000", "RDATE;VALUE=PERIOD:20270303T080000Z/PT1H"]),
            Event("RECURRENCE-ID;RANGE=THISANDFUTURE:20270315T090000Z", "DTSTART:20270316T090000Z", "DURATION:P1DT1H"),
            "BEGIN:VTIMEZONE\nTZID:Z\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0530\n"
                + "TZOFFSETTO:+0545\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE\n",
            Event("UID:two", "DTSTART;TZID=Z:20270301T100000", "DTEND;TZID=Z:20270301T110000", "SUMMARY:Größe")));
        for (var round = 0; round < 2_000; round++)
        {
            var broken = whole.ToList();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                var (place, other) = (random.Next(broken.Count), random.Next(broken.Count));
                if (random.Next(3) == 0) broken.RemoveRange(place, Math.Min(random.Next(30), broken.Count - place));
                else if (random.Next(2) == 0) broken[place] = (byte)"0123456789;:=,-\nTZ\\\"P\u00C3"[random.Next(22)];
                else broken.InsertRange(place, broken.GetRange(other, Math.Min(random.Next(40), broken.Count - other)));
            }
            if (CalendarReader.Read(broken.ToArray()).Value is not { } file) continue;
            Assert.NotNull(BusyTimes.Of(file, Rome, Window).Value);
        }
    }

    [Fact]
    public void A_rule_that_explodes_is_listed_and_the_others_are_busy()
    {
        var file = Good(Calendar(
            Event("UID:a", "DTSTART:20270301T090000Z", "DURATION:PT1M", "RRULE:FREQ=MINUTELY"),
            Event("UID:b", "DTSTART:20270301T090000Z", "DURATION:PT1H")));

        var times = Times(file);

        Assert.Equal((4, "RRULE", true), times.Problems.Select(p => (p.Line, p.Property, p.IsLeftOut)).Single());
        Assert.Equal("b", Assert.Single(times.Occurrences).Uid);
    }

    [Fact]
    public void A_calendar_whose_rules_take_too_much_work_is_refused_as_a_whole()
    {
        var events = Enumerable.Range(0, 120).Select(n => Event(
            $"UID:{n}", "DTSTART:16010101T010000", "DURATION:PT1M", "RRULE:FREQ=MINUTELY;COUNT=50000;BYHOUR=1"));

        var refusal = BusyTimes.Of(Good(Calendar([.. events])), Rome, Window).Refusal;

        Assert.Contains("takes more than 5,000,000 steps", refusal!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void More_busy_times_than_the_limit_are_refused()
    {
        var events = Enumerable.Range(0, 200).Select(n => Event(
            $"UID:{n}", "DTSTART:20270101T000000Z", "DURATION:PT1M", "RRULE:FREQ=HOURLY"));

        var refusal = BusyTimes.Of(Good(Calendar([.. events])), Rome, Window).Refusal;

        Assert.Contains("busy more than 100,000 times", refusal!.Reason, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => BusyTimes.Of(
            new([], []), Rome, new(Window.Start, Window.Start + Duration.FromDays(Limits.CalendarHorizonDays + 1))));
    }

    [Fact]
    public void An_occurrence_is_known_by_its_original_start_also_once_moved()
    {
        var before = Times(Good(Calendar(Event(Mondays)))).Occurrences;
        var after = Times(Good(Calendar(Event(Mondays), Event(
            "RECURRENCE-ID:20270308T090000Z", "DTSTART:20270309T140000Z", "DURATION:PT1H")))).Occurrences;

        Assert.Equal(before.Select(o => (o.Uid, o.Original)), after.Select(o => (o.Uid, o.Original)));
        Assert.NotEqual(before.Select(o => o.Time), after.Select(o => o.Time));
    }

    private static readonly TimeRange Window =
        new(Instant.FromUtc(2027, 1, 1, 0, 0), Instant.FromUtc(2028, 1, 1, 0, 0));

    private static ImportedTimes Times(CalendarFile file)
    {
        var (times, refusal) = BusyTimes.Of(file, Rome, Window);
        Assert.Null(refusal);
        return times!;
    }

    private static string[] Busy(params string[] events)
    {
        var pattern = InstantPattern.CreateWithInvariantCulture("MM-dd'T'HH:mm");
        return [.. Times(Good(Calendar(events))).Busy.Select(time => time.Start.InUtc().Date == time.End.InUtc().Date
            ? $"{pattern.Format(time.Start)}/{time.End.InUtc().TimeOfDay.ToString("HH:mm", null)}"
            : $"{pattern.Format(time.Start)}/{time.End.InUtc().LocalDateTime.ToString("uuuu-MM-dd'T'HH:mm", null)}")];
    }
}
