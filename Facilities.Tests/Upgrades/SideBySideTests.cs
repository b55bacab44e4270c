using System.Collections.Concurrent;
using System.Diagnostics;
using Dapper;
using Facilities.Silo.Storage;
using Facilities.Tests.Recovery;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Upgrades;

/// <summary>
/// A rolling upgrade with real processes: the newest release runs, this version starts beside it, people book through
/// both by turns, the older one is started again on the newer schema and then taken away. With
/// <c>ROLLING_UPGRADE=1</c> the older process is built from the commit of that release; without, it is of this build
/// too, which shows the course itself.
/// </summary>
public sealed class SideBySideTests
{
    private static readonly bool IsReal = Environment.GetEnvironmentVariable("ROLLING_UPGRADE") == "1";
    private static readonly int Turns = IsReal ? 30 : 6;

    private static readonly (string Login, string Account, Wish Wish)[] People =
    [
        ("sme.berlin", ApiClient.Account, Wish.Mri("2027-01-01")),
        ("sme.potsdam", "havel-biologics", new("biopmed-imaging", "optical-hour", "", "PT2H")),
        ("sme.cuneo", "langhe-biotech", new("biotop-proteomics", "ms-session", "", "PT3H")),
    ];

    private readonly ConcurrentDictionary<string, (string Login, string Status)> acknowledged = new();
    private int answered;

    [Fact]
    public async Task People_book_through_two_versions_by_turns_and_nothing_is_lost_or_sold_twice()
    {
        var program = IsReal ? await OlderBuild.Make(Fixtures.Releases[^1].Commit) : null;
        // The older one makes its own database.
        PostgresCluster.Require();
        var storage = IsReal
            ? new StorageOptions(StorageProvider.Postgres, await PostgresCluster.NewDatabase())
            : await CatalogueDatabase.Postgres(today: true);
        var older = await ApiProcess.Start(storage, program);
        await Book([older], Day(20));

        await using var newer = await ApiProcess.Start(storage);
        await Book([older, newer], Day(27));
        await OneOfTwoGetsTheSlot(older, newer);
        await OlderStartsOnNewerSchema(storage);
        await older.DisposeAsync();
        older = await ApiProcess.Start(storage, program);
        await Book([newer, older], Day(34));
        await older.DisposeAsync();

        foreach (var (id, (login, status)) in acknowledged)
            Assert.Equal(status, (await (await newer.As(login)).Booking(id)).Status());
        await Book([newer], Day(41));
        Assert.Contains(": no fault.", await Operator.Succeeds(storage, "verify"), StringComparison.Ordinal);
        Assert.True(acknowledged.Count >= People.Length * Turns, $"only {acknowledged.Count} bookings");
        var versions = IsReal ? $"release {Fixtures.Releases[^1].Version} and this version" : "this version alone";
        ProofReport.Say(
            $"Upgrade while open: {acknowledged.Count} bookings by {answered} requests through processes of {versions} "
            + "side by side; none was lost or sold twice, and the proof of the database found no fault.");
    }

    /// <summary>As a later version would leave it: a column and a table more.</summary>
    private static async Task OlderStartsOnNewerSchema(StorageOptions storage)
    {
        await using var dialect = storage.Open();
        await dialect.Read(connection => connection.ExecuteAsync("""
            alter table bookings add column colour text;
            create table offers (key text primary key);
            insert into schema_migrations (number, name) values (9001, '9001_colours');
            """));
    }

    private Task Book(ApiProcess[] processes, string from) => Task.WhenAll(People.Select(async person =>
    {
        var clients = await Task.WhenAll(processes.Select(p => p.As(person.Login)));
        var turn = 0;
        ApiClient Next() => clients[Interlocked.Increment(ref turn) % clients.Length];
        var until = DateOnly.Parse(from, null).AddDays(6).ToString("yyyy-MM-dd", null);
        var slots = await Next().Slots(person.Wish, from, until);
        for (var made = 0; made < Turns; made++)
        {
            var wish = person.Wish with { Start = slots[made * 5 % slots.Count]!.Text("start") };
            var quote = await Send(() => Next().Quote(wish, person.Account, "none"));
            if (quote.Status == 409) continue;
            var key = Guid.NewGuid().ToString();
            var booked = await Send(() => Next().Book(quote.Expect(201), key));
            if (booked.Status == 409) continue;
            var booking = booked.Expect(201);
            var id = booking.Id();
            // The same request again, at the other process: the same answer, once.
            Assert.Equal(id, (await Send(() => Next().Book(quote.Json, key))).Expect(201).Id());
            acknowledged[id] = (person.Login, booking.Status());
            var last = made % 3 == 0
                ? await Send(() => Next().Sign(booking))
                : await Send(() => Next().Post($"/bookings/{id}/cancellation", new { reason = "" }));
            acknowledged[id] = (person.Login, last.Expect(200).Status());
        }
    }));

    /// <summary>A process that is too old for something says so, and the next try reaches another.</summary>
    private async Task<ApiAnswer> Send(Func<Task<ApiAnswer>> request)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await request();
            Interlocked.Increment(ref answered);
            if (answer.Status != 503 || attempt == 10) return answer;
        }
    }

    private static async Task OneOfTwoGetsTheSlot(ApiProcess older, ApiProcess newer)
    {
        ApiClient[] clients = [await older.As("sme.berlin"), await newer.As("sme.berlin")];
        var slots = await clients[0].Slots(Wish.Mri("2027-01-01"), Day(48), Day(55));
        foreach (var slot in slots.Take(IsReal ? 5 : 1))
        {
            var wish = Wish.Mri("2027-01-01") with { Start = slot!.Text("start") };
            var quotes = await Task.WhenAll(
                Enumerable.Range(0, 20).Select(i => clients[i % 2].Quote(wish, vouchers: "none")));
            var answers = await Task.WhenAll(
                quotes.Where(q => q.Status == 201).Select((quote, i) => clients[(i / 2) % 2].Book(quote.Json)));
            if (answers.Length == 0) continue;
            Assert.Single(answers, a => a.Status == 201);
            foreach (var loser in answers.Where(a => a.Status != 201)) loser.Refused(409, "slotTaken");
        }
    }

    private static string Day(int days) =>
        (SystemClock.Instance.GetCurrentInstant().InUtc().Date + Period.FromDays(days)).ToString("uuuu-MM-dd", null);
}

/// <summary>A release, built again from its commit.</summary>
internal static class OlderBuild
{
    /// <summary>The folder of its doors' program.</summary>
    public static async Task<string> Make(string commit)
    {
        var folder = Directory.CreateTempSubdirectory("facilities-older-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        await Run(Repository.Root, "git", "archive", "--output", Path.Combine(folder, "source.tar"), commit);
        await Run(folder, "tar", "-xf", "source.tar");
        await Run(folder, "dotnet", "build", "Facilities.Api", "-c", "Release", "-v", "quiet");
        return Path.Combine(folder, "Facilities.Api", "bin", "Release", "net10.0");
    }

    private static async Task Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}:\n{await output}\n{await error}");
    }
}
