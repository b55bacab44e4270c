using System.Text;
using Dapper;
using Facilities.Api.Programmes;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Services;
using Facilities.Silo.Programmes;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using Facilities.Tests.Verification;
using NodaTime;

namespace Facilities.Tests.Programmes;

/// <summary>The ledger as funders read it: on any day, account by account, and in a spreadsheet.</summary>
public sealed class LedgerReadTests
{
    private const string Ledger = "/programmes/berlin-abroad/ledger";

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task The_balance_on_a_day_is_what_the_postings_until_then_add_up_to(StorageProvider provider)
    {
        await using var database = await SoundDatabase.Copy(provider);
        var terms = (await new ProgrammeLists(database.Dialect).Find(new("berlin-abroad")))!;
        var zone = DateTimeZoneProviders.Tzdb[terms.TimeZone];
        var reads = new LedgerReads(database.Dialect);
        var all = new List<LedgerPosting>();
        await foreach (var posting in reads.All(LedgerEndpoints.Filter(terms, null))) all.Add(posting);
        Assert.Contains(all, p => p.Credit == "reserved");
        Assert.Contains(all, p => p.Credit == "redeemed");
        var days = all.Select(p => p.At.InZone(zone).Date).Distinct().ToArray();
        Assert.True(days.Length > 5);
        foreach (var day in days)
        {
            var until = all.Where(p => p.At.InZone(zone).Date <= day).ToArray();
            var balances = await reads.Balances(LedgerEndpoints.Filter(terms, day));
            Assert.Equal(
                until.SelectMany(p => new[] { p.Debit, p.Credit }).Distinct().Order(StringComparer.Ordinal),
                balances.Select(b => b.Account).Order(StringComparer.Ordinal));
            foreach (var account in balances)
            {
                Assert.Equal(
                    until.Where(p => p.Debit == account.Account).Sum(p => p.Amount.Minor), account.Debits.Minor);
                Assert.Equal(
                    until.Where(p => p.Credit == account.Account).Sum(p => p.Amount.Minor), account.Credits.Minor);
                Assert.Equal(
                    until.Count(p => p.Debit == account.Account || p.Credit == account.Account), account.Postings);
                Assert.False(account.Balance.IsNegative && account.Account != LedgerAccounts.Source, account.Account);
            }
            Assert.Equal(0, balances.Sum(b => b.Balance.Minor));
        }
    }

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task Pages_of_postings_follow_each_other_without_gap_in_either_order(StorageProvider provider)
    {
        await using var database = await SoundDatabase.Copy(provider);
        var reads = new LedgerReads(database.Dialect);
        foreach (var account in (string?[])[null, "reserved"])
        {
            var filter = new PostingFilter("programme/berlin-abroad", null, account);
            var whole = (await reads.Page(filter, null, 10_000)).Select(p => p.Id).ToArray();
            Assert.True(whole.Length > 10);
            foreach (var newestFirst in (bool[])[false, true])
            {
                var read = new List<string>();
                PostingPlace? behind = null;
                while (await reads.Page(filter, behind, 7, newestFirst) is { Length: > 0 } page)
                {
                    read.AddRange(page.Select(p => p.Id));
                    behind = PostingPlace.Of(page[^1]);
                }
                Assert.Equal(newestFirst ? whole.Reverse() : whole, read);
            }
        }
    }

    [Fact]
    public async Task A_reservation_stands_in_the_ledger_at_once_on_the_day_of_the_programmes_zone()
    {
        // Half past eleven in the evening of 1 December in London, and the next day in Berlin.
        var clock = new FakeClock(Instant.FromUtc(2026, 12, 1, 23, 30));
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite(), clock);
        await (await host.As("sme.berlin")).Hold(Wish.Mri("2027-02-01"));
        var funder = await host.As("funder.berlin");
        Assert.Equal(0m, await Reserved(funder, "2026-12-01"));
        Assert.Equal(1_090.13m, await Reserved(funder, "2026-12-02"));
        var today = (await funder.Get($"{Ledger}/balance")).Expect(200);
        Assert.Equal(("2026-12-02", "Europe/Berlin"), (today.Text("on"), today.Text("timeZone")));
        Assert.Equal(today.Amount("debits"), today.Amount("credits"));
        (await funder.Get($"{Ledger}/balance?on=tomorrow")).Refused(400, "invalidRequest");
    }

    [Fact]
    public async Task The_postings_open_in_a_spreadsheet_with_every_line()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        await (await host.As("sme.berlin")).Hold(Wish.Mri("2027-02-01"));
        var funder = await host.As("funder.berlin");
        var file = await funder.Get($"{Ledger}/postings.csv");
        Assert.Equal((200, "text/csv"), (file.Status, file.Type));
        var lines = file.Text.TrimStart('\uFEFF').TrimEnd().Split("\r\n");
        Assert.StartsWith("posting,day,at,from,to,amount,currency,text", lines[0], StringComparison.Ordinal);
        Assert.Equal((await Count(host)) + 1, lines.Length);
        Assert.Contains(lines, line => line.Contains(",committed,reserved,1090.13,EUR,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_ledgers_page_shows_a_day_and_goes_down_to_the_postings_of_an_account()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        await (await host.As("sme.berlin")).Hold(Wish.Mri("2027-02-01"));
        var browser = await Bookings.ApprovalTests.Browser(host, "funder.berlin");
        var page = await browser.GetStringAsync("/programmes/berlin-abroad/ledger?account=reserved");
        Assert.Contains("Postings of “reserved”", System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("Reserved for a booking", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Budget published", page, StringComparison.Ordinal);
        Assert.Contains("No claim waits for you", await browser.GetStringAsync("/programmes/berlin-abroad"),
            StringComparison.Ordinal);
        Assert.Contains("Nothing was posted until that day",
            await browser.GetStringAsync("/programmes/berlin-abroad/ledger?on=2020-01-01"), StringComparison.Ordinal);
    }

    private static async Task<decimal> Reserved(ApiClient funder, string on) =>
        (await funder.Get($"{Ledger}/balance?on={on}")).Expect(200)["accounts"]!.AsArray()
            .Where(a => a!.Text("account") == "reserved").Sum(a => a!.Amount("balance"));

    private static Task<int> Count(ApiHost host) => host.Service<IDatabase>().Read(connection =>
        connection.ExecuteScalarAsync<int>("select count(*) from postings where owner = 'programme/berlin-abroad'"));
}
