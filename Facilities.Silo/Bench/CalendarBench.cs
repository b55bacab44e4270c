using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Facilities.Grains.Availability;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Runtime;
using Facilities.Silo.Hosting;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Facilities.Silo.Bench;

/// <summary>Whether slots and holds stay as fast as a calendar fills, beside a platform without bookings.</summary>
internal sealed class CalendarBench : IBench
{
    private const string Full = "bench-full", Empty = "bench-empty";
    private const int Activations = 9;

    private static readonly LocalDate Today = new(2026, 11, 2);

    public string Name => "calendar";

    public string Says => "slots, holds and activation of a platform with a long past, beside an empty one";

    public ImmutableArray<string> Numbers => ["past", "future"];

    public async Task<ImmutableArray<Figure>> Run(BenchSettings settings, TextWriter progress)
    {
        var (past, future) = (settings.Of("past", 200_000), settings.Of("future", 5_000));
        var clock = new BenchClock(Today.PlusDays(-30).AtMidnight().InUtc().ToInstant());
        await using var host = await BenchHost.Start(settings, clock);
        foreach (var id in new[] { Full, Empty })
        {
            // An offer of long ago, so that the past can be booked.
            clock.Now = new LocalDate(2001, 1, 1).AtMidnight().InUtc().ToInstant();
            await host.Grains.GetGrain<IPlatformGrain>(id).Register(BenchPlatform.Register(id));
        }
        await new CalendarHistory(host.Grains.GetGrain<IPlatformGrain>(Full), Full, clock)
            .Write(Today, past, future, progress);

        var full = await StateOf(host, Full);
        var empty = await StateOf(host, Empty);
        var about = ImmutableSortedDictionary<string, string>.Empty
            .Add("past", Text(past)).Add("future", Text(future)).Add("in memory", Text(full.State.Bookings.Count))
            .Add("snapshot bytes", Text(full.Loaded.Snapshot is { } kept ? Encoding.UTF8.GetByteCount(kept.Json) : 0))
            .Add("events after it", Text(full.Loaded.Events.Length));
        return
        [
            Slots(settings.Seconds, full.State, empty.State, clock.Now),
            Holds(settings.Seconds, full.State, empty.State, clock.Now),
            await DurableHolds(settings.Seconds, host),
            Releases(settings.Seconds, full.State, empty.State, clock.Now),
            await Activation(host, about),
            Rule(settings.Seconds),
            Hours(settings.Seconds),
        ];
    }

    private static Figure Slots(TimeSpan time, PlatformState full, PlatformState empty, Instant now)
    {
        var asked = new SlotsAsked(
            BenchPlatform.Microscope.Id, null, 1, Today.PlusDays(1), Today.PlusDays(32));
        var found = PlatformReads.FreeSlots(full, asked, now).Slots.Length;
        var (ours, rival) = Clocked.Both(
            time, _ => PlatformReads.FreeSlots(full, asked, now), _ => PlatformReads.FreeSlots(empty, asked, now));
        return Of("calendar.slots", ours, rival, new("a month in less than 2 ms", ours.Median < 2)) with
        {
            Settings = ImmutableSortedDictionary<string, string>.Empty
                .Add("free slots of a month", Text(found)).Add("units looked at", Text(2 * BenchPlatform.Units)),
        };
    }

    private static Figure Holds(TimeSpan time, PlatformState full, PlatformState empty, Instant now)
    {
        var (ours, rival) = Clocked.Both(time, index => Hold(full, index, now), index => Hold(empty, index, now));
        return Of("calendar.hold.rules", ours, rival, null);
    }

    // As somebody who books meets it: through the grain, answered when it is on the disk.
    private static async Task<Figure> DurableHolds(TimeSpan time, BenchHost host)
    {
        var (full, empty) = (host.Grains.GetGrain<IPlatformGrain>(Full), host.Grains.GetGrain<IPlatformGrain>(Empty));
        var (ours, rival) = (new List<double>(), new List<double>());
        var started = Stopwatch.GetTimestamp();
        for (var number = 0; Stopwatch.GetElapsedTime(started) < time || number < 20; number++)
        {
            var one = (await Clocked.Times(1, _ => Hold(full, number))).Median;
            var other = (await Clocked.Times(1, _ => Hold(empty, number))).Median;
            // The first wakes both grains.
            if (number == 0) continue;
            ours.Add(one);
            rival.Add(other);
        }
        var (taken, compared) = (new Samples(ours), new Samples(rival));
        return Of("calendar.hold", taken, compared, Twice(taken, compared));

        static async Task Hold(IPlatformGrain platform, int number)
        {
            var start = BenchPlatform.PlaceOf(Today.PlusDays(1 + number % CalendarHistory.DaysAhead), number);
            if ((await platform.HoldSlots(BenchPlatform.Hold($"durable-{number}", start))).Refusal is { } refusal)
                throw new InvalidOperationException(refusal.Reason);
        }
    }

    private static Figure Releases(TimeSpan time, PlatformState full, PlatformState empty, Instant now)
    {
        var (fullHeld, emptyHeld) = (Hold(full, 0, now), Hold(empty, 0, now));
        var (ours, rival) = Clocked.Both(time, _ => Release(fullHeld, now), _ => Release(emptyHeld, now));
        return Of("calendar.release", ours, rival, null);
    }

    private static PlatformState Hold(PlatformState platform, int index, Instant now)
    {
        var start = BenchPlatform.PlaceOf(Today.PlusDays(1 + index % CalendarHistory.DaysAhead), index);
        var decision = PlatformDecisions.Decide(platform, BenchPlatform.Hold("bench", start), now);
        return After(platform, decision, now);
    }

    private static PlatformState Release(PlatformState platform, Instant now) =>
        After(platform, PlatformDecisions.Decide(platform, BenchPlatform.Release("bench"), now), now);

    private static PlatformState After(
        PlatformState platform, Decision<PlatformEvent, PlatformRefusal> decision, Instant now) =>
        decision.Refusal is { } refusal
            ? throw new InvalidOperationException(refusal.Reason)
            : decision.Events.Aggregate(platform, (state, happened) => PlatformState.Evolve(state, happened, now));

    // What a grain does that is made anew on the same database, as after a restart; the runtime itself is warm.
    private static async Task<Figure> Activation(
        BenchHost host, ImmutableSortedDictionary<string, string> about)
    {
        await View(Full);
        var before = Environment.CpuUsage.TotalTime;
        var ours = await Clocked.Times(Activations, _ => View(Full));
        var processor = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / Activations;
        var rival = await Clocked.Times(Activations, _ => View(Empty));
        return Of("calendar.activation", ours, rival, new("less than 200 ms", ours.Median < 200)) with
        {
            // Where others use the machine too, this tells more than the time that went by.
            Settings = about.Add("processor time", string.Create(CultureInfo.InvariantCulture, $"{processor:0} ms")),
        };

        Task View(string id) => StateOf(host, id);
    }

    private static Figure Rule(TimeSpan time)
    {
        var rule = RecurrenceRule.Parse("FREQ=DAILY");
        var first = Today.At(new LocalTime(8, 0));
        var ours = Clocked.One(time, _ => Recurrence.Between(
            rule, first, BenchPlatform.Zone, first, first.PlusYears(10)));
        return Of("calendar.rule", ours, null, new("ten years of a daily rule in less than 5 ms", ours.Median < 5));
    }

    private static Figure Hours(TimeSpan time)
    {
        var resource = BenchPlatform.Register(Empty).Resources[0];
        var ours = Clocked.One(time, _ => Openings.Of(resource, BenchPlatform.Zone, Today, Today.PlusYears(10)));
        return Of("calendar.hours", ours, null, null);
    }

    internal static async Task<(PlatformState State, LoadedStream Loaded)> StateOf(BenchHost host, string id)
    {
        var loaded = await host.Services.GetRequiredService<IEventStore>()
            .Load(StreamName.Of("platform", id), KeptState<PlatformState>.Shape);
        var kept = loaded.Snapshot is { } snapshot
            ? JsonSerializer.Deserialize<KeptState<PlatformState>>(snapshot.Json, Json.Options)!.State
            : PlatformState.Nobody;
        return (loaded.Events.Aggregate(kept, (state, stored) => PlatformState.Evolve(
            state, (PlatformEvent)EventNames.Read(stored.Event), stored.At)).WithCalendar(), loaded);
    }

    private static Mark Twice(Samples ours, Samples rival) =>
        new("at most twice an empty one", ours.Median <= 2 * rival.Median);

    private static Figure Of(string name, Samples ours, Samples? rival, Mark? mark) =>
        new(name, "ms", ours, rival, ours, mark, ImmutableSortedDictionary<string, string>.Empty);

    private static string Text(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
