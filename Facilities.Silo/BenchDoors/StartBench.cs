using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Facilities.Silo.Bench;

namespace Facilities.Silo.BenchDoors;

/// <summary>
/// From the start of the program of the doors to its first page: on an empty database, which is made and filled with
/// the demonstration, and on the same database later.
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
                $"first {first[^1].Milliseconds:#,0} ms, later {later[^1].Milliseconds:#,0} ms"));
        }
        return [Of("start.first", first), Of("start.later", later)];
    }

    private readonly record struct Began(double Milliseconds, double Used, double Memory);

    private static async Task<Began> Start(string program, Scratch scratch)
    {
        await using var api = await ApiProcess.Start(program, scratch.Storage, "Development", "/");
        return new(
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
                .Add("processor time", Text(starts.Select(s => s.Used), "ms")));
    }

    private static string Text(IEnumerable<double> samples, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{new Samples(samples).Median:#,0} {unit}");
}
