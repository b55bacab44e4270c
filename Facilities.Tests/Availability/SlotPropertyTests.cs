using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Tests.Availability;

/// <summary>Random platforms and random bookings, judged minute by minute by <see cref="MinuteModel"/>.</summary>
public sealed class SlotPropertyTests
{
    private const int Days = 14;
    private static readonly string[] Zones = ["Europe/Rome", "Europe/Budapest", "Europe/London", "Europe/Helsinki"];
    // The clocks change on the seventh day.
    private static readonly LocalDate[] Mondays = [new(2027, 3, 22), new(2026, 10, 19), new(2027, 10, 25)];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void B4_units_are_counted_as_minute_by_minute(int seed)
    {
        var world = new World(seed);
        for (var step = 0; step < 60; step++)
        {
            if (world.Random.Next(4) == 0) world.RemoveSomething();
            else world.TryRandomStart();
        }
        Assert.True(world.Model.MostUsed <= 1, $"Seed {seed}: a unit is used twice.");
        Assert.True(world.Accepted > 0 || world.Listed().Count == 0, $"Seed {seed}: nothing was ever accepted.");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void B19_every_listed_slot_books_and_every_unlisted_one_is_refused(int seed)
    {
        var world = new World(seed);
        for (var step = 0; step < 8; step++) world.TryRandomStart();

        var listed = world.Listed();

        for (var minute = 0; minute < world.Model.Minutes; minute++)
        {
            if (!world.Model.Knows(minute, world.Service, world.Length)) continue;
            var expected = world.Model.Choose(minute, world.Service, world.Length, world.Units, world.Now) is not null;
            Assert.True(expected == listed.ContainsKey(minute),
                $"Seed {seed}, minute {minute}: the list differs from the model.");
            if (expected || world.Random.Next(200) == 0)
                Assert.True(expected == world.Check(minute).Free is not null,
                    $"Seed {seed}, minute {minute}: list and check differ.");
        }
        foreach (var (minute, free) in listed)
            if (world.Model.Knows(minute, world.Service, world.Length))
                Assert.Equal(world.Service.Uses.Min(resource =>
                    world.Model.Free(resource, minute, world.Service, world.Length) / world.Units), free);
    }

    private sealed class World
    {
        private readonly List<(int Owner, Dictionary<(ResourceId, int), int[]> Units, int Start)> _booked = [];
        private readonly DateTimeZone _zone;
        private readonly LocalDate _first;
        private readonly int _seed;
        private int _owners;

        internal World(int seed)
        {
            (_seed, Random) = (seed, new Random(seed));
            _zone = DateTimeZoneProviders.Tzdb[Pick(Zones)];
            _first = Pick(Mondays);
            var inDays = Random.Next(4) == 0;
            var resources = Enumerable.Range(0, Random.Next(1, 4)).Select(n => RandomResource(n, inDays)).ToArray();
            Calendar = PlatformCalendar.Of(_zone, resources);
            Model = new MinuteModel(_zone, _first, Days, resources);
            var quantity = Random.Next(1, 3);
            var step = inDays ? $"P{Random.Next(1, 3)}D" : $"PT{15 * Random.Next(1, 10)}M";
            Length = inDays ? Length.OfDays(Random.Next(1, 3)) : Length.OfMinutes(30 * Random.Next(1, 10));
            Service = Samples.Service("s", resources, "PT1H", (Length.ToString(), Length.ToString(), "PT0M"), step,
                ($"PT{15 * Random.Next(5)}M", $"PT{15 * Random.Next(5)}M"),
                Random.Next(2) == 0 ? $"P{Random.Next(1, 3)}D" : $"PT{Random.Next(0, 50)}H",
                Random.Next(2) == 0 ? "P90D" : $"P{Random.Next(4, 8)}D") with
            {
                Quantity = new(3, Random.Next(2) == 0 ? Occupies.PerQuantity : Occupies.Once),
                Rules = new(PartialUses:
                [
                    .. resources.Skip(1).Where(_ => Random.Next(3) > 0).Select(resource => RandomPart(resource.Id)),
                ]),
            };
            Quantity = Service.Quantity.Occupies == Occupies.PerQuantity ? quantity : 1;
            Now = Model.MinuteOf(_first.PlusDays(Random.Next(5)).At(new LocalTime(Random.Next(4, 23), Random.Next(60)))
                .InZoneStrictly(_zone).ToInstant());
        }

        internal Random Random { get; }
        internal MinuteModel Model { get; }
        internal Service Service { get; }
        internal Length Length { get; }
        internal int Quantity { get; }
        internal int Units => Quantity;
        internal int Now { get; }
        internal int Accepted { get; private set; }
        private PlatformCalendar Calendar { get; set; }

        internal Dictionary<int, int> Listed() => Slots
            .List(Calendar, Service, Length, Quantity, _first, _first.PlusDays(Days), Model.At(Now))
            .ToDictionary(slot => Model.MinuteOf(slot.Start), slot => slot.Free);

        internal SlotAnswer Check(int minute) =>
            Slots.Check(Calendar, Service, Model.At(minute), Length, Quantity, Model.At(Now));

        internal void TryRandomStart()
        {
            var listed = Listed().Keys.Order().ToArray();
            // Listed starts and their neighbours are where mistakes show; any minute now and then.
            var minute = listed.Length > 0 && Random.Next(8) > 0
                ? Pick(listed) + Pick([0, 0, 0, 0, -1, 1, 15])
                : Random.Next(Model.Minutes);
            if (minute < 0 || !Model.Knows(minute, Service, Length)) return;
            var expected = Model.Choose(minute, Service, Length, Units, Now);
            var answer = Check(minute);
            Assert.True(expected is null == answer.Free is null,
                $"Seed {_seed}, minute {minute}: the model says {(expected is null ? "no" : "yes")}; "
                + answer.Refusal?.Reason);
            if (expected is null || answer.Free is null) return;
            Assert.Equal(expected.Count, answer.Free.Units.Length);
            Assert.All(answer.Free.Units, used => Assert.Equal(
                expected[(used.Resource, Model.MinuteOf((used.Part ?? answer.Free.Busy).Start))], used.Units));
            Calendar = Calendar.Place(Samples.Owner(++_owners), answer.Free.Units, answer.Free.Busy);
            Model.Use(expected, minute, Service, Length, +1);
            _booked.Add((_owners, expected, minute));
            Accepted++;
        }

        internal void RemoveSomething()
        {
            if (_booked.Count == 0) return;
            var (owner, units, start) = Pick(_booked);
            Calendar = Calendar.Remove(Samples.Owner(owner));
            Model.Use(units, start, Service, Length, -1);
            _booked.RemoveAll(booking => booking.Owner == owner);
        }

        private Resource RandomResource(int number, bool inDays)
        {
            var rules = inDays
                ? [Samples.Hours(
                    Pick([Samples.AllDays, "FREQ=WEEKLY;BYDAY=TU,WE,TH,FR,SA,SU"]), "00:00", "24:00", _first)]
                : Enumerable.Range(0, Random.Next(1, 4)).Select(_ => RandomHours()).ToImmutableArray();
            var resource = Samples.Resource($"r{number}", Random.Next(2, 5), rules);
            return Random.Next(2) == 0 ? resource : resource with { Closures = [RandomClosure()] };
        }

        private PartialUse RandomPart(ResourceId resource)
        {
            var (first, last) = Pick([(true, false), (false, true), (true, true)]);
            return new(resource, first ? Part() : null, last ? Part() : null);

            Length? Part() => Length.OfMinutes(15 * Random.Next(1, 8));
        }

        private HoursRule RandomHours()
        {
            // Quarter hours, midnight and the hour of the clock change more often than others.
            var from = Pick([0, 0, 90, 120, 150, 8 * 60, 9 * 60, 15 * Random.Next(0, 80)]);
            var to = Math.Max(from + 15, Pick([150, 180, 17 * 60, 20 * 60, 1440, 1440]));
            return new(Pick([Samples.AllDays, Samples.Weekdays, "FREQ=WEEKLY;BYDAY=SA,SU,MO", "FREQ=WEEKLY;BYDAY=SU"]),
                new(from), new(to), _first);
        }

        private Closure RandomClosure()
        {
            var from = _first.PlusDays(Random.Next(1, Days - 2)).AtMidnight().PlusMinutes(30 * Random.Next(48));
            return new(new("c"), from, from.PlusMinutes(30 * Random.Next(1, 100)), "service");
        }

        private T Pick<T>(IReadOnlyList<T> from) => from[Random.Next(from.Count)];
    }
}
