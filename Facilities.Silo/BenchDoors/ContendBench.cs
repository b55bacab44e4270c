using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Facilities.Grains.Platforms;
using Facilities.Silo.Bench;
using NodaTime;

namespace Facilities.Silo.BenchDoors;

/// <summary>
/// Many clients at once for the last ten units of a time, again and again: ten of them win, and the others are told so.
/// Through the doors, each with a quote of its own; and without doors, straight to the grains.
/// </summary>
internal sealed class ContendBench : IBench
{
    private const int Left = 10, RoundsMin = 3;

    private static readonly LocalDate Today = new(2026, 11, 2);

    public string Name => "contend";

    public string Says => "losers answered a second when many want the last ten units; exactly ten win";

    public ImmutableArray<string> Numbers => ["clients"];

    public bool IsThroughDoors => true;

    public async Task<ImmutableArray<Figure>> Run(BenchSettings settings, TextWriter progress)
    {
        var clients = Math.Max(Left + 1, settings.Of("clients", 500));
        return [await Doors(settings, clients, progress), await Grains(settings, clients)];
    }

    private static async Task<Figure> Doors(BenchSettings settings, int clients, TextWriter progress)
    {
        await using var scratch = await Scratch.Make(settings);
        await Market.Open(scratch.Storage, clients);
        await using var api = await ApiProcess.Start(settings.Program!, scratch.Storage);
        var customers = await Market.SignIn(api.Http, clients);
        await progress.WriteLineAsync($"{clients} companies");
        var places = new Places(SystemClock.Instance.GetCurrentInstant().InUtc().Date);
        var rounds = new Rounds();
        while (rounds.IsWanted(settings.Seconds))
        {
            var (number, start) = places.NextTime();
            var platform = Market.PlatformOf(number);
            var quotes = await Task.WhenAll(customers.Select(async customer =>
                Customer.Expect("/quotes", await customer.Quote(platform, start), 201).Body));
            for (var first = 0; first < BenchPlatform.Units - Left; first++)
                Customer.Expect("/bookings", await customers[first].Hold(
                    Customer.Expect("/quotes", await customers[first].Quote(platform, start), 201).Body), 201);
            rounds.Begin();
            var answers = await Task.WhenAll(customers.Select((customer, index) => customer.Hold(quotes[index])));
            rounds.End(
                answers.Count(a => a.Status == 201),
                [.. answers.Where(a => a is { Status: 409, Refusal: "slotTaken" }).Select(a => a.Milliseconds)],
                clients, answers.Select(a => $"{a.Status} {a.Refusal}"));
        }
        return rounds.Figure("contend", clients).With("answered with 5xx", "0");
    }

    private static async Task<Figure> Grains(BenchSettings settings, int clients)
    {
        await using var host = await BenchHost.Start(settings, new BenchClock(Today.AtMidnight().InUtc().ToInstant()));
        var platform = host.Grains.GetGrain<IPlatformGrain>("bench");
        await platform.Register(BenchPlatform.Register("bench"));
        var (rounds, round) = (new Rounds(), 0);
        while (rounds.IsWanted(settings.Seconds) && round < 178 * BenchPlatform.PlacesPerDay)
        {
            var start = BenchPlatform.PlaceOf(Today.PlusDays(1 + round / BenchPlatform.PlacesPerDay), round);
            round++;
            foreach (var unit in Enumerable.Range(0, BenchPlatform.Units - Left))
                await platform.HoldSlots(BenchPlatform.Hold($"{round}-first-{unit}", start));
            var begun = rounds.Begin();
            var replies = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
            {
                var reply = await platform.HoldSlots(BenchPlatform.Hold($"{round}-{client}", start));
                return (Reply: reply, Wait: Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            })));
            rounds.End(
                replies.Count(r => r.Reply.Accepted),
                [.. replies.Where(r => r.Reply.Refusal?.Code == PlatformRefusal.SlotTaken).Select(r => r.Wait)],
                clients, replies.Select(r => r.Reply.Refusal?.Code.ToString() ?? "held"));
        }
        return rounds.Figure("contend.grains", clients);
    }

    /// <summary>What the rounds came to; anything but ten winners and all others told so ends the bench.</summary>
    private sealed class Rounds
    {
        private readonly long started = Stopwatch.GetTimestamp();
        private readonly List<double> rates = [], waits = [];
        private long begun;

        public bool IsWanted(TimeSpan time) => rates.Count < RoundsMin || Stopwatch.GetElapsedTime(started) < time;

        public long Begin() => begun = Stopwatch.GetTimestamp();

        public void End(int winners, ImmutableArray<double> losers, int clients, IEnumerable<string> said)
        {
            var time = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            if (winners != Left || winners + losers.Length != clients)
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                    $"{winners} won where {Left} units were left, and {losers.Length} of {clients} were told so: ")
                    + string.Join(", ", said.CountBy(word => word).Select(word => $"{word.Value} {word.Key}")));
            rates.Add(losers.Length / time);
            waits.AddRange(losers);
        }

        public Figure Figure(string name, int clients) => new(
            name, "losers/s", new(rates), null, new(waits), new($"{Left} win each time", true),
            ImmutableSortedDictionary<string, string>.Empty
                .Add("clients", clients.ToString(CultureInfo.InvariantCulture))
                .Add("times contended", rates.Count.ToString(CultureInfo.InvariantCulture)));
    }
}
