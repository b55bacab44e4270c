using System.Text.Json.Nodes;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Scenarios;

/// <summary>
/// A small company of Berlin with a German voucher, the reference order in Torino: paid directly, rejected, cancelled
/// or left to expire. Section 11 of the domain's facts, over HTTP on a real database, with its dates.
/// </summary>
public sealed class BerlinInTorinoTests
{
    private const string Funder = "funder.berlin";
    private const string Sme = "sme.berlin";
    private const string Manager = "manager.biopmed-imaging";

    private static readonly LocalDate Granted = new(2026, 3, 2);

    [Fact]
    public async Task S1_the_voucher_pays_the_facility_directly_and_every_figure_is_shown()
    {
        using var host = await ScenarioHost.On(Granted);
        var before = await host.AidOf(Sme, ScenarioHost.Berlin, "DE");
        var (programme, voucher) = await Awarded(host);
        Assert.Equal("small", (await (await host.Api.As(Sme)).Get($"/accounts/{ScenarioHost.Berlin}/declaration"))
            .Expect(200).Text("class"));
        var aid = await host.Aid(Funder, programme);
        Assert.Equal(
            ("2026-03-02", "2026-03-30", 5_000m),
            (aid.Text("grantedOn"), aid.Text("registerBy"), aid.Amount("counts")));
        Assert.Equal(before + 5_000, await host.AidOf(Sme, ScenarioHost.Berlin, "DE"));

        var quote = (await host.QuoteReference(voucher)).Expect(201);
        Assert.Equal(
            [1_400m, 120m, 340m, 140m], quote["items"]![0]!["lines"]!.AsArray().Select(l => l!.Amount("amount")));
        Assert.Equal(
            (2_000m, 0m, 2_000m, 500m),
            (quote.Amount("net"), quote.Amount("taxTotal"), quote.Amount("gross"), quote.Amount("accountPays")));
        Assert.Equal("AE", quote["tax"]![0]!.Text("category"));
        Assert.Equal(1_500m, quote["funding"]!.AsArray().Single()!.Amount("amount"));
        DeclaredAtHome(quote, "DE", 19, 2_000, 380);

        var booking = await host.Book(Sme, quote);
        await host.Until(5, 12);
        await host.Deliver(Sme, Manager, booking);
        var accepted = await host.Booking(Sme, booking);
        Assert.Equal("2026-06-15", accepted.Text("invoiceBy"));
        DeclaredAtHome(accepted, "DE", 19, 2_000, 380);
        var invoice = await host.Invoice(Sme, booking);
        Assert.Equal(
            ("2026-05-12", 2_000m, 0m, 1_500m, 500m),
            (invoice.Text("suppliedOn"), invoice["totals"]!.Amount("gross"), invoice["totals"]!.Amount("vat"),
                invoice["totals"]!.Amount("prepaid"), invoice["totals"]!.Amount("payable")));
        Assert.Equal(1_500m, (await host.Claim(Funder, programme)).Amount("amount"));
        Assert.Equal(3_500m, (await host.Voucher(Sme, voucher)).Amount("available"));
        var page = await (await Bookings.ApprovalTests.Browser(host.Api, Sme)).GetStringAsync(
            $"/bookings/{booking}");
        Assert.Contains("380.00", page, StringComparison.Ordinal);
        Assert.Contains("invoiced by 15 Jun 2026", page, StringComparison.Ordinal);
        await Sound(host);
    }

    [Fact]
    public async Task S7_a_claim_without_the_final_report_falls_back_to_the_company_and_the_register_is_corrected()
    {
        using var host = await ScenarioHost.On(Granted);
        var before = await host.AidOf(Sme, ScenarioHost.Berlin, "DE");
        var (programme, voucher) = await Awarded(host);
        await Registered(host, programme);
        var booking = await host.Book(Sme, (await host.QuoteReference(voucher)).Expect(201));
        await host.Until(5, 12);
        await host.Deliver(Sme, Manager, booking);
        var funder = await host.Api.As(Funder);
        var claim = (await host.Claim(Funder, programme)).Text("claimId");
        (await funder.Post(
            $"/programmes/{programme}/claims/{claim}/decision",
            new { decision = "reject", note = "No final report." })).Expect(200);
        var owed = (await host.Booking(Sme, booking))["obligations"]!.AsArray().Single()!;
        Assert.Equal((1_500m, "biopmed-imaging"), (owed.Amount("amount"), owed.Text("platform")));
        Assert.Equal(500m, (await host.Invoice(Sme, booking))["totals"]!.Amount("payable"));
        Assert.Equal(3_500m, (await host.Aid(Funder, programme)).Amount("counts"));

        (await funder.Post($"/vouchers/{voucher}/revocation", new { reason = "Nothing was reported." })).Expect(200);
        var corrected = await host.Aid(Funder, programme);
        Assert.Equal(
            ("correctionDue", 0m, "2026-03-02", 5_000m, 0m),
            (corrected.Text("status"), corrected.Amount("counts"), corrected.Text("grantedOn"),
                corrected["correction"]!.Amount("from"), corrected["correction"]!.Amount("to")));
        Assert.Equal(before, await host.AidOf(Sme, ScenarioHost.Berlin, "DE"));
        Assert.Equal(100_000m, await host.Ledger(Funder, programme, "free"));
        await Sound(host);
    }

    [Fact]
    public async Task S9_three_working_days_before_the_company_alone_pays_for_cancelling()
    {
        using var host = await ScenarioHost.On(Granted);
        var (programme, voucher) = await Awarded(host);
        var booking = await host.Book(Sme, (await host.QuoteReference(voucher)).Expect(201));
        Assert.Equal(3_500m, (await host.Voucher(Sme, voucher)).Amount("available"));
        var sme = await host.Api.As(Sme);
        // Thursday to Tuesday: Thursday, Friday and Monday count, the weekend does not.
        foreach (var (day, hour, fee, notice) in new[]
        {
            (27, 20, 0m, 10), (28, 9, 435m, 9), (35, 9, 435m, 5), (36, 9, 870m, 4), (37, 9, 870m, 3),
        })
        {
            var when = new LocalDate(2026, 4, 1).PlusDays(day - 1);
            await host.Until(when.Month, when.Day, hour);
            var preview = (await sme.Get($"/bookings/{booking}/cancellation")).Expect(200);
            Assert.Equal(
                (fee, notice), (preview.Amount("fee"), preview["items"]![0]!["noticeDays"]!.GetValue<int>()));
        }
        var cancelled = (await sme.Post($"/bookings/{booking}/cancellation", new { reason = "Late" })).Expect(200);
        Assert.Equal(("cancelled", 870m), (cancelled.Status(), cancelled.Amount("cancellationFee")));
        var invoice = await host.Invoice(Sme, booking);
        Assert.Equal(
            (870m, 0m, 870m),
            (invoice["totals"]!.Amount("net"), invoice["totals"]!.Amount("prepaid"),
                invoice["totals"]!.Amount("payable")));
        Assert.Contains("3 working days", invoice["lines"]![0]!.Text("name"), StringComparison.Ordinal);
        Assert.Equal(5_000m, (await host.Voucher(Sme, voucher)).Amount("available"));
        Assert.Empty((await (await host.Api.As(Funder)).Get($"/programmes/{programme}/claims")).Expect(200)["items"]!
            .AsArray());
        await Sound(host);
    }

    [Fact]
    public async Task S10_what_is_left_on_the_last_day_of_the_year_counts_no_more()
    {
        using var host = await ScenarioHost.On(Granted);
        var before = await host.AidOf(Sme, ScenarioHost.Berlin, "DE");
        var (programme, voucher) = await Awarded(host);
        await Registered(host, programme);
        Assert.Equal("2026-12-31", (await host.Voucher(Sme, voucher)).Text("expiresOn"));
        var booking = await host.Book(Sme, (await host.QuoteReference(voucher)).Expect(201));
        await host.Until(5, 12);
        await host.Deliver(Sme, Manager, booking);
        await host.Until(12, 31, 22);
        Assert.Equal(
            ("partiallyRedeemed", 3_500m),
            ((await host.Voucher(Sme, voucher)).Text("status"),
                (await host.Voucher(Sme, voucher)).Amount("available")));
        Assert.Equal(5_000m, (await host.Aid(Funder, programme)).Amount("counts"));
        // Midnight in Berlin.
        await host.Until(12, 31, 23);
        Assert.Equal(
            ("expired", 1_500m, 3_500m),
            ((await host.Voucher(Sme, voucher)).Text("status"), (await host.Voucher(Sme, voucher)).Amount("redeemed"),
                (await host.Voucher(Sme, voucher)).Amount("returned")));
        var corrected = await host.Aid(Funder, programme);
        Assert.Equal(
            ("correctionDue", 1_500m, "2026-03-02", 5_000m, 1_500m),
            (corrected.Text("status"), corrected.Amount("counts"), corrected.Text("grantedOn"),
                corrected["correction"]!.Amount("from"), corrected["correction"]!.Amount("to")));
        Assert.Equal(before + 1_500, await host.AidOf(Sme, ScenarioHost.Berlin, "DE"));
        Assert.Equal(98_500m, await host.Ledger(Funder, programme, "free"));
        await Sound(host);
    }

    private static async Task<(string Programme, string Voucher)> Awarded(ScenarioHost host)
    {
        await host.ReferenceService();
        var programme = await host.Programme(Funder);
        return (programme, await host.Award(Funder, programme, Sme, ScenarioHost.Berlin, "5000"));
    }

    private static async Task Registered(ScenarioHost host, string programme)
    {
        var entry = (await host.Aid(Funder, programme)).Text("entryId");
        (await (await host.Api.As(Funder)).Post(
            $"/programmes/{programme}/aid-register/{entry}", new { reference = "eAIR-1" })).Expect(200);
    }

    private static void DeclaredAtHome(JsonNode shown, string country, decimal rate, decimal basis, decimal amount)
    {
        var own = shown["selfAccounted"]!.AsArray().Single()!;
        Assert.Equal(
            (country, rate, basis, amount),
            (own.Text("country"), own["rate"]!.GetValue<decimal>(), own.Amount("base"), own.Amount("amount")));
    }

    private static async Task Sound(ScenarioHost host)
    {
        using var output = new StringWriter();
        await using var dialect = host.Api.Storage.Open();
        var faults = await new Verifier(dialect, SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.True(faults.Count == 0, output.ToString());
    }
}
