using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Silo.Bench;

/// <summary>Many clients at once for the last ten units of a time, again and again: ten of them win.</summary>
internal sealed class ContendBench : IBench
{
    private const int Left = 10;

    private static readonly LocalDate Today = new(2026, 11, 2);

    public string Name => "contend";

    public string Says => "losers answered a second when many want the last ten units; exactly ten win";

    public ImmutableArray<string> Numbers => ["clients"];

    public async Task<ImmutableArray<Figure>> Run(BenchSettings settings, TextWriter progress)
    {
        var clients = settings.Of("clients", 500);
        await using var host = await BenchHost.Start(settings, new BenchClock(Today.AtMidnight().InUtc().ToInstant()));
        var platform = host.Grains.GetGrain<IPlatformGrain>("bench");
        await platform.Register(BenchPlatform.Register("bench"));
        var (rates, waits, round) = (new List<double>(), new List<double>(), 0);
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < settings.Seconds || rates.Count < 3)
        {
            if (round == 178 * BenchPlatform.PlacesPerDay) break;
            var start = BenchPlatform.PlaceOf(Today.PlusDays(1 + round / BenchPlatform.PlacesPerDay), round);
            round++;
            foreach (var unit in Enumerable.Range(0, BenchPlatform.Units - Left))
                await platform.HoldSlots(BenchPlatform.Hold($"{round}-first-{unit}", start));
            var begun = Stopwatch.GetTimestamp();
            var replies = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
            {
                var reply = await platform.HoldSlots(BenchPlatform.Hold($"{round}-{client}", start));
                return (Reply: reply, Wait: Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            })));
            var winners = replies.Count(r => r.Reply.Accepted);
            if (winners != Math.Min(Left, clients)
                || replies.Any(r => r.Reply.Refusal is { Code: not PlatformRefusal.SlotTaken }))
                throw new InvalidOperationException($"{winners} won, and {Left} units were left.");
            rates.Add((clients - winners) / Stopwatch.GetElapsedTime(begun).TotalSeconds);
            waits.AddRange(replies.Where(r => !r.Reply.Accepted).Select(r => r.Wait));
        }
        return
        [
            new("contend", "losers/s", new(rates), null, new(waits), new($"{Left} win each time", true),
                ImmutableSortedDictionary<string, string>.Empty
                    .Add("clients", clients.ToString(CultureInfo.InvariantCulture))
                    .Add("times contended", rates.Count.ToString(CultureInfo.InvariantCulture))),
        ];
    }
}
