using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using Facilities.Silo.Bench;
using NodaTime;

namespace Facilities.Silo.BenchSearch;

/// <summary>
/// Thousands of platforms with two services each and their next weeks nearly full, written to the log in bulk: each
/// platform is one append of the events that its grain would have stored.
/// </summary>
internal sealed class SearchCrowd(LocalDate today)
{
    /// <summary>How far ahead everything can be booked.</summary>
    public const int Days = 180;

    private const int AtOnce = 500;

    private static readonly (string Zone, string Country, string Cluster)[] Places =
    [
        ("Europe/Rome", "IT", "biopmed"), ("Europe/Berlin", "DE", "biotop"), ("Europe/Madrid", "ES", "biocat"),
        ("Europe/Paris", "FR", "genopole"), ("Europe/Budapest", "HU", "gnd"), ("Europe/London", "GB", "crick"),
        ("Europe/Helsinki", "FI", "meilahti"), ("Europe/Lisbon", "PT", "biocant"),
    ];

    private static readonly string[] Categories = ["imaging", "sequencing", "clinical", "bioprocess"];

    private readonly Random random = new(20261122);

    /// <summary>The bookings that were written, for a rival: on which platform, and when.</summary>
    public List<(int Platform, Instant Start, Instant End)> Booked { get; } = [];

    /// <summary>What an hour of each platform costs, in cents.</summary>
    public List<long> Prices { get; } = [];

    /// <summary>The name of a platform.</summary>
    public static string NameOf(int number) => $"crowd-{number:00000}";

    /// <summary>Writes platforms.</summary>
    public async Task Write(IEventStore store, int count, Instant now)
    {
        foreach (var some in Enumerable.Range(0, count).Chunk(AtOnce))
        {
            var made = some.Select(Platform).ToArray();
            var answers = await Task.WhenAll(made.Select(events => Append(store, events, now)));
            if (answers.Any(answer => answer != AppendAnswer.Stored))
                throw new InvalidOperationException("A platform was not stored.");
        }
    }

    private ImmutableArray<PlatformEvent> Platform(int number)
    {
        var (zone, country, cluster) = Places[number % Places.Length];
        var price = Money.Of(random.Next(40, 400), Currency.Eur);
        Prices.Add(price.Minor);
        var profile = BenchPlatform.Profile(NameOf(number)) with
        {
            TimeZone = zone,
            Country = country,
            Cluster = new(cluster),
        };
        var hours = new HoursRule(
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA", TimeOfDay.Parse("08:00"), TimeOfDay.Parse("18:00"), new(2026, 1, 1));
        var instrument = new Resource(new("instrument"), "Instrument", 1, [hours], []);
        var team = new Resource(new("operator"), "Operator", 2, [hours], []);
        var hour = BenchPlatform.Microscope with
        {
            Id = new("hour"),
            Category = Categories[number % Categories.Length],
            Uses = [instrument.Id],
            Prices = new(price, price, price, price),
            Buffer = new(Length.Zero, Length.Zero),
        };
        var assisted = hour with
        {
            Id = new("assisted-hour"),
            Uses = [instrument.Id, team.Id],
            OperatorPerHour = Money.Of(45, Currency.Eur),
        };
        return
        [
            new PlatformRegistered(profile, [instrument, team], [hour, assisted]),
            .. Full(number, DateTimeZoneProviders.Tzdb[zone], hour.Id),
        ];
    }

    // Day after day the instrument is taken from morning to evening, with a gap here and there after the first days.
    private IEnumerable<SlotsHeld> Full(int number, DateTimeZone zone, ServiceId service)
    {
        var days = random.Next(3, 40);
        for (var day = 0; day < days; day++)
        {
            if (day > 2 && random.Next(20) == 0) continue;
            var morning = zone.AtLeniently(today.PlusDays(day).At(new(8, 0))).ToInstant();
            var evening = morning + Duration.FromHours(10);
            Booked.Add((number, morning, evening));
            yield return new SlotsHeld(
                new($"{NameOf(number)}-{day}"), BenchPlatform.Account,
                [
                    new HeldSlot(new("item"), service, [new UnitsUsed(new("instrument"), [0])],
                        new Busy(morning, morning, evening, evening)),
                ]);
        }
    }

    private static Task<AppendAnswer> Append(IEventStore store, ImmutableArray<PlatformEvent> events, Instant now)
    {
        var state = events.Aggregate(PlatformState.Nobody, (so, happened) => PlatformState.Evolve(so, happened, now));
        var id = state.Profile!.Id.Value;
        var rows = PlatformRows.Of(state, [new Placed<PlatformEvent>(1, events[0])]);
        return store.Append(new Append(
            StreamName.Of("platform", id), 0, new($"{id}/crowd"), "crowd", Actor.System.Person, now,
            [.. events.Select(EventNames.Write)], rows, [], [], null, null));
    }
}
