using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Facilities.Tests.TestKit;

/// <summary>A throwaway PostgreSQL of the test run, started by the first test that asks, stopped at the end.</summary>
public static class PostgresCluster
{
    private const string User = "facilities";
    internal static readonly string? Programs = FindPrograms();
    private static readonly Lazy<string> Running = new(Start);
    private static int databases;

    public static bool IsInstalled => Programs is not null;

    /// <summary>Skips the test where PostgreSQL is missing; fails it where that must not be.</summary>
    public static void Require()
    {
        if (Programs is not null) return;
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
        var home = Directory.CreateTempSubdirectory("facilities-postgres-").FullName;
        // PostgreSQL refuses to run as root.
        string[] asUser = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];
        if (asUser.Length > 0) Run(home, ["chown", "postgres", home]);
        var data = Path.Combine(home, "data");
        var port = FreePort();
        Run(home, [.. asUser, Path.Combine(Programs!, "initdb"), "-D", data, "-U", User, "-A", "trust", "-E", "UTF8",
            "--locale=C", "--no-sync"]);
        // The tests kill processes but not the machine, and that the disk does not have to be waited for.
        var settings = $"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home} -c fsync=off "
            + "-c max_connections=300";
        var control = Path.Combine(Programs!, "pg_ctl");
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            Run(home, [.. asUser, control, "stop", "-D", data, "-m", "immediate"]);
            Directory.Delete(home, recursive: true);
        };
        Run(home, [.. asUser, control, "start", "-w", "-D", data, "-l", Path.Combine(home, "log"), "-o", settings]);
        return string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username={User}");
    }

    private static void Run(string folder, string[] command)
    {
        // Output goes nowhere: a server that inherits a pipe of ours would keep it open.
        var start = new ProcessStartInfo("sh")
        {
            WorkingDirectory = folder,
            ArgumentList = { "-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh" },
        };
        foreach (var argument in command) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)}: {process.ExitCode}");
    }

    private static string? FindPrograms()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(v => Path.Combine(v, "bin"))
            : [];
        return installed.Concat(path).FirstOrDefault(folder =>
            File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
