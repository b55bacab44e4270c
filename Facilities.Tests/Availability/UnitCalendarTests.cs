using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Tests.Availability;

public sealed class UnitCalendarTests
{
    // Allen's thirteen relations of a wanted time to one from hour 10 to hour 14.
    [Theory]
    [InlineData("before", 6, 9, true)]
    [InlineData("meets", 7, 10, true)]
    [InlineData("overlaps", 8, 12, false)]
    [InlineData("starts", 10, 12, false)]
    [InlineData("during", 11, 13, false)]
    [InlineData("finishes", 12, 14, false)]
    [InlineData("equals", 10, 14, false)]
    [InlineData("finished by", 8, 14, false)]
    [InlineData("contains", 8, 16, false)]
    [InlineData("started by", 10, 16, false)]
    [InlineData("overlapped by", 12, 16, false)]
    [InlineData("met by", 14, 16, true)]
    [InlineData("after", 15, 17, true)]
    public void B10_each_interval_relation_is_judged(string relation, int from, int to, bool free)
    {
        var unit = UnitCalendar.Empty.Add(Hours(10, 14), Samples.Owner(1));

        Assert.True(free == unit.IsFree(Hours(from, to)), relation);
    }

    // The unit is used from hour 10 to 14, with a buffer of 2 before and 3 after.
    [Theory]
    [InlineData("the buffer before is kept free", 5, 8, 0, 0, true)]
    [InlineData("one reaches into the buffer before", 5, 9, 0, 0, false)]
    [InlineData("one lies within the buffer before", 8, 9, 0, 0, false)]
    [InlineData("one lies from the buffer before to the start", 8, 10, 0, 0, false)]
    [InlineData("one covers use and buffers", 5, 20, 0, 0, false)]
    [InlineData("one lies from the end into the buffer after", 14, 15, 0, 0, false)]
    [InlineData("one lies within the buffer after", 15, 16, 0, 0, false)]
    [InlineData("one starts in the buffer after", 16, 19, 0, 0, false)]
    [InlineData("the buffer after is kept free", 17, 19, 0, 0, true)]
    [InlineData("equal buffers overlap wholly", 17, 19, 3, 0, true)]
    [InlineData("a smaller buffer lies within the larger", 17, 19, 1, 0, true)]
    [InlineData("a larger buffer than the gap reaches into the use", 17, 19, 4, 0, false)]
    [InlineData("a buffer after meets the start", 5, 8, 0, 2, true)]
    [InlineData("a buffer after reaches into the use", 5, 8, 0, 3, false)]
    public void B10_the_gap_is_the_larger_of_the_two_buffers(
        string relation, int from, int to, int before, int after, bool free)
    {
        var unit = UnitCalendar.Empty.Add(Hours(10, 14, 2, 3), Samples.Owner(1));

        Assert.True(free == unit.IsFree(Hours(from, to, before, after)), relation);
        Assert.Equal(!free, Hours(from, to, before, after).ConflictsWith(Hours(10, 14, 2, 3)));
        Assert.Equal(!free, Hours(10, 14, 2, 3).ConflictsWith(Hours(from, to, before, after)));
    }

    [Fact]
    public void A_use_between_two_others_is_judged_against_both()
    {
        var unit = UnitCalendar.Empty.Add(Hours(20, 22), Samples.Owner(2)).Add(Hours(10, 12), Samples.Owner(1));

        Assert.True(unit.IsFree(Hours(12, 20)));
        Assert.False(unit.IsFree(Hours(11, 13)));
        Assert.False(unit.IsFree(Hours(19, 21)));
        Assert.Equal([10, 20], unit.Entries.Select(entry => entry.Busy.Start.ToUnixTimeSeconds() / 3600));
    }

    [Fact]
    public void An_ignored_use_gives_way_but_the_one_behind_it_does_not()
    {
        var unit = UnitCalendar.Empty.Add(Hours(6, 9), Samples.Owner(1)).Add(Hours(10, 12), Samples.Owner(2));

        Assert.False(unit.IsFree(Hours(11, 13)));
        Assert.True(unit.IsFree(Hours(11, 13), Samples.Owner(2)));
        Assert.False(unit.IsFree(Hours(11, 13, 3), Samples.Owner(2)));
    }

    [Fact]
    public void A_use_that_conflicts_or_is_empty_never_enters()
    {
        var unit = UnitCalendar.Empty.Add(Hours(10, 12), Samples.Owner(1));

        Assert.Throws<InvalidOperationException>(() => unit.Add(Hours(11, 13), Samples.Owner(2)));
        Assert.Throws<InvalidOperationException>(() => unit.Add(default, Samples.Owner(2)));
        Assert.Throws<InvalidOperationException>(() => unit.Add(Hours(16, 15), Samples.Owner(2)));
    }

    [Fact]
    public void What_is_removed_or_past_is_gone_and_the_rest_stays()
    {
        var unit = UnitCalendar.Empty.Add(Hours(1, 2, 0, 2), Samples.Owner(1)).Add(Hours(6, 7), Samples.Owner(2))
            .Add(Hours(8, 9), Samples.Owner(3));

        Assert.Equal(3, unit.PruneBefore(Hour(3)).Entries.Length);
        Assert.Equal(2, unit.PruneBefore(Hour(4)).Entries.Length);
        Assert.True(unit.Remove(Samples.Owner(2)).IsFree(Hours(4, 8)));
    }

    [Fact]
    public void A_use_is_given_back_by_its_time_and_no_other_is()
    {
        var unit = UnitCalendar.Empty.Add(Hours(1, 2), Samples.Owner(1)).Add(Hours(6, 7), Samples.Owner(2))
            .Add(Hours(8, 9), Samples.Owner(1));

        Assert.Equal(unit.Entries.RemoveAt(2), unit.Remove(Samples.Owner(1), Hours(8, 9)).Entries);
        Assert.Equal(unit.Entries, unit.Remove(Samples.Owner(3), Hours(8, 9)).Entries);
        // A time that is not the owner's: all that is.
        Assert.Equal(unit.Entries[1], Assert.Single(unit.Remove(Samples.Owner(1), Hours(6, 7)).Entries));
    }

    [Fact]
    public void Uses_at_once_are_as_uses_one_by_one_and_conflicts_are_refused()
    {
        UnitEntry[] uses = [new(Hours(6, 7), Samples.Owner(2)), new(Hours(1, 2, 0, 2), Samples.Owner(1))];

        Assert.Equal(
            uses.Aggregate(UnitCalendar.Empty, (unit, use) => unit.Add(use.Busy, use.Owner)).Entries,
            UnitCalendar.Of(uses).Entries);
        UnitEntry[] tooNear = [.. uses, new(Hours(3, 4), Samples.Owner(3))];
        Assert.Throws<InvalidOperationException>(() => UnitCalendar.Of(tooNear));
        UnitEntry[] empty = [.. uses, new(Hours(9, 9), Samples.Owner(3))];
        Assert.Throws<InvalidOperationException>(() => UnitCalendar.Of(empty));
    }

    [Fact]
    public void A_busy_time_keeps_its_value_through_json_and_compares_by_value()
    {
        var busy = Busy.Around(new(Hour(10), Hour(14)), new(Length.OfHours(1), Length.OfHours(2)), DateTimeZone.Utc);

        Assert.Equal(Hours(10, 14, 1, 2), busy);
        Assert.NotEqual(Hours(10, 14, 1, 3), busy);
        Assert.Equal(busy, Through(busy));
        Assert.Equal(Samples.Owner(1), Through(Samples.Owner(1)));
        Assert.Equal("1970-01-01T10:00:00Z/1970-01-01T14:00:00Z within 1970-01-01T09:00:00Z/1970-01-01T16:00:00Z",
            busy.ToString());
        Assert.Equal(new Busy(Hour(0), Hour(0), Hour(0), Hour(0)), default);
    }

    private static T Through<T>(T value) => System.Text.Json.JsonSerializer.Deserialize<T>(
        System.Text.Json.JsonSerializer.Serialize(value, Json.Options), Json.Options)!;

    private static Instant Hour(int hour) => Instant.FromUnixTimeSeconds(hour * 3600L);

    private static Busy Hours(int from, int to, int before = 0, int after = 0) =>
        new(Hour(from - before), Hour(from), Hour(to), Hour(to + after));
}
