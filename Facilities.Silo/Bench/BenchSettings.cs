using System.Collections.Immutable;
using System.Globalization;
using Facilities.Silo.BenchDoors;
using Facilities.Silo.Storage;

namespace Facilities.Silo.Bench;

/// <summary>What a bench is run with.</summary>
/// <param name="Seconds">How long each thing is measured.</param>
/// <param name="Store">Which database is measured.</param>
/// <param name="Connection">
/// Where it is: on PostgreSQL a database in which a schema of our own is made and dropped again; on SQLite a file
/// beside which others are made and removed again. Null is the system's folder for such files.
/// </param>
/// <param name="Json">Where the figures are written to as well; null for nowhere.</param>
/// <param name="Report">Where a page with charts is written to as well; null for nowhere.</param>
/// <param name="Api">Where the program of the doors is, or its folder; null for beside this one.</param>
/// <param name="More">Numbers that only some benches know, such as how many past bookings there are.</param>
internal sealed record BenchSettings(
    TimeSpan Seconds, StorageProvider Store, string? Connection, string? Json, string? Report, string? Api,
    ImmutableDictionary<string, int> More)
{
    private const int SecondsMax = 3_600;

    public static readonly BenchSettings Default = new(
        TimeSpan.FromSeconds(5), StorageProvider.Sqlite, null, null, null, null,
        ImmutableDictionary<string, int>.Empty);

    /// <summary>The program of the doors, for benches that go through them; null where it was not built.</summary>
    public string? Program => ApiProcess.Find(Api);

    /// <summary>How long a number of clients is tried before it is measured.</summary>
    public TimeSpan Probe => TimeSpan.FromSeconds(Math.Min(1, Seconds.TotalSeconds / 4));

    /// <summary>A number of the bench's own, or what it takes where nothing is said.</summary>
    public int Of(string name, int otherwise) => More.GetValueOrDefault(name, otherwise);

    /// <summary>The settings, or all that is wrong with them.</summary>
    /// <param name="options">As on the command line: each with its value, after a space or an equals sign.</param>
    /// <param name="known">Names of numbers that the bench takes.</param>
    public static (BenchSettings Settings, ImmutableArray<string> Wrong) Read(
        IReadOnlyList<string> options, IReadOnlyCollection<string> known)
    {
        var settings = Default;
        var wrong = ImmutableArray.CreateBuilder<string>();
        for (var index = 0; index < options.Count; index++)
        {
            var parts = options[index].Split('=', 2);
            var name = parts[0];
            var value = parts.Length > 1 ? parts[1] : ++index < options.Count ? options[index] : "";
            switch (name)
            {
                case "--seconds" when Number(value) is { } seconds and <= SecondsMax:
                    settings = settings with { Seconds = TimeSpan.FromSeconds(seconds) };
                    break;
                case "--seconds":
                    wrong.Add($"--seconds is a whole number from 1 to {SecondsMax}, not '{value}'.");
                    break;
                case "--store" when value is "sqlite" or "postgres":
                    settings = settings with { Store = Enum.Parse<StorageProvider>(value, ignoreCase: true) };
                    break;
                case "--store":
                    wrong.Add($"--store is sqlite or postgres, not '{value}'.");
                    break;
                case "--connection" when value.Length > 0:
                    settings = settings with { Connection = value };
                    break;
                case "--json" or "--report" when value.Length > 0:
                    if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(value))))
                        wrong.Add($"{name}: there is no folder for '{value}'.");
                    settings = name == "--json" ? settings with { Json = value } : settings with { Report = value };
                    break;
                case "--api" when value.Length > 0:
                    settings = settings with { Api = value };
                    break;
                case var own when own.StartsWith("--", StringComparison.Ordinal) && known.Contains(own[2..])
                    && Number(value) is { } number:
                    settings = settings with { More = settings.More.SetItem(own[2..], number) };
                    break;
                default:
                    wrong.Add($"'{name}' with '{value}' is not understood.");
                    break;
            }
        }
        if (settings is { Store: StorageProvider.Postgres, Connection: null })
            wrong.Add("--store postgres needs --connection: a database in which a schema may be made.");
        return (settings, wrong.ToImmutable());
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : null;
}
