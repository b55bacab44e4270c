using Facilities.Grains.Availability;
using Facilities.Grains.Closures;
using NodaTime;
using static Facilities.Tests.Availability.Samples;

namespace Facilities.Tests.Availability;

/// <summary>Public holidays against the calendars that the regions publish.</summary>
public sealed class PublicHolidaysTests
{
    [Theory]
    [InlineData("1818-03-22")]
    [InlineData("1954-04-18")]
    [InlineData("1981-04-19")]
    [InlineData("2000-04-23")]
    [InlineData("2008-03-23")]
    [InlineData("2024-03-31")]
    [InlineData("2025-04-20")]
    [InlineData("2026-04-05")]
    [InlineData("2027-03-28")]
    [InlineData("2038-04-25")]
    [InlineData("2285-03-22")]
    public void Easter_is_the_Sunday_that_the_tables_give(string date) =>
        Assert.Equal(Date(date), PublicHolidays.Easter(Date(date).Year));

    [Theory]
    [InlineData("FR", "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25")]
    [InlineData("DE-BE", "01-01 03-08 03-26 03-29 05-01 05-06 05-17 10-03 12-25 12-26")]
    [InlineData("DE-BB", "01-01 03-26 03-28 03-29 05-01 05-06 05-16 05-17 10-03 10-31 12-25 12-26")]
    [InlineData("ES-CT", "01-01 01-06 03-26 03-29 05-01 06-24 08-15 09-11 10-12 11-01 12-06 12-08 12-25 12-26")]
    [InlineData("IT", "01-01 01-06 03-28 03-29 04-25 05-01 06-02 08-15 10-04 11-01 12-08 12-25 12-26")]
    [InlineData("HU", "01-01 03-15 03-26 03-29 05-01 05-17 08-20 10-23 11-01 12-25 12-26")]
    public void The_holidays_of_2027_are_those_of_the_region(string region, string days) =>
        Assert.Equal(days.Split(' '), PublicHolidays.Between(region, Date("2027-01-01"), Date("2028-01-01"))
            .Select(holiday => holiday.Date.ToString("MM-dd", null)));

    [Fact]
    public void A_holiday_counts_from_the_year_that_its_law_is_in_force()
    {
        Assert.DoesNotContain(PublicHolidays.Between("IT", Date("2025-01-01"), Date("2026-01-01")),
            holiday => holiday.Date == Date("2025-10-04"));
        Assert.Contains(PublicHolidays.Between("IT", Date("2026-01-01"), Date("2027-01-01")),
            holiday => holiday.Date == Date("2026-10-04"));
    }

    [Fact]
    public void Two_on_one_day_are_one_with_both_names() =>
        Assert.Equal("Labour Day and Ascension Day",
            Assert.Single(PublicHolidays.Between("FR", Date("2008-05-01"), Date("2008-05-02"))).Name);

    [Theory]
    [InlineData("FR", "FR104", "FR")]
    [InlineData("DE", "DE300", "DE-BE")]
    [InlineData("DE", "DE40A", "DE-BB")]
    [InlineData("DE", "DE212", null)]
    [InlineData("ES", "ES511", "ES-CT")]
    [InlineData("ES", "ES300", null)]
    [InlineData("IT", "ITC11", "IT")]
    [InlineData("HU", "HU321", "HU")]
    [InlineData("SE", "SE110", null)]
    public void A_platform_keeps_the_holidays_of_the_region_it_stands_in(string country, string nuts, string? region) =>
        Assert.Equal(region, PublicHolidays.Of(country, nuts)?.Code);

    [Fact]
    public void Every_region_names_its_source_and_every_holiday_both_names() => Assert.All(
        PublicHolidays.Regions, region =>
        {
            Assert.NotEmpty(region.Source);
            Assert.All(PublicHolidays.Between(region.Code, Date("2027-01-01"), Date("2028-01-01")), holiday =>
                Assert.True(holiday.Name.Length > 0 && holiday.LocalName.Length > 0));
        });

    [Fact]
    public void A_window_has_the_holidays_inside_it_and_an_unknown_region_none()
    {
        Assert.Equal([Date("2026-12-26"), Date("2027-01-01")],
            PublicHolidays.Between("HU", Date("2026-12-26"), Date("2027-01-02")).Select(holiday => holiday.Date));
        Assert.Empty(PublicHolidays.Between("HU", Date("2027-01-02"), Date("2027-01-02")));
        Assert.Empty(PublicHolidays.Between("XX", Date("2026-01-01"), Date("2030-01-01")));
    }
}
