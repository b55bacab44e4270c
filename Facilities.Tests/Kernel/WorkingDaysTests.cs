using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Tests.Kernel;

public sealed class WorkingDaysTests
{
    private static readonly DateTimeZone Rome = DateTimeZoneProviders.Tzdb["Europe/Rome"];

    [Theory]
    [InlineData("a Monday", 2027, 2, 1, 3, 2027, 2, 4)]
    [InlineData("a Thursday, over the weekend", 2027, 2, 4, 3, 2027, 2, 9)]
    [InlineData("a Friday", 2027, 2, 5, 1, 2027, 2, 8)]
    [InlineData("a Saturday", 2027, 2, 6, 1, 2027, 2, 8)]
    [InlineData("a Sunday", 2027, 2, 7, 10, 2027, 2, 19)]
    [InlineData("none at all", 2027, 2, 1, 0, 2027, 2, 1)]
    public void The_day_ends_in_the_zone_of_the_platform(
        string from, int year, int month, int day, int count, int endYear, int endMonth, int endDay)
    {
        Assert.NotEmpty(from);
        var asked = new LocalDateTime(year, month, day, 23, 30).InZoneStrictly(Rome).ToInstant();
        var end = new LocalDate(endYear, endMonth, endDay).PlusDays(1).AtStartOfDayInZone(Rome).ToInstant();
        Assert.Equal(end, WorkingDays.EndAfter(asked, count, Rome));
    }

    [Fact]
    public void A_public_holiday_is_no_working_day_and_one_on_a_sunday_changes_nothing()
    {
        var thursday = new LocalDateTime(2026, 12, 3, 12, 0).InZoneStrictly(Rome).ToInstant();
        LocalDate[] holidays = [new(2026, 12, 6), new(2026, 12, 8)];
        Assert.Equal(new LocalDate(2026, 12, 10).AtStartOfDayInZone(Rome).ToInstant(),
            WorkingDays.EndAfter(thursday, 3, Rome, holidays));
        Assert.Equal(new LocalDate(2026, 12, 9).AtStartOfDayInZone(Rome).ToInstant(),
            WorkingDays.EndAfter(thursday, 3, Rome));
    }
}
