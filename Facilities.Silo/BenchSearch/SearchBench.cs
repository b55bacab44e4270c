using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Runtime;
using Facilities.Grains.Search;
using Facilities.Silo.Bench;
using Facilities.Silo.Platforms;
using Facilities.Silo.Search;
using Facilities.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Facilities.Silo.BenchSearch;

/// <summary>
/// Earliest and cheapest slots over thousands of platforms and half a year, beside the same by a query over a table of
/// bookings; and how soon a booking of another process is gone from the search.
/// </summary>
internal sealed class SearchBench : IBench
{
    private const int Bookings = 20;

    private static readonly LocalDate Today = new(2026, 11, 2);
    private static readonly Instant Now = Today.At(new(5, 0)).InUtc().ToInstant();

    public string Name => "search";

    public string Says => "earliest and cheapest slots across many platforms, beside a query over a table of bookings";

    public ImmutableArray<string> Numbers => ["platforms"];

    public async Task<ImmutableArray<Figure>> Run(BenchSettings settings, TextWriter progress)
    {
        var count = settings.Of("platforms", 10_000);
        await using var scratch = await Scratch.Make(settings);
        await using var host = await BenchHost.On(scratch.Storage, new BenchClock(Now));
        await using var other = await BenchHost.On(scratch.Storage, new BenchClock(Now));
        var crowd = new SearchCrowd(Today);
        var started = Stopwatch.GetTimestamp();
        await crowd.Write(host.Services.GetRequiredService<IEventStore>(), count, Now);
        await progress.WriteLineAsync(Text($"{count} platforms with {crowd.Booked.Count} bookings written in ",
            Stopwatch.GetElapsedTime(started)));
        await using var rival = await SearchRival.Start(scratch.Storage, crowd, Today);

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var times = host.Services.GetRequiredService<FreeTimes>();
        started = Stopwatch.GetTimestamp();
        await times.ReadAll();
        var reading = Stopwatch.GetElapsedTime(started);
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        await progress.WriteLineAsync(Text("read in ", reading));
        var index = await times.Fresh() ?? throw new InvalidOperationException("The index is not there.");

        var about = ImmutableSortedDictionary<string, string>.Empty
            .Add("platforms", Text(count)).Add("services", Text(2 * count)).Add("days", Text(SearchCrowd.Days))
            .Add("slots shown", Text(SearchRival.Limit));
        return
        [
            await Look(host, settings, index, rival, byPrice: false, about),
            await Look(host, settings, index, rival, byPrice: true, about),
            new("search.memory", "kB a platform", new([memory / 1_024.0 / count]), null, null, null,
                about.Add("of it bits and days", Text($"{index.Bytes / 1_024.0 / count:0.0} kB"))
                    .Add("all read in", Text("", reading))),
            await Fresh(host, other),
        ];
    }

    private static async Task<Figure> Look(
        BenchHost host, BenchSettings settings, FreeTimeIndex index, SearchRival rival, bool byPrice,
        ImmutableSortedDictionary<string, string> about)
    {
        var request = Request(byPrice);
        var (from, to) = (Midnight(request.From), Midnight(request.To));
        await Search(host, request);
        var theirs = await Clocked.Times(3, async _ => Expect(
            await (byPrice ? rival.Cheapest(from, to) : rival.Earliest(from, to))));
        var looks = await Clocked.Times(200, _ =>
        {
            var look = index.Look(request, Now);
            Expect((byPrice ? look.Cheapest(ListPrices.Of, "", []) : look.Earliest()).Length);
            return Task.CompletedTask;
        });
        var ours = new List<double>();
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < settings.Seconds;)
        {
            var asked = Stopwatch.GetTimestamp();
            Expect(await Search(host, request));
            ours.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }
        var samples = new Samples(ours);
        return new Figure(byPrice ? "search.cheapest" : "search.earliest", "ms", samples, theirs, samples,
            new("99 of 100 in less than 5 ms", samples.At(0.99) < 5),
            about.Add("of it the index", Text($"{looks.Median:0.00} ms, 99 of 100 in {looks.At(0.99):0.00} ms")));
    }

    // From the reply to a booking at one process to the end of the first search at another one without the slot.
    private static async Task<Figure> Fresh(BenchHost host, BenchHost other)
    {
        var waits = new List<double>();
        var request = Request(byPrice: false) with { Limit = 1, PerService = 1 };
        var search = host.Services.GetRequiredService<SlotSearch>();
        for (var number = 0; number < Bookings; number++)
        {
            var first = (await search.Find(request, null, Nothing))[0];
            var reply = await other.Grains.GetGrain<IPlatformGrain>(first.Platform.Id.Value).HoldSlots(new(
                new($"fresh-{number}"), Actor.System, new($"fresh-{number}"), BenchPlatform.Account,
                [new WantedSlot(new("item"), first.Service.Id, first.Slot.Start, first.Duration, 1)]));
            if (reply.Refusal is { } refusal) throw new InvalidOperationException(refusal.Reason);
            var booked = Stopwatch.GetTimestamp();
            while ((await search.Find(request, null, Nothing))[0] is var found
                && (found.Platform.Id, found.Slot.Start) == (first.Platform.Id, first.Slot.Start)
                && found.Service.Id == first.Service.Id) await Task.Delay(1);
            waits.Add(Stopwatch.GetElapsedTime(booked).TotalMilliseconds);
        }
        var samples = new Samples(waits);
        return new("search.fresh", "ms", samples, null, samples, new("at most 1 s", samples.At(1) <= 1_000),
            ImmutableSortedDictionary<string, string>.Empty.Add("bookings by another process", Text(Bookings)));
    }

    private static SearchRequest Request(bool byPrice) => new(
        null, Today, Today.PlusDays(SearchCrowd.Days), null, null, null, byPrice, SearchRival.Limit, SearchRival.Limit);

    private static async Task<int> Search(BenchHost host, SearchRequest request) =>
        (await host.Services.GetRequiredService<SlotSearch>().Find(request, null, Nothing)).Length;

    private static Task<ImmutableArray<PlatformView>> Nothing() =>
        throw new InvalidOperationException("The index is not there.");

    private static void Expect(int found)
    {
        if (found != SearchRival.Limit) throw new InvalidOperationException($"{found} slots were found.");
    }

    private static Instant Midnight(LocalDate date) => date.AtMidnight().InUtc().ToInstant();

    private static string Text(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Text(string before, TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{before}{time.TotalSeconds:0.0} s");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
