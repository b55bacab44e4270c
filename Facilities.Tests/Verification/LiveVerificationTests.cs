using Facilities.Grains.Services;
using Facilities.Silo.Rebuilding;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Verification;

/// <summary>Verifying and rebuilding while others book, confirm, cancel and move.</summary>
public sealed class LiveVerificationTests
{
    private static readonly string[] Days = [.. Enumerable.Range(0, 20)
        .Select(day => new DateOnly(2027, 1, 11).AddDays(day))
        .Where(day => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
        .Select(day => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))];

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task It_names_no_fault_while_others_write(StorageProvider provider)
    {
        var storage = await CatalogueDatabase.On(provider);
        using var host = ApiHost.Start(storage);
        var looked = 0;
        var booking = Task.WhenAll(
            Book(
                await host.As("sme.berlin"), ApiClient.Account, Days.Where((_, index) => index % 2 == 0),
                until: () => Volatile.Read(ref looked) > 2),
            Book(
                await host.As("sme.paris"), "seine-therapeutics", Days.Where((_, index) => index % 2 == 1),
                until: () => Volatile.Read(ref looked) > 2));
        var verifier = new Verifier(host.Service<IDialect>(), host.Clock, TimeProvider.System);
        var rebuilder = new Rebuilder(host.Service<IDialect>(), TimeProvider.System);
        do
        {
            using var output = new StringWriter();
            Assert.True(await verifier.Run(output) == 0, output.ToString());
            // What is right is not changed, also under way.
            Assert.Empty((await rebuilder.Run(StoredTables.Rebuilt, output))!);
            Interlocked.Increment(ref looked);
        }
        while (!booking.IsCompleted);
        Assert.True((await booking).All(count => count > 0), "Nothing was booked.");
    }

    /// <summary>Books and cancels again and again, until somebody has looked often enough meanwhile.</summary>
    private static async Task<int> Book(ApiClient sme, string account, IEnumerable<string> days, Func<bool> until)
    {
        var confirmed = 0;
        do
            foreach (var (day, index) in days.Select((day, index) => (day, index)))
                confirmed += await Book(sme, account, day, index);
        while (!until());
        return confirmed;
    }

    private static async Task<int> Book(ApiClient sme, string account, string day, int index)
    {
        var quote = await sme.Quote(Wish.Mri(day), account, "none");
        if (quote.Status != 201 || await sme.Book(quote.Json) is not { Status: 201, Json: var held }) return 0;
        if (index % 3 > 0) await sme.Confirm(held);
        if (index % 2 == 0)
            (await sme.Post($"/bookings/{held.Id()}/cancellation", new { reason = "No more" })).Expect(200);
        return index % 3 > 0 ? 1 : 0;
    }
}
