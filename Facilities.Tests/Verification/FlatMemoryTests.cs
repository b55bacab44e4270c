using System.Collections.Immutable;
using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Facilities.Tests.StorageContract;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Verification;

/// <summary>However long the log is, verifying remembers a page of it. Alone, since the heap is everybody's.</summary>
[Collection(nameof(FlatMemoryTests))]
[CollectionDefinition(nameof(FlatMemoryTests), DisableParallelization = true)]
public sealed class FlatMemoryTests
{
    private const int Clusters = 20;
    private const int Blocks = 20;
    private const int EventsAtOnce = 250;

    [Fact]
    public async Task Memory_after_a_hundred_thousand_events_is_that_after_twenty_thousand()
    {
        await using var database = new SqliteFixture();
        await database.InitializeAsync();
        await Write(database.Dialect);
        var heap = new HeapWriter();
        var verifier = new Verifier(database.Dialect, SystemClock.Instance, TimeProvider.System)
        {
            ProgressEvery = TimeSpan.Zero,
        };
        Assert.Equal(0, await verifier.Run(heap));
        Assert.Contains("events (20 %), ", heap.Said, StringComparison.Ordinal);
        Assert.Equal([20_000, 40_000, 60_000, 80_000, 100_000], heap.Sizes.Keys);
        Assert.InRange(heap.Sizes[100_000] / (double)heap.Sizes[20_000], 0, 1.3);
    }

    /// <summary>Co-financing reserved and given back, with its rows, among events without rows.</summary>
    private static async Task Write(IDialect dialect)
    {
        await using var store = new EventStore(dialect);
        await Task.WhenAll(Enumerable.Range(0, Clusters).Select(number => WriteCluster(store, number)));
    }

    private static async Task WriteCluster(EventStore store, int number)
    {
        var stream = StreamName.Of("cluster", $"c-{number}");
        var state = ClusterState.Nobody;
        for (var block = 0; block < Blocks; block++)
        {
            var at = Now + Duration.FromDays(10 * block);
            var placed = Enumerable.Range(0, EventsAtOnce)
                .Select(i => new Placed<ClusterEvent>(block * EventsAtOnce + 1 + i, EventAt(number, block, i)))
                .ToImmutableArray();
            var before = state;
            foreach (var one in placed) state = ClusterState.Evolve(state, one.Event, at);
            var append = new Append(
                stream, block * EventsAtOnce, new($"c-{block}"), "hash", new("system"), at,
                [.. placed.Select(p => EventNames.Write(p.Event))], ClusterRows.Of(before, state, placed, at).Rows,
                [], [], null, null);
            Assert.Equal(AppendAnswer.Stored, await store.Append(append));
        }
    }

    private static ClusterEvent EventAt(int number, int block, int index) => (block, index) switch
    {
        (0, 0) => new ClusterRegistered(new ClusterProfile(
            new($"c-{number}"), "Cluster", "Region", ["DE3"], "DE", "Europe/Berlin", Currency.Eur, "mature")),
        (0, 1) => new CoFinancingBudgetSet(Eur(1_000)),
        _ when block % 4 == 1 => new CoFinancingReserved(new($"b-{block}-{index}"), new("agreement"), Eur(1)),
        _ when block % 4 == 2 => new CoFinancingReleased(new($"b-{block - 1}-{index}")),
        _ => new PlatformSelected(new("p"), ImmutableSortedDictionary<string, int>.Empty, ""),
    };

    /// <summary>Measures the heap where it is told of a progress of twenty thousand events.</summary>
    private sealed class HeapWriter : StringWriter
    {
        public SortedDictionary<int, long> Sizes { get; } = [];

        public string Said { get; private set; } = "";

        public override void WriteLine(string? value)
        {
            if (value is null || value.IndexOf(" of ", StringComparison.Ordinal) is var end && end < 0) return;
            if (!int.TryParse(value[..end].Replace(",", "", StringComparison.Ordinal), out var events)) return;
            if (events % 20_000 > 0) return;
            Said += value;
            Sizes[events] = GC.GetTotalMemory(forceFullCollection: true);
        }
    }
}
