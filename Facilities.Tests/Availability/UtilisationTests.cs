using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using NodaTime;
using static Facilities.Tests.Availability.Samples;

namespace Facilities.Tests.Availability;

public sealed class UtilisationTests
{
    private static readonly Instant Monday = Instant.FromUtc(2027, 2, 1, 0, 0);

    [Fact]
    public void Booked_time_is_shared_by_the_open_time_of_all_units()
    {
        var used = Utilisation.Of(
            2, [Hours(8, 18)], [], [new(Hours(8, 12), 1, true), new(Hours(10, 11), 1, false)], Hours(0, 24));
        Assert.Equal(Duration.FromHours(20), used.Open);
        Assert.Equal(20, used.Percent);
        Assert.Equal(5, used.PercentHeld);
    }

    [Fact]
    public void A_closure_is_no_open_time_and_what_was_booked_in_it_does_not_count()
    {
        var used = Utilisation.Of(
            1, [Hours(8, 18)], [Hours(6, 12), Hours(11, 13)], [new(Hours(10, 14), 1, true)], Hours(0, 24));
        Assert.Equal(Duration.FromHours(5), used.Open);
        Assert.Equal(20, used.Percent);
    }

    [Fact]
    public void Where_nothing_is_open_there_is_no_share() =>
        Assert.Null(Utilisation.Of(1, [], [], [new(Hours(10, 14), 1, true)], Hours(0, 24)).Percent);

    /// <summary>Weeks in which the clocks change are among those tried.</summary>
    [Fact]
    public void Utilisation_is_what_counting_minute_by_minute_finds()
    {
        const int Seed = 20270328;
        var random = new Random(Seed);
        for (var run = 0; run < 60; run++)
        {
            var from = new LocalDate(2027, 3, 22).PlusWeeks(random.Next(0, 33));
            var week = new TimeRange(
                Rome.AtStartOfDay(from).ToInstant(), Rome.AtStartOfDay(from.PlusDays(7)).ToInstant());
            var resource = Resource("r", random.Next(1, 4), [Samples.Hours(Weekdays, "08:00", "20:00"),
                Samples.Hours("FREQ=WEEKLY;BYDAY=SU", "00:00", "24:00")]);
            var open = Openings.Of(resource, Rome, from, from.PlusDays(7));
            var closed = Ranges(random, week, random.Next(0, 5));
            var uses = Ranges(random, week, 8)
                .Select(range => new UnitUse(range, random.Next(1, resource.Units + 1), random.Next(3) > 0)).ToArray();
            var (minutes, booked, held) = (0L, 0L, 0L);
            for (var minute = week.Start; minute < week.End; minute += Duration.FromMinutes(1))
            {
                if (!open.Any(o => o.Contains(minute)) || closed.Any(c => c.Contains(minute))) continue;
                minutes += resource.Units;
                booked += uses.Where(u => u.Firm && u.Time.Contains(minute)).Sum(u => u.Units);
                held += uses.Where(u => !u.Firm && u.Time.Contains(minute)).Sum(u => u.Units);
            }
            var found = Utilisation.Of(resource.Units, open, closed, uses, week);
            Assert.True(
                (minutes, booked, held) == ((long)found.Open.TotalMinutes, (long)found.Booked.TotalMinutes,
                    (long)found.Held.TotalMinutes), $"seed {Seed}, run {run}: {found}");
        }
    }

    private static TimeRange Hours(int from, int to) =>
        new(Monday + Duration.FromHours(from), Monday + Duration.FromHours(to));

    private static ImmutableArray<TimeRange> Ranges(Random random, TimeRange week, int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            var start = week.Start + Duration.FromMinutes(random.Next(-600, 7 * 24 * 60));
            return new TimeRange(start, start + Duration.FromMinutes(random.Next(1, 2000)));
        }),
    ];
}
