using System.Diagnostics;
using System.Globalization;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Overload;

/// <summary>
/// Steady work at 70 % of capacity, on PostgreSQL: some seconds, or as many minutes as <c>SOAK_MINUTES</c> says.
/// </summary>
public sealed class SoakTests
{
    private const int Stretches = 6;
    private const int WholeBooking = 3;

    private static readonly double? Minutes =
        double.TryParse(Environment.GetEnvironmentVariable("SOAK_MINUTES"), CultureInfo.InvariantCulture, out var m)
            ? m
            : null;

    private static readonly TimeSpan Whole = TimeSpan.FromMinutes(Minutes ?? 0.2);

    /// <summary>In seconds a process still warms up, so the short form looks only for what grows by leaps.</summary>
    private static readonly SoakMeasure[] Measures = Minutes is null
        ?
        [
            new("Memory", "MB", s => s.Gauge.MemoryMegabytes, 0.05, 80),
            new("Handles", "", s => s.Gauge.Handles, 0.5, 200),
            new("Threads", "", s => s.Gauge.Threads, 0.5, 40),
            new("Time within which 99 of 100 are answered", "ms", s => s.MostMilliseconds, 2, 3_000),
        ]
        :
        [
            new("Memory", "MB", s => s.Gauge.MemoryMegabytes, 0.08, 40),
            new("Handles", "", s => s.Gauge.Handles, 0.1, 20),
            new("Threads", "", s => s.Gauge.Threads, 0.2, 8),
            new("Time within which half are answered", "ms", s => s.HalfMilliseconds, 0.3, 10),
            new("Time within which 99 of 100 are answered", "ms", s => s.MostMilliseconds, 0.5, 100),
        ];

    [Fact]
    public async Task Hours_of_work_below_capacity_make_it_neither_larger_nor_slower()
    {
        var storage = await CatalogueDatabase.Postgres(today: true);
        await using (var process = await ApiProcess.Start(storage))
        {
            using var crowd = await Crowd.Gather(process);
            var capacity = await Capacity(crowd);
            var stretch = Minutes is null ? Whole / Stretches : TimeSpan.FromMinutes(1);
            var (watch, samples) = (Stopwatch.StartNew(), new List<SoakSample>());
            while (watch.Elapsed < Whole - (stretch / 2))
            {
                var began = watch.Elapsed;
                await crowd.OpenLoop(0.7 * capacity, stretch, WholeBooking);
                Assert.Empty(crowd.Tally.Wrong);
                var sent = crowd.Tally.Take();
                samples.Add(new SoakSample(
                    watch.Elapsed.TotalMinutes,
                    sent.Count(s => s is { Step: "cancel", Status: 200 }) / (watch.Elapsed - began).TotalSeconds,
                    Tally.Within(sent.Where(s => !s.IsShed), 0.5), Tally.Within(sent.Where(s => !s.IsShed), 0.99),
                    sent.Count(s => s.IsShed), Gauge.Of(process.Id)));
            }
            await Report(samples, capacity);
            Assert.All(samples, s => Assert.True(s.BookingsPerSecond > 0, "Nobody booked."));
            foreach (var measure in Measures)
            {
                var (grew, tolerated) = measure.Judge(samples);
                Assert.True(grew <= tolerated, $"{measure.Name} grew by {grew:0} {measure.Unit}.");
            }
        }
        await StormTests.Verified(storage);
    }

    /// <summary>Whole bookings a second by some people who never wait.</summary>
    private static async Task<double> Capacity(Crowd crowd)
    {
        var seconds = Minutes is null ? 2 : 10;
        await crowd.ClosedLoop(16, TimeSpan.FromSeconds(seconds), WholeBooking);
        crowd.Tally.Take();
        var watch = Stopwatch.StartNew();
        await crowd.ClosedLoop(16, TimeSpan.FromSeconds(seconds), WholeBooking);
        return crowd.Tally.Take().Count(s => s is { Step: "cancel", Status: 200 }) / watch.Elapsed.TotalSeconds;
    }

    private static async Task Report(IReadOnlyList<SoakSample> samples, double capacity)
    {
        var load = string.Join(' ', (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ').Take(3));
        ProofReport.Say(SoakReport.Of(samples, Measures, capacity, load));
    }
}
