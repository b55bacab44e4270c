using System.Collections.Immutable;
using Facilities.Silo.BenchDoors;
using Facilities.Silo.BenchGrowth;
using Facilities.Silo.BenchSearch;
using Facilities.Silo.Operation;

namespace Facilities.Silo.Bench;

/// <summary>One bench.</summary>
internal interface IBench
{
    /// <summary>The word on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, in a line.</summary>
    string Says { get; }

    /// <summary>The numbers that it takes beside those of every bench.</summary>
    ImmutableArray<string> Numbers { get; }

    /// <summary>Whether it starts the program of the doors.</summary>
    bool IsThroughDoors => false;

    /// <summary>Measures.</summary>
    Task<ImmutableArray<Figure>> Run(BenchSettings settings, TextWriter progress);
}

/// <summary>What a bench came to: figures, or why there are none.</summary>
internal sealed record Measured(IBench Bench, ImmutableArray<Figure> Figures, string? Fault);

/// <summary>The operator's command <c>bench</c>: figures of this machine, beside a rival's of the same run.</summary>
internal static class Benches
{
    private const string Every = "all";

    private static readonly ImmutableArray<IBench> All =
    [
        new CalendarBench(),
        new SlotsBench(),
        new VouchersBench(),
        new ContendBench(),
        new SearchBench(),
        new StartBench(),
        new HttpBench(),
        new GrowBench(),
    ];

    private static string Usage => $"""
        Usage: Facilities.Silo bench <what> [options]

        {string.Join('\n', All.Select(bench => $"  {bench.Name,-12}{bench.Says}{Numbers(bench)}"))}
          {Every,-12}each of them with the same settings; what one cannot do keeps the others from nothing

          --seconds N                how long each thing is measured (default 5)
          --store sqlite|postgres    the database (default sqlite)
          --connection TEXT          where it is: on PostgreSQL a database in which a schema is made and dropped again,
                                     on SQLite a file beside which others are made and removed again
          --json FILE                writes the figures there as well
          --report FILE              writes a page with charts there as well
          --api PATH                 the built program of the doors, or its folder, for {Doors}
                                     (default: beside this program)

        Everything is measured on this machine in this run: compare ratios, not runs of different machines.
        """;

    private static string Doors => string.Join(", ", All.Where(b => b.IsThroughDoors).Select(b => b.Name));

    public static async Task<int> Run(
        IReadOnlyList<string> words, IReadOnlyList<string> options, TextWriter output, TextWriter error)
    {
        if (options.Contains("--help") || options.Contains("-h"))
        {
            await output.WriteLineAsync(Usage);
            return OperatorCommands.Done;
        }
        var (chosen, settings, wrong) = Read(words, options);
        if (!wrong.IsEmpty)
        {
            await error.WriteLineAsync(string.Join('\n', [.. wrong, "", Usage]));
            return OperatorCommands.NotUnderstood;
        }
        var machine = await Machine.Describe(settings);
        await BenchReport.WriteHead(output, machine);
        var all = new List<Measured>();
        foreach (var bench in chosen)
        {
            await output.WriteLineAsync($"\nbench {bench.Name}: {bench.Says}");
            all.Add(await Measure(bench, settings, output, error));
            await BenchReport.WriteTable(output, all[^1].Figures);
        }
        if (settings.Json is { } file) await BenchReport.WriteJson(file, all.SelectMany(m => m.Figures));
        if (settings.Report is { } report) await File.WriteAllTextAsync(report, BenchPage.Of(machine, all));
        return all.Any(m => m.Fault is not null) ? OperatorCommands.Failed : OperatorCommands.Done;
    }

    private static (ImmutableArray<IBench> Chosen, BenchSettings Settings, ImmutableArray<string> Wrong) Read(
        IReadOnlyList<string> words, IReadOnlyList<string> options)
    {
        var chosen = words is [Every] ? All : [.. All.Where(bench => words is [var word] && word == bench.Name)];
        var (settings, wrong) = BenchSettings.Read(
            options, [.. (chosen.IsEmpty ? All : chosen).SelectMany(b => b.Numbers)]);
        if (words.Count == 0) wrong = wrong.Insert(0, "Say what to measure.");
        else if (chosen.IsEmpty) wrong = wrong.Insert(0, $"There is no bench '{string.Join(' ', words)}'.");
        if (settings.Program is null && (settings.Api is not null || chosen.Any(b => b.IsThroughDoors)))
            wrong = wrong.Add(settings.Api is { } given
                ? $"--api: there is no built Facilities.Api at '{given}'."
                : "Facilities.Api is not built beside this program: build the solution, or say --api PATH.");
        return (chosen, settings, wrong);
    }

    private static async Task<Measured> Measure(
        IBench bench, BenchSettings settings, TextWriter output, TextWriter error)
    {
        try
        {
            return new(bench, await bench.Run(settings, output), null);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            await error.WriteLineAsync($"bench {bench.Name} came to nothing: {fault}");
            return new(bench, [], fault.Message);
        }
    }

    private static string Numbers(IBench bench) =>
        bench.Numbers.IsEmpty ? "" : $" [{string.Join(' ', bench.Numbers.Select(name => $"--{name} N"))}]";
}
