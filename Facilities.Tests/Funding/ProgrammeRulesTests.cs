using Facilities.Grains.Accounts;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Funding;

/// <summary>The worked cases of programmes whose rules go beyond one rate and a cap.</summary>
public sealed class ProgrammeRulesTests
{
    private static readonly Currency Koruna = new("CZK");

    private static readonly ProgrammeTerms Brackets = Terms(100, new()
    {
        Brackets =
        [
            new(Czk(66_667), Czk(500_000), new(75)), new(Czk(500_000), Czk(2_000_000), new(50)),
        ],
    }) with
    {
        CapPerVoucher = Czk(1_000_000),
    };

    private static Money Czk(decimal amount) => Money.Of(amount, Koruna);

    private static ProgrammeTerms Terms(
        decimal rate, ProgrammeRules? rules = null, Money? capPerOrder = null,
        VatFundable vat = VatFundable.Never, ProviderScope? scope = null) =>
        Programme("p", rate, scope ?? new(true, [], []), capPerOrder) with { Rules = rules, VatFundable = vat };

    private static FundingItem Item(Money net, Money? vat = null, string category = "imaging") => new(
        new("i1"), new("biopmed"), "ITC11", category, net, new("biopmed-imaging"), vat ?? Money.Zero(net.Currency));

    private static FundingOutcome Make(FundingItem item, AccountProfile? account, VoucherChoice? choice,
        params Voucher[] vouchers) => FundingPlan.Make(new FundingRequest(
            account ?? Spree, [item], [], [.. vouchers], choice ?? new VoucherChoice.Auto(), Now,
            new(2026, 11, 21), Names));

    private static Money Drawn(
        Money net, ProgrammeTerms terms, Money? vat = null, AccountProfile? account = null, Money? face = null) =>
        Money.Sum(
            Make(Item(net, vat), account, null, Voucher("a", face ?? Money.Of(1_000_000_000, net.Currency), terms))
                .Shares.Select(s => s.Amount), net.Currency);

    [Theory]
    [InlineData(Rounding.HalfUp, 925.93)]
    [InlineData(Rounding.Down, 925.92)]
    public void V5_a_programme_rounds_half_up_or_down(Rounding rounding, decimal drawn) =>
        Assert.Equal(Eur(drawn), Drawn(Eur(1_234.57m), Terms(75, new() { Rounding = rounding })));

    [Theory]
    [InlineData(66_666, 0)]
    [InlineData(66_667, 50_000.25)]
    [InlineData(499_999, 374_999.25)]
    [InlineData(500_000, 250_000.00)]
    [InlineData(1_999_999, 999_999.50)]
    [InlineData(2_000_000, 0)]
    public void V8_the_rate_follows_the_bracket_of_the_cost(decimal cost, decimal drawn) =>
        Assert.Equal(Czk(drawn), Drawn(Czk(cost), Brackets));

    [Fact]
    public void V8_a_named_voucher_whose_programme_does_not_fund_the_cost_is_refused_with_the_reason()
    {
        var refused = Make(
            Item(Czk(66_666)), null, new VoucherChoice.Named([new("a")]), Voucher("a", Czk(500_000), Brackets))
            .Refusals.Single();
        Assert.Equal((FundingRefusal.CostNotFunded, "/vouchers/0"), (refused.Code, refused.Pointer));
        Assert.Equal(
            "voucher a (p voucher) does not pay: no rate of it is for a cost of 66,666.00 CZK: 75 % from 66,667.00 CZK "
                + "to below 500,000.00 CZK and 50 % from 500,000.00 CZK to below 2,000,000.00 CZK.",
            refused.Reason);
    }

    [Theory]
    [InlineData(9_000, 7_200)]
    [InlineData(12_500, 10_000)]
    [InlineData(20_000, 10_000)]
    public void V9_a_cap_bounds_the_share(decimal cost, decimal drawn) =>
        Assert.Equal(Eur(drawn), Drawn(Eur(cost), Terms(80, capPerOrder: Eur(10_000))));

    [Fact]
    public void V10_the_cent_is_rounded_once() =>
        Assert.Equal(Eur(15_000), Drawn(Eur(21_428.57m), Terms(70), face: Eur(15_000)));

    [Fact]
    public void V11_after_a_fixed_own_contribution_the_rest_is_paid_with_its_VAT()
    {
        var terms = Terms(100, new() { OwnContribution = Eur(1_000) }, vat: VatFundable.Always);
        var share = VoucherShare.Of(terms, Eur(4_600), Eur(1_173));
        Assert.Equal((Eur(3_600), Eur(918)), (share.Net, share.Vat));
        Assert.Equal(Eur(4_518), Drawn(Eur(4_600), terms, Eur(1_173)));
    }

    [Theory]
    [InlineData(false, 4_000)]
    [InlineData(true, 4_800)]
    public void V12_VAT_is_funded_where_it_cannot_be_deducted(bool bearsVat, decimal drawn) => Assert.Equal(
        Eur(drawn),
        Drawn(Eur(5_000), Terms(80, vat: VatFundable.IfNotDeductible), Eur(1_000), Spree with { BearsVat = bearsVat }));

    [Fact]
    public void VAT_that_is_funded_adds_up_with_what_the_SME_pays()
    {
        var terms = Terms(100, vat: VatFundable.Always);
        var quote = Quotes.Price(Request(
            Langhe, [Ordered(options: [new(new("report"), 1)])], [Voucher("a", Eur(9_000), terms)])).Quote!;
        Assert.True(quote.TaxTotal.IsPositive);
        Assert.Equal((quote.Gross, Eur(0)), (quote.Funding.Single().Amount, quote.AccountPays));
    }

    [Theory]
    [InlineData(Stacking.WithAny, 2)]
    [InlineData(Stacking.WithCoFinancing, 1)]
    [InlineData(Stacking.Alone, 1)]
    public void V13_vouchers_pay_beside_each_other_where_both_programmes_allow_it(Stacking stacking, int paying)
    {
        var (first, second) = (Terms(50), Terms(30, new() { Stacking = stacking }));
        foreach (var order in new[] { (first, second), (second, first) })
        {
            var outcome = Make(Item(Eur(6_000)), null, null,
                Voucher("a", Eur(2_000), order.Item1), Voucher("b", Eur(5_000), order.Item2));
            Assert.Equal(paying, outcome.Shares.Length);
            Assert.Equal(2 - paying, outcome.Notes.Length);
        }
    }

    [Fact]
    public void V13_two_vouchers_that_stack_leave_the_rest_to_the_SME()
    {
        var outcome = Make(Item(Eur(6_000)), null, null,
            Voucher("a", Eur(2_000), Terms(50)), Voucher("b", Eur(5_000), Terms(30)));
        Assert.Equal([Eur(2_000), Eur(1_800)], outcome.Shares.Select(s => s.Amount));
    }

    [Fact]
    public void A_voucher_that_pays_alone_does_not_pay_beside_co_financing()
    {
        var outcome = FundingPlan.Make(new FundingRequest(
            Spree, [Item(Eur(2_000))], [BiopmedBiotop],
            [Voucher("a", Eur(5_000), Terms(75, new() { Stacking = Stacking.Alone }))], new VoucherChoice.Auto(), Now,
            new(2026, 11, 21), Names));
        Assert.All(outcome.Shares, share => Assert.Equal(FundingKind.CoFinancing, share.Kind));
        Assert.Equal(
            ["Not used: voucher a (p voucher) does not pay: it pays beside no other public money."], outcome.Notes);
    }

    [Fact]
    public void V17_a_kind_of_service_that_is_not_funded_is_refused_although_region_and_cap_fit()
    {
        var terms = Terms(75, new() { CategoriesExclude = ["measurementTest"] });
        var refused = Make(Item(Eur(1_000), category: "measurementTest"), null,
            new VoucherChoice.Named([new("a")]), Voucher("a", Eur(5_000), terms)).Refusals.Single();
        Assert.Equal(
            (FundingRefusal.VoucherNotAccepted,
                "voucher a (p voucher) is not accepted for any item: it does not pay for measurementTest."),
            (refused.Code, refused.Reason));
    }

    [Theory]
    [InlineData("2026-06-30T21:30:00Z", UseInside.Delivered, true)]
    [InlineData("2026-06-30T22:00:00Z", UseInside.Delivered, true)]
    [InlineData("2026-06-30T22:10:00Z", UseInside.Delivered, false)]
    [InlineData("2026-06-30T22:10:00Z", UseInside.Invoiced, false)]
    [InlineData("2026-06-30T22:10:00Z", UseInside.Claimed, false)]
    [InlineData("2026-06-30T22:10:00Z", UseInside.Booked, true)]
    public void V16_a_slot_that_ends_after_the_last_day_on_the_programmes_clock_is_refused_where_it_must_lie_inside(
        string ends, UseInside inside, bool pays)
    {
        var terms = Terms(75, new() { Inside = inside }) with { TimeZone = "Europe/Rome" };
        var item = Item(Eur(2_000)) with { Ends = NodaTime.Text.InstantPattern.General.Parse(ends).Value };
        FundingRequest request = new(
            Spree, [item], [], [Voucher("a", Eur(5_000), terms, new(2026, 6, 30))],
            new VoucherChoice.Named([new("a")]), NodaTime.Instant.FromUtc(2026, 3, 1, 9, 0), new(2026, 3, 1), Names);
        var outcome = FundingPlan.Make(request);
        Assert.Equal(pays ? [Eur(1_500)] : [], outcome.Shares.Select(share => share.Amount));
        if (pays) return;
        var refused = Assert.Single(outcome.Refusals);
        Assert.Equal((FundingRefusal.OutsideValidity, "/vouchers/0"), (refused.Code, refused.Pointer));
        Assert.EndsWith(
            " while the voucher is valid, until 30 June 2026, and the slot ends on Wed 1 Jul 2026, 00:10 (+02:00) "
                + "(validity of the voucher). Choose an earlier slot.", refused.Reason, StringComparison.Ordinal);
        Assert.Contains(refused.Reason, FundingPlan.Make(request with { Choice = new VoucherChoice.Auto() })
            .Notes.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void V16_a_price_is_judged_by_the_end_of_its_slot()
    {
        var delivered = Terms(75, new() { Inside = UseInside.Delivered });
        var ends = Quotes.Price(Request(Spree, [Ordered()], [])).Quote!.Items[0].End;
        var day = ends.InUtc().Date;
        Voucher Until(NodaTime.LocalDate last) => Voucher("a", Eur(5_000), delivered, last);
        Assert.Single(Quotes.Price(Request(Spree, [Ordered()], [Until(day)], agreements: [])).Quote!.Funding);
        Assert.Equal(
            FundingRefusal.OutsideValidity,
            Quotes.Price(Request(
                Spree, [Ordered()], [Until(day.PlusDays(-1))], new VoucherChoice.Named([new("a")])))
                .Funding.Refusals.Single().Code);
    }

    [Theory]
    [InlineData("platform", true)]
    [InlineData("cluster", true)]
    [InlineData("country", true)]
    [InlineData("excluded", false)]
    [InlineData("closed", false)]
    public void A_scope_is_closed_until_it_opens_to_a_platform_a_cluster_a_region_or_a_country(string by, bool accepted)
    {
        var closed = new ProviderScope(false, [], by == "excluded" ? ["ITC1"] : []);
        var rules = by switch
        {
            "platform" => new ProgrammeRules { Platforms = [new("biopmed-imaging")] },
            "cluster" => new ProgrammeRules { Clusters = [new("biopmed")] },
            "country" or "excluded" => new ProgrammeRules { Countries = ["IT"] },
            _ => null,
        };
        Assert.Equal(accepted ? Eur(750) : Eur(0), Drawn(Eur(1_000), Terms(75, rules, scope: closed)));
    }

    [Fact]
    public void An_order_below_the_least_cost_is_not_funded() =>
        Assert.Equal(Eur(0), Drawn(Eur(999.99m), Terms(75, new() { CostMin = Eur(1_000) })));
}
