using System.Collections.Immutable;
using System.Text;
using System.Xml.Linq;
using Facilities.Grains.Accounts;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Rates;
using Facilities.Silo.Invoices;
using Facilities.Silo.Rates;
using Facilities.Tests.StorageContract;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Invoices;

/// <summary>A facility that invoices in another currency than the one it declares its VAT in.</summary>
public sealed class DeclaredVatTests(SqliteFixture database) : IClassFixture<SqliteFixture>
{
    private static readonly LocalDate Day = new(2024, 6, 28);
    private static readonly ImmutableArray<DayRate> Rates = [new(Day, Currency.Huf, 395.10m)];
    private static readonly PlatformProfile InEuro = Clinical with { Currency = Currency.Eur };
    private static readonly AccountProfile Tisza = Account("tisza", "Tisza", "gnd", "HU", Checked("HU99910053"));

    private static Invoice Plain(string country = "HU", LocalDate? suppliedOn = null) => InvoiceMaking.Make(
        new(new("invoice-1"), "GND-2024-000001", Day, suppliedOn ?? Day, new("booking-1"), null),
        InEuro with
        {
            Provider = InEuro.Provider with { Address = InEuro.Provider.Address with { Country = country } },
        },
        Tisza, [InvoiceEntry.Of("Analysis", 1, "C62", 1_000, new TaxLine(country, "S", 27, Eur(0), Eur(0), ""))], []);

    [Fact]
    public void INV12_the_VAT_of_a_Hungarian_seller_is_stated_in_forints()
    {
        var invoice = DeclaredVat.On(Plain(), Rates);
        Assert.Equal(Huf(106_677), invoice.VatDeclared!.Amount);
        Assert.Empty(InvoiceRules.Check(invoice));
        XNamespace cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
        var root = Ubl.Write(invoice).Root!;
        Assert.Equal(["EUR", "HUF"],
            root.Elements().Where(e => e.Name.LocalName.EndsWith("CurrencyCode", StringComparison.Ordinal))
                .Select(e => e.Value));
        var totals = root.Elements().Where(e => e.Name.LocalName == "TaxTotal").ToArray();
        Assert.Equal([("270.00", "EUR", 2), ("106677.00", "HUF", 1)], totals.Select(total => (
            total.Element(cbc + "TaxAmount")!.Value, total.Element(cbc + "TaxAmount")!.Attribute("currencyID")!.Value,
            total.Elements().Count())));
        Assert.Contains("VAT in HUF, at", InvoicePage.Render(invoice), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_rate_the_invoice_says_that_the_seller_adds_it()
    {
        var invoice = DeclaredVat.On(Plain(suppliedOn: Day.PlusDays(8)), Rates);
        Assert.Null(invoice.VatDeclared);
        Assert.Equal("The seller states the VAT in HUF itself.", invoice.Note);
    }

    [Fact]
    public void Nothing_is_stated_twice_in_one_currency_or_where_there_is_no_VAT()
    {
        Assert.Null(DeclaredVat.On(Plain("DE"), Rates).VatDeclared);
        var invoice = Plain();
        var none = invoice with { Totals = invoice.Totals with { Vat = Eur(0) } };
        Assert.Same(none, DeclaredVat.On(none, Rates));
        Assert.Equal(["PEPPOL-EN16931-R005"], InvoiceRules.Check(
            invoice with { VatDeclared = new(Eur(270), new(null, null)) }).Select(fault => fault.Rule));
    }

    [Fact]
    public void Poland_takes_the_rate_of_the_day_before()
    {
        ImmutableArray<DayRate> zloty =
            [new(Day.PlusDays(-1), new("PLN"), 4.2m), new(Day, new("PLN"), 4.3m)];
        Assert.Equal(Money.Of(1_134, new("PLN")), DeclaredVat.On(Plain("PL"), zloty).VatDeclared!.Amount);
    }

    [Fact]
    public async Task An_invoice_of_a_platform_and_its_credit_note_carry_it()
    {
        var now = Instant.FromUtc(2024, 7, 1, 9, 0);
        await using var host = await GrainHost.Start(await database.NewDatabase(), now);
        await host.Service<ExchangeRates>().Take(Encoding.UTF8.GetBytes("""
            <gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
              xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
              <Cube><Cube time="2024-06-28"><Cube currency="HUF" rate="395.10"/></Cube></Cube></gesmes:Envelope>
            """));
        var platform = host.Grains.GetGrain<IPlatformGrain>(InEuro.Id.Value);
        Assert.True((await platform.Register(new(new("r"), Actor.System, InEuro, [], []))).Accepted);
        var request = Request(Tisza, [Ordered(Pricing.PriceSamples.Plain(Eur(1_000)), InEuro)], [], agreements: []);
        var quote = Quotes.Price(request).Quote!;
        Assert.True((await platform.IssueInvoice(new(
            new("i"), Actor.System, new("b1"), InEuro, Tisza, Settlements.Reckon(quote, [], Terms(request, quote)),
            quote, null, "sha256:00", Instant.FromUtc(2024, 6, 28, 12, 0)))).Accepted);
        var invoice = Assert.Single(await host.Service<InvoiceLists>().OfBooking(new("b1")));
        Assert.Equal((Eur(270), Huf(106_677)), (invoice.Totals.Vat, invoice.VatDeclared!.Amount));

        var half = invoice with
        {
            Id = new("k1"),
            Kind = InvoiceKind.CreditNote,
            Totals = invoice.Totals with { Vat = Eur(135) },
            VatDeclared = null,
        };
        Assert.True((await platform.IssueCreditNote(new(
            new("k"), Actor.System, new("b1"), Tisza.Id, 1, half))).Accepted);
        Assert.Equal(Huf(53_338.5m), (await host.Service<InvoiceLists>().Find(new("k1")))!.Invoice.VatDeclared!.Amount);
    }
}
