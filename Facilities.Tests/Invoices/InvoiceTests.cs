using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Invoices;

public sealed class InvoiceTests
{
    internal static readonly InvoiceHead Head =
        new(new("invoice-1"), "TO-2027-000123", new(2027, 2, 9), new(2027, 2, 1), new("booking-1"), "sha256:00");

    /// <summary>The reference order: 1,400 time, 340 operator, 120 set-up, 140 contrast agent.</summary>
    internal static QuoteRequest Reference(AccountProfile account) => Request(account,
        [
            Ordered(Plain(Eur(1400), Length.OfHours(4), Eur(120), Eur(85)) with
            {
                Options = [new ServiceOption(new("contrast"), "Contrast agent", "dose", Eur(70))],
            }, options: [new ChosenOption(new("contrast"), 2)]),
        ],
        [Voucher("V-0001", Eur(5000), Programme("p", 75, new(true, [], [])))], agreements: []);

    internal static Invoice Of(QuoteRequest request, params string[] reimbursed)
    {
        var quote = Quotes.Price(request).Quote!;
        return InvoiceMaking.ForAcceptance(Head, Imaging, request.Account,
            Settlements.Reckon(quote, [], Terms(request, quote)), reimbursed.Select(VoucherId.From).ToHashSet())!;
    }

    /// <summary>An Italian domestic invoice with these lines and any rate.</summary>
    private static Invoice Lines(decimal rate, params (decimal Quantity, decimal Price)[] lines)
    {
        var tax = new TaxLine("IT", rate == 0 ? "AE" : "S", rate, Eur(0), Eur(0), "");
        return InvoiceMaking.Make(Head, Imaging, Langhe,
            [.. lines.Select(l => InvoiceEntry.Of("line", l.Quantity, "C62", l.Price, tax))], []);
    }

    [Fact]
    public void INV1_the_reference_order_abroad()
    {
        var invoice = Of(Reference(Spree));
        Assert.Equal(new InvoiceTotals(Eur(2000), Eur(0), Eur(2000), Eur(1500), Eur(500)), invoice.Totals);
        Assert.Equal(new InvoiceTax("AE", 0, Eur(2000), Eur(0), "VATEX-EU-AE", "Reverse charge"),
            invoice.Taxes.Single());
        Assert.Equal("Reverse charge - Inversione contabile. 1,500.00 EUR payable by p, p voucher (V-0001).",
            invoice.Note);
        Assert.Empty(InvoiceRules.Check(invoice));
    }

    [Fact]
    public void INV2_the_reference_order_at_home()
    {
        var invoice = Of(Reference(Langhe));
        Assert.Equal(new InvoiceTotals(Eur(2000), Eur(440), Eur(2440), Eur(1500), Eur(940)), invoice.Totals);
        Assert.Equal(("S", 22m, Eur(2000), Eur(440)),
            (invoice.Taxes[0].Category, invoice.Taxes[0].Rate, invoice.Taxes[0].Base, invoice.Taxes[0].Amount));
    }

    [Theory]
    [InlineData(SpecialHoursKind.Discount, -87.5, 1842.5)]
    [InlineData(SpecialHoursKind.Surcharge, 87.5, 2017.5)]
    public void Hours_at_another_price_are_a_line_of_their_own_and_the_invoice_keeps_every_rule(
        SpecialHoursKind kind, decimal line, decimal net)
    {
        // From 08:00 to 12:00 in Torino, an hour of which is off-peak or peak: a sixteenth of 1,400.
        var special = new SpecialHours(kind, new(25), [new(
            "FREQ=DAILY", TimeOfDay.Parse("07:00"), TimeOfDay.Parse("09:00"), HoursRule.DefaultValidFrom)]);
        var service = Plain(Eur(1400), Length.OfHours(4), Eur(105), Eur(106.25m)) with
        {
            Rules = new ServiceRules(SpecialHours: special),
        };
        var invoice = Of(Request(Langhe, [Ordered(service)], []));
        Assert.Empty(InvoiceRules.Check(invoice));
        var other = invoice.Lines.Single(l => l.Name.Contains("peak hours", StringComparison.Ordinal));
        Assert.Equal((line / 1400, 1400m, Eur(line)), (other.Quantity, other.UnitPrice, other.Amount));
        Assert.Equal((Eur(net), Eur(net)), (invoice.Totals.Net, invoice.Taxes.Single().Base));
        var document = Ubl.Write(invoice);
        System.Xml.Linq.XNamespace basic =
            "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
        // EN 16931 allows a quantity below zero (BT-129), but no price (BR-27).
        Assert.All(document.Descendants(basic + "PriceAmount"),
            e => Assert.DoesNotContain("-", e.Value, StringComparison.Ordinal));
        Assert.Equal(line < 0 ? 1 : 0, document.Descendants(basic + "InvoicedQuantity").Count(e => e.Value[0] == '-'));
    }

    [Fact]
    public void V4_a_voucher_that_is_reimbursed_to_the_SME_is_not_prepaid()
    {
        var invoice = Of(Reference(Spree), "V-0001");
        Assert.Equal((Eur(0), Eur(2000)), (invoice.Totals.Prepaid, invoice.Totals.Payable));
    }

    [Fact]
    public void INV3_a_line_rounds_half_away_from_zero() =>
        Assert.Equal(Eur(100.01m), Lines(22, (3, 33.335m)).Lines[0].Amount);

    [Fact]
    public void INV4_VAT_is_rounded_once_for_its_group() =>
        Assert.Equal(Eur(19.00m), Lines(19, (1, 33.33m), (1, 33.33m), (1, 33.33m)).Totals.Vat);

    [Fact]
    public void INV5_seven_lines_have_one_rounding() =>
        Assert.Equal(Eur(23.72m), Lines(27, [.. Enumerable.Repeat((1m, 12.55m), 7)]).Totals.Vat);

    [Fact]
    public void INV6_four_lines_have_one_rounding() =>
        Assert.Equal(Eur(6.68m), Lines(22, (1, 10.10m), (1, 10.10m), (1, 10.10m), (1, 0.05m)).Totals.Vat);

    [Fact]
    public void INV7_reverse_charge_without_an_id_of_the_buyer_is_rejected()
    {
        var invoice = Of(Reference(Spree));
        var without = invoice with { Buyer = invoice.Buyer with { VatId = null } };
        Assert.Equal("BR-AE-02", InvoiceRules.Check(without).Single().Rule);
        Assert.Throws<InvalidOperationException>(() => Ubl.Write(without));
        Assert.Empty(InvoiceRules.Check(without with { Buyer = without.Buyer with { LegalId = "HRB 1" } }));
    }

    [Fact]
    public void INV8_outside_the_scope_shows_neither_VAT_id()
    {
        var british = Account("thames", "Thames", "biotop", "GB", new("GB980780684", VatAnswer.Valid, Now));
        var invoice = Of(Reference(british));
        Assert.Equal(("O", (string?)null, (string?)null),
            (invoice.Taxes[0].Category, invoice.Seller.VatId, invoice.Buyer.VatId));
        Assert.Empty(InvoiceRules.Check(invoice));
        var wrong = invoice with { Buyer = invoice.Buyer with { VatId = "GB980780684" } };
        Assert.Equal("BR-O-02", InvoiceRules.Check(wrong).Single().Rule);
    }

    [Fact]
    public void INV9_an_invoice_without_reference_is_rejected() => Assert.Equal("PEPPOL-EN16931-R003",
        InvoiceRules.Check(Of(Reference(Spree)) with { BuyerReference = "" }).Single().Rule);

    [Fact]
    public void INV10_a_credit_note_states_positive_differences()
    {
        var request = Reference(Langhe);
        var invoice = Of(request);
        var quote = Quotes.Price(request).Quote!;
        var line = quote.Items[0].Lines[0] with { UnitPrice = Eur(900), Amount = Eur(900) };
        var item = quote.Items[0] with { Lines = [line, .. quote.Items[0].Lines[1..]], Net = Eur(1500) };
        var left = InvoiceMaking.ForAcceptance(Head, Imaging, Langhe,
            Settlements.Of(quote, [item], Terms(request, quote)))!;
        var credit = InvoiceMaking.Credit(Head with { Number = "TO-2027-000124" }, invoice, left);
        Assert.Equal(new InvoiceTotals(Eur(500), Eur(110), Eur(610), Eur(375), Eur(235)), credit.Totals);
        Assert.Equal("TO-2027-000123", credit.Preceding);
        Assert.Empty(InvoiceRules.Check(credit));
        Assert.Equal("CreditNote", Ubl.Write(credit).Root!.Name.LocalName);
    }

    [Theory]
    [InlineData("BR-CO-10")]
    [InlineData("BR-CO-14")]
    [InlineData("BR-CO-15")]
    [InlineData("BR-CO-16")]
    [InlineData("BR-CO-17")]
    public void Totals_that_do_not_add_up_are_rejected(string rule)
    {
        var invoice = Of(Reference(Langhe));
        var (totals, cent) = (invoice.Totals, Eur(0.01m));
        var wrong = rule switch
        {
            "BR-CO-10" => invoice with
            {
                Totals = totals with
                {
                    Net = totals.Net + cent,
                    Gross = totals.Gross + cent,
                    Payable = totals.Payable + cent
                }
            },
            "BR-CO-14" => invoice with
            {
                Totals = totals with
                {
                    Vat = totals.Vat + cent,
                    Gross = totals.Gross + cent,
                    Payable = totals.Payable + cent
                }
            },
            "BR-CO-15" => invoice with
            {
                Totals = totals with
                {
                    Gross = totals.Gross + cent,
                    Payable = totals.Payable
                + cent
                }
            },
            "BR-CO-16" => invoice with { Totals = totals with { Payable = totals.Payable + cent } },
            _ => invoice with
            {
                Taxes = [invoice.Taxes[0] with { Amount = invoice.Taxes[0].Amount + cent }],
                Totals = totals with
                {
                    Vat = totals.Vat + cent,
                    Gross = totals.Gross + cent,
                    Payable = totals.Payable
                    + cent
                },
            },
        };
        Assert.Equal(rule, InvoiceRules.Check(wrong).Single().Rule);
    }

    [Fact]
    public void Nothing_delivered_is_not_invoiced()
    {
        var request = Request(Spree, [Ordered(Plain(Eur(100)), quantity: 3)], []);
        var quote = Quotes.Price(request).Quote!;
        var delivered = new DeliveredItem(quote.Items[0].Id, Length.Zero, 0);
        var final = Settlements.Reckon(quote, [delivered], Terms(request, quote));
        Assert.Null(InvoiceMaking.ForAcceptance(Head, Imaging, Spree, final));
    }

    [Fact]
    public void A_cancellation_fee_is_invoiced_without_any_funder()
    {
        var request = Reference(Spree);
        var quote = Quotes.Price(request).Quote!;
        var zones = ImmutableDictionary<PlatformId, NodaTime.DateTimeZone>.Empty
            .Add(Imaging.Id, NodaTime.DateTimeZoneProviders.Tzdb["Europe/Rome"]);
        var fee = CancellationFees.Reckon(
            quote, zones, Start - NodaTime.Duration.FromDays(3), CancellationCase.ByAccount, Eur(0));
        var invoice = InvoiceMaking.ForCancellation(Head, Imaging, Spree, quote, fee)!;
        Assert.Equal(new InvoiceTotals(Eur(870), Eur(0), Eur(870), Eur(0), Eur(870)), invoice.Totals);
        Assert.Empty(InvoiceRules.Check(invoice));
        Assert.Null(InvoiceMaking.ForCancellation(Head, Imaging, Spree, quote,
            CancellationFees.Reckon(quote, zones, Start, CancellationCase.ByFacility, Eur(0))));
    }
}
