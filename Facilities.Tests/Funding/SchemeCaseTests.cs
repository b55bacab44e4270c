using Facilities.Grains.Accounts;
using Facilities.Grains.Funding;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Tax;
using Facilities.Tests.Invoices;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Funding;

/// <summary>
/// The worked cases of voucher schemes (section 1.5 of the domain's facts) with every number that they give: what
/// the order costs, who pays what of it, and what the SME declares at home.
/// </summary>
public sealed class SchemeCaseTests
{
    /// <summary>
    /// Each: the net price, VAT, what the voucher pays, what the SME pays, what it declares at home, and what is left
    /// on the voucher.
    /// </summary>
    private static readonly (
        string Case, AccountProfile Account, ProgrammeTerms Terms, decimal Face, decimal Used, decimal Net, decimal Vat,
        decimal Voucher, decimal Sme, decimal AtHome, decimal Left)[] Cases =
        [
            ("V1", Spree, Rate(75), 5_000, 0, 2_000, 0, 1_500, 500, 380, 3_500),
            ("V2", Spree, Rate(75), 5_000, 0, 8_000, 0, 5_000, 3_000, 1_520, 0),
            ("V3", Langhe, Rate(75), 5_000, 0, 2_000, 440, 1_500, 940, 0, 3_500),
            ("V5", Spree, Rate(75), 5_000, 0, 1_234.57m, 0, 925.93m, 308.64m, 234.57m, 4_074.07m),
            ("V5 down", Spree, Rate(75, new() { Rounding = Rounding.Down }), 5_000, 0, 1_234.57m, 0, 925.92m, 308.65m,
                234.57m, 4_074.08m),
            ("V6", Spree, Rate(75), 5_000, 0, 6_666.66m, 0, 5_000, 1_666.66m, 1_266.67m, 0),
            ("V6 and a cent", Spree, Rate(75), 5_000, 0, 6_666.67m, 0, 5_000, 1_666.67m, 1_266.67m, 0),
            ("V7", Spree, Rate(75), 5_000, 1_500, 6_000, 0, 3_500, 2_500, 1_140, 0),
            ("V10", Langhe, Rate(70), 15_000, 0, 21_428.57m, 4_714.29m, 15_000, 11_142.86m, 0, 0),
        ];

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Cases.Length)];

    private static ProgrammeTerms Rate(decimal percent, ProgrammeRules? rules = null) =>
        Programme("p", percent, new(true, [], [])) with { Rules = rules, CapPerVoucher = Eur(15_000) };

    [Theory]
    [MemberData(nameof(Rows))]
    public void V1_to_V10_who_pays_what_of_an_order(int row)
    {
        var (name, account, terms, face, used, net, vat, voucher, sme, atHome, left) = Cases[row];
        var request = Request(
            account, [Ordered(Plain(Eur(net)))], [Voucher("a", Eur(face), terms, used: Eur(used))], agreements: []);
        var quote = Quotes.Price(request).Quote!;
        Assert.Equal(
            (name, Eur(net), Eur(vat), Eur(net + vat), Eur(voucher), Eur(sme)),
            (name, quote.Net, quote.TaxTotal, quote.Gross, quote.Funding.Single().Amount, quote.AccountPays));
        var own = SelfAccounting.Of(account, quote.Items, quote.Tax, _ => new(2027, 2, 1), [], new(2027, 2, 1));
        Assert.Equal((name, atHome), (name, own.Sum(o => o.Amount.Amount)));
        Assert.Equal((name, left), (name, face - used - voucher));
    }

    [Fact]
    public void V7_a_voucher_without_anything_left_is_redeemed() => Assert.Equal(
        ("redeemed", Eur(0)),
        (Voucher("a", Eur(5_000), used: Eur(5_000)).Status(), Voucher("a", Eur(5_000), used: Eur(5_000)).Available));

    [Fact]
    public void V4_the_SME_pays_the_facility_all_and_the_funder_owes_the_SME_its_share()
    {
        var invoice = InvoiceTests.Of(InvoiceTests.Reference(Spree), "V-0001");
        Assert.Equal(
            new InvoiceTotals(Eur(2_000), Eur(0), Eur(2_000), Eur(0), Eur(2_000)), invoice.Totals);
        Assert.Equal(Eur(1_500), Quotes.Price(InvoiceTests.Reference(Spree)).Quote!.Funding.Single().Amount);
    }

    [Fact]
    public void V10_a_German_provider_adds_its_VAT_to_what_the_voucher_leaves()
    {
        var berlin = Platform("biotop-sequencing", "biotop", "DE", "DE300", "Europe/Berlin");
        var quote = Quotes.Price(Request(
            Spree, [Ordered(Plain(Eur(21_428.57m)), berlin)], [Voucher("a", Eur(15_000), Rate(70))], agreements: []))
            .Quote!;
        Assert.Equal(
            (Eur(15_000), Eur(4_071.43m), Eur(25_500), Eur(10_500)),
            (quote.Funding.Single().Amount, quote.TaxTotal, quote.Gross, quote.AccountPays));
    }

    [Fact]
    public void V11_the_SME_pays_its_own_thousand_with_the_VAT_on_it()
    {
        var share = VoucherShare.Of(
            Rate(100, new() { OwnContribution = Eur(1_000) }) with { VatFundable = VatFundable.Always },
            Eur(4_600), Eur(1_173));
        Assert.Equal(
            (Eur(3_600), Eur(918), Eur(1_000), Eur(255)),
            (share.Net, share.Vat, Eur(4_600) - share.Net, Eur(1_173) - share.Vat));
    }

    [Fact]
    public void V13_two_vouchers_leave_the_rest_and_stay_below_the_price()
    {
        var quote = Quotes.Price(Request(
            Spree, [Ordered(Plain(Eur(6_000)))],
            [Voucher("a", Eur(2_000), Rate(50)), Voucher("b", Eur(5_000), Rate(30))], agreements: [])).Quote!;
        Assert.Equal([Eur(2_000), Eur(1_800)], quote.Funding.Select(f => f.Amount));
        Assert.Equal(Eur(2_200), quote.AccountPays);
        Assert.Equal(63.3m, decimal.Round(100 * quote.Funding.Sum(f => f.Amount.Amount) / quote.Net.Amount, 1));
    }

    [Theory]
    [InlineData("2026-05-12", "2026-06-15")]
    [InlineData("2026-12-31", "2027-01-15")]
    [InlineData("2027-01-01", "2027-02-15")]
    public void An_invoice_with_reverse_charge_is_issued_by_the_fifteenth_of_the_next_month(string day, string by) =>
        Assert.Equal(by, Words.IsoDay(ReverseCharge.InvoiceBy(
            NodaTime.Text.LocalDatePattern.Iso.Parse(day).Value)));

    [Fact]
    public void Nothing_is_declared_at_home_of_what_the_facility_taxes_or_where_no_rate_is_known()
    {
        Assert.Empty(Own(Langhe));
        Assert.Empty(Own(Account("dub", "Dub", "biotop", "IE", Checked("IE6388047V"))));
        var british = Own(Account("thames", "Thames", "biotop", "GB", new(null, VatAnswer.NotChecked, null)));
        Assert.Equal((20m, Eur(20)), (british.Single().Rate, british.Single().Amount));
        Assert.Equal(
            "Thames declares 20 % VAT in the United Kingdom itself and deducts it where it has the full right: "
                + "20.00 EUR on 100.00 EUR.",
            british.Single().Reason);

        static System.Collections.Immutable.ImmutableArray<SelfAccountedVat> Own(AccountProfile account)
        {
            var quote = Quotes.Price(Request(account, [Ordered(Plain(Eur(100)))], [], agreements: [])).Quote!;
            return SelfAccounting.Of(
                account, quote.Items, quote.Tax, _ => new LocalDate(2027, 2, 1), [], new(2027, 2, 1));
        }
    }
}
