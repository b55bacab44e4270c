using System.Diagnostics;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Crashes;

/// <summary>
/// Real processes that are killed, on databases that are killed and cut off, under people who book. The short form
/// takes half a minute; CRASH_MINUTES sets how long the long one is.
/// </summary>
public sealed class ProcessCrashTests(ITestOutputHelper output)
{
    private static readonly TimeSpan RecoveryMax = TimeSpan.FromSeconds(5);

    private readonly Register register = new();

    /// <summary>The long form also has a network of the system's own, where one can be made.</summary>
    public static TheoryData<string> Networks => Trial.LongMinutes is not null && NetworkNamespace.Missing is null
        ? ["proxy", "namespace"]
        : ["proxy"];

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task Three_processes_and_their_PostgreSQL_are_killed_and_cut_off_and_nothing_is_lost(string way)
    {
        var seed = Trial.Seed;
        Say($"CRASH_SEED={seed}");
        using var network = way == "namespace" ? NetworkNamespace.Make() : null;
        await using var market = await Marketplace.OnPostgres(3, register.Fault, network);
        await Torment(market, 10, seed, Trial.Torment(20));
        await RecoversInTime("a process", market.Replicas.Length, async turn =>
        {
            var watch = Stopwatch.StartNew();
            await market.Replicas[turn].Kill();
            await market.Replicas[turn].Up();
            return watch.Elapsed;
        });
        var wish = (await Trial.Wishes(market, 1))[0][0];
        var clients = await Task.WhenAll(market.Replicas.Select(r => market.As(Trial.Accounts[0].Login, r)));
        await RecoversInTime("the database", 2, async _ =>
        {
            var watch = Stopwatch.StartNew();
            market.Server!.Kill();
            market.Server.StartAgain();
            Say($"The database took {watch.Elapsed.TotalSeconds:0.00} s to die and to recover by itself");
            watch.Restart();
            await Task.WhenAll(clients.Select(client => Writes(client, wish)));
            return watch.Elapsed;
        });
        Assert.Empty(register.Faults);
        if (Trial.LongMinutes is not null && NetworkNamespace.Missing is { } missing)
            ProofReport.Say($"The database's cable was not pulled: {missing}.");
    }

    [Fact]
    public async Task A_process_on_SQLite_is_killed_again_and_again_and_nothing_is_lost()
    {
        var seed = Trial.Seed;
        Say($"CRASH_SEED={seed}");
        await using var market = await Marketplace.OnSqlite(
            await CatalogueDatabase.Sqlite(today: true), register.Fault);
        await Torment(market, 5, seed, Trial.Torment(10));
        Assert.Empty(register.Faults);
    }

    private async Task Torment(Marketplace market, int people, int seed, TimeSpan time)
    {
        var random = new Random(seed);
        var bookers = Trial.Bookers(people, market, register, await Trial.Wishes(market, 12), seed);
        var after = await Trial.While(bookers, register, async () =>
        {
            await new Tormentor(market, random, Say).Run(time);
            await market.Up();
        });
        Say($"{register.Answers.Count} answers, {register.Retries} repeats; {after} answers after the last fault");
        Assert.True(after >= people, $"Only {after} answers after all was well again.");
        await new Audit(market, register, random, Say).Run();
        Assert.True(register.Faults.IsEmpty, string.Join('\n', register.Faults.Take(20)));
        ProofReport.Say(
            $"{people} programs booked on {market.Storage.Provider} for {time.TotalMinutes:0.#} minutes while "
            + $"processes were killed{(market.Server is null ? "" : ", the database too, and the network failed")}: of "
            + $"{register.Bookings.Count} bookings that were acknowledged, all are there once and as they were told.");
    }

    /// <summary>
    /// In the long form every time; in the short one, where other tests take the processors, once.
    /// </summary>
    private async Task RecoversInTime(string what, int times, Func<int, Task<TimeSpan>> recover)
    {
        var took = new List<TimeSpan>();
        for (var turn = 0; turn < times; turn++) took.Add(await recover(turn));
        Say($"After a kill of {what} all served again in "
            + string.Join(", ", took.Select(t => $"{t.TotalSeconds:0.00} s")));
        if (Trial.LongMinutes is not null)
            ProofReport.Say($"After a kill of {what} everything served again within {took.Max().TotalSeconds:0.0} s.");
        var judged = Trial.LongMinutes is null ? took.Min() : took.Max();
        Assert.True(judged < RecoveryMax, $"{what}: {judged}");
    }

    /// <summary>Waits until an act succeeds at a process, or is refused as it should be.</summary>
    private static async Task Writes(ApiClient client, Wish wish)
    {
        while ((await client.Quote(wish)).Status == 503) await Task.Delay(10);
    }

    private void Say(string what) =>
        output.WriteLine($"{SystemClock.Instance.GetCurrentInstant().InUtc():HH':'mm':'ss.f} {what}");
}
