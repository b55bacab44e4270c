using Facilities.Grains.Runtime;
using Facilities.Tests.StorageContract;
using Facilities.Tests.TestKit;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Linearisability;

public sealed class SqliteLinearisabilityTests(SqliteFixture databases)
    : LinearisabilityTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresLinearisabilityTests(PostgresFixture databases)
    : LinearisabilityTests(databases), IClassFixture<PostgresFixture>;

/// <summary>
/// What concurrent clients of two hosts on one database are told of one slot and of one voucher, over a line that
/// loses calls and answers, could have been told by a clerk who serves one after another.
/// </summary>
public abstract class LinearisabilityTests(DatabaseFixture databases)
{
    private const int RoundsMax = 30;

    [Fact]
    public Task One_slot_answers_as_if_one_client_at_a_time_used_it() => Play(
        hosts => new SlotContest(hosts),
        "hold: done", "hold: slotTaken", "hold: unknown", "cancel: done", "sign: done", "pay: gateOpen", "look: free",
        "look: taken");

    [Fact]
    public Task One_voucher_answers_as_if_one_client_at_a_time_used_it() => Play(
        hosts => new VoucherContest(hosts),
        "reserve: done", "reserve: bookingEnded", "reserve: voucherTooSmall", "release: done", "redeem: done");

    private async Task Play(Func<TwoHosts, IContest> make, params string[] wanted)
    {
        databases.Require();
        var seed = Environment.TickCount;
        await using var hosts = await TwoHosts.Start(
            await databases.NewDatabase(), Now, store => new LossyStore(store, seed));
        var stores = hosts.Services<IEventStore>().Cast<LossyStore>().ToList();
        var played = await Rounds.Play(
            make(hosts), seed, RoundsMax, fault => fault is StorageUnavailableException,
            isOn => stores.ForEach(store => store.IsLosing = isOn), wanted);
        TestContext.Current.TestOutputHelper!.WriteLine($"Seed {seed}: {played}");
        Assert.True(played.Fault is null, played.Fault);
        if (played.Missing(wanted) is { } missing) Assert.Fail($"Hardly ever '{missing}': {played}");
    }
}

/// <summary>The checker finds mistakes that are planted below the grains, so its silence means something.</summary>
public sealed class PlantedFaultTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private const int RoundsMax = 150;

    public static TheoryData<PlantedFault> Faults => [.. Enum.GetValues<PlantedFault>()];

    [Theory]
    [MemberData(nameof(Faults))]
    public Task A_planted_fault_is_found_in_the_answers_about_a_slot(PlantedFault planted) =>
        IsFound(planted, hosts => new SlotContest(hosts));

    [Theory]
    [MemberData(nameof(Faults))]
    public Task A_planted_fault_is_found_in_the_answers_about_a_voucher(PlantedFault planted) =>
        IsFound(planted, hosts => new VoucherContest(hosts));

    private async Task IsFound(PlantedFault planted, Func<TwoHosts, IContest> make)
    {
        var seed = Environment.TickCount;
        await using var hosts = await TwoHosts.Start(
            await databases.NewDatabase(), Now, store => new PlantedStore(store, planted));
        var stores = hosts.Services<IEventStore>().Cast<PlantedStore>().ToList();
        // What comes of the mistake may be any fault; none of them says what became of the call.
        var played = await Rounds.Play(
            make(hosts), seed, RoundsMax, _ => true, isOn => stores.ForEach(store => store.IsOn = isOn));
        TestContext.Current.TestOutputHelper!.WriteLine(played.Fault ?? $"Nothing found: {played}");
        Assert.True(played.Fault is not null, $"Seed {seed}: not found in {RoundsMax} rounds. {played}");
    }
}
