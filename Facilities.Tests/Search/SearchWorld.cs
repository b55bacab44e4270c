using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Search;
using Facilities.Grains.Services;
using NodaTime;
using static Facilities.Tests.Availability.Samples;

namespace Facilities.Tests.Search;

/// <summary>
/// Random platforms that book, move, give back, close and change their minds, and an index that is told of each event.
/// </summary>
public sealed class SearchWorld
{
    public static readonly string[] Categories = ["imaging", "sequencing", "clinical"];

    private static readonly (string Zone, string Country, string? Holidays)[] Places =
    [
        ("Europe/Rome", "IT", "IT"), ("Europe/London", "GB", null), ("Europe/Helsinki", "FI", null),
        ("Europe/Budapest", "HU", "HU"), ("America/New_York", "US", null), ("Pacific/Auckland", "NZ", null),
        ("Asia/Kathmandu", "NP", null),
    ];

    private static readonly string[] Rules = [AllDays, Weekdays, "FREQ=WEEKLY;BYDAY=MO,WE,SA", "FREQ=DAILY;INTERVAL=3"];

    private readonly Random _random;
    private readonly Dictionary<string, (PlatformState State, long Version)> _platforms = [];
    private int _last;

    public SearchWorld(int seed, int platforms)
    {
        _random = new Random(seed);
        // The clocks change within the weeks that follow, in opposite ways north and south.
        Now = seed % 2 == 0 ? Instant.FromUtc(2027, 3, 20, 22, 47, 13) : Instant.FromUtc(2026, 10, 20, 9, 30);
        for (var number = 0; number < platforms; number++) Register($"p{number}");
        Index.Take([.. _platforms.Values.Select(p => PlatformTimes.Of(p.State, p.Version, Now)!)], Now);
    }

    public FreeTimeIndex Index { get; } = new();

    public Instant Now { get; private set; }

    public IReadOnlyDictionary<string, (PlatformState State, long Version)> Platforms => _platforms;

    public ImmutableArray<PlatformView> Views => [.. _platforms.OrderBy(p => p.Key, StringComparer.Ordinal)
        .Select(p => PlatformReads.View(p.Value.State)!)];

    public void Wait() => Now += Duration.FromMinutes(_random.Next(3) == 0 ? _random.Next(3_000) : _random.Next(90));

    /// <summary>Something happens somewhere, and the index is told in one go with what else happened there.</summary>
    public string Happen()
    {
        var id = _platforms.Keys.ElementAt(_random.Next(_platforms.Count));
        var (before, version) = _platforms[id];
        var (state, changed) = (before, ChangedTimes.None);
        for (var count = _random.Next(1, 13); count > 0; count--)
        {
            if (Something(state) is not { } happened) continue;
            changed = changed.And(ChangedTimes.Of(state, happened));
            state = PlatformState.Evolve(state, happened, Now);
            version++;
        }
        _platforms[id] = (state, version);
        Index.Take([Index.Find(id)!.After(state, version, changed, Now)!], Now);
        return id;
    }

    /// <summary>All free starts that a reading of a platform knows, from tomorrow to before its horizons.</summary>
    public static ImmutableArray<string> Starts(PlatformTimes platform) =>
    [
        .. from place in Enumerable.Range(0, platform.Services.Length)
           let times = platform.Services[place]
           from day in Enumerable.Range(times.First + 2, times.End - times.First - 2 - ServiceTimes.SpareDays)
           from start in Starts(times, day)
           select $"{platform.View.Services[place].Id} {Instant.FromUnixTimeSeconds(start)}",
    ];

    /// <summary>The free starts of a day.</summary>
    public static IEnumerable<long> Starts(ServiceTimes times, int day)
    {
        for (var start = times.On(day, 0); start is { } second; start = times.On(day, second + 1)) yield return second;
    }

    public SearchRequest Request()
    {
        var from = Now.InUtc().Date.PlusDays(_random.Next(-2, 40));
        Length? duration = _random.Next(5) switch
        {
            0 => Length.OfHours(_random.Next(1, 9)),
            1 => Length.OfDays(_random.Next(1, 5)),
            2 => Length.OfMinutes(90),
            _ => null,
        };
        var limit = _random.Next(3) == 0 ? 100_000 : _random.Next(1, 30);
        return new(
            _random.Next(4) == 0 ? Categories[_random.Next(3)] : null, from, from.PlusDays(_random.Next(1, 60)),
            duration,
            _random.Next(9) == 0 ? Places[_random.Next(Places.Length)].Country : null,
            _random.Next(9) == 0 ? new ClusterId($"c{_random.Next(3)}") : null, _random.Next(2) == 0,
            _random.Next(2) == 0 ? limit : _random.Next(1, 6), limit, _random.Next(8) == 0 ? "s1" : null);
    }

    private void Register(string id)
    {
        var (zone, country, _) = Places[_random.Next(Places.Length)];
        var currency = _random.Next(4) == 0 ? Currency.Huf : Currency.Eur;
        var resources = Enumerable.Range(0, _random.Next(1, 4)).Select(RandomResource).ToImmutableArray();
        var services = Enumerable.Range(0, _random.Next(1, 5)).Select(n => RandomService($"s{n}", resources, currency));
        var profile = new PlatformProfile(
            new(id), $"Platform {id}", new($"c{_random.Next(3)}"), "City", country, "XX", zone, currency, "discovery",
            [.. Categories], "", new("Provider", "XX1", new("", "", "", country), "", ""));
        var registered = new PlatformRegistered(profile, resources, [.. services]);
        _platforms[id] = (PlatformState.Evolve(PlatformState.Nobody, registered, Now), 1);
    }

    private Resource RandomResource(int number) => new(
        new($"r{number}"), $"r{number}", _random.Next(1, 4),
        [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => RandomHours())],
        []);

    private HoursRule RandomHours()
    {
        var rule = Rules[_random.Next(Rules.Length)];
        if (_random.Next(3) == 0) return Hours(rule, "00:00", "24:00");
        var (from, to) = (_random.Next(0, 14) * 60 + _random.Next(12) * 5, _random.Next(15, 24) * 60);
        return Hours(rule, $"{from / 60:00}:{from % 60:00}", $"{to / 60:00}:00");
    }

    private Service RandomService(string id, ImmutableArray<Resource> resources, Currency currency)
    {
        var used = resources.OrderBy(_ => _random.Next()).Take(_random.Next(1, 3)).ToArray();
        string[] steps = ["PT15M", "PT30M", "PT45M", "PT1H", "PT0M", "PT4H30M"];
        var service = _random.Next(4) == 0
            ? Service(id, used, "P1D", ("P1D", "P5D", "P1D"), _random.Next(3) == 0 ? "P2D" : "P1D",
                Buffers(), $"P{_random.Next(0, 9)}D", $"P{_random.Next(9, 60)}D")
            : Service(id, used, "PT1H", ("PT1H", "PT8H", _random.Next(2) == 0 ? "PT30M" : "PT1H"),
                steps[_random.Next(steps.Length)], Buffers(), _random.Next(2) == 0 ? "PT6H" : $"P{_random.Next(0, 9)}D",
                $"P{_random.Next(9, 60)}D");
        var price = Money.Of(_random.Next(1, 4) * 100, currency);
        service = service with
        {
            Category = Categories[_random.Next(3)],
            Prices = new(price, price, price, price),
            SetupFee = Money.Zero(currency),
            Quantity = new(_random.Next(1, 3), _random.Next(2) == 0 ? Occupies.Once : Occupies.PerQuantity),
        };
        if (_random.Next(4) == 0)
            service = service with
            {
                Rules = new(SpecialHours: new(
                    _random.Next(2) == 0 ? SpecialHoursKind.Discount : SpecialHoursKind.Surcharge, new(50),
                    [RandomHours()])),
            };
        if (!service.Duration.Min.IsCalendarDays && used.Length == 2 && _random.Next(2) == 0)
            service = service with
            {
                Rules = (service.Rules ?? new()) with
                {
                    PartialUses = [new(used[1].Id, Length.OfMinutes(30),
                        _random.Next(2) == 0 ? Length.OfMinutes(15) : null)],
                },
            };
        return service;
    }

    private (string, string) Buffers() =>
        (_random.Next(2) == 0 ? "PT0M" : "PT20M",
            _random.Next(6) switch { < 3 => "PT0M", 3 => "P1D", _ => "PT45M" });

    // What changes everything is seldom, for the index then forgets what it got wrong before.
    private PlatformEvent? Something(PlatformState state) => _random.Next(_random.Next(6) == 0 ? 32 : 28) switch
    {
        < 18 => Hold(state),
        < 24 => Booked(state) is { } booking ? new SlotsReleased(booking.Booking) : null,
        24 => Booked(state) is { } booking ? new SlotsFirmed(booking.Booking) : null,
        25 => Move(state, (id, slots) => new SlotsMoved(id, slots, ++_last)),
        26 => Move(state, (id, slots) => new SlotsSetAside(id, slots, ++_last)),
        27 => state.Bookings.Values.FirstOrDefault(b => b.Aside is not null) is { } aside
            ? new MoveBarred(aside.Booking, ++_last)
            : null,
        28 => new ClosureAdded(Any(state).Id, new(
            new($"c{++_last}"), Day(state).AtMidnight().PlusHours(_random.Next(24)),
            Day(state).PlusDays(20).AtMidnight(), "service")),
        29 => new ClosurePlanned(new(
            new($"c{++_last}"), [], Day(state).At(new(9, 0)), Day(state).PlusDays(20).At(new(11, 30)), "weekly", null,
            null), []),
        30 => new HoursChanged(Any(state).Id, [RandomHours()]),
        _ => Imported(state),
    };

    private PlatformEvent? Imported(PlatformState state)
    {
        var id = new CalendarId("elsewhere");
        if (!state.Imported.TryGetValue(id.Value, out var known))
            return new CalendarAdded(new(id, "elsewhere", [Any(state).Id], [], []));
        var from = Now + Duration.FromHours(_random.Next(800));
        var time = new TimeRange(from, from + Duration.FromMinutes(_random.Next(10, 900)));
        return _random.Next(5) == 0 ? new CalendarRemoved(id) : new CalendarSynced(id, known.Times, [time]);
    }

    private PlatformEvent? Hold(PlatformState state)
    {
        var slots = Enumerable.Range(0, _random.Next(1, 3)).Select(item => Slot(state, $"i{item}")).ToArray();
        if (slots[0] is not { } first) return null;
        return new SlotsHeld(new($"b{++_last}"), new("a"), [first]);
    }

    private PlatformEvent? Move(PlatformState state, Func<BookingId, ImmutableArray<HeldSlot>, PlatformEvent> make) =>
        Booked(state) is { Aside: null } booking && Slot(state, booking.Slots[0].Item.Value) is { } slot
            ? make(booking.Booking, [slot])
            : null;

    private HeldSlot? Slot(PlatformState state, string item)
    {
        var service = state.Services.Values.ElementAt(_random.Next(state.Services.Count));
        var duration = SlotRules.Durations(service).ElementAt(_random.Next(SlotRules.Durations(service).Count()));
        // Mostly in the same few days, so that these fill up.
        var first = _random.Next(4) == 0 ? Day(state) : Now.InZone(state.Zone).Date.PlusDays(_random.Next(9, 13));
        var free = Slots.List(state.Calendar!, service, duration, 1, first, first.PlusDays(3), Now);
        if (free.IsEmpty) return null;
        var start = free[_random.Next(free.Length)].Start;
        var slot = Slots.Check(state.Calendar!, service, start, duration, 1, Now).Free!;
        return new HeldSlot(new(item), service.Id, slot.Units, slot.Busy);
    }

    private PlatformBooking? Booked(PlatformState state) => state.Bookings.IsEmpty
        ? null
        : state.Bookings.Values.ElementAt(_random.Next(state.Bookings.Count));

    private Resource Any(PlatformState state) => state.Resources.Values.ElementAt(_random.Next(state.Resources.Count));

    private LocalDate Day(PlatformState state) => Now.InZone(state.Zone).Date.PlusDays(_random.Next(0, 40));
}
