using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Simulation;

/// <summary>
/// The real grains on the simulated host: one seed drives clients, clocks, crashes, the store and the messages, and the
/// auditor judges every answer and the end. <c>SIMULATION_SEEDS</c> says how many seeds (500), <c>SIMULATION_FIRST</c>
/// the first (1), <c>SIMULATION_TRACE</c> a file that gets the whole trace of a single one.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const string FailingSeeds = "Facilities.Tests/Simulation/FailingSeeds.txt";

    // What five hundred seeds must have seen, or they are not believed.
    private static readonly string[] Interesting =
    [
        "fault: store slow", "fault: store unavailable before it stored", "fault: store unavailable after it stored",
        "fault: stored after its process was killed", "fault: message late", "fault: message lost", "fault: reply lost",
        "fault: message doubled", "fault: process killed", "fault: clock set back", "fault: clock set forward",
        "fault: idle grains let go", "fault: another process was faster", "client: clicked twice",
        "client: tried again",
        "client: used an id again for something else", "client: acted at the very deadline",
        "client: walked away from a hold", "client: approved and rejected at once",
        "client: moved while a gate was passed", "client: left a delivery unanswered",
        "client: repeated what was answered long ago", "quote: sealed", "quote: slotTaken",
        "answer: RequestBooking slotTaken", "answer: RequestBooking voucherTooSmall",
        "answer: RequestBooking coFinancingUsedUp", "answer: RescheduleBooking slotTaken",
        "answer: AwardVoucher budgetExceeded", "answer: AwardVoucher commandIdReused",
        "answer: SignContract holdExpired",
        "answer: AgreePayment holdExpired", "answer: CancelBooking bookingUnknown", "event: BookingMoved",
        "event: MoveAcrossRequested", "event: PlacesHeld", "event: MoveGivenUp", "event: LengthChanged",
        "event: TimeReleased", "event: ItemsDropped", "event: SlotSplit",
        "event: CheckedIn", "event: MoveRefused",
        "event: DeliveryDisputed", "event: HoldExtended", "ending: booking NotHeld",
        "ending: booking Rejected", "ending: booking Cancelled", "ending: booking Expired", "ending: booking NoShow",
        "ending: booking Confirmed", "ending: booking Accepted", "ending: booking Settled",
        "ending: a night on which the clocks change was booked",
        "event: VoucherEnded Expired", "event: VoucherEnded Revoked", "event: VoucherEnded Returned",
        "answer: RequestBooking voucherExpired", "answer: EndVoucher voucherEnded", "answer: Apply applicationPending",
        "answer: DecideApplication applicationDecided", "answer: DecideApplication budgetExceeded",
        "answer: WithdrawApplication applicationDecided", "answer: DeclareOtherAid Accepted",
        "client: two officers decided at once", "event: an order in euros paid in forints",
        "event: ClaimCredited ClaimLowered", "event: ClaimCredited None", "event: ClaimCredited PaymentOwed",
        "event: DebtArose of an advance", "event: DebtRepaid of an advance", "event: DebtRepaid of a credit",
        "answer: TakeBankStatement Accepted", "answer: RepayDebt Accepted", "answer: RecordCreditTransfer Accepted",
        "ending: a booking that was credited is settled",
    ];

    public static TheoryData<int, string> KeptSeeds => new(
        Repository.Sources("Facilities.Tests/Simulation/", ".txt").Single(f => f.Path == FailingSeeds).Text
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' ', 2))
            .Select(line => (int.Parse(line[0], CultureInfo.InvariantCulture), line[1].Trim())));

    [Fact]
    public void Whatever_goes_wrong_nothing_is_lost_and_nothing_is_sold_twice()
    {
        var (first, count) = (Setting("SIMULATION_FIRST", 1), Setting("SIMULATION_SEEDS", 500));
        var took = Stopwatch.StartNew();
        var results = new ConcurrentBag<RunResult>();
        var coverage = new Coverage();
        var next = first - 1;
        var threads = Enumerable.Range(0, Math.Max(2, Environment.ProcessorCount)).Select(_ => new Thread(() =>
        {
            while (Interlocked.Increment(ref next) is var seed && seed < first + count)
            {
                var result = SimulatedRun.Run(seed);
                lock (coverage) coverage.Add(result.Coverage);
                if (result.Findings.Count > 0 || count == 1) results.Add(result);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{count} seeds from {first} in {took.Elapsed.TotalSeconds:0.0} s"));
        output.WriteLine(coverage.ToString());
        if (Environment.GetEnvironmentVariable("SIMULATION_TRACE") is { Length: > 0 } file && count == 1)
            File.WriteAllText(file, results.Single().Trace.ToString());
        var failing = results.Where(r => r.Findings.Count > 0).OrderBy(r => r.Seed).ToArray();
        Assert.True(failing.Length == 0, $"{failing.Length} of {count} seeds found something. Keep them in "
            + $"{FailingSeeds}.\n{string.Join('\n', failing.Take(20).Select(Told))}");
        if (count >= 500) Assert.Empty(coverage.Missing(Interesting));
    }

    [Theory]
    [MemberData(nameof(KeptSeeds))]
    public void What_a_seed_found_once_it_finds_no_more(int seed, string found)
    {
        var result = Alone(seed);
        Assert.True(result.Findings.Count == 0, $"{found}\n{Told(result)}");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(18)]
    public void The_same_seed_is_the_same_run(int seed)
    {
        var (one, other) = (Alone(seed).Trace, Alone(seed).Trace);
        Assert.Equal(one.Hash(), other.Hash());
        Assert.NotEqual(one.Hash(), Alone(seed + 2).Trace.Hash());
    }

    [Fact]
    public void A_run_that_saw_nothing_is_not_believed()
    {
        var coverage = new Coverage();
        Assert.Equal(Interesting, coverage.Missing(Interesting));
        coverage.Count(Interesting[0]);
        Assert.Equal(Interesting[1..], coverage.Missing(Interesting));
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;

    /// <summary>On a thread of its own, on which nothing else is scheduled.</summary>
    internal static RunResult Alone(int seed, Plant? plant = null)
    {
        RunResult? result = null;
        var thread = new Thread(() => result = SimulatedRun.Run(seed, plant));
        thread.Start();
        thread.Join();
        return result!;
    }

    private static string Told(RunResult result) =>
        $"Seed {result.Seed}:\n  {string.Join("\n  ", result.Findings)}\n  Replay: SIMULATION_TRACE=trace.txt "
        + $"SIMULATION_FIRST={result.Seed} SIMULATION_SEEDS=1 dotnet run --project Facilities.Tests -- "
        + "-class \"*SimulationTests\"";
}
