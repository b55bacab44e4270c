using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Facilities.Silo.Bench;

namespace Facilities.Silo.BenchGrowth;

/// <summary>
/// Whether operations cost the same in a large marketplace as in a small one: databases of several sizes stand side by
/// side, and each operation is measured by turns on all of them, so that whatever else the machine does meets all.
/// </summary>
internal sealed class GrowBench : IBench
{
    private const int PlatformsFew = 12;
    private const double RatioMax = 1.5, WakingMax = 200;

    public string Name => "grow";

    public string Says => "what an operation, a waking and a booking's place cost as bookings and platforms grow";

    public ImmutableArray<string> Numbers => ["bookings", "platforms"];

    public async Task<ImmutableArray<Figure>> Run(BenchSettings settings, TextWriter progress)
    {
        var (bookings, platforms) = (
            Ladder([100, 10_000], settings.Of("bookings", 10_000)),
            Ladder([PlatformsFew, 1_000], settings.Of("platforms", 10_000)));
        // Platforms grow at a number of bookings that all runs have.
        var among = Math.Min(bookings[^1], 10_000);
        var sizes = new List<GrownMarket>();
        try
        {
            foreach (var (p, b) in bookings.Select(b => (P: platforms[0], B: b))
                .Concat(platforms.Select(p => (P: p, B: among))).Distinct())
            {
                sizes.Add(await GrownMarket.Grow(settings, p, b));
                await progress.WriteLineAsync($"{sizes[^1].Words}: {sizes[^1].BytesPerBooking:#,0} bytes a booking");
            }
            var byBookings = sizes.Where(s => s.Platforms == platforms[0]).OrderBy(s => s.Bookings).ToImmutableArray();
            var byPlatforms = sizes.Where(s => s.Bookings == among).OrderBy(s => s.Platforms).ToImmutableArray();
            var figures = ImmutableArray.CreateBuilder<Figure>();
            figures.AddRange(await Memory(byBookings[^1], byPlatforms[^1]));
            await Measure(settings.Seconds, sizes, "waking", (market, number) => market.Wake(number));
            figures.Add(Compared("grow.waking", "waking", byBookings, Bounded));
            foreach (var (name, act) in Operations)
            {
                await Measure(settings.Seconds, sizes, name, act);
                figures.Add(Compared($"grow.{name}.bookings", name, byBookings, Flat));
                figures.Add(Compared($"grow.{name}.platforms", name, byPlatforms, Flat));
            }
            figures.Add(Disk(byBookings));
            return figures.ToImmutable();
        }
        finally
        {
            foreach (var size in sizes) await size.DisposeAsync();
        }
    }

    private static readonly ImmutableArray<(string Name, Func<GrownMarket, int, Task> Act)> Operations =
    [
        ("slots", (market, number) => market.Slots(number)),
        ("quote", (market, number) => market.Quote(number)),
        ("list", (market, number) => market.List(number)),
        // Last, since holds fill the calendars that the others read.
        ("hold", (market, number) => market.Hold(number)),
    ];

    private static ImmutableArray<int> Ladder(ImmutableArray<int> steps, int most) =>
        [.. steps.Where(step => step < most), most];

    // By turns on every size. The first time wakes grains and compiles, so it does not count.
    private static async Task Measure(
        TimeSpan time, List<GrownMarket> sizes, string name, Func<GrownMarket, int, Task> act)
    {
        foreach (var size in sizes)
            for (var number = 0; number < PlatformsFew; number++) await act(size, number);
        var started = Stopwatch.GetTimestamp();
        for (var number = PlatformsFew; Stopwatch.GetElapsedTime(started) < time || number < 3 * PlatformsFew; number++)
            foreach (var size in sizes)
            {
                // Among many platforms each would be met asleep, among few none: waking has a figure of its own.
                await size.Rouse(number);
                size.Add(name, (await Clocked.Times(1, _ => act(size, number))).Median);
            }
    }

    private static Mark Flat(double largest, double smallest) => new(
        string.Create(CultureInfo.InvariantCulture, $"at most {RatioMax} times the smallest"),
        largest <= RatioMax * smallest);

    // A platform that wakes reads what lies ahead and what was over a month ago at the most, not its whole history.
    private static Mark Bounded(double largest, double smallest) => new(
        string.Create(CultureInfo.InvariantCulture, $"less than {WakingMax} ms"), largest < WakingMax);

    private static Figure Compared(
        string figure, string operation, ImmutableArray<GrownMarket> sizes, Func<double, double, Mark> mark)
    {
        var (largest, smallest) = (sizes[^1].Times(operation), sizes[0].Times(operation));
        return new(figure, "ms", largest, smallest, largest, mark(largest.Median, smallest.Median),
            sizes.Aggregate(ImmutableSortedDictionary<string, string>.Empty, (all, size) => all.Add(
                size.Words, string.Create(CultureInfo.InvariantCulture, $"{size.Times(operation).Median:0.000} ms"))));
    }

    private static Figure Disk(ImmutableArray<GrownMarket> sizes) => Of(
        "grow.disk", "bytes a booking", sizes[^1].BytesPerBooking, sizes.Aggregate(
            ImmutableSortedDictionary<string, string>.Empty, (all, size) => all.Add(
                size.Words, string.Create(CultureInfo.InvariantCulture, $"{size.BytesPerBooking:#,0}"))));

    // What a platform takes that is awake: with bookings ahead, and with next to none.
    private static async Task<ImmutableArray<Figure>> Memory(GrownMarket full, GrownMarket wide)
    {
        var (active, idle) = (await full.Memory(PlatformsFew), await wide.Memory(1_000));
        return
        [
            Of("grow.memory.active", "kB a platform", active, Said(full)),
            Of("grow.memory.idle", "kB a platform", idle, Said(wide)),
        ];

        static ImmutableSortedDictionary<string, string> Said(GrownMarket size) =>
            ImmutableSortedDictionary<string, string>.Empty.Add("in", size.Words);
    }

    private static Figure Of(
        string name, string unit, double value, ImmutableSortedDictionary<string, string> settings) =>
        new(name, unit, new([value]), null, null, null, settings);
}
