using System.Collections.Immutable;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using Facilities.Silo.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Facilities.Silo.Bench;

/// <summary>What figures depend on beside the program: told with every one of them.</summary>
internal static class Machine
{
    public static async Task<ImmutableArray<KeyValuePair<string, string>>> Describe(BenchSettings settings) =>
    [
        new("machine", $"{Processor()}, {Environment.ProcessorCount} processors, {Memory()} GB"),
        new("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {Collector()}"),
        new("program", $"{typeof(Machine).Assembly.GetName().Version}"),
        new("database", await Database(settings)),
        new("settings", string.Create(
            CultureInfo.InvariantCulture, $"{settings.Seconds.TotalSeconds} s each{More(settings)}")),
    ];

    private static string More(BenchSettings settings) =>
        string.Concat(settings.More.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $", {pair.Key} {pair.Value:#,0}")));

    // A server that does not wait for its disk makes both sides fast and neither durable, so it is told.
    private static async Task<string> Database(BenchSettings settings)
    {
        if (settings.Store == StorageProvider.Sqlite)
        {
            await using var sqlite = new SqliteConnection();
            return $"SQLite {sqlite.ServerVersion} with synchronous=FULL";
        }
        await using var connection = new NpgsqlConnection(settings.Connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("show fsync", connection);
        return $"PostgreSQL {connection.PostgreSqlVersion} with synchronous_commit=on, "
            + $"fsync={await command.ExecuteScalarAsync()}";
    }

    private static string Collector() => (GCSettings.IsServerGC ? "server collector" : "workstation collector")
        + (GCSettings.LatencyMode == GCLatencyMode.Batch ? ", not beside the work" : ", beside the work");

    private static string Memory() => (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1_000_000_000.0)
        .ToString("0", CultureInfo.InvariantCulture);

    private static string Processor()
    {
        const string known = "/proc/cpuinfo";
        var line = File.Exists(known)
            ? File.ReadLines(known).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
