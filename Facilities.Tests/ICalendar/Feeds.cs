using Facilities.Grains.ICalendar;
using NodaTime;

namespace Facilities.Tests.ICalendar;

/// <summary>Feeds to write.</summary>
internal static class Feeds
{
    private static readonly Instant Changed = Instant.FromUtc(2027, 1, 15, 8, 30);
    private static readonly DateTimeZone Rome = DateTimeZoneProviders.Tzdb["Europe/Rome"];

    // Long, escaped, beyond the basic plane, with line ends of every kind and octets that must not be split.
    private static readonly string[] Pieces =
    [
        "MRI 7T; half day, ", "Größe µ ", "東京", "🧬🧫", "\r\n", "\n", "back\\slash", "\\n", "\"quoted\"", ":;,", " ",
        "\t",
    ];

    /// <summary>One of each kind of entry.</summary>
    internal static CalendarFeed Sample => Feed(
        Entry("booking-1", new EntryTime.Once(Instant.FromUtc(2027, 2, 3, 8, 0), Instant.FromUtc(2027, 2, 3, 12, 0)),
            "MRI 7T, half day; Gröbner & Söhne") with
        {
            Description = "Bring the sample box.\nRing at door 3 – ask for “Bioimaging”, then wait; the lift is slow.",
            Location = "Bioindustry Park, Via Ribes 5",
            Page = new("https://facilities.example/bookings/booking-1"),
        },
        Entry("booking-2", new EntryTime.Once(Instant.FromUtc(2027, 3, 28, 0, 30), Instant.FromUtc(2027, 3, 28, 2, 0)),
            "Cancelled") with
        { Sequence = 3, Status = EventStatus.Cancelled },
        Entry("stay-1", new EntryTime.Days(new(2027, 3, 27), new(2027, 3, 29)), "Ward bed") with { IsPrivate = true },
        Entry("study-1", Series("FREQ=WEEKLY;COUNT=6", new(2027, 3, 15, 9, 0), new LocalDateTime(2027, 3, 22, 9, 0)),
            "Weekly study") with
        { Status = EventStatus.Tentative, IsTransparent = true });

    internal static CalendarFeed Feed(params CalendarEntry[] entries) =>
        new("Facilities: MRI, 7T", [.. entries], Duration.FromMinutes(15));

    internal static CalendarEntry Entry(string id, EntryTime time, string summary) =>
        new($"{id}@facilities.example", 0, Changed, EventStatus.Confirmed, time, summary);

    internal static EntryTime Series(string rule, LocalDateTime start, params LocalDateTime[] removed) =>
        new EntryTime.Series(start, start.PlusHours(2), Rome, RecurrenceRule.Parse(rule), [.. removed]);

    /// <summary>A feed with texts and times from a seed.</summary>
    internal static CalendarFeed RandomFeed(int seed, int entries, string? without = null)
    {
        var random = new Random(seed);
        return Feed([.. Enumerable.Range(0, entries).Select(number =>
        {
            var start = Changed + Duration.FromMinutes(random.Next(2_000_000));
            return Entry($"random-{number}", random.Next(4) switch
            {
                0 => new EntryTime.Days(start.InUtc().Date, start.InUtc().Date.PlusDays(random.Next(1, 20))),
                1 => Series($"FREQ=DAILY;INTERVAL={random.Next(1, 40)};COUNT={random.Next(1, 20)}",
                    start.InUtc().Date.At(new LocalTime(random.Next(4, 24), random.Next(60)))),
                _ => new EntryTime.Once(start, start + Duration.FromMinutes(random.Next(1, 5_000))),
            }, Text(random, without)) with
            {
                Sequence = random.Next(9),
                Description = random.Next(2) == 0 ? null : Text(random, without),
                Status = (EventStatus)random.Next(3),
            };
        })]);
    }

    private static string Text(Random random, string? without)
    {
        var pieces = Pieces.Where(piece => piece != without).ToArray();
        return $"x{string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => random.GetItems(pieces, 1)[0]))}x";
    }
}
