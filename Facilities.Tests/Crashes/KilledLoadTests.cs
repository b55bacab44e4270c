using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Dapper;
using Facilities.Grains.Runtime;
using Facilities.Silo.Operation;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Tests.Crashes;

/// <summary>The first start of a process, which loads the demonstration, killed in the middle of it.</summary>
public sealed class KilledLoadTests : IDisposable
{
    // Some way into the history; the whole has more than a thousand.
    private const int EventsBefore = 300;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("facilities-load-");

    [Fact]
    public async Task A_load_that_was_killed_ends_on_the_next_start_as_if_nothing_had_been()
    {
        var storage = DemonstrationDatabase.OptionsOf(Path.Combine(folder.FullName, "killed.db"));
        await using (var process = ApiProcess.Launch(storage))
        {
            await Begun(storage, process);
            await TellsVisitors(process);
            await process.Kill();
        }
        await EndsLikeAnother(storage);
    }

    [Fact]
    public async Task A_second_process_that_waits_takes_a_killed_load_over()
    {
        PostgresCluster.Require();
        var storage = new StorageOptions(StorageProvider.Postgres, await PostgresCluster.NewDatabase());
        await using var first = ApiProcess.Launch(storage);
        await using var second = ApiProcess.Launch(storage);
        await Begun(storage, first);
        var (loads, waits) = await IsLoading(storage, first) ? (first, second) : (second, first);
        await loads.Kill();
        Assert.True(await waits.IsReady(), waits.Output);
        await EndsLikeAnother(storage);
    }

    /// <summary>Meanwhile visitors are told so, and nobody can act in a history that is still being made.</summary>
    private static async Task TellsVisitors(ApiProcess process)
    {
        using var http = new HttpClient { BaseAddress = process.Address };
        var page = await http.GetStringAsync(new Uri("/", UriKind.Relative));
        using var other = await http.GetAsync(new Uri("/sign-in", UriKind.Relative));
        using var session = await http.PostAsJsonAsync(
            new Uri("/api/v1/session", UriKind.Relative), new { email = "sme.berlin@example.org", password = "guess" });
        using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        // On a machine that loads faster than it answers there is nothing to see.
        if (ready.IsSuccessStatusCode) return;
        Assert.Contains("The demonstration is being loaded", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, other.StatusCode);
        Assert.NotNull(other.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, session.StatusCode);
        Assert.Contains("\"unavailable\"", await session.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>Waits until a good part is loaded, and sees that a part is missing.</summary>
    private static async Task Begun(StorageOptions storage, ApiProcess process)
    {
        await using var dialect = storage.Open();
        while (await Count(dialect) < EventsBefore)
        {
            Assert.False(process.HasEnded, process.Output);
            await Task.Delay(10);
        }

        static async Task<long> Count(IDialect dialect)
        {
            try
            {
                return await dialect.Read(c => c.ExecuteScalarAsync<long>("select count(*) from events"));
            }
            catch (System.Data.Common.DbException)
            {
                // There is no such table yet.
                return 0;
            }
            catch (StorageUnavailableException)
            {
                return 0;
            }
        }
    }

    /// <summary>Whether the one that holds the lock of the loading is this process.</summary>
    private static async Task<bool> IsLoading(StorageOptions storage, ApiProcess process)
    {
        await using var dialect = storage.Open();
        var port = await dialect.Read(connection => connection.ExecuteScalarAsync<int>("""
            select client_port from pg_locks join pg_stat_activity using (pid)
            where locktype = 'advisory' and granted and datname = current_database()
            """));
        var sockets = Directory.GetFiles($"/proc/{process.Id}/fd")
            .Select(file => File.ResolveLinkTarget(file, false)?.Name ?? "").ToHashSet();
        return File.ReadLines("/proc/net/tcp").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(fields => sockets.Contains($"socket:[{fields[9]}]")
                && int.Parse(fields[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port);
    }

    private async Task EndsLikeAnother(StorageOptions storage)
    {
        await using (var again = await ApiProcess.Start(storage)) Assert.False(again.HasEnded);
        var said = new StringWriter(CultureInfo.InvariantCulture);
        var code = await OperatorCommands.Run(
            [
                "verify", $"--Storage:Provider={storage.Provider}", $"--Storage:Connection={storage.Connection}",
                "--environment=Development",
            ], said, said);
        Assert.True(code == 0, said.ToString());
        await using var dialect = storage.Open();
        var begun = InstantPattern.ExtendedIso.Parse((await dialect.Read(connection => connection
            .ExecuteScalarAsync<string>("select value from settings where key = 'demonstration.begun'")))!).Value;
        var other = Path.Combine(folder.FullName, "other.db");
        await DemonstrationDatabase.Load(other, new StandingClock(begun));
        var (expected, found) = (await Story(DemonstrationDatabase.OptionsOf(other)), await Story(storage));
        Assert.True(expected.Length > 30, $"only {expected.Length} streams");
        Assert.Equal(expected, found);
    }

    /// <summary>
    /// What happened to each booking, platform, account and programme, and what it came to. Those who act on one day
    /// act at once, so which of them gets the next number of an invoice differs from load to load.
    /// </summary>
    private static async Task<string[]> Story(StorageOptions storage)
    {
        await using var services = DemonstrationDatabase.Services(storage);
        var events = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        await foreach (var stored in services.GetRequiredService<LogReader>().ReadAll())
        {
            var stream = stored.Stream.ToString();
            if (!events.TryGetValue(stream, out var names)) events.Add(stream, names = []);
            names.Add(stored.Event.Name);
        }
        var ends = await services.GetRequiredService<IDatabase>().Read(connection => connection.QueryAsync<string>(
            "select key || ' ' || status || ' ' || waits_for from bookings order by key"));
        return
        [
            .. events.Select(e => $"{e.Key}: {string.Join(' ', e.Value.Order(StringComparer.Ordinal))}"),
            .. ends.Order(StringComparer.Ordinal),
        ];
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }
}
