using System.Globalization;
using Dapper;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Crashes;

/// <summary>A process on a SQLite file that may not grow any more, until somebody makes room.</summary>
public sealed class DiskFullTests(ITestOutputHelper output)
{
    private const int PagesFree = 150;
    private const int PagesOfAMegabyte = 256;

    private readonly Register register = new();

    [Fact]
    public async Task A_full_disk_refuses_writing_in_clear_words_and_serves_by_itself_when_there_is_room()
    {
        var seed = Trial.Seed;
        output.WriteLine($"CRASH_SEED={seed}");
        var storage = await CatalogueDatabase.Sqlite(today: true);
        await using var file = storage.Open();
        var megabytes = await AlmostFill(file);
        await using var market = await Marketplace.OnSqlite(
            storage, register.Fault, ("Storage__MegabytesMax", megabytes.ToString(CultureInfo.InvariantCulture)));
        var wishes = await Trial.Wishes(market, 12);
        var reader = await market.As(Trial.Accounts[0].Login);
        var bookers = Trial.Bookers(4, market, register, wishes, seed);
        var after = await Trial.While(bookers, register, async () =>
        {
            await UntilFull(reader, wishes[3][^1]);
            await ReadsGoOn(reader, wishes[0][0]);
            Assert.True(market.Replicas[0].IsUp);
            await file.Read(connection => connection.ExecuteAsync("drop table filler"));
        });
        output.WriteLine($"{register.Answers.Count} answers, {register.Retries} repeats; {after} after there was room");
        Assert.True(after >= bookers.Length, $"Only {after} answers after there was room.");
        Assert.True(market.Replicas[0].IsUp);
        await new Audit(market, register, new Random(seed), output.WriteLine).Run();
        Assert.True(register.Faults.IsEmpty, string.Join('\n', register.Faults.Take(20)));
    }

    /// <summary>Leaves a few pages below a whole number of megabytes; answers that number.</summary>
    private static async Task<long> AlmostFill(IDialect file)
    {
        var pages = await file.Read(connection => connection.ExecuteScalarAsync<long>("pragma page_count"));
        var megabytes = ((pages + PagesFree) / PagesOfAMegabyte) + 1;
        var bytes = ((megabytes * PagesOfAMegabyte) - pages - PagesFree) * 4096;
        await file.Read(connection => connection.ExecuteAsync(
            "create table filler (data blob); insert into filler values (zeroblob(@bytes))", new { bytes }));
        return megabytes;
    }

    private static async Task UntilFull(ApiClient client, Wish wish)
    {
        for (var tries = 0; tries < 2_000; tries++)
        {
            var answer = await client.Quote(wish);
            if (answer.Status == 201) continue;
            Assert.Contains("no space", answer.Refused(503, "storageFull").Text("detail"), StringComparison.Ordinal);
            return;
        }
        Assert.Fail("It never became full.");
    }

    private static async Task ReadsGoOn(ApiClient client, Wish wish)
    {
        Assert.NotEmpty(await client.Slots(wish, wish.Start[..10], Later(wish)));
        (await client.Get("/bookings?limit=10")).Expect(200);
        (await client.Get("/me")).Expect(200);
        (await client.Get("/platforms")).Expect(200);
    }

    private static string Later(Wish wish) => DateOnly.Parse(wish.Start[..10], CultureInfo.InvariantCulture)
        .AddDays(30).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
