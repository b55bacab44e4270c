using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Facilities.Grains.Kernel;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using Facilities.Tests.Verification;
using NodaTime;
using static Facilities.Tests.Banking.BankSamples;

namespace Facilities.Tests.Banking;

/// <summary>From an approved claim to the bank and back, as a funder's programs do it.</summary>
public sealed class BankDoorTests
{
    private const string Programme = "/programmes/berlin-abroad";

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task A_file_goes_to_the_bank_and_its_statements_pay_return_and_pay_again(StorageProvider provider)
    {
        await using var database = await SoundDatabase.Copy(provider);
        using (var host = ApiHost.Start(
            database.Options, new FakeClock(SystemClock.Instance.GetCurrentInstant() + Duration.FromHours(1))))
        {
            var funder = await host.As("funder.berlin");
            var claim = await Approve(funder);
            var (first, amount) = await MakeFile(funder);
            (await funder.Post($"{Programme}/payment-batches", Batch())).Refused(409, "nothingToPay");
            (await funder.Post($"{Programme}/claims/{claim}/payment", new { reference = "by hand" }))
                .Refused(409, "claimInBatch");

            var statement = Statement("S-1", Entry("E-1", first, amount), Entry("E-2", null, amount));
            var preview = (await Send(funder, statement, "?preview=true")).Expect(200);
            Assert.Equal(["pays", "notOurs"], preview["entries"]!.AsArray().Select(e => e!.Text("meaning")));
            Assert.Equal("approved", await StatusOf(funder, claim));
            (await Send(funder, statement)).Expect(200);
            Assert.Equal("paid", await StatusOf(funder, claim));
            (await Send(funder, statement)).Expect(200);

            (await Send(funder, Statement("S-2", Entry(
                "R-1", first, amount, direction: "CRDT", extra: Returned("AC04", "Closed account"))))).Expect(200);
            Assert.Equal("approved", await StatusOf(funder, claim));
            var (second, _) = await MakeFile(funder);
            var wrong = await Send(funder, Statement(
                "S-3", Entry("E-1", second, Money.Of(1, Currency.Eur)), Entry("E-2", second, amount)));
            wrong.Refused(422, "invalidRequest");
            Assert.Equal("approved", await StatusOf(funder, claim));
            (await Send(funder, Statement("S-4", Entry("E-1", second, amount)))).Expect(200);
            Assert.Equal("paid", await StatusOf(funder, claim));
            var ledger = (await funder.Get($"{Programme}/ledger/balance")).Expect(200);
            Assert.Equal(0m, ledger["accounts"]!.AsArray().Single(a => a!.Text("account") == "approved")!
                .Amount("balance"));
        }
        (await database.Verify()).IsSound();
    }

    [Fact]
    public async Task The_page_shows_what_a_statement_says_before_it_records_the_same_file()
    {
        await using var database = await SoundDatabase.Copy(StorageProvider.Sqlite);
        using var host = ApiHost.Start(
            database.Options, new FakeClock(SystemClock.Instance.GetCurrentInstant() + Duration.FromHours(1)));
        var funder = await host.As("funder.berlin");
        var claim = await Approve(funder);
        var browser = await Bookings.ApprovalTests.Browser(host, "funder.berlin");
        var wrong = await Pages.DemonstrationPages.Post(browser, $"{Programme}/bank", "make", new()
        {
            ["debtor"] = "Agency",
            ["iban"] = "DE00",
            ["requested"] = Day(),
        });
        Assert.Contains("is no IBAN", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var made = await Pages.DemonstrationPages.Post(browser, $"{Programme}/bank", "make", new()
        {
            ["debtor"] = "Agency",
            ["iban"] = FunderIban,
            ["requested"] = Day(),
        });
        Assert.Contains("Waits for the bank", await made.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var batch = (await funder.Get($"{Programme}/payment-batches")).Expect(200)["items"]![0]!;
        var payment = batch["payments"]![0]!;
        var file = Statement("S-1", Entry(
            "E-1", payment.Text("endToEndId"), Money.Of(payment.Amount("amount"), Currency.Eur)));

        var looked = await Upload(browser, file, "look");
        Assert.Contains("Pays a claim", looked, StringComparison.Ordinal);
        Assert.Equal("approved", await StatusOf(funder, claim));
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file));
        Assert.Contains(hash, looked, StringComparison.Ordinal);
        Assert.Contains(
            "another file", await Upload(browser, Statement("S-9"), "take", ("looked", hash)),
            StringComparison.Ordinal);
        Assert.Contains(
            "Recorded.",
            await Upload(browser, null, "take", [("looked", hash), .. Pages.DemonstrationPages.Carried(looked)]),
            StringComparison.Ordinal);
        Assert.Equal("paid", await StatusOf(funder, claim));
    }

    private static Task<string> Upload(
        HttpClient browser, byte[]? file, string what, params (string, string)[] more) =>
        Pages.DemonstrationPages.Upload(browser, $"{Programme}/bank", "statement",
            file is null ? null : ("statement.xml", file), [("what", what), .. more]);

    private static async Task<string> Approve(ApiClient funder)
    {
        var open = (await funder.Get($"{Programme}/claims?status=open")).Expect(200)["items"]![0]!;
        var claim = open.Text("claimId");
        (await funder.Post($"{Programme}/claims/{claim}/decision", new { decision = "approve", note = "" }))
            .Expect(200);
        return claim;
    }

    /// <summary>The file's only payment; the file is the same when it is had again.</summary>
    private static async Task<(string EndToEnd, Money Amount)> MakeFile(ApiClient funder)
    {
        var made = (await funder.Post($"{Programme}/payment-batches", Batch())).Expect(201);
        Assert.Empty(made["leftOut"]!.AsArray());
        var path = $"{Programme}/payment-batches/{made["batch"]!.Text("batchId")}/file";
        var file = await funder.Get(path);
        Assert.Equal((200, "application/xml"), (file.Status, file.Type));
        Assert.Equal(file.Text, (await funder.Get(path)).Text);
        var payment = Assert.Single(made["batch"]!["payments"]!.AsArray())!;
        Assert.Contains(payment.Text("endToEndId"), file.Text, StringComparison.Ordinal);
        return (payment.Text("endToEndId"), Money.Of(payment.Amount("amount"), Currency.Eur));
    }

    private static object Batch() => new { requestedOn = Day(), debtorIban = FunderIban };

    private static string Day() => (SystemClock.Instance.GetCurrentInstant().InUtc().Date + Period.FromDays(2))
        .ToString("uuuu-MM-dd", null);

    private static Task<ApiAnswer> Send(ApiClient funder, byte[] statement, string query = "")
    {
        var content = new ByteArrayContent(statement);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/xml");
        return funder.Send(HttpMethod.Post, $"{Programme}/bank-statements{query}", content);
    }

    private static async Task<string> StatusOf(ApiClient funder, string claim) =>
        (await funder.Get($"{Programme}/claims?limit=200")).Expect(200)["items"]!.AsArray()
            .Single(c => c!.Text("claimId") == claim)!.Text("status");
}
