using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Platforms;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Bench;

/// <summary>
/// Durable holds at twelve platforms that everybody wants, through the grains and the store, beside the customary way
/// on the same database with the same durability, at the number of clients that suits each best.
/// </summary>
internal sealed class SlotsBench : IBench
{
    public const int Platforms = 12;

    private const int Rounds = 3;

    // About what a batch holds when clients never rest.
    private const int BareBatch = 250;

    private static readonly LocalDate Today = new(2026, 11, 2);
    private static readonly Instant Now = Today.AtMidnight().InUtc().ToInstant();

    public string Name => "slots";

    public string Says => "durable holds a second at 12 platforms, beside one insert for each booking";

    public ImmutableArray<string> Numbers => ["clients"];

    public async Task<ImmutableArray<Figure>> Run(BenchSettings settings, TextWriter progress)
    {
        await using var host = await BenchHost.Start(settings, new BenchClock(Now));
        await using var rival = await SlotRival.Start(host.Storage);
        var isPostgres = settings.Store == StorageProvider.Postgres;
        var round = 0;
        var theirs = await Load.Best(isPostgres ? [1, 2, 4, 8, 16, 32, 64] : [1, 2, 4], settings.Probe, rival.With);
        var ours = settings.Of("clients", 0);
        // The runtime compiles what is measured while it runs, and once more when it knows how it runs.
        await Load.Run(1_024, settings.Seconds + settings.Probe, await Holding());
        if (ours == 0)
            ours = await Load.Best([64, 256, 1_024, 4_096], settings.Probe, _ => Holding().GetAwaiter().GetResult());

        var (rates, rivalRates) = (new List<double>(), new List<double>());
        var (used, done) = (TimeSpan.Zero, 0);
        Loaded? loaded = null, rivalLoaded = null;
        for (var turn = 0; turn < Rounds; turn++)
        {
            rivalLoaded = await Load.Run(theirs, settings.Seconds, rival.With(theirs));
            rivalRates.Add(rivalLoaded.PerSecond);
            var (holding, before) = (await Holding(), Environment.CpuUsage.TotalTime);
            loaded = await Load.Run(ours, settings.Seconds, holding);
            (used, done) = (used + Environment.CpuUsage.TotalTime - before, done + loaded.Times.Count);
            rates.Add(loaded.PerSecond);
            await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"ours {loaded.PerSecond:#,0}, rival {rivalLoaded.PerSecond:#,0}"));
        }
        var limit = await BareRows.Limit(
            host, settings.Seconds, BareBatch, StreamName.Of("platform", $"bench-{round}-0"), _ => []);
        var least = isPostgres ? 3 : 5;
        var figure = new Figure($"slots.{(isPostgres ? "postgres" : "sqlite")}", "holds/s", new(rates), new(rivalRates),
            loaded!.Times, null, ImmutableSortedDictionary<string, string>.Empty
                .Add("clients", Text(ours)).Add("rival's clients", Text(theirs))
                .Add("the same rows alone", limit)
                .Add("processor time with the clients", $"{used.TotalMicroseconds / done:0} µs a hold")
                .Add("rival's p99", $"{rivalLoaded!.Times.At(0.99):0.0} ms"));
        return [figure with { Mark = new($"at least {least} times the rival", figure.Ratio >= least) }];

        // Platforms of its own for each turn, so that every hold finds its place.
        async Task<Func<int, Task>> Holding()
        {
            var turn = ++round;
            var grains = Enumerable.Range(0, Platforms)
                .Select(n => host.Grains.GetGrain<IPlatformGrain>($"bench-{turn}-{n}")).ToArray();
            for (var n = 0; n < Platforms; n++) await grains[n].Register(BenchPlatform.Register($"bench-{turn}-{n}"));
            var last = -1;
            return async _ =>
            {
                var number = Interlocked.Increment(ref last);
                var (platform, place) = (number % Platforms, number / Platforms);
                var day = Today.PlusDays(1 + place / BenchPlatform.PlacesPerDay / BenchPlatform.Units % 178);
                var reply = await grains[platform].HoldSlots(
                    BenchPlatform.Hold($"b-{turn}-{number}", BenchPlatform.PlaceOf(day, place)));
                if (reply.Refusal is { } refusal) throw new InvalidOperationException(refusal.Reason);
            };
        }
    }

    private static string Text(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
