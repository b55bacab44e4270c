using System.Diagnostics;
using System.Globalization;
using Dapper;
using Facilities.Silo.Storage;
using Npgsql;

namespace Facilities.Tests.TestKit;

/// <summary>
/// A PostgreSQL of one test, which archives its log by <c>deploy/point-in-time.sh</c> and can be brought back by it.
/// </summary>
public sealed class ArchivingPostgres : IAsyncDisposable
{
    private const string User = "facilities";
    private static readonly TimeSpan ArchivedWithin = TimeSpan.FromSeconds(60);

    private readonly string home;
    private readonly string data;
    private readonly int port = PostgresServer.FreePort();
    private bool isRunning;

    private ArchivingPostgres(string home, string data) => (this.home, this.data) = (home, data);

    // PostgreSQL refuses to run as root.
    private static string[] AsUser => Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];

    private string Script => Path.Combine(home, "point-in-time.sh");

    private string Archive => Path.Combine(home, "wal");

    private string Server => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username={User};Pooling=false");

    /// <summary>A new server without a database of ours. Skips or fails the test where PostgreSQL is missing.</summary>
    public static async Task<ArchivingPostgres> Start()
    {
        PostgresCluster.Require();
        var home = Directory.CreateTempSubdirectory("facilities-archiving-").FullName;
        var server = new ArchivingPostgres(home, Path.Combine(home, "data"));
        // The server's user may not see the folder that the tests were built in.
        File.Copy(Path.Combine(Repository.Root, "deploy", "point-in-time.sh"), server.Script);
        Directory.CreateDirectory(server.Archive);
        if (AsUser.Length > 0) await server.Run("chown", "-R", "postgres", home);
        await server.RunAsServer(
            Program("initdb"), "-D", server.data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        await server.Open();
        return server;
    }

    /// <summary>An empty database.</summary>
    public async Task<StorageOptions> NewDatabase(string name)
    {
        await Ask<int>("postgres", $"create database {name}");
        return Database(name);
    }

    public StorageOptions Database(string name) => new(StorageProvider.Postgres, $"{Server};Database={name}");

    /// <summary>What the server's own clock says, in the form that the script takes.</summary>
    public Task<string> Now() => Ask<string>(
        "postgres", "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'");

    /// <summary>Copies the running server.</summary>
    public async Task<string> Copy(string name)
    {
        var target = Path.Combine(home, name);
        await RunAsServer(
            "env", "PGHOST=127.0.0.1", $"PGPORT={port}", $"PGUSER={User}", "bash", Script, "base", target);
        return target;
    }

    /// <summary>Waits until all that was written so far stands in the archive.</summary>
    public async Task ArchiveAll()
    {
        var segment = await Ask<string>("postgres", "select pg_walfile_name(pg_switch_wal())");
        var watch = Stopwatch.StartNew();
        while (string.CompareOrdinal(segment, await Ask<string?>(
            "postgres", "select last_archived_wal from pg_stat_archiver")) > 0)
        {
            Assert.True(watch.Elapsed < ArchivedWithin, $"{segment} was not archived.");
            await Task.Delay(50);
        }
    }

    /// <summary>The machine is lost: the server ends at once.</summary>
    public async Task Lose()
    {
        if (!isRunning) return;
        isRunning = false;
        await RunAsServer(Program("pg_ctl"), "stop", "-D", data, "-m", "immediate");
    }

    /// <summary>Another server, as this one was at a moment.</summary>
    public async Task<ArchivingPostgres> Restore(string copy, string time)
    {
        var restored = new ArchivingPostgres(home, Path.Combine(home, "restored"));
        await RunAsServer("bash", Script, "restore", copy, Archive, restored.data, time);
        await restored.Open();
        while (await restored.Ask<bool>("postgres", "select pg_is_in_recovery()")) await Task.Delay(50);
        return restored;
    }

    /// <summary>Runs the script as it stands, which may refuse; answers its exit code and what it said.</summary>
    public Task<(int Code, string Output)> TryScript(params string[] arguments) =>
        Execute([.. AsUser, "bash", Script, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await Lose();
        if (data.EndsWith("restored", StringComparison.Ordinal)) return;
        Directory.Delete(home, recursive: true);
    }

    private async Task Open()
    {
        // The tests kill no machine, so the disk does not have to be waited for.
        var settings = $"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home} -c fsync=off "
            + $"-c archive_mode=on -c archive_command='bash {Script} archive %p %f {Archive}'";
        await RunAsServer(
            Program("pg_ctl"), "start", "-w", "-D", data, "-l", Path.Combine(home, "log"), "-o", settings);
        isRunning = true;
    }

    private async Task<T> Ask<T>(string database, string sql)
    {
        await using var connection = new NpgsqlConnection($"{Server};Database={database}");
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    private static string Program(string name) => Path.Combine(PostgresCluster.Programs!, name);

    private Task RunAsServer(params string[] command) => Run([.. AsUser, .. command]);

    private async Task Run(params string[] command)
    {
        var (code, output) = await Execute(command);
        Assert.True(code == 0, $"{string.Join(' ', command)}: {code}\n{output}");
    }

    private async Task<(int Code, string Output)> Execute(string[] command)
    {
        // Into a file: a server that inherits a pipe of ours would keep it open.
        var output = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var start = new ProcessStartInfo("sh")
        {
            WorkingDirectory = home,
            ArgumentList = { "-c", "output=$1; shift; exec \"$@\" >\"$output\" 2>&1 </dev/null", "sh", output },
        };
        foreach (var argument in command) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        var said = await File.ReadAllTextAsync(output);
        File.Delete(output);
        return (process.ExitCode, said);
    }
}
