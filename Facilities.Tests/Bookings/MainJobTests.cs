using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Bookings;

public sealed class SqliteMainJob : MainJob
{
    protected override Task<StorageOptions> Database() => CatalogueDatabase.Sqlite();
}

public sealed class PostgresMainJob : MainJob
{
    protected override Task<StorageOptions> Database() => CatalogueDatabase.Postgres();
}

/// <summary>
/// The main job over HTTP, from the search to the settled booking, with the figures of the worked example.
/// </summary>
public abstract class MainJob
{
    private static readonly Wish Wish = Wish.Mri("2027-02-01");

    protected abstract Task<StorageOptions> Database();

    [Fact]
    public async Task The_main_job_goes_from_the_search_to_the_settled_booking()
    {
        using var host = ApiHost.Start(await Database());
        var sme = await host.As("sme.berlin");
        var competitor = await host.As("sme.paris");
        var theirs = (await competitor.Quote(Wish, "seine-therapeutics")).Expect(201);
        Assert.Equal(2250.00m, theirs.Amount("accountPays"));
        Assert.Equal("external", theirs["items"]![0]!["tariff"]!.Text("class"));

        await FindsTheSlotWithItsPrice(sme);
        var quote = (await sme.Quote(Wish)).Expect(201);
        IsTheWorkedExample(quote);
        Assert.True(JsonNode.DeepEquals(quote, (await sme.Get($"/quotes/{quote.Text("quoteId")}")).Expect(200)));
        var booking = (await sme.Book(quote)).Expect(201);
        Assert.Equal("held", booking.Status());
        await IsTakenForOthers(host, competitor, theirs);
        Assert.Equal((1090.13m, 0m, 3909.87m), Of(await sme.Voucher()));

        await ShowsTheContractThatItHashes(sme, booking);
        booking = (await sme.Sign(booking)).Expect(200);
        Assert.Equal("awaitingPayment", booking.Status());
        Assert.Equal(["biopmed-imaging", "spree-diagnostics"],
            booking["contract"]!["signatures"]!.AsArray().Select(s => s!.Text("party")).Order(StringComparer.Ordinal));
        booking = (await sme.Pay(booking)).Expect(200);
        Assert.Equal("confirmed", booking.Status());
        Assert.All(booking["gates"]!.AsArray(), gate => Assert.NotEqual("open", gate!.Status()));
        await IsTakenForOthers(host, competitor, theirs);
        Assert.False(await sme.IsListed(Wish));

        await IsDelivered(host, booking);
        await IsAccepted(host, booking);
        await IsSettled(host, booking);
    }

    private static async Task FindsTheSlotWithItsPrice(ApiClient sme)
    {
        var found = (await sme.Get(
            "/slots?category=imaging&from=2027-02-01&to=2027-02-03&duration=PT4H&country=IT"
                + $"&accountId={ApiClient.Account}"))
            .Expect(200)["items"]!.AsArray();
        var slot = Assert.Single(found, s => s!.Text("serviceId") == "mri-half-day" && s!.Text("start") == Wish.Start)!;
        Assert.Equal(1710.00m, slot.Amount("net"));
        Assert.Equal(363.37m, slot.Amount("accountPays"));
        Assert.Equal("2027-02-01T12:00:00+01:00", slot.Text("end"));
    }

    private static void IsTheWorkedExample(JsonNode quote)
    {
        var item = Assert.Single(quote["items"]!.AsArray())!;
        Assert.Equal("partner", item["tariff"]!.Text("class"));
        Assert.Contains("biopmed-biotop", item["tariff"]!.Text("reason"), StringComparison.Ordinal);
        Assert.Equal([("time", 1380.00m), ("setup", 150.00m), ("operator", 180.00m)],
            item["lines"]!.AsArray().Select(l => (l!.Text("kind"), l!.Amount("amount"))));
        Assert.Equal([("coFinancing", 171.00m), ("coFinancing", 85.50m), ("voucher", 1090.13m)],
            quote["funding"]!.AsArray().Select(f => (f!.Text("kind"), f!.Amount("amount"))));
        Assert.Equal(
            ["biotop", "biopmed", "berlin-abroad"], quote["funding"]!.AsArray().Select(f => f!.Text("payerId")));
        Assert.All(quote["funding"]!.AsArray(), f => Assert.NotEmpty(f!.Text("reason")));
        var tax = Assert.Single(quote["tax"]!.AsArray())!;
        Assert.Equal(("IT", "AE", 1710.00m, 0.00m),
            (tax.Text("country"), tax.Text("category"), tax.Amount("base"), tax.Amount("amount")));
        Assert.NotEmpty(tax.Text("reason"));
        Assert.Equal((1710.00m, 0.00m, 1710.00m, 363.37m),
            (quote.Amount("net"), quote.Amount("taxTotal"), quote.Amount("gross"), quote.Amount("accountPays")));
        Assert.StartsWith("sha256:", quote.Text("seal"), StringComparison.Ordinal);
    }

    private static async Task IsTakenForOthers(ApiHost host, ApiClient competitor, JsonNode theirQuote)
    {
        HasAlternatives((await competitor.Quote(Wish, "seine-therapeutics")).Refused(409, "slotTaken"));
        HasAlternatives((await competitor.Book(theirQuote)).Refused(409, "slotTaken"));
        Assert.False(await host.Visitor().IsListed(Wish));
    }

    private static void HasAlternatives(JsonNode refused)
    {
        Assert.Equal("/items/0/start", refused["errors"]![0]!.Text("pointer"));
        var alternatives = refused["alternatives"]!.AsArray();
        Assert.NotEmpty(alternatives);
        Assert.Equal("2027-02-01T12:30:00+01:00", alternatives[0]!.Text("start"));
    }

    private static async Task ShowsTheContractThatItHashes(ApiClient sme, JsonNode booking)
    {
        var path = $"/bookings/{booking.Id()}/contract";
        var hash = booking["contract"]!.Text("contentHash");
        var markdown = await sme.Get(path, "text/markdown");
        Assert.Equal("text/markdown", markdown.Type);
        Assert.Equal(
            hash, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(markdown.Text))));
        var html = await sme.Get(path, "text/html");
        Assert.Equal((200, "text/html"), (html.Status, html.Type));
        Assert.Contains("363.37", html.Text, StringComparison.Ordinal);
        var json = (await sme.Get(path, "application/json")).Expect(200);
        Assert.Equal(hash, json.Text("contentHash"));
        Assert.NotEmpty(json["evidence"]!.AsArray());
        (await sme.Get(path, "application/pdf")).Refused(406, "notAcceptable");
    }

    private static async Task IsDelivered(ApiHost host, JsonNode booking)
    {
        var manager = await host.As("manager.biopmed-imaging");
        object Used(string time) =>
            new { items = new[] { new { itemId = booking["items"]![0]!["itemId"], used = time } } };
        (await manager.Post($"/bookings/{booking.Id()}/delivery", Used("PT3H"))).Refused(409, "notYetStarted");
        await host.AdvanceTo(Instant.FromUtc(2027, 2, 1, 11, 0));
        var delivered = (await manager.Post($"/bookings/{booking.Id()}/delivery", Used("PT3H"))).Expect(200);
        Assert.Equal("delivered", delivered.Status());
        var final = delivered["final"]!;
        // 1,380.00 + 150.00 + 3 × 45.00; 10 % and 5 % of it; 75 % of the 1,415.25 that remain.
        Assert.Equal(
            (1665.00m, 1665.00m, 353.81m), (final.Amount("net"), final.Amount("gross"), final.Amount("accountPays")));
        Assert.Equal([166.50m, 83.25m, 1061.44m], final["funding"]!.AsArray().Select(f => f!.Amount("amount")));
    }

    private static async Task IsAccepted(ApiHost host, JsonNode booking)
    {
        var sme = await host.As("sme.berlin");
        var accepted = (await sme.Post(
            $"/bookings/{booking.Id()}/acceptance", new { accepted = true, note = "Thank you" })).Expect(200);
        Assert.Equal("accepted", accepted.Status());
        Assert.Equal((0m, 1061.44m, 3938.56m), Of(await sme.Voucher()));

        var invoice = Assert.Single(
            (await sme.Get($"/bookings/{booking.Id()}/invoices")).Expect(200)["items"]!.AsArray())!;
        Assert.Equal((1665.00m, 0.00m, 353.81m),
            (invoice["totals"]!.Amount("net"), invoice["totals"]!.Amount("vat"), invoice["totals"]!.Amount("payable")));
        var path = $"/invoices/{invoice.Text("id")}";
        Assert.True(JsonNode.DeepEquals(invoice, (await sme.Get(path)).Expect(200)));
        Assert.Contains("353.81", (await sme.Get(path, "text/html")).Text, StringComparison.Ordinal);
        var ubl = XDocument.Parse((await sme.Get(path, "application/xml")).Text);
        Assert.Equal((1665.00m, 1665.00m, 1311.19m, 353.81m),
            (Of(ubl, "TaxExclusiveAmount"), Of(ubl, "TaxInclusiveAmount"),
                Of(ubl, "PrepaidAmount"), Of(ubl, "PayableAmount")));
    }

    private static async Task IsSettled(ApiHost host, JsonNode booking)
    {
        var funder = await host.As("funder.berlin");
        var claim = Assert.Single(
            (await funder.Get("/programmes/berlin-abroad/claims?status=open")).Expect(200)["items"]!.AsArray())!;
        Assert.Equal((booking.Id(), 1061.44m), (claim.Text("bookingId"), claim.Amount("amount")));
        Assert.Equal(booking["contract"]!.Text("contentHash"), claim["evidence"]!.Text("contractHash"));
        await TheLedgerBalances(funder);
        var path = $"/programmes/berlin-abroad/claims/{claim.Text("claimId")}";
        Assert.Equal("approved",
            (await funder.Post(path + "/decision", new { decision = "approve", note = "" })).Expect(200).Status());
        Assert.Equal("paid", (await funder.Post(path + "/payment", new { reference = "SEPA 1" })).Expect(200).Status());
        await TheLedgerBalances(funder);

        var manager = await host.As("manager.biopmed-imaging");
        var invoice = (await manager.Get($"/bookings/{booking.Id()}/invoices")).Expect(200)["items"]![0]!.Text("id");
        Assert.Equal("settled", (await manager.Post($"/invoices/{invoice}/payment")).Expect(200).Status());
        var history = (await manager.Booking(booking.Id()))["history"]!.AsArray();
        Assert.Equal(
            history.Select(h => h!.Text("at")).Order(StringComparer.Ordinal),
            history.Select(h => h!.Text("at")));
    }

    private static async Task TheLedgerBalances(ApiClient funder)
    {
        var ledger = (await funder.Get("/programmes/berlin-abroad/ledger")).Expect(200);
        Assert.NotEmpty(ledger["items"]!.AsArray());
        Assert.Equal(ledger.Amount("debits"), ledger.Amount("credits"));
        Assert.Equal(0m, ledger["balances"]!.AsArray().Sum(b => b!.Amount("balance")));
        Assert.All(ledger["balances"]!.AsArray(), b =>
            Assert.True(b!.Text("account") == "grant" || b!.Amount("balance") >= 0m, b!.ToJsonString()));
    }

    private static (decimal Reserved, decimal Redeemed, decimal Available) Of(JsonNode voucher) =>
        (voucher.Amount("reserved"), voucher.Amount("redeemed"), voucher.Amount("available"));

    private static decimal Of(XDocument ubl, string element) => decimal.Parse(
        ubl.Descendants().First(e => e.Name.LocalName == element).Value, CultureInfo.InvariantCulture);
}
