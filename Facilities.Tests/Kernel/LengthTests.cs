using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Tests.Kernel;

public sealed class LengthTests
{
    private static readonly DateTimeZone Rome = DateTimeZoneProviders.Tzdb["Europe/Rome"];

    [Theory]
    [InlineData("PT0M", 0, 0)]
    [InlineData("PT30M", 0, 30)]
    [InlineData("PT4H", 0, 240)]
    [InlineData("PT4H30M", 0, 270)]
    [InlineData("PT90M", 0, 90)]
    [InlineData("PT24H", 0, 1440)]
    [InlineData("P1D", 1, 0)]
    [InlineData("P2W", 14, 0)]
    [InlineData("P1W3D", 10, 0)]
    public void An_ISO_8601_duration_is_read(string text, int days, long minutes) =>
        Assert.Equal(new Length(days, minutes), Length.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("4H")]
    [InlineData("PT1.5H")]
    [InlineData("PT30S")]
    [InlineData("P1DT4H")]
    [InlineData("P1M")]
    [InlineData("P1Y")]
    [InlineData("-PT1H")]
    [InlineData("PT-1H")]
    [InlineData("pt1h")]
    [InlineData(" PT1H")]
    [InlineData("PT9999999H")]
    [InlineData("P99999D")]
    [InlineData(null)]
    public void Anything_else_is_refused(string? text) => Assert.False(Length.TryParse(text, out _));

    [Fact]
    public void A_calendar_day_ends_at_the_same_local_time_when_clocks_change()
    {
        var start = new LocalDateTime(2027, 3, 27, 12, 0).InZoneStrictly(Rome).ToInstant();
        Assert.Equal(Duration.FromHours(23), Length.OfDays(1).After(start, Rome) - start);
        Assert.Equal(Duration.FromHours(24), Length.OfHours(24).After(start, Rome) - start);
        Assert.Equal(start, Length.OfDays(1).Before(Length.OfDays(1).After(start, Rome), Rome));
    }

    [Fact]
    public void Days_and_hours_never_convert()
    {
        Assert.NotEqual(Length.OfDays(1), Length.OfHours(24));
        Assert.Null(Length.OfDays(1).DividedBy(Length.OfHours(24)));
        Assert.Throws<InvalidOperationException>(() => Length.OfDays(1).Elapsed);
        Assert.Equal(3m, Length.OfHours(12).DividedBy(Length.OfHours(4)));
        Assert.Null(Length.OfHours(1).DividedBy(Length.Zero));
    }
}
