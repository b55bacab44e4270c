using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Tests.TestKit;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Tests.Benches;

/// <summary>Nothing else runs beside, so that what the process allocates is the test's.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;

/// <summary>
/// Guards what <c>bench http</c> measures: a whole booking through the doors, by counts alone, far from what is
/// counted, so that no busy machine breaks them.
/// </summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class BookingCostTests
{
    private const int Rounds = 20;

    // Measured: 9, a quote beside them.
    private const int AppendsMax = 12;

    // Measured: 10, of what is read for the price, for the hold and for each answer.
    private const int ChecksMax = 15;

    // Measured: 6, of the booking and its item each time that they change; 8 where that its parts followed counts too.
    private const int RowsMax = 7;

    // Measured: 720 kB, with the client's share.
    private const long BytesMax = 1_300_000;

    [Fact]
    public async Task A_whole_booking_through_the_doors_writes_asks_and_allocates_little()
    {
        CountedStore? store = null;
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite(), store: inner => store = new(inner));
        var sme = await host.As("sme.paris");
        for (var round = 0; round < Rounds; round++) await Book(sme, round);
        var (appends, checks, rows) = (store!.Appends, store.Checks, store.Rows);
        var bytes = GC.GetTotalAllocatedBytes();

        for (var round = Rounds; round < 2 * Rounds; round++) await Book(sme, round);

        Assert.InRange((store.Appends - appends) / Rounds, 1, AppendsMax);
        Assert.InRange((store.Checks - checks) / Rounds, 1, ChecksMax);
        Assert.InRange((store.Rows - rows) / (double)Rounds, 1, RowsMax);
        Assert.InRange((GC.GetTotalAllocatedBytes() - bytes) / Rounds, 1, BytesMax);
    }

    private static async Task Book(ApiClient sme, int round)
    {
        var day = new LocalDate(2027, 1, 11).PlusWeeks(round / 10).PlusDays(round / 2 % 5);
        var wish = Wish.Mri(LocalDatePattern.Iso.Format(day), round % 2 == 0 ? "08:00" : "12:30");
        var booking = await sme.Confirm(await sme.Hold(wish, "seine-therapeutics"));
        Assert.Equal("confirmed", booking.Status());
    }

    private sealed class CountedStore(IEventStore store) : IEventStore
    {
        private int appends, checks, rows;

        public int Appends => appends;

        public int Checks => checks;

        public int Rows => rows;

        public Task<LoadedStream> Load(StreamName stream, string snapshotShape, CancellationToken cancel = default) =>
            store.Load(stream, snapshotShape, cancel);

        public Task<AppendAnswer> Append(Append append)
        {
            Interlocked.Increment(ref appends);
            Interlocked.Add(ref rows, append.Rows.Length);
            return store.Append(append);
        }

        public Task<StreamCheck> Check(StreamName stream, CommandId? command)
        {
            Interlocked.Increment(ref checks);
            return store.Check(stream, command);
        }
    }
}
