using System.Text.Json;
using Facilities.Grains.Bookings;
using Facilities.Silo.Operation;
using Facilities.Tests.Bookings;

namespace Facilities.Tests.Benches;

/// <summary>
/// Keeps what the benches measured from being lost unnoticed: a ratio within one run and a count of allocated bytes,
/// both far from what is measured, so that no busy machine breaks them.
/// </summary>
public sealed class CostTests
{
    private const int Rounds = 200;

    // Measured: 290 kB, from the quote to the rows of the confirmed booking.
    private const long BytesMax = 1_000_000;

    [Fact]
    public void A_confirmed_booking_allocates_little()
    {
        Confirmed();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var round = 0; round < Rounds; round++) Confirmed();

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, 1, BytesMax);

        static void Confirmed() => BookingRows.RowsOf(Bookings.Confirmed.Booking().State);
    }

    [Fact]
    public async Task Holds_are_at_least_twice_as_many_as_transactions_of_one_booking_each_on_SQLite()
    {
        var file = Path.GetTempFileName();
        try
        {
            Assert.Equal(OperatorCommands.Done, await OperatorCommands.Run(
                ["bench", "slots", "--seconds", "1", "--clients", "512", "--json", file], TextWriter.Null,
                TextWriter.Null));

            var figure = JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement[0];
            Assert.True(figure.GetProperty("ratio").GetDouble() >= 2, figure.ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
