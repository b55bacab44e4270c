using System.Collections.Immutable;
using Facilities.Silo.Operation;
using Facilities.Silo.Storage;

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

    /// <summary>Measures.</summary>
    Task<ImmutableArray<Figure>> Run(BenchSettings settings, TextWriter progress);
}

/// <summary>The operator's command <c>bench</c>: figures of this machine, beside a rival's of the same run.</summary>
internal static class Benches
{
    private static readonly ImmutableArray<IBench> All =
        [new CalendarBench(), new SlotsBench(), new VouchersBench(), new ContendBench()];

    private static string Usage => $"""
        Usage: Facilities.Silo bench <what> [options]

        {string.Join('\n', All.Select(bench => $"  {bench.Name,-12}{bench.Says}{Numbers(bench)}"))}

          --seconds N                how long each thing is measured (default 5)
          --store sqlite|postgres    the database (default sqlite)
          --connection TEXT          where it is: on PostgreSQL a database in which a schema is made and dropped again
          --json FILE                writes the figures there as well

        Everything is measured on this machine in this run: compare ratios, not runs of different machines.
        """;

    public static async Task<int> Run(
        IReadOnlyList<string> words, IReadOnlyList<string> options, TextWriter output, TextWriter error)
    {
        if (options.Contains("--help") || options.Contains("-h"))
        {
            await output.WriteLineAsync(Usage);
            return OperatorCommands.Done;
        }
        if (words.Count != 1 || All.FirstOrDefault(bench => bench.Name == words[0]) is not { } chosen)
        {
            await error.WriteLineAsync(Usage);
            return OperatorCommands.NotUnderstood;
        }
        var (settings, wrong) = BenchSettings.Read(options, chosen.Numbers);
        if (!wrong.IsEmpty)
        {
            await error.WriteLineAsync(string.Join('\n', [.. wrong, "", Usage]));
            return OperatorCommands.NotUnderstood;
        }
        await BenchReport.WriteHead(output, chosen, settings);
        var figures = await chosen.Run(settings, output);
        await BenchReport.WriteTable(output, figures);
        if (settings.Json is { } file) await BenchReport.WriteJson(file, figures);
        return OperatorCommands.Done;
    }

    private static string Numbers(IBench bench) =>
        bench.Numbers.IsEmpty ? "" : $" [{string.Join(' ', bench.Numbers.Select(name => $"--{name} N"))}]";
}
