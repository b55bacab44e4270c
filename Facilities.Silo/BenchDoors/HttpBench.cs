using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Facilities.Silo.Bench;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.BenchDoors;

/// <summary>
/// Whole bookings through the doors, from the quote to the confirmation: the program of the doors runs as its own
/// process, and this one is its client over real sockets. First clients that never rest, beside the bare insert of one
/// row for each booking; then a steady stream at a half and at nine tenths of what those reached.
/// </summary>
internal sealed class HttpBench : IBench
{
    private const int Rounds = 3;
    private const double WholeBookings = 640, HalfLoadMilliseconds = 50;

    private static readonly string[] Steps = ["quote", "book", "sign", "pay"];

    public string Name => "http";

    public string Says => "whole bookings a second over HTTP, and how long they take at a half and nine tenths of that";

    public ImmutableArray<string> Numbers => ["clients"];

    public bool IsThroughDoors => true;

    public async Task<ImmutableArray<Figure>> Run(BenchSettings settings, TextWriter progress)
    {
        await using var scratch = await Scratch.Make(settings);
        var given = settings.Of("clients", 0);
        var counts = given > 0 ? [given] : new[] { 16, 32, 64, 128 };
        var companies = Math.Max(counts[^1], 100);
        await Market.Open(scratch.Storage, companies);
        await using var api = await ApiProcess.Start(settings.Program!, scratch.Storage);
        var customers = await Market.SignIn(api.Http, companies);
        var places = new Places(SystemClock.Instance.GetCurrentInstant().InUtc().Date);

        await Load.WarmUp(counts[^1], Book);
        var clients = given > 0 ? given : await Load.Best(counts, settings.Probe, _ => Book);
        var closed = await Closed(settings, scratch.Storage, clients, api, Book, progress);
        var rate = closed.Ours.Median;
        var steps = Steps.Select(_ => new ConcurrentBag<double>()).ToArray();
        var half = await Open("http.half", 0.5, Detailed);
        var most = await Open("http.most", 0.9, Book);
        return
        [
            closed,
            half with
            {
                Mark = new($"p99 under {HalfLoadMilliseconds} ms", half.Times!.At(0.99) < HalfLoadMilliseconds),
            },
            .. Steps.Select((step, index) => Times($"http.half.{step}", new(steps[index]))),
            most,
        ];

        async Task Book(int client) => await Life(client);

        async Task Detailed(int client)
        {
            var times = await Life(client);
            for (var step = 0; step < times.Length; step++) steps[step].Add(times[step]);
        }

        Task<double[]> Life(int client)
        {
            var (platform, start) = places.Next();
            return customers[client % customers.Length].Book(Market.PlatformOf(platform), start);
        }

        async Task<Figure> Open(string name, double share, Func<int, Task> act)
        {
            var before = customers.Sum(c => c.TurnedAway);
            var times = await OpenLoop.Run(share * rate, settings.Seconds * Rounds, act);
            await progress.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{name}: p50 {times.Median:0.0}, p99 {times.At(0.99):0.0} ms"));
            var figure = Times(name, times);
            return figure with
            {
                Settings = figure.Settings.Add("bookings a second", Text(share * rate))
                    .Add("turned away", Text(customers.Sum(c => c.TurnedAway) - before)),
            };
        }
    }

    private static async Task<Figure> Closed(
        BenchSettings settings, StorageOptions storage, int clients, ApiProcess api, Func<int, Task> book,
        TextWriter progress)
    {
        await using var rival = await SlotRival.Start(storage);
        int[] counts = settings.Store == StorageProvider.Postgres ? [1, 2, 4, 8, 16, 32, 64] : [1, 2, 4];
        var theirs = await Load.Best(counts, settings.Probe, rival.With);
        var (rates, rivalRates, done) = (new List<double>(), new List<double>(), 0);
        var (server, client) = (TimeSpan.Zero, TimeSpan.Zero);
        Loaded? loaded = null;
        for (var turn = 0; turn < Rounds; turn++)
        {
            rivalRates.Add((await Load.Run(theirs, settings.Seconds, rival.With(theirs))).PerSecond);
            var (serverBefore, clientBefore) = (api.ProcessorTime, Environment.CpuUsage.TotalTime);
            loaded = await Load.Run(clients, settings.Seconds, book);
            server += api.ProcessorTime - serverBefore;
            client += Environment.CpuUsage.TotalTime - clientBefore;
            done += loaded.Times.Count;
            rates.Add(loaded.PerSecond);
            await progress.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{loaded.PerSecond:#,0} whole bookings a second, rival {rivalRates[^1]:#,0} rows"));
        }
        var figure = new Figure("http", "bookings/s", new(rates), new(rivalRates), loaded!.Times, null,
            ImmutableSortedDictionary<string, string>.Empty
                .Add("clients", Text(clients)).Add("rival's clients", Text(theirs))
                .Add("requests for each booking", Text(Customer.StepsOfALife))
                .Add("processor time of the server", $"{Millis(server, done)} ms a booking")
                .Add("processor time of the client", $"{Millis(client, done)} ms a booking")
                .Add("memory of the server", $"{Text(api.WorkingSet / 1_000_000.0)} MB")
                .Add("p99.9", Long(loaded.Times)));
        return figure with
        {
            Mark = new($"at least {Text(WholeBookings)} a second", figure.Ours.Median >= WholeBookings),
        };
    }

    private static Figure Times(string name, Samples times) => new(name, "ms", times, null, times, null,
        ImmutableSortedDictionary<string, string>.Empty.Add("p99.9", Long(times)).Add("measured", Text(times.Count)));

    private static string Long(Samples times) =>
        string.Create(CultureInfo.InvariantCulture, $"{times.At(0.999):0.0} ms");

    private static string Millis(TimeSpan time, int of) =>
        (time.TotalMilliseconds / Math.Max(1, of)).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Text(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
