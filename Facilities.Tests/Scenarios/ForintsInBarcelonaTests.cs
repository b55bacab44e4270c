using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Facilities.Grains.Kernel;
using Facilities.Silo.Verification;
using Facilities.Tests.Banking;
using Facilities.Tests.Pages;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Scenarios;

/// <summary>
/// S-4: a company of Debrecen spends a voucher in forints in Barcelona, which is paid in euros. From the programme to
/// the bank's statement, over HTTP on a real database.
/// </summary>
public sealed class ForintsInBarcelonaTests
{
    private const string Funder = "funder.berlin";
    private const string Sme = "sme.debrecen";
    private const string Manager = "manager.biocat-structural";
    private const string Both =
        "1,920.00 EUR = 758,592.00 HUF at 395.10 HUF for one euro, the ECB's rate of 27 February 2026";

    private const string BothOnPages =
        "€1,920.00 = HUF 758,592.00 at HUF 395.10 for one euro, the ECB's rate of 27 February 2026";

    private static readonly Wish Microscopy = new(
        "biocat-structural", "crystal-screen", "2026-03-17T09:00:00+01:00", "PT2H");

    [Fact]
    public async Task S4_a_voucher_in_forints_pays_euros_at_the_sealed_rate_with_every_figure()
    {
        using var host = await ScenarioHost.On(new(2026, 3, 2));
        var (programme, voucher) = await Awarded(host);
        // The register counts euros, at the rate of the day of the grant.
        Assert.Equal(2_531m, (await host.Aid(Funder, programme)).Amount("counts"));
        var quote = (await host.Quote(Sme, "tisza-devices", Microscopy, "auto")).Expect(201);
        Quoted(quote);

        var booking = await host.Book(Sme, quote);
        Assert.Equal(758_592m, (await host.Voucher(Sme, voucher)).Amount("reserved"));
        await host.Until(3, 16);
        await host.Rate("2026-03-16", "HUF", "410");
        await host.Until(3, 17);
        await host.Deliver(Sme, Manager, booking);
        var after = await host.Voucher(Sme, voucher);
        Assert.Equal((0m, 758_592m, 241_408m), (after.Amount("reserved"), after.Amount("redeemed"),
            after.Amount("available")));
        var final = (await host.Booking(Sme, booking))["final"]!["funding"]!.AsArray().Single()!;
        Assert.Equal((1_920m, 758_592m, "HUF"), (final.Amount("amount"), final.Amount("charged"),
            final["charged"]!.Text("currency")));
        var invoice = await host.Invoice(Sme, booking);
        Assert.Equal((1_920m, 1_280m), (invoice["totals"]!.Amount("prepaid"), invoice["totals"]!.Amount("payable")));
        Assert.Contains(Both, invoice.Text("note"), StringComparison.Ordinal);

        var claim = await Claimed(host, programme);
        await Pages(host, programme, booking, claim);
        await Paid(host, programme, claim);
        await Sound(host);
    }

    [Fact]
    public async Task A_claim_that_is_rejected_is_owed_in_euros_and_lost_to_the_voucher_in_forints()
    {
        using var host = await ScenarioHost.On(new(2026, 3, 2));
        var (programme, voucher) = await Awarded(host);
        var booking = await host.Book(
            Sme, (await host.Quote(Sme, "tisza-devices", Microscopy, new[] { voucher })).Expect(201));
        await host.Until(3, 17);
        await host.Deliver(Sme, Manager, booking);
        var claim = (await host.Claim(Funder, programme)).Text("claimId");
        (await (await host.Api.As(Funder)).Post(
            $"/programmes/{programme}/claims/{claim}/decision", new { decision = "reject", note = "No report." }))
            .Expect(200);
        var owed = (await host.Booking(Sme, booking))["obligations"]!.AsArray().Single()!;
        Assert.Equal((1_920m, "EUR"), (owed.Amount("amount"), owed["amount"]!.Text("currency")));
        var after = await host.Voucher(Sme, voucher);
        Assert.Equal((0m, 758_592m, 241_408m), (after.Amount("redeemed"), after.Amount("returned"),
            after.Amount("available")));
        Assert.Equal(9_758_592m, await host.Ledger(Funder, programme, "free"));
        await Sound(host);
    }

    [Fact]
    public async Task A_voucher_is_refused_by_name_and_skipped_with_its_reason_as_long_as_no_rate_is_near()
    {
        using var host = await ScenarioHost.On(new(2026, 3, 2));
        var (_, voucher) = await Awarded(host);
        await host.Until(3, 9);
        var refused = (await host.Quote(Sme, "tisza-devices", Microscopy, new[] { voucher }))
            .Refused(409, "rateMissing");
        Assert.Equal("/vouchers/0", refused["errors"]![0]!.Text("pointer"));
        var quote = (await host.Quote(Sme, "tisza-devices", Microscopy, "auto")).Expect(201);
        Assert.Empty(quote["funding"]!.AsArray());
        Assert.Contains(quote["notes"]!.AsArray(), note => note!.GetValue<string>().Contains(
            "no rate of the ECB between them is known of 9 March 2026", StringComparison.Ordinal));
    }

    private static async Task<(string Programme, string Voucher)> Awarded(ScenarioHost host)
    {
        await host.Rate("2026-02-27", "HUF", "395.10");
        await host.Service("biocat-structural", "crystal-screen", $$"""
            {"name": "Microscopy", "prices": {{ScenarioHost.Prices(3200)}} }
            """);
        var programme = await host.Programme(Funder, """
            {"country": "HU", "timeZone": "Europe/Budapest", "rate": 60, "regionsInclude": ["HU32"],
             "budget": {"amount": 10000000, "currency": "HUF"}, "providerScope": {"any": true},
             "capPerVoucher": {"amount": 1000000, "currency": "HUF"},
             "rules": {"validUntil": "2026-12-31", "otherCurrencies": "rateOfQuoteDay"} }
            """);
        return (programme, await host.Award(Funder, programme, Sme, "tisza-devices", "1000000", "HUF"));
    }

    private static void Quoted(JsonNode quote)
    {
        Assert.Equal(
            ("AE", 3_200m, 0m, 3_200m, 1_280m),
            (quote["tax"]![0]!.Text("category"), quote.Amount("net"), quote.Amount("taxTotal"), quote.Amount("gross"),
                quote.Amount("accountPays")));
        var share = quote["funding"]!.AsArray().Single()!;
        Assert.Equal((1_920m, 758_592m, "HUF"), (share.Amount("amount"), share.Amount("charged"),
            share["charged"]!.Text("currency")));
        var rate = share["conversion"]!["to"]!;
        Assert.Equal((395.10m, "2026-02-27"), (rate["perEuro"]!.GetValue<decimal>(), rate.Text("day")));
        Assert.Contains(Both, share.Text("reason"), StringComparison.Ordinal);
        var own = quote["selfAccounted"]!.AsArray().Single()!;
        Assert.Equal(
            ("HU", 27m, 1_264_320m, 341_366.40m, "HUF"),
            (own.Text("country"), own["rate"]!.GetValue<decimal>(), own.Amount("base"), own.Amount("amount"),
                own["amount"]!.Text("currency")));
    }

    private static async Task<string> Claimed(ScenarioHost host, string programme)
    {
        var claim = await host.Claim(Funder, programme);
        Assert.Equal((758_592m, "HUF", 1_920m, "EUR"), (claim.Amount("amount"), claim["amount"]!.Text("currency"),
            claim.Amount("share"), claim["share"]!.Text("currency")));
        var id = claim.Text("claimId");
        var checks = (await (await host.Api.As(Funder)).Get($"/programmes/{programme}/claims/{id}")).Expect(200);
        var amount = checks["checks"]!.AsArray().Single(c => c!.Text("rule") == "amount")!;
        Assert.True(amount["passed"]!.GetValue<bool>());
        Assert.StartsWith(Both, amount.Text("reason"), StringComparison.Ordinal);
        return id;
    }

    private static async Task Pages(ScenarioHost host, string programme, string booking, string claim)
    {
        var browser = await Bookings.ApprovalTests.Browser(host.Api, Sme);
        foreach (var page in (string[])[$"/bookings/{booking}", "/vouchers", $"/programmes/{programme}/claims/{claim}"])
            Assert.Contains(
                BothOnPages, DemonstrationPages.TextOf(await browser.GetStringAsync(page)),
                StringComparison.Ordinal);
        var pack = await browser.GetByteArrayAsync($"/api/v1/programmes/{programme}/claims/{claim}/evidence");
        using var zip = new ZipArchive(new MemoryStream(pack));
        using var manifest = zip.GetEntry("manifest.json")!.Open();
        Assert.Equal(Both, (await JsonNode.ParseAsync(manifest))!.Text("conversion"));
    }

    /// <summary>The bank is asked for euros, takes what it takes of the account in forints, and says both.</summary>
    private static async Task Paid(ScenarioHost host, string programme, string claim)
    {
        var funder = await host.Api.As(Funder);
        (await funder.Post($"/programmes/{programme}/claims/{claim}/decision", new { decision = "approve", note = "" }))
            .Expect(200);
        var batch = (await funder.Post($"/programmes/{programme}/payment-batches", new
        {
            requestedOn = "2026-03-19",
            debtorIban = BankSamples.FunderIban,
        })).Expect(201)["batch"]!;
        var file = XDocument.Parse((await funder.Get(
            $"/programmes/{programme}/payment-batches/{batch.Text("batchId")}/file")).Text);
        var asked = file.Descendants().Single(e => e.Name.LocalName == "InstdAmt");
        Assert.Equal(("1920.00", "EUR"), (asked.Value, asked.Attribute("Ccy")!.Value));
        var payment = batch["payments"]![0]!.Text("endToEndId");
        (await Send(funder, programme, "S-1", payment, 2_000)).Refused(422, "invalidRequest");
        (await Send(funder, programme, "S-2", payment, 1_920)).Expect(200);
        Assert.Equal("paid", (await host.Claim(Funder, programme)).Text("status"));
        Assert.Equal(
            (758_592m, 0m),
            (await host.Ledger(Funder, programme, "paid"), await host.Ledger(Funder, programme, "approved")));
    }

    private static async Task<ApiAnswer> Send(
        ApiClient funder, string programme, string statement, string payment, decimal instructed)
    {
        using var content = new ByteArrayContent(BankSamples.Statement(statement, BankSamples.Entry(
            "E-1", payment, Money.Of(761_113, Currency.Huf),
            extra: BankSamples.Instructed(Money.Of(instructed, Currency.Eur)))));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/xml");
        return await funder.Send(HttpMethod.Post, $"/programmes/{programme}/bank-statements", content);
    }

    private static async Task Sound(ScenarioHost host)
    {
        using var output = new StringWriter();
        await using var dialect = host.Api.Storage.Open();
        var faults = await new Verifier(dialect, SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.True(faults.Count == 0, output.ToString());
    }
}
