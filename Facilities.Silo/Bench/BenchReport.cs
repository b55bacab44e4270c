using System.Globalization;
using System.Text.Json;
using Facilities.Grains.Kernel;

namespace Facilities.Silo.Bench;

/// <summary>How figures are shown: to people as a table, to programs as JSON.</summary>
internal static class BenchReport
{
    internal static readonly string[] Heads =
        ["what", "ours", "spread", "rival", "ratio", "p50 ms", "p99 ms", "unit", "mark"];

    private static readonly JsonSerializerOptions Indented =
        new(Json.Options) { WriteIndented = true, IgnoreReadOnlyProperties = false };

    /// <summary>Machine, versions and settings.</summary>
    public static Task WriteHead(TextWriter output, IEnumerable<KeyValuePair<string, string>> machine) =>
        output.WriteLineAsync(string.Join('\n', machine.Select(fact => $"{fact.Key,-10}{fact.Value}")));

    /// <summary>The figures as a table.</summary>
    public static async Task WriteTable(TextWriter output, IEnumerable<Figure> figures)
    {
        var all = figures.ToArray();
        string[][] rows = [Heads, .. all.Select(Cells)];
        var widths = Heads.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        await output.WriteLineAsync();
        foreach (var row in rows)
            await output.WriteLineAsync(string.Join("  ", row.Select((cell, column) => column is 0 or 7 or 8
                ? cell.PadRight(widths[column])
                : cell.PadLeft(widths[column]))).TrimEnd());
        await output.WriteLineAsync();
        foreach (var figure in all.Where(figure => !figure.Settings.IsEmpty))
            await output.WriteLineAsync(
                $"{figure.Name}: {string.Join(", ", figure.Settings.Select(pair => $"{pair.Key} {pair.Value}"))}");
    }

    /// <summary>The figures as an array of objects.</summary>
    public static async Task WriteJson(string file, IEnumerable<Figure> figures)
    {
        await using var stream = File.Create(file);
        await JsonSerializer.SerializeAsync(stream, figures.Select(figure => new
        {
            figure.Name,
            Ours = figure.Ours.Median,
            Rival = figure.Rival?.Median,
            figure.Ratio,
            P50 = figure.Times?.Median,
            P99 = figure.Times?.At(0.99),
            figure.Unit,
            figure.Settings,
        }), Indented);
    }

    internal static string[] Cells(Figure figure) =>
    [
        figure.Name, Number(figure.Ours.Median), Share(figure.Ours.Spread), Number(figure.Rival?.Median),
        Number(figure.Ratio), Number(figure.Times?.Median), Number(figure.Times?.At(0.99)),
        figure.Unit, figure.Mark is { } mark ? $"{mark.Text}: {(mark.Holds ? "holds" : "does not hold")}" : "",
    ];

    internal static string Number(double? value) => value switch
    {
        null => "",
        >= 1_000 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.000", CultureInfo.InvariantCulture),
    };

    private static string Share(double share) =>
        share.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);
}
