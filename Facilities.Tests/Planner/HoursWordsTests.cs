using Facilities.Api.Shell;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Tests.Planner;

public sealed class HoursWordsTests
{
    [Theory]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every day from Monday to Friday, 08:00 to 12:00")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,FR", "every Monday and Friday, 08:00 to 12:00")]
    [InlineData("FREQ=WEEKLY", "every Thursday, 08:00 to 12:00")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU",
        "every 2 weeks on Tuesday (weeks begin on Sunday), 08:00 to 12:00, from 1 January 2026")]
    [InlineData("FREQ=DAILY;INTERVAL=3", "every 3 days, 08:00 to 12:00, from 1 January 2026")]
    [InlineData("FREQ=DAILY;BYMONTH=7,8;BYDAY=SA,SU",
        "every Saturday and Sunday, only in July and August, 08:00 to 12:00")]
    [InlineData("FREQ=DAILY;BYMONTHDAY=1,-1",
        "every day, only on the 1st and the last day of the month, 08:00 to 12:00")]
    [InlineData("FREQ=MONTHLY;BYDAY=1MO", "every first Monday of the month, 08:00 to 12:00")]
    [InlineData("FREQ=MONTHLY;BYDAY=1MO,-1FR",
        "every month on the first Monday and the last Friday, 08:00 to 12:00")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
        "every month on every Friday, where that is the 13th, 08:00 to 12:00")]
    [InlineData("FREQ=MONTHLY;INTERVAL=3", "every 3 months on the 1st, 08:00 to 12:00, from 1 January 2026")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "every month on every day from Monday to Friday, but of these only the last of each month, 08:00 to 12:00")]
    [InlineData("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,31",
        "every year on the 24th and the 31st of December, 08:00 to 12:00")]
    [InlineData("FREQ=YEARLY", "every year on the 1st of January, 08:00 to 12:00")]
    [InlineData("FREQ=YEARLY;BYDAY=20MO", "every year on the 20th Monday of the year, 08:00 to 12:00")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO,TU",
        "every year on every Monday and Tuesday in week 20 of the year, 08:00 to 12:00")]
    [InlineData("FREQ=YEARLY;BYYEARDAY=100,-1",
        "every year on the 100th day and the last day of the year, 08:00 to 12:00")]
    [InlineData("FREQ=DAILY;BYHOUR=8,14;BYMINUTE=0,30",
        "every day, from 08:00, 08:30, 14:00 and 14:30 for 4 h each")]
    [InlineData("FREQ=HOURLY;INTERVAL=6;BYDAY=MO",
        "every 6 hours on Monday, beginning at 08:00, for 4 h each time, from 1 January 2026")]
    [InlineData("FREQ=HOURLY;BYHOUR=8,12;BYMINUTE=15",
        "every hour, in the hours from 08:00 and 12:00, at minute 15, beginning at 08:00, for 4 h each time")]
    [InlineData("FREQ=DAILY;COUNT=5", "every day, 08:00 to 12:00, from 1 January 2026, 5 times in all")]
    [InlineData("FREQ=DAILY;UNTIL=20270131", "every day, 08:00 to 12:00, until 31 January 2027")]
    [InlineData("FREQ=DAILY;UNTIL=20270131T100000Z",
        "every day, 08:00 to 12:00, until 31 January 2027, 10:00 UTC")]
    [InlineData("no rule", "no rule")]
    public void A_rule_is_said_in_words(string rule, string words) =>
        Assert.Equal(words, HoursWords.Of(Rule(rule)));

    [Fact]
    public void Its_first_and_last_day_are_said_with_the_year_once() =>
        Assert.Equal("every first Monday of the month, 08:00 to 12:00, from 1 June to 31 August 2027",
            HoursWords.Of(Rule("FREQ=MONTHLY;BYDAY=1MO", "2027-06-01", "2027-08-31")));

    [Fact]
    public void A_whole_day_is_said_as_such() =>
        Assert.Equal("every Sunday, all day, until 31 August 2027", HoursWords.Of(
            Rule("FREQ=WEEKLY;BYDAY=SU", "2026-01-01", "2027-08-31") with
            {
                From = TimeOfDay.Parse("00:00"),
                To = TimeOfDay.EndOfDay,
            }));

    /// <summary>Two rules that differ in one part are never said alike.</summary>
    [Fact]
    public void Every_part_of_a_rule_has_its_words()
    {
        string[] parts =
        [
            "INTERVAL=2", "COUNT=3", "UNTIL=20280101", "BYMONTH=3", "BYMONTHDAY=7", "BYDAY=TU", "BYHOUR=9",
            "BYMINUTE=20", "BYSETPOS=1", "BYMONTHDAY=7;BYSETPOS=-1", "BYDAY=TU;BYMONTH=3", "BYDAY=TU;BYHOUR=9",
        ];
        foreach (var frequency in new[] { "YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY" })
        {
            var rules = parts.Select(part => $"FREQ={frequency};{part}").Prepend($"FREQ={frequency}")
                .Where(rule => Facilities.Grains.ICalendar.RecurrenceRule.Read(rule).Rule is not null).ToArray();
            Assert.InRange(rules.Length, 8, 13);
            var said = rules.Select(rule => HoursWords.Of(Rule(rule))).ToArray();
            Assert.Equal(rules.Length, said.Distinct().Count());
            Assert.All(said, words => Assert.DoesNotContain("=", words, StringComparison.Ordinal));
        }
    }

    private static HoursRule Rule(string rule, string? first = null, string? last = null) => new(
        rule, TimeOfDay.Parse("08:00"), TimeOfDay.Parse("12:00"),
        first is null ? HoursRule.DefaultValidFrom : LocalDatePattern.Iso.Parse(first).Value,
        last is null ? null : LocalDatePattern.Iso.Parse(last).Value);
}
