using Facilities.Api.Planner;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Tests.Planner;

public sealed class CalendarAddressTests
{
    private static readonly LocalDate Today = new(2026, 12, 2);

    [Theory]
    [InlineData("2027-W05", "2027-02-01")]
    [InlineData("2027-W01", "2027-01-04")]
    [InlineData("2026-W53", "2026-12-28")]
    [InlineData("2027-02-03", "2027-02-01")]
    [InlineData("2027-W53", "2026-11-30")]
    [InlineData("2027-W00", "2026-11-30")]
    [InlineData("nonsense", "2026-11-30")]
    [InlineData(null, "2026-11-30")]
    public void A_week_is_read_as_iso_writes_it_or_by_a_day_of_it(string? week, string monday)
    {
        var address = CalendarAddress.Read("p", week, null, null, Today);
        Assert.Equal(monday, Words.IsoDay(address.Monday));
        Assert.Equal((null, 7), (address.Day, address.Count));
    }

    [Fact]
    public void Steps_keep_the_view_and_the_resource()
    {
        var week = CalendarAddress.Read("p", "2026-W53", null, "optical", Today);
        Assert.Equal("/manage/p/calendar?week=2027-W01&resource=optical", week.Step(1));
        var day = CalendarAddress.Read("p", null, "2026-12-31", null, Today);
        Assert.Equal("/manage/p/calendar?day=2027-01-01", day.Step(1));
        Assert.Equal("2026-12-28", Words.IsoDay(day.Monday));
    }
}
