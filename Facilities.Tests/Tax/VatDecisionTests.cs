using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Tax;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Tax;

public sealed class VatDecisionTests
{
    private static readonly VatRegistration None = new(null, VatAnswer.NotChecked, null);

    private static VatDecision Decide(
        string from, string to, VatRegistration customer, LocalDate? day = null, VatClass vat = VatClass.General) =>
        VatDecisions.Decide(new VatSupply(from, to, customer, day ?? new(2027, 2, 1), Now, vat));

    private static VatRegistration German(VatAnswer answer, int? daysAgo = null, int? lastPositive = null) => new(
        "DE999100018", answer, Now - Duration.FromDays(daysAgo ?? 0),
        LastPositiveAt: lastPositive is { } days ? Now - Duration.FromDays(days) : null);

    private static (string, decimal) Outcome(VatDecision decision) => (decision.Category, decision.Rate);

    [Fact]
    public void VAT1_a_business_abroad_with_a_valid_id_gets_reverse_charge()
    {
        var decision = Decide("IT", "DE", German(VatAnswer.Valid));
        Assert.Equal(("AE", 0m), Outcome(decision));
        Assert.True(decision is
        {
            CustomerIsLiable: true, SalesList: true, RecheckNeeded: false,
            ExemptionCode: "VATEX-EU-AE"
        });
    }

    [Fact]
    public void VAT2_a_domestic_customer_pays_the_national_rate()
    {
        var decision = Decide("IT", "IT", ItalianVat);
        Assert.Equal(("S", 22m), Outcome(decision));
        Assert.False(decision.SalesList);
    }

    [Fact]
    public void VAT3_without_a_VAT_id_the_suppliers_rate_applies_with_a_hint()
    {
        var account = Account("x", "X", "biotop", "DE", None);
        var quote = Quotes.Price(Request(account, [Ordered(Plain(Eur(1000)), Structural)],
            [Voucher("a", Eur(5000))], agreements: [])).Quote!;
        Assert.Equal(("S", 21m, Eur(210)), (quote.Tax[0].Category, quote.Tax[0].Rate, quote.Tax[0].Amount));
        Assert.Equal((Eur(1210), Eur(750), Eur(460)), (quote.Gross, quote.Funding[0].Amount, quote.AccountPays));
        Assert.Contains("Obtain a VAT id", quote.Tax[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void VAT5_a_business_outside_the_union_is_outside_the_scope()
    {
        var decision = Decide("DE", "GB", None);
        Assert.Equal(("O", 0m, "VATEX-EU-O", false),
            (decision.Category, decision.Rate, decision.ExemptionCode, decision.SalesList));
    }

    [Theory]
    [InlineData("XI", "O")]
    [InlineData("GB", "O")]
    [InlineData("DE", "S")]
    public void VAT6_a_number_of_Northern_Ireland_never_gives_reverse_charge(string country, string category) =>
        Assert.Equal(category, Decide("FR", country, new("XI123456789", VatAnswer.Valid, Now)).Category);

    [Theory]
    [InlineData("GB", "FR", "O", 0)]
    [InlineData("CH", "DE", "O", 0)]
    [InlineData("NO", "SE", "S", 25)]
    [InlineData("NO", "SE", "O", 0, VatClass.Remote)]
    [InlineData("NO", "NO", "S", 25, VatClass.Remote)]
    public void VAT7_VAT8_suppliers_outside_the_union_follow_their_own_rule(string from, string to, string category,
        int rate, VatClass vat = VatClass.General) =>
        Assert.Equal((category, rate), Outcome(Decide(from, to, None, vat: vat)));

    [Fact]
    public void VAT9_a_rate_with_a_half_rounds_the_tax_half_up()
    {
        var (lines, _) = TaxLines.Of([(Decide("FI", "FI", None), Eur(1000.01m))]);
        Assert.Equal((25.5m, Eur(255.00m)), (lines[0].Rate, lines[0].Amount));
    }

    [Theory]
    [InlineData("FI", 2024, 8, 31, 24)]
    [InlineData("FI", 2024, 9, 1, 25.5)]
    [InlineData("DE", 2020, 6, 30, 19)]
    [InlineData("DE", 2020, 7, 1, 16)]
    [InlineData("DE", 2020, 12, 31, 16)]
    [InlineData("DE", 2021, 1, 1, 19)]
    [InlineData("CH", 2023, 12, 31, 7.7)]
    [InlineData("CH", 2024, 1, 1, 8.1)]
    [InlineData("EE", 2025, 6, 30, 22)]
    [InlineData("EE", 2025, 7, 1, 24)]
    public void VAT10_the_rate_is_that_of_the_day_of_supply(string country, int year, int month, int day,
        double rate) =>
        Assert.Equal((decimal)rate, VatRates.On(country, new(year, month, day)));

    [Theory]
    [InlineData("DE", VatClass.Premises, "S", 19)]
    [InlineData("DE", VatClass.Admission, "S", 19)]
    [InlineData("CH", VatClass.Premises, "S", 8.1)]
    [InlineData("DE", VatClass.Remote, "AE", 0)]
    [InlineData("DE", VatClass.General, "AE", 0)]
    public void VAT11_a_room_of_ones_own_and_admission_are_taxed_where_they_are(
        string from, VatClass vat, string category, double rate) =>
        Assert.Equal((category, (decimal)rate), Outcome(Decide(from, "FR", Checked("FR20999100035"), vat: vat)));

    [Fact]
    public void VAT11_a_quote_follows_the_class_of_its_service()
    {
        var account = Account("x", "X", "biotop", "DE", German(VatAnswer.Valid));
        var bench = Plain(Eur(1000)) with { Rules = new() { VatClass = VatClass.Premises } };
        var quote = Quotes.Price(Request(
            account, [Ordered(bench, Structural), Ordered(Plain(Eur(1000)), Structural, id: "b")], [], agreements: []))
            .Quote!;
        Assert.Equal([("S", 21m, Eur(210)), ("AE", 0m, Eur(0))],
            quote.Tax.Select(line => (line.Category, line.Rate, line.Amount)));
    }

    [Fact]
    public void VAT12_in_an_outage_a_recent_confirmation_stands_and_is_asked_again()
    {
        var stands = Decide("IT", "DE", German(VatAnswer.Unreachable, lastPositive: 10));
        Assert.Equal(("AE", true), (stands.Category, stands.RecheckNeeded));
        var never = Decide("IT", "DE", German(VatAnswer.Unreachable));
        Assert.Equal(("S", 22m, true), (never.Category, never.Rate, never.RecheckNeeded));
    }

    [Fact]
    public void VAT13_forints_have_two_decimals_like_the_others()
    {
        var account = Account("tisza", "Tisza", "gnd", "HU", Checked("HU99910053"));
        var programme = Programme("p", 60, new(true, [], []), Huf(300_000));
        var quote = Quotes.Price(Request(account, [Ordered(Plain(Huf(480_000)), Clinical)],
            [Voucher("a", Huf(1_000_000), programme)])).Quote!;
        Assert.Equal((Huf(129_600), Huf(609_600), Huf(288_000), Huf(321_600)),
            (quote.TaxTotal, quote.Gross, quote.Funding[0].Amount, quote.AccountPays));
    }

    [Fact]
    public void VAT14_a_French_SME_in_Barcelona_pays_a_quarter_under_reverse_charge()
    {
        var quote = Quotes.Price(
            Request(Seine, [Ordered(Plain(Eur(1234.57m)), Structural)], [Voucher("a", Eur(5000))])).Quote!;
        Assert.Equal(("AE", Eur(925.93m), Eur(308.64m)),
            (quote.Tax[0].Category, quote.Funding[0].Amount, quote.AccountPays));
    }

    [Fact]
    public void M9_the_four_answers_of_a_register_differ_in_rate_or_reason()
    {
        VatDecision[] answers =
        [
            Decide("IT", "DE", German(VatAnswer.Valid)),
            Decide("IT", "DE", German(VatAnswer.Invalid)),
            Decide("IT", "DE", German(VatAnswer.Unreachable)),
            Decide("IT", "DE", German(VatAnswer.NotChecked)),
        ];
        Assert.Equal([("AE", 0m), ("S", 22m), ("S", 22m), ("S", 22m)], answers.Select(Outcome));
        Assert.Equal(4, answers.Select(a => a.Reason).Distinct().Count());
        Assert.Contains("does not know", answers[1].Reason, StringComparison.Ordinal);
        Assert.Contains("does not make the id invalid", answers[2].Reason, StringComparison.Ordinal);
        Assert.Contains("not been checked", answers[3].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, false, "AE")]
    [InlineData(31, false, "S")]
    [InlineData(400, true, "AE")]
    public void A_confirmation_grows_old_after_thirty_days_unless_it_is_demonstration_data(int days, bool neverAges,
        string category) =>
        Assert.Equal(category,
            Decide("IT", "DE", German(VatAnswer.Valid, days) with { NeverAges = neverAges }).Category);

    [Fact]
    public void A_VAT_id_of_another_country_proves_nothing_about_this_establishment() =>
        Assert.Equal("S", Decide("IT", "DE", Checked("FR20999100035")).Category);

    [Fact]
    public void INV14_one_category_and_rate_is_one_line()
    {
        var decision = Decide("SE", "SE", None);
        var (lines, index) = TaxLines.Of(
            [(decision, Eur(10)), (decision with { Rate = 25.00m }, Eur(20)), (Decide("IT", "IT", None), Eur(5))]);
        Assert.Equal([Eur(30), Eur(5)], lines.Select(l => l.Base));
        Assert.Equal([0, 0, 1], index);
    }
}
