using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Scenarios;

/// <summary>
/// A closed scope, forints, a company outside the Union, one at home, and a failed scan: section 11 of the domain's
/// facts over HTTP on a real database.
/// </summary>
public sealed class OtherWaysTests
{
    private static readonly LocalDate Day = new(2026, 3, 2);

    [Fact]
    public async Task S2_a_voucher_for_facilities_of_the_region_does_not_pay_in_Torino()
    {
        using var host = await ScenarioHost.On(Day);
        await host.ReferenceService();
        var programme = await host.Programme(
            "funder.berlin", """{"providerScope": {"includeRegions": ["DE30", "DE40"]}}""");
        var voucher = await host.Award("funder.berlin", programme, "sme.berlin", ScenarioHost.Berlin, "5000");
        var refused = (await host.QuoteReference(voucher)).Refused(422, "voucherNotAccepted");
        Assert.Contains("(ITC11) lie outside its scope", refused.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(5_000m, (await host.Voucher("sme.berlin", voucher)).Amount("available"));
    }

    [Fact]
    public async Task S4_a_voucher_in_forints_waits_and_the_VAT_at_home_is_told_in_forints_with_its_rate()
    {
        using var host = await ScenarioHost.On(Day);
        await host.Rate("2026-02-27", "HUF", "395.10");
        await host.Service("biocat-structural", "crystal-screen", $$"""
            {"name": "Microscopy", "prices": {{ScenarioHost.Prices(3200)}} }
            """);
        var programme = await host.Programme("funder.berlin", """
            {"country": "HU", "timeZone": "Europe/Budapest", "rate": 60, "regionsInclude": ["HU32"],
             "budget": {"amount": 10000000, "currency": "HUF"}, "providerScope": {"any": true},
             "capPerVoucher": {"amount": 1000000, "currency": "HUF"}}
            """);
        var voucher = await host.Award(
            "funder.berlin", programme, "sme.debrecen", "tisza-devices", "1000000", "HUF");
        // The register counts euros, at the rate of the day of the grant.
        Assert.Equal(2_531m, (await host.Aid("funder.berlin", programme)).Amount("counts"));

        var wish = new Wish("biocat-structural", "crystal-screen", "2026-03-17T09:00:00+01:00", "PT2H");
        (await host.Quote("sme.debrecen", "tisza-devices", wish, new[] { voucher })).Refused(422, "currencyDiffers");
        var quote = (await host.Quote("sme.debrecen", "tisza-devices", wish, "auto")).Expect(201);
        Assert.Equal(
            ("AE", 0m, 3_200m, 3_200m),
            (quote["tax"]![0]!.Text("category"), quote.Amount("taxTotal"), quote.Amount("gross"),
                quote.Amount("accountPays")));
        Assert.Contains(quote["notes"]!.AsArray(), note =>
            note!.GetValue<string>().Contains("is in HUF, the order in EUR", StringComparison.Ordinal));
        var own = quote["selfAccounted"]!.AsArray().Single()!;
        Assert.Equal(
            ("HU", 27m, 1_264_320m, 341_366.40m, "HUF"),
            (own.Text("country"), own["rate"]!.GetValue<decimal>(), own.Amount("base"), own.Amount("amount"),
                own["amount"]!.Text("currency")));
        Assert.Equal(
            (395.10m, "2026-02-27"),
            (own["conversion"]!["to"]!["perEuro"]!.GetValue<decimal>(), own["conversion"]!["to"]!.Text("day")));
        Assert.Contains(
            "395.10 HUF for one euro, the ECB's rate of 27 February 2026", own.Text("reason"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task S5_a_company_of_London_pays_Paris_without_VAT_or_aid()
    {
        using var host = await ScenarioHost.On(Day);
        await host.Newcomer("sme.london", "thames-bio", "GB", "TLI31");
        await host.Service("genopole-cytometry", "analyser-hour", $$"""
            {"prices": {{ScenarioHost.Prices(1550)}}, "pricePer": "PT4H", "unit": "halfDay"}
            """);
        var quote = (await host.Quote(
            "sme.london", "thames-bio",
            new("genopole-cytometry", "analyser-hour", "2026-03-17T09:00:00+01:00", "PT8H"), "auto")).Expect(201);
        Assert.Equal(
            ("O", 3_100m, 0m, 3_100m),
            (quote["tax"]![0]!.Text("category"), quote.Amount("net"), quote.Amount("taxTotal"),
                quote.Amount("accountPays")));
        Assert.Empty(quote["funding"]!.AsArray());
        var own = quote["selfAccounted"]!.AsArray().Single()!;
        Assert.Equal(
            ("GB", 20m, 620m),
            (own.Text("country"), own["rate"]!.GetValue<decimal>(), own.Amount("amount")));
        var booking = await host.Book("sme.london", quote);
        await host.Until(3, 18);
        await host.Deliver("sme.london", "manager.genopole-cytometry", booking);
        Assert.Equal(3_100m, (await host.Invoice("sme.london", booking))["totals"]!.Amount("payable"));
        Assert.Null((await host.Booking("sme.london", booking))["invoiceBy"]);
        Assert.Empty((await (await host.Api.As("sme.london")).Get("/accounts/thames-bio/aid")).Expect(200)["entries"]!
            .AsArray());
    }

    [Fact]
    public async Task S6_a_company_of_Paris_pays_VAT_at_home()
    {
        using var host = await ScenarioHost.On(Day);
        await host.Service("genopole-cytometry", "analyser-hour", $$"""
            {"prices": {{ScenarioHost.Prices(500)}} }
            """);
        var quote = (await host.Quote(
            "sme.paris", "seine-therapeutics",
            new("genopole-cytometry", "analyser-hour", "2026-03-17T09:00:00+01:00", "PT4H"), "auto")).Expect(201);
        Assert.Equal(
            (2_000m, 20m, 400m, 2_400m),
            (quote.Amount("net"), quote["tax"]![0]!["rate"]!.GetValue<decimal>(), quote.Amount("taxTotal"),
                quote.Amount("accountPays")));
        Assert.Empty(quote["selfAccounted"]!.AsArray());
        var booking = await host.Book("sme.paris", quote);
        await host.Until(3, 18);
        await host.Deliver("sme.paris", "manager.genopole-cytometry", booking);
        Assert.Equal(2_400m, (await host.Invoice("sme.paris", booking))["totals"]!.Amount("payable"));
    }

    [Fact]
    public async Task S8_one_scan_of_four_that_failed_is_paid_by_nobody()
    {
        using var host = await ScenarioHost.On(Day);
        await host.Service("biopmed-imaging", ScenarioHost.Reference, $$"""
            {"prices": {{ScenarioHost.Prices(500)}}, "pricePer": "unit", "unit": "scan", "operatorPerHour": null,
             "setupFee": {"amount": 0, "currency": "EUR"}, "quantity": {"max": 4, "occupies": "once"} }
            """);
        var programme = await host.Programme("funder.berlin");
        var voucher = await host.Award("funder.berlin", programme, "sme.berlin", ScenarioHost.Berlin, "5000");
        var quote = (await host.Quote(
            "sme.berlin", ScenarioHost.Berlin, Wish.Mri("2026-05-12", offset: "+02:00") with { Quantity = 4 },
            new[] { voucher })).Expect(201);
        Assert.Equal(
            (2_000m, 1_500m, 500m),
            (quote.Amount("net"), quote["funding"]![0]!.Amount("amount"), quote.Amount("accountPays")));
        var booking = await host.Book("sme.berlin", quote);
        await host.Until(5, 12);
        var item = quote["items"]![0]!.Text("itemId");
        await host.Deliver("sme.berlin", "manager.biopmed-imaging", booking, new
        {
            items = new[] { new { itemId = item, quantity = 3, note = "One scan failed." } },
        });
        var final = (await host.Booking("sme.berlin", booking))["final"]!;
        Assert.Equal(
            (1_500m, 1_125m, 375m),
            (final.Amount("net"), final["funding"]![0]!.Amount("amount"), final.Amount("accountPays")));
        // What each of the two pays less: 375 of the funder, 125 of the company.
        var claim = await host.Claim("funder.berlin", programme);
        Assert.Equal(375m, quote["funding"]![0]!.Amount("amount") - claim.Amount("amount"));
        Assert.Equal(
            125m,
            quote.Amount("accountPays") - (await host.Invoice("sme.berlin", booking))["totals"]!.Amount("payable"));
        Assert.Equal(3_875m, (await host.Voucher("sme.berlin", voucher)).Amount("available"));
    }
}
