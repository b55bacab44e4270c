using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Facilities.Tests.TestKit;

/// <summary>A PostgreSQL of the tests in a folder of its own, which can be killed and started again.</summary>
public sealed class PostgresServer : IDisposable
{
    private const string User = "facilities";

    // PostgreSQL refuses to run as root.
    private static readonly string[] AsUser = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];

    private readonly string home = Directory.CreateTempSubdirectory("facilities-postgres-").FullName;
    private readonly string[] within;
    private readonly string[] settings;
    private Process? running;

    private PostgresServer(string address, string[] within, string[] more)
    {
        this.within = within;
        Port = FreePort();
        settings =
        [
            "-c", $"listen_addresses={address}", "-c", string.Create(CultureInfo.InvariantCulture, $"port={Port}"),
            "-c", $"unix_socket_directories={home}", "-c", "max_connections=300", .. more,
        ];
        Connection = string.Create(CultureInfo.InvariantCulture, $"Host={address};Port={Port};Username={User}");
    }

    /// <summary>Where <c>initdb</c> and <c>pg_ctl</c> lie; null where PostgreSQL is not installed.</summary>
    public static string? Programs { get; } = FindPrograms();

    public int Port { get; }

    /// <summary>A connection string that names no database.</summary>
    public string Connection { get; }

    private string Data => Path.Combine(home, "data");

    /// <summary>Makes and starts one.</summary>
    /// <param name="more">Settings as for the server's command line.</param>
    /// <param name="address">Where it listens; anybody who reaches that address may come in.</param>
    /// <param name="within">What runs its commands elsewhere, such as in a network namespace.</param>
    public static PostgresServer Start(string[] more, string address = "127.0.0.1", params string[] within)
    {
        var server = new PostgresServer(address, within, more);
        if (AsUser.Length > 0) server.Run([], "chown", "postgres", server.home);
        server.Run(AsUser, "initdb", "-D", server.Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C",
            "--no-sync");
        File.AppendAllText(Path.Combine(server.Data, "pg_hba.conf"), $"host all all {address}/16 trust\n");
        server.StartAgain();
        return server;
    }

    /// <summary>Ends it at once with all its processes, as a crash does.</summary>
    public void Kill()
    {
        var main = int.Parse(
            File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        int[] all = [main, .. ChildrenOf(main)];
        foreach (var id in all) Kill(id);
        var watch = Stopwatch.StartNew();
        while (all.Any(IsAlive))
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(30)) throw new InvalidOperationException("PostgreSQL lives on.");
            Thread.Sleep(5);
        }
        Ended();
    }

    /// <summary>Starts it on the data that are there, and waits until it takes connections.</summary>
    public void StartAgain()
    {
        // Our own child, so that its end is noticed: a dead one that nobody waited for still counts as the owner of
        // the folder.
        running = Launch("log", [.. within, .. AsUser, Path.Combine(Programs!, "postgres"), "-D", Data, .. settings]);
        while (!TakesConnections())
        {
            if (running.HasExited) throw new InvalidOperationException("PostgreSQL did not start:\n" + Log());
            Thread.Sleep(20);
        }
    }

    public void Dispose()
    {
        if (running is not null)
        {
            Run(AsUser, "pg_ctl", "stop", "-W", "-D", Data, "-m", "immediate");
            Ended();
        }
        Directory.Delete(home, recursive: true);
    }

    private void Ended()
    {
        if (!running!.WaitForExit(TimeSpan.FromSeconds(30))) throw new InvalidOperationException("It does not end.");
        running.Dispose();
        running = null;
    }

    private bool TakesConnections()
    {
        try
        {
            using var connection = new NpgsqlConnection(Connection + ";Database=postgres;Pooling=false;Timeout=5");
            connection.Open();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private void Run(string[] asUser, string program, params string[] arguments)
    {
        using var process = Launch(
            "tools", [.. asUser, program is "chown" ? program : Path.Combine(Programs!, program), .. arguments]);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program}: {process.ExitCode}\n{Log()}");
    }

    private Process Launch(string log, string[] command)
    {
        // Output goes to a file: a server that inherits a pipe of ours would keep it open.
        var start = new ProcessStartInfo("sh")
        {
            WorkingDirectory = home,
            ArgumentList = { "-c", $"exec \"$@\" >>{Path.Combine(home, log)} 2>&1 </dev/null", "sh" },
        };
        foreach (var argument in command) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private string Log() => string.Join('\n', Directory.GetFiles(home)
        .Where(file => Path.GetFileName(file) is "log" or "tools")
        .SelectMany(file => File.ReadLines(file).TakeLast(20)));

    private static IEnumerable<int> ChildrenOf(int parent) => Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0 && StatOf(id) is { } stat && stat.Parent == parent)
        .ToArray();

    private static bool IsAlive(int id) => StatOf(id) is { State: not "Z" };

    private static (string State, int Parent)? StatOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            // The name stands in parentheses and may hold anything.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // It ended by itself.
        }
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
