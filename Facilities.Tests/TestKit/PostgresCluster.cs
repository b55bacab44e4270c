using Npgsql;

namespace Facilities.Tests.TestKit;

/// <summary>A throwaway PostgreSQL of the test run, started by the first test that asks, stopped at the end.</summary>
public static class PostgresCluster
{
    private static readonly Lazy<string> Running = new(Start);
    private static int databases;

    /// <summary>The folder of PostgreSQL's own tools; null where they are missing.</summary>
    public static string? Programs => PostgresServer.Programs;

    public static bool IsInstalled => Programs is not null;

    /// <summary>Skips the test where PostgreSQL is missing; fails it where that must not be.</summary>
    public static void Require()
    {
        if (IsInstalled) return;
        const string reason = "PostgreSQL 15 is not installed: no initdb on the path or below /usr/lib/postgresql.";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
        Assert.Skip(reason);
    }

    /// <summary>
    /// A connection string to an empty database, or to a copy of another one that nobody is connected to.
    /// </summary>
    public static async Task<string> NewDatabase(string? template = null)
    {
        var name = $"test_{Interlocked.Increment(ref databases)}";
        await using var connection = new NpgsqlConnection(Running.Value + ";Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand(
            $"create database {name}" + (template is null ? "" : $" template {template}"), connection);
        await create.ExecuteNonQueryAsync();
        return $"{Running.Value};Database={name};Maximum Pool Size=20";
    }

    private static string Start()
    {
        // The tests kill processes but not the machine, and that the disk does not have to be waited for.
        var server = PostgresServer.Start(["-c", "fsync=off"]);
        TestRun.AtEnd(server.Dispose);
        return server.Connection;
    }
}
