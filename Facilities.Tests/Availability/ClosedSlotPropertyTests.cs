using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;
using static Facilities.Tests.Availability.Samples;

namespace Facilities.Tests.Availability;

/// <summary>
/// Row B19 with closures that repeat and public holidays, in the weeks of both clock changes: what is closed is told
/// here day by day, with nothing of the code under test.
/// </summary>
public sealed class ClosedSlotPropertyTests
{
    private static readonly (string Zone, string Region, LocalDate First)[] Places =
    [
        // Easter, with the day on which the clocks go forward; the end of October; the turn of the year.
        ("Europe/Rome", "IT", new(2027, 3, 22)), ("Europe/Berlin", "DE-BB", new(2027, 10, 25)),
        ("Europe/Madrid", "ES-CT", new(2027, 3, 22)), ("Europe/Budapest", "HU", new(2027, 10, 18)),
        ("Europe/Paris", "FR", new(2026, 12, 21)),
    ];

    private static readonly Dictionary<string, string[]> Holidays = new()
    {
        ["IT"] = ["2027-03-28", "2027-03-29"],
        ["DE-BB"] = ["2027-10-31"],
        ["ES-CT"] = ["2027-03-26", "2027-03-29"],
        ["HU"] = ["2027-10-23", "2027-11-01"],
        ["FR"] = ["2026-12-25", "2027-01-01"],
    };

    private const int Days = 14;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 30)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void B19_no_slot_lies_in_a_closure_or_holiday_and_exactly_the_listed_slots_book(int seed)
    {
        var random = new Random(seed);
        var (zoneId, region, first) = Places[seed % Places.Length];
        var zone = DateTimeZoneProviders.Tzdb[zoneId];
        var service = random.Next(2) == 0 ? OpticalHour : WardBedDay with { LeadTime = Length.OfDays(1) };
        var used = service.Uses[0] == Optical.Id ? Around(Optical, first) : Around(Bed, first);
        var planned = Enumerable.Range(0, random.Next(1, 4)).Select(number => Planned(random, number, first)).ToArray();
        var open = random.Next(2) == 0 ? ImmutableArray<LocalDate>.Empty : [Date(Holidays[region][0])];
        var closings = new PlatformClosings([.. planned], new(region, random.Next(2) == 0 ? [] : [used.Id], open));
        var calendar = PlatformCalendar.Of(zone, [used]) with { Closings = closings };
        var now = zone.AtStartOfDay(first.PlusDays(-3)).ToInstant();

        var listed = Slots.List(calendar, service, service.Duration.Min, 1, first, first.PlusDays(Days), now)
            .ToDictionary(slot => slot.Start);
        var closed = new HashSet<LocalDate>(Holidays[region].Select(Date).Except(open));
        var end = zone.AtStartOfDay(first.PlusDays(Days)).ToInstant();
        for (var start = zone.AtStartOfDay(first).ToInstant(); start < end; start += Duration.FromMinutes(30))
        {
            var refusal = Slots.Check(calendar, service, start, service.Duration.Min, 1, now).Refusal;
            Assert.True(listed.ContainsKey(start) == refusal is null,
                $"Seed {seed}: {start.InZone(zone)}: listed {listed.ContainsKey(start)}, {refusal?.Reason ?? "books"}");
            if (listed.TryGetValue(start, out var slot))
                for (var minute = slot.Start; minute < slot.End; minute += Duration.FromMinutes(5))
                    Assert.False(IsClosed(minute.InZone(zone).LocalDateTime, planned, closed),
                        $"Seed {seed}: the slot at {start.InZone(zone)} lies in a closure.");
            else if (refusal!.Code == SlotFault.OutsideHours && used.Hours[0].Rrule == AllDays)
                Assert.Contains(" is closed: ", refusal.Reason, StringComparison.Ordinal);
        }
        Assert.NotEmpty(listed);
    }

    private static Resource Around(Resource resource, LocalDate first) =>
        resource with { Hours = [.. resource.Hours.Select(rule => rule with { ValidFrom = first.PlusDays(-30) })] };

    private static PlannedClosure Planned(Random random, int number, LocalDate first)
    {
        var from = first.PlusDays(random.Next(-10, Days)).AtMidnight().PlusMinutes(30 * random.Next(48));
        string?[] rules = [null, "FREQ=WEEKLY", "FREQ=DAILY;INTERVAL=3"];
        return new(new($"c{number}"), [], from, from.PlusMinutes(30 * random.Next(1, 60)), "service",
            rules[random.Next(rules.Length)], null);
    }

    // Minute by minute of the local clock; a closure ends where its length does on that clock.
    private static bool IsClosed(LocalDateTime local, PlannedClosure[] planned, HashSet<LocalDate> holidays) =>
        holidays.Contains(local.Date) || planned.Any(closure => Times(closure).Any(
            time => time.From <= local && local < time.To));

    private static IEnumerable<(LocalDateTime From, LocalDateTime To)> Times(PlannedClosure closure)
    {
        var step = closure.Rrule switch { null => 1_000, "FREQ=WEEKLY" => 7, _ => 3 };
        for (var days = 0; days < 40; days += step)
            yield return (closure.From.PlusDays(days), closure.To.PlusDays(days));
    }
}
