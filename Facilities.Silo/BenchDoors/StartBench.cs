using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Facilities.Silo.Bench;

namespace Facilities.Silo.BenchDoors;

/// <summary>
/// From the start of the program of the doors to its first page: on an empty database, which is made then and filled
/// with the demonstration behind that page, and on the same database later. Until all is there stands beside it.
/// </summary>
internal sealed class StartBench : IBench
{
    private const double SecondsMax = 1;

    public string Name => "start";

    public string Says => "from the start of the program to its first page, with the demonstration";

    public ImmutableArray<string> Numbers => ["starts"];

    public bool IsThroughDoors => true;

    public async Task<ImmutableArray<Figure>> Run(BenchSettings settings, TextWriter progress)
    {
        var starts = settings.Of("starts", 5);
        var (first, later) = (new List<Began>(), new List<Began>());
        for (var number = 0; number < starts; number++)
        {
            await using var scratch = await Scratch.Make(settings);
            first.Add(await Start(settings.Program!, scratch));
            later.Add(await Start(settings.Program!, scratch));
            await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"first {first[^1].Milliseconds:#,0} ms, all there after {first[^1].Whole:#,0}, "
                + $"later {later[^1].Milliseconds:#,0}"));
        }
        return [Of("start.first", first), Of("start.later", later)];
    }

    private readonly record struct Began(
        double Milliseconds, double Used, double Whole, double UsedInAll, double Memory);

    private static async Task<Began> Start(string program, Scratch scratch)
    {
        await using var api = await ApiProcess.Start(program, scratch.Storage, "Development", "/");
        var (first, used) = (Stopwatch.GetElapsedTime(api.StartedAt), api.ProcessorTime);
        // Not ended before: the start after it would load what is missing.
        await api.Ready();
        return new(
            first.TotalMilliseconds, used.TotalMilliseconds,
            Stopwatch.GetElapsedTime(api.StartedAt).TotalMilliseconds, api.ProcessorTime.TotalMilliseconds,
            api.WorkingSet / 1e6);
    }

    private static Figure Of(string name, List<Began> starts)
    {
        var times = new Samples(starts.Select(s => s.Milliseconds));
        return new(name, "ms", times, null, times,
            new(string.Create(CultureInfo.InvariantCulture, $"less than {SecondsMax} s"),
                times.Median < SecondsMax * 1_000),
            ImmutableSortedDictionary<string, string>.Empty
                .Add("starts", starts.Count.ToString(CultureInfo.InvariantCulture))
                .Add("memory", Text(starts.Select(s => s.Memory), "MB"))
                .Add("processor time", Text(starts.Select(s => s.Used), "ms"))
                .Add("all there after", Text(starts.Select(s => s.Whole), "ms"))
                .Add("processor time until then", Text(starts.Select(s => s.UsedInAll), "ms")));
    }

    private static string Text(IEnumerable<double> samples, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{new Samples(samples).Median:#,0} {unit}");
}
