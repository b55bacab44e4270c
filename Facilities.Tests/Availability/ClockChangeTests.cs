using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;
using static Facilities.Tests.Availability.Samples;

namespace Facilities.Tests.Availability;

public sealed class ClockChangeTests
{
    [Theory]
    [InlineData("Europe/Paris")]
    [InlineData("Europe/Berlin")]
    [InlineData("Europe/Madrid")]
    [InlineData("Europe/Rome")]
    [InlineData("Europe/Budapest")]
    public void T1_first_and_last_slot_keep_their_local_time_across_both_changes(string zoneId)
    {
        var zone = DateTimeZoneProviders.Tzdb[zoneId];
        var daily = Resource("r", 1, [Hours("FREQ=DAILY", "08:00", "20:00")]);
        var service = Hourly(daily, "PT1H");
        foreach (var sunday in new[] { "2026-10-25", "2027-03-28", "2027-10-31" })
        {
            var (saturday, tuesday) = (Date(sunday).PlusDays(-1), Date(sunday).PlusDays(2));
            var now = zone.AtStartOfDay(saturday).ToInstant();

            var slots = Slots.List(
                PlatformCalendar.Of(zone, [daily]), service, Length.OfHours(1), 1, saturday, tuesday, now);

            Assert.Equal(36, slots.Length);
            Assert.All(slots.Chunk(12), day =>
            {
                Assert.Equal(new LocalTime(8, 0), day[0].Start.InZone(zone).TimeOfDay);
                Assert.Equal(new LocalTime(20, 0), day[^1].End.InZone(zone).TimeOfDay);
            });
        }
    }

    [Theory]
    [InlineData("2026-10-25", 25)]
    [InlineData("2027-03-28", 23)]
    [InlineData("2027-10-31", 25)]
    public void T3_a_bed_day_is_as_long_as_the_calendar_day(string date, int hours)
    {
        var calendar = PlatformCalendar.Of(Berlin, [Bed]);
        var now = Date(date).PlusDays(-60).AtStartOfDayInZone(Berlin).ToInstant();

        var slot = Assert.Single(Slots.List(
            calendar, WardBedDay, Length.OfDays(1), 1, Date(date), Date(date).PlusDays(1), now));

        Assert.Equal(Duration.FromHours(hours), slot.End - slot.Start);
        Assert.Equal(16, slot.Free);
        var next = calendar.Book(WardBedDay, slot.Start, "P1D", 1, now, quantity: 16);
        Assert.Equal(SlotFault.SlotTaken, Check(next, slot.Start));
        Assert.Null(Check(next, slot.End));

        SlotFault? Check(PlatformCalendar of, Instant start) =>
            Slots.Check(of, WardBedDay, start, Length.OfDays(1), 1, now).Refusal?.Code;
    }

    [Theory]
    [InlineData("2026-10-25", 25)]
    [InlineData("2027-03-28", 23)]
    public void T2_hourly_slots_around_the_clock_count_the_hours_of_the_change_day(string date, int hours)
    {
        var room = Resource("r", 1, [Hours("FREQ=DAILY", "00:00", "24:00")]);
        var service = Hourly(room, "PT1H");
        var now = Date(date).PlusDays(-10).AtStartOfDayInZone(Berlin).ToInstant();

        var slots = Slots.List(PlatformCalendar.Of(Berlin, [room]), service, Length.OfHours(1), 1,
            Date(date), Date(date).PlusDays(1), now);

        Assert.Equal(hours, slots.Length);
        Assert.All(slots.Zip(slots.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
    }

    [Fact]
    public void T3_a_day_of_elapsed_hours_on_a_short_day_ends_an_hour_later_by_the_clock()
    {
        var room = Resource("r", 1, [Hours("FREQ=DAILY", "00:00", "24:00")]);
        var service = Hourly(room, "PT24H");
        var start = At("2027-03-27T12:00", Berlin);

        var free = Slots.Check(PlatformCalendar.Of(Berlin, [room]), service, start, Length.OfHours(24), 1, start).Free!;

        Assert.Equal(At("2027-03-28T13:00", Berlin), free.Time.End);
    }

    private static Service Hourly(Resource uses, string length) =>
        Service("s", [uses], "PT1H", (length, length, "PT1H"), "PT1H", ("PT0M", "PT0M"), "PT0M", "P365D");
}
