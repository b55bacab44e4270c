using Facilities.Silo.Verification;
using Facilities.Tests.Scenarios;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Instalments;

/// <summary>
/// A programme in forints pays an order in euros in instalments: of 1,920.00 EUR, which are 758,592.00 HUF at the
/// sealed rate, half comes in advance. The company is paid, and owes, in forints alone.
/// </summary>
public sealed class AdvanceInForintsTests
{
    private const string Funder = "funder.berlin";
    private const string Sme = "sme.debrecen";
    private const string Manager = "manager.biocat-structural";

    [Fact]
    public async Task An_order_in_euros_is_advanced_claimed_and_credited_in_forints()
    {
        using var host = await ScenarioHost.On(new(2026, 3, 2));
        await host.Rate("2026-02-27", "HUF", "395.10");
        await host.Service("biocat-structural", "crystal-screen", $$"""
            {"name": "Microscopy", "prices": {{ScenarioHost.Prices(3200)}} }
            """);
        var programme = await host.Programme(Funder, """
            {"country": "HU", "timeZone": "Europe/Budapest", "rate": 60, "regionsInclude": ["HU32"],
             "budget": {"amount": 10000000, "currency": "HUF"}, "providerScope": {"any": true},
             "capPerVoucher": {"amount": 1000000, "currency": "HUF"}, "paymentMode": "instalments",
             "instalments": {"advance": 50, "paidWithinDays": 30},
             "rules": {"validUntil": "2026-12-31", "otherCurrencies": "rateOfQuoteDay"} }
            """);
        var voucher = await host.Award(Funder, programme, Sme, "tisza-devices", "1000000", "HUF");
        var booking = await host.Book(Sme, (await host.Quote(
            Sme, "tisza-devices",
            new Wish("biocat-structural", "crystal-screen", "2026-03-17T09:00:00+01:00", "PT2H"), new[] { voucher }))
            .Expect(201));
        var (funder, sme) = (await host.Api.As(Funder), await host.Api.As(Sme));
        var claims = $"/programmes/{programme}/claims";
        var (advance, rest) = ($"{claims}/a-{booking}-{voucher}", $"{claims}/c-{booking}-{voucher}");
        Assert.Equal(379_296m, (await funder.Get(advance)).Expect(200).Amount("amount"));
        (await sme.Put($"{advance}/account", new { name = "Tisza", iban = "DE75512108001245126199" })).Expect(200);
        await Paid(advance);

        await host.Until(3, 17);
        await host.Deliver(Sme, Manager, booking);
        var manager = await host.Api.As(Manager);
        (await manager.Post($"/invoices/{(await host.Invoice(Sme, booking)).Text("id")}/payment")).Expect(200);
        var claim = (await funder.Get(rest)).Expect(200);
        Assert.Equal((379_296m, 379_296m), (claim.Amount("amount"), claim.Amount("advanced")));
        await Paid(rest);

        // Three quarters are credited: 568,944 come back, of the claim first.
        (await manager.Post(
            $"/bookings/{booking}/credits",
            new { platformId = "biocat-structural", percent = 75, reason = "A crystal melted." })).Expect(200);
        foreach (var (door, amount) in new[] { (rest, 379_296m), (advance, 189_648m) })
        {
            var owed = (await sme.Get(door)).Expect(200)["owed"]!.AsArray().Single()!;
            Assert.Equal(
                (amount, "HUF", "company"),
                (owed.Amount("open"), owed["open"]!.Text("currency"), owed.Text("owedBy")));
            (await funder.Post($"{door}/owed/1/repayment", new { reference = "SEPA-5" })).Expect(200);
        }
        Assert.Equal((189_648m, 0m), (
            await host.Ledger(Funder, programme, "paid"), await host.Ledger(Funder, programme, "owed")));
        using var output = new StringWriter();
        await using var dialect = host.Api.Storage.Open();
        var faults = await new Verifier(dialect, SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.True(faults.Count == 0, output.ToString());

        async Task Paid(string door)
        {
            (await funder.Post($"{door}/decision", new { decision = "approve" })).Expect(200);
            (await funder.Post($"{door}/payment", new { reference = "SEPA-1" })).Expect(200);
        }
    }
}
