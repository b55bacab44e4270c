using System.Text.Json.Nodes;
using System.Xml.Linq;
using Facilities.Silo.Verification;
using Facilities.Tests.Scenarios;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Credits;

/// <summary>
/// Scenario S-8 over HTTP: a scan of the reference order failed, a quarter of the invoice is credited, and everybody
/// gets back what the funding on the reduced net says, wherever the claim stands.
/// </summary>
public sealed class CreditScenarioTests
{
    private const string Funder = "funder.berlin", Sme = "sme.berlin", Manager = "manager.biopmed-imaging";

    [Fact]
    public async Task S8_a_credit_before_anybody_paid_lowers_the_claim_and_the_invoice()
    {
        using var host = await ScenarioHost.On(new(2026, 3, 2));
        var (programme, voucher, booking) = await Delivered(host);
        var preview = (await Credit(host, booking, new { percent = 25, reason = "A scan failed." }, "/preview"))
            .Expect(200);
        Assert.Equal(
            (500m, 125m, 1_500m), (preview.Amount("net"), preview.Amount("account"), preview.Amount("netLeft")));
        Assert.Equal("claimLowered", preview["funding"]![0]!.Text("effect"));
        Assert.Empty(preview["funding"]![0]!["owed"]!.AsArray());
        Assert.Equal(3_500m, (await host.Voucher(Sme, voucher)).Amount("available"));

        var credit = await Credited(host, booking);
        Assert.Equal(
            (500m, 500m, 125m, 125m, 375m, 375m),
            (credit.Amount("net"), credit.Amount("gross"), credit.Amount("account"), credit.Amount("fromInvoice"),
                credit["funding"]![0]!.Amount("amount"), credit.Amount("accountPaysLeft")));
        var claim = await host.Claim(Funder, programme);
        Assert.Equal(
            (1_125m, "open", "claimLowered", "A scan failed."),
            (claim.Amount("amount"), claim.Text("status"), claim["credits"]![0]!.Text("effect"),
                claim["credits"]![0]!.Text("reason")));
        Assert.Equal(3_875m, (await host.Voucher(Sme, voucher)).Amount("available"));
        Assert.Equal((1_125m, 0m), (await host.Ledger(Funder, programme, "claimed"),
            await host.Ledger(Funder, programme, "redeemed")));
        await Note(host, booking, credit);

        // Another quarter after the approval, seen by two managers: the second is told.
        await Decide(host, programme, claim, "approve");
        (await Credit(host, booking, new { percent = 25, reason = "Another.", after = 0 }))
            .Refused(409, "creditsChanged");
        (await Credit(host, booking, new { percent = 25, reason = "Another.", after = 1 })).Expect(200);
        claim = await host.Claim(Funder, programme);
        Assert.Equal(
            (750m, "approved", "approvalLowered"),
            (claim.Amount("amount"), claim.Text("status"), claim["credits"]![1]!.Text("effect")));
        Assert.Equal(750m, await host.Ledger(Funder, programme, "approved"));

        // All that is left: nothing is to be paid any more, and every balance is where it was at the start.
        (await Credit(host, booking, new { percent = 100, reason = "All of it." })).Expect(200);
        Assert.Equal("credited", (await host.Claim(Funder, programme)).Text("status"));
        Assert.Equal("settled", (await host.Booking(Sme, booking)).Status());
        Assert.Equal(5_000m, (await host.Voucher(Sme, voucher)).Amount("available"));
        Assert.Equal(5_000m, await host.Ledger(Funder, programme, "awarded"));
        (await Credit(host, booking, new { percent = 1, reason = "More." })).Refused(422, "creditNotValid");
        await Sound(host);
    }

    [Fact]
    public async Task S8_a_credit_after_everybody_paid_is_owed_back_to_each()
    {
        using var host = await ScenarioHost.On(new(2026, 3, 2));
        var (programme, voucher, booking) = await Delivered(host);
        var manager = await host.Api.As(Manager);
        var invoice = (await host.Invoice(Sme, booking)).Text("id");
        (await manager.Post($"/invoices/{invoice}/payment")).Expect(200);
        var claim = await host.Claim(Funder, programme);
        await Decide(host, programme, claim, "approve");
        var door = $"/programmes/{programme}/claims/{claim.Text("claimId")}";
        var funder = await host.Api.As(Funder);
        (await funder.Post($"{door}/payment", new { reference = "IBB-1" })).Expect(200);
        Assert.Equal("settled", (await host.Booking(Sme, booking)).Status());

        var page = await Bookings.ApprovalTests.Browser(host.Api, Manager);
        Assert.Contains("2,000.00", await page.GetStringAsync("/bookings"), StringComparison.Ordinal);
        var would = (await Credit(host, booking, new { percent = 25, reason = "A scan failed." }, "/preview"))
            .Expect(200)["funding"]![0]!["owed"]!.AsArray().Single()!;
        Assert.Equal(
            (375m, "facility", "2026-06-11"), (would.Amount("amount"), would.Text("owedBy"), would.Text("dueOn")));
        Assert.Contains(
            "375.00 back by", await page.GetStringAsync(
                $"/bookings/{booking}/credit?what=all&how=25&unit=percent&reason=Scan"), StringComparison.Ordinal);
        var credit = await Credited(host, booking);
        // What the facility earns is what the credit left.
        Assert.Contains("1,500.00", await page.GetStringAsync("/bookings"), StringComparison.Ordinal);
        Assert.Equal(
            (0m, 125m, "2026-06-11"),
            (credit.Amount("fromInvoice"), credit.Amount("byTransfer"), credit.Text("transferBy")));
        var credited = await host.Claim(Funder, programme);
        Assert.Equal("paymentOwed", credited["credits"]!.AsArray().Single()!.Text("effect"));
        var owed = credited["owed"]!.AsArray().Single()!;
        Assert.Equal(
            (375m, "facility", "2026-06-11"), (owed.Amount("open"), owed.Text("owedBy"), owed.Text("dueOn")));
        Assert.Contains("To pay back", await page.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Contains("is what you owe the funder", await page.GetStringAsync(door), StringComparison.Ordinal);
        var reader = await Bookings.ApprovalTests.Browser(host.Api, Sme);
        Assert.Contains("is owed by", await reader.GetStringAsync(door), StringComparison.Ordinal);
        Assert.Equal((1_125m, 375m), (await host.Ledger(Funder, programme, "paid"),
            await host.Ledger(Funder, programme, "owed")));
        Assert.Equal("accepted", (await host.Booking(Sme, booking)).Status());
        // The voucher has its money when the funder has it.
        Assert.Equal(3_500m, (await host.Voucher(Sme, voucher)).Amount("available"));
        await Sound(host);

        (await (await host.Api.As(Sme)).Post($"/bookings/{booking}/credits/1/transfer")).Refused(403, "notAllowed");
        (await manager.Post($"/bookings/{booking}/credits/1/transfer")).Expect(200);
        (await manager.Post($"/bookings/{booking}/credits/1/transfer")).Refused(409, "stepDone");
        (await funder.Post($"{door}/owed/1/repayment", new { reference = "" })).Refused(422, "notValid");
        var repaid = (await funder.Post($"{door}/owed/1/repayment", new { reference = "BP-77" })).Expect(200);
        Assert.Equal("BP-77", repaid["owed"]![0]!.Text("settlement"));
        (await funder.Post($"{door}/owed/1/repayment", new { reference = "BP-77" })).Refused(409, "nothingOwed");
        Assert.Equal(0m, await host.Ledger(Funder, programme, "owed"));
        Assert.Equal(3_875m, (await host.Voucher(Sme, voucher)).Amount("available"));
        var settled = await host.Booking(Sme, booking);
        Assert.Equal(("settled", true), (settled.Status(), settled["credits"]![0]!["settled"]!.GetValue<bool>()));
        await Sound(host);
    }

    [Fact]
    public async Task What_a_funder_rejected_is_owed_less_and_a_voucher_that_ended_gives_its_part_to_the_budget()
    {
        using var host = await ScenarioHost.On(new(2026, 3, 2));
        var (programme, voucher, booking) = await Delivered(host);
        (await (await host.Api.As(Funder)).Post(
            $"/vouchers/{voucher}/revocation", new { reason = "The seat moved." })).Expect(200);
        Assert.Equal(98_500m, await host.Ledger(Funder, programme, "free"));
        await Credited(host, booking);
        Assert.Equal(98_875m, await host.Ledger(Funder, programme, "free"));
        Assert.Equal(1_125m, (await host.Aid(Funder, programme)).Amount("counts"));

        await Decide(host, programme, await host.Claim(Funder, programme), "reject");
        Assert.Equal(
            1_125m, (await host.Booking(Sme, booking))["obligations"]!.AsArray().Single()!.Amount("amount"));
        (await Credit(host, booking, new { percent = 25, reason = "Another." })).Expect(200);
        var owed = (await host.Booking(Sme, booking))["obligations"]!.AsArray().Single()!;
        Assert.Equal(750m, owed.Amount("amount"));
        (await (await host.Api.As(Manager)).Post(
            $"/bookings/{booking}/obligations/{owed.Text("claim")}/payment")).Expect(200);
        var third = (await Credit(host, booking, new { percent = 25, reason = "A third." }))
            .Expect(200)["credits"]![2]!;
        Assert.Equal((125m, 375m), (third.Amount("fromInvoice"), third.Amount("byTransfer")));
        await Sound(host);
    }

    [Fact]
    public async Task Every_fault_of_a_credit_is_named_at_once_and_a_repeat_credits_once()
    {
        using var host = await ScenarioHost.On(new(2026, 3, 2));
        var (_, _, booking) = await Delivered(host);
        var item = (await host.Booking(Sme, booking))["items"]![0]!.Text("itemId");
        var refused = (await Credit(host, booking, new
        {
            reason = " ",
            percent = 101,
            lines = new object[]
            {
                new { itemId = "other", line = 1, percent = 10 },
                new { itemId = item, line = 9, percent = 10 },
                new { itemId = item, line = 1, quantity = 2 },
                new { itemId = item, line = 2, amount = new { amount = 9_999, currency = "EUR" } },
                new { itemId = item, line = 3 },
            },
        })).Refused(422, "creditNotValid");
        Assert.Equal(
            ["/reason", "/percent", "/percent", "/lines/0/itemId", "/lines/1/line", "/lines/2/quantity",
                "/lines/3/amount", "/lines/4"],
            refused["errors"]!.AsArray().Select(e => e!.Text("pointer")));
        (await (await host.Api.As(Sme)).Post(
            $"/bookings/{booking}/credits", new { percent = 25, reason = "Mine." })).Refused(403, "notAllowed");

        var body = new
        {
            reason = "The contrast agent was not given.",
            lines = new object[]
            {
                new { itemId = item, line = 4, quantity = 1 },
                new { itemId = item, line = 1, amount = new { amount = 100, currency = "EUR" } },
            },
        };
        var manager = await host.Api.As(Manager);
        for (var again = 0; again < 2; again++)
        {
            var made = (await manager.Post($"/bookings/{booking}/credits", body, key: "credit-once"))
                .Expect(200)["credits"]!.AsArray().Single()!;
            Assert.Equal((170m, 127.50m, 42.50m), (made.Amount("net"), made["funding"]![0]!.Amount("amount"),
                made.Amount("account")));
        }
        await Sound(host);
    }

    private static async Task<(string Programme, string Voucher, string Booking)> Delivered(ScenarioHost host)
    {
        await host.ReferenceService();
        var programme = await host.Programme(Funder);
        var voucher = await host.Award(Funder, programme, Sme, ScenarioHost.Berlin, "5000");
        var booking = await host.Book(Sme, (await host.QuoteReference(voucher)).Expect(201));
        await host.Until(5, 12);
        await host.Deliver(Sme, Manager, booking);
        return (programme, voucher, booking);
    }

    private static async Task<JsonNode> Credited(ScenarioHost host, string booking)
    {
        (await Credit(host, booking, new { percent = 25, reason = "A scan failed." })).Expect(200);
        return (await host.Booking(Sme, booking))["credits"]![0]!;
    }

    private static async Task<ApiAnswer> Credit(ScenarioHost host, string booking, object body, string step = "") =>
        await (await host.Api.As(Manager)).Post($"/bookings/{booking}/credits{step}", body);

    private static async Task Decide(ScenarioHost host, string programme, JsonNode claim, string decision) =>
        (await (await host.Api.As(Funder)).Post(
            $"/programmes/{programme}/claims/{claim.Text("claimId")}/decision", new { decision, note = "As it is." }))
            .Expect(200);

    /// <summary>The note is a document of its own, in its own series, that names the invoice.</summary>
    private static async Task Note(ScenarioHost host, string booking, JsonNode credit)
    {
        var documents = (await (await host.Api.As(Sme)).Get($"/bookings/{booking}/invoices")).Expect(200)["items"]!
            .AsArray();
        var (invoice, note) = (documents.Single(d => d!.Text("kind") == "invoice")!,
            documents.Single(d => d!.Text("kind") == "creditNote")!);
        Assert.Equal("BIOPMED-IMAGING-C-2026-000001", note.Text("number"));
        Assert.Equal(invoice.Text("number"), note.Text("preceding"));
        Assert.Equal(
            (500m, 0m, 375m, 125m),
            (note["totals"]!.Amount("gross"), note["totals"]!.Amount("vat"), note["totals"]!.Amount("prepaid"),
                note["totals"]!.Amount("payable")));
        using var browser = await Bookings.ApprovalTests.Browser(host.Api, Sme);
        browser.DefaultRequestHeaders.Accept.Clear();
        browser.DefaultRequestHeaders.Accept.ParseAdd("application/xml");
        var ubl = XDocument.Parse(await browser.GetStringAsync($"/api/v1/invoices/{credit.Text("invoiceId")}"));
        XNamespace cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
        Assert.Equal("CreditNote", ubl.Root!.Name.LocalName);
        Assert.Equal("381", ubl.Root.Element(cbc + "CreditNoteTypeCode")!.Value);
        Assert.Contains(invoice.Text("number"), ubl.Descendants(cbc + "ID").Select(id => id.Value));
        Assert.Equal("AE", note["lines"]![0]!.Text("category"));
    }

    private static async Task Sound(ScenarioHost host)
    {
        using var output = new StringWriter();
        await using var dialect = host.Api.Storage.Open();
        var faults = await new Verifier(dialect, SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.True(faults.Count == 0, output.ToString());
    }
}
