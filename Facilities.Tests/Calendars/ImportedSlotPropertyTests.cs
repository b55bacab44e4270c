using System.Collections.Immutable;
using System.Text;
using Facilities.Grains.Availability;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;
using static Facilities.Tests.Availability.Samples;
using static Facilities.Tests.ICalendar.Calendars;

namespace Facilities.Tests.Calendars;

/// <summary>
/// Random calendars over the weeks of both clock changes: what is busy is told here event by event, with nothing of
/// the code under test, and exactly the slots that touch it are neither listed nor booked.
/// </summary>
public sealed class ImportedSlotPropertyTests
{
    private static readonly string[] Zones =
        ["Europe/Rome", "Europe/Berlin", "Europe/Madrid", "Europe/Budapest", "Europe/Paris"];

    private static readonly LocalDate[] Firsts = [new(2027, 3, 22), new(2027, 10, 25), new(2026, 12, 21)];

    private const int Days = 14;
    private const int SeedsPerBatch = 25;

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, 10)];

    [Theory]
    [MemberData(nameof(Batches))]
    public void I3_and_B19_exactly_the_slots_that_touch_imported_busy_time_are_neither_listed_nor_booked(int batch)
    {
        var taken = 0;
        for (var seed = batch * SeedsPerBatch; seed < (batch + 1) * SeedsPerBatch; seed++) taken += Compare(seed);
        Assert.True(taken > SeedsPerBatch, $"Batch {batch}: the calendars took {taken} slots, too few to mean much.");
    }

    private static int Compare(int seed)
    {
        var random = new Random(seed);
        var (zone, first) = (DateTimeZoneProviders.Tzdb[Zones[seed % Zones.Length]], Firsts[seed % Firsts.Length]);
        // Two equal units with quarters of an hour after each use, by weekday and day; rooms day and night.
        var resource = (random.Next(2) == 0 ? Optical : Optical with { Hours = StudyRoom.Hours }) is var optical
            ? optical with { Hours = [.. optical.Hours.Select(h => h with { ValidFrom = first.PlusDays(-30) })] }
            : optical;
        var (lines, busy) = Random(random, zone, first);
        var window = new TimeRange(
            zone.AtStartOfDay(first.PlusDays(-2)).ToInstant(), zone.AtStartOfDay(first.PlusDays(Days + 2)).ToInstant());
        var (times, refusal) = BusyTimes.Of(Good(Encoding.UTF8.GetBytes(lines)), zone, window);
        Assert.True(refusal is null && times!.Problems.IsEmpty, $"Seed {seed}: {refusal} {lines}");
        ImmutableArray<int> units = random.Next(3) == 0 ? [1] : [];
        var open = PlatformCalendar.Of(zone, [resource]);
        var calendar = open.WithElsewhere(ImportedCalendar.ByResource(
            [new(new("cal"), "Elsewhere", [resource.Id], units, times.Busy)]));
        var now = zone.AtStartOfDay(first.PlusDays(-3)).ToInstant();

        var (before, after) = (List(open), List(calendar));
        var taken = 0;
        foreach (var (start, slot) in before)
        {
            // A use needs its time and the quarter of an hour after it.
            var isBusy = busy.Any(t => t.Start < slot.End + Duration.FromMinutes(15) && slot.Start < t.End);
            var left = !isBusy ? 2 : units.IsEmpty ? 0 : 1;
            var why = $"Seed {seed}: {start.InZone(zone)} has {after.GetValueOrDefault(start)}, not {left}.\n{lines}";
            Assert.True(left == (after.GetValueOrDefault(start)?.Free ?? 0), why);
            var checkedSlot = Slots.Check(calendar, OpticalHour, start, OpticalHour.Duration.Min, 1, now);
            Assert.True(checkedSlot.Refusal is null == left > 0, why);
            if (isBusy && left == 1) Assert.Equal([0], checkedSlot.Free!.Units.Single().Units);
            taken += isBusy ? 1 : 0;
        }
        Assert.Empty(after.Keys.Except(before.Keys));
        return taken;

        Dictionary<Instant, Slot> List(PlatformCalendar of) => Slots.List(
            of, OpticalHour, OpticalHour.Duration.Min, 1, first, first.PlusDays(Days), now).ToDictionary(s => s.Start);
    }

    /// <summary>A calendar as text, and when it is busy.</summary>
    private static (string Text, List<(Instant Start, Instant End)> Busy) Random(
        Random random, DateTimeZone zone, LocalDate first)
    {
        var (events, busy) = (new List<string>(), new List<(Instant, Instant)>());
        for (var number = 0; number < random.Next(1, 6); number++)
        {
            var from = first.PlusDays(random.Next(-1, Days)).AtMidnight().PlusMinutes(15 * random.Next(96));
            var other = random.Next(3) == 0 ? DateTimeZoneProviders.Tzdb[Zones[random.Next(Zones.Length)]] : zone;
            var minutes = 15 * random.Next(1, 20);
            var (uid, length) = ($"UID:e{number}", $"DURATION:PT{minutes}M");
            void Is(LocalDateTime local) => busy.Add((At(local, other), At(local, other).Plus(
                Duration.FromMinutes(minutes))));
            switch (random.Next(6))
            {
                case 0:
                    events.Add(Event(uid, $"DTSTART:{At(from, other):uuuuMMdd'T'HHmmss'Z'}", length));
                    Is(from);
                    break;
                case 1:
                    events.Add(Event(uid, $"DTSTART;VALUE=DATE:{from.Date:uuuuMMdd}"));
                    busy.Add((zone.AtStartOfDay(from.Date).ToInstant(),
                        zone.AtStartOfDay(from.Date.PlusDays(1)).ToInstant()));
                    break;
                case 2:
                    events.Add(Event(uid, Local("DTSTART", from, other), length,
                        random.Next(2) == 0 ? "TRANSP:TRANSPARENT" : "STATUS:CANCELLED"));
                    break;
                case 3:
                    // Floating: the platform's own time.
                    events.Add(Event(uid, $"DTSTART:{from:uuuuMMdd'T'HHmmss}", length));
                    busy.Add((At(from, zone), At(from, zone) + Duration.FromMinutes(minutes)));
                    break;
                default:
                    Series(from, other, uid, length, Is);
                    break;
            }
        }
        return (Calendar([.. events]), busy);

        // Some days in a row, of which one is left out, one cancelled and one moved.
        void Series(LocalDateTime from, DateTimeZone other, string uid, string length, Action<LocalDateTime> isBusy)
        {
            var days = random.Next(3, 8);
            var (left, cancelled, moved) = (random.Next(8), random.Next(8), random.Next(8));
            events.Add(Event([uid, Local("DTSTART", from, other), length, $"RRULE:FREQ=DAILY;COUNT={days}",
                .. left < days ? [Local("EXDATE", from.PlusDays(left), other)] : Array.Empty<string>()]));
            for (var day = 0; day < days; day++)
            {
                if (day == left) continue;
                var (one, to) = (from.PlusDays(day), from.PlusDays(day).PlusMinutes(195));
                if (day == cancelled)
                    events.Add(Event(uid, Local("RECURRENCE-ID", one, other), Local("DTSTART", one, other), length,
                        "STATUS:CANCELLED"));
                else if (day == moved)
                    events.Add(Event(uid, Local("RECURRENCE-ID", one, other), Local("DTSTART", to, other), length));
                if (day != cancelled) isBusy(day == moved ? to : one);
            }
        }
    }

    private static string Local(string name, LocalDateTime time, DateTimeZone zone) =>
        $"{name};TZID={zone.Id}:{time:uuuuMMdd'T'HHmmss}";

    private static Instant At(LocalDateTime local, DateTimeZone zone) => local.InZoneLeniently(zone).ToInstant();
}
