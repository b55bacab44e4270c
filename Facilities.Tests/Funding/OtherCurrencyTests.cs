using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Accounts;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Rates;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Funding;

/// <summary>Vouchers that pay orders in another currency, by the rules and rates of section 6 of the facts.</summary>
public sealed class OtherCurrencyTests
{
    private static readonly LocalDate Day = new(2026, 11, 21);
    private static readonly DayRate Forints = new(new(2026, 11, 20), Currency.Huf, 395.10m);

    private static ProgrammeTerms Converting(
        decimal rate, Money capPerVoucher, Money? capPerOrder = null, ProgrammeRules? rules = null) =>
        Programme("p", rate, new(true, [], [])) with
        {
            Budget = Money.Of(100_000_000, capPerVoucher.Currency),
            CapPerVoucher = capPerVoucher,
            CapPerOrder = capPerOrder,
            Rules = (rules ?? new()) with { OtherCurrencies = OtherCurrencies.RateOfQuoteDay },
        };

    private static FundingItem Item(Money net, string id = "i1", string platform = "biopmed-imaging") => new(
        new(id), new("biopmed"), "ITC11", "imaging", net, new(platform), Money.Zero(net.Currency));

    private static FundingRequest Order(Money net, params Voucher[] vouchers) => new(
        Seine, [Item(net)], [], [.. vouchers], new VoucherChoice.Auto(), Now, Day)
    {
        Rates = [Forints],
    };

    private static FundingShare Share(Money net, ProgrammeTerms terms, Money? face = null) =>
        FundingPlan.Make(Order(net, Voucher("v", face ?? terms.CapPerVoucher, terms))).Shares.Single();

    [Fact]
    public void S4_a_voucher_in_forints_pays_60_percent_of_euros_and_loses_forints()
    {
        var share = Share(Eur(3_200), Converting(60, Huf(1_000_000)));
        Assert.Equal((Eur(1_920), Huf(758_592)), (share.Amount, share.OfVoucher));
        Assert.Equal(new RatePair(null, Forints), share.Charged!.Rates);
        Assert.Contains(
            "1,920.00 EUR = 758,592.00 HUF at 395.10 HUF for one euro, the ECB's rate of 20 November 2026.",
            share.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void X9_and_X10_a_cap_in_euros_is_rounded_down_in_forints_and_the_balance_is_charged_in_euros()
    {
        var capped = Share(Huf(4_000_000), Converting(60, Eur(5_000), Eur(5_000)), Eur(50_000));
        Assert.Equal((Huf(1_975_500), Eur(5_000)), (capped.Amount, capped.OfVoucher));
        Assert.Contains(
            "limited to 1,975,500.00 HUF (5,000.00 EUR) an order", capped.Reason, StringComparison.Ordinal);
        Assert.Equal(Huf(2_024_500), Huf(4_000_000) - capped.Amount);
        var free = Share(Huf(480_000), Converting(60, Eur(5_000)));
        Assert.Equal((Huf(288_000), Eur(728.93m)), (free.Amount, free.OfVoucher));
    }

    [Fact]
    public void What_is_left_of_a_voucher_is_never_exceeded_by_a_cent_of_the_order()
    {
        var share = Share(Eur(9_000), Converting(60, Huf(1_000_002)));
        // One cent more is nearer, and would be 1,000,002.05 HUF.
        Assert.Equal((Eur(2_531), Huf(999_998.10m)), (share.Amount, share.OfVoucher));
        Assert.Contains(
            "limited to the 2,531.00 EUR left on the voucher (1,000,002.00 HUF)", share.Reason,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1_000, 395_100, 600)]
    [InlineData(999.99, 395_100, 0)]
    [InlineData(1_000, 395_100.01, 0)]
    public void The_least_cost_is_asked_of_the_cost_in_the_programmes_currency(decimal net, decimal least, decimal paid)
    {
        var outcome = FundingPlan.Make(Order(
            Eur(net),
            Voucher("v", Huf(900_000), Converting(60, Huf(900_000), rules: new() { CostMin = Huf(least) }))));
        Assert.Equal(Eur(paid), Money.Sum(outcome.Shares.Select(s => s.Amount), Currency.Eur));
        if (paid == 0)
            Assert.Contains("and the eligible cost is", outcome.Notes.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(999.98, 749.99)]
    [InlineData(1_000, 500)]
    public void The_bracket_is_that_of_the_cost_in_the_programmes_currency(decimal net, decimal paid) => Assert.Equal(
        Eur(paid), Share(Eur(net), Converting(100, Huf(900_000), rules: new()
        {
            Brackets = [new(Huf(0), Huf(395_100), new(75)), new(Huf(395_100), Huf(9_000_000), new(50))],
        })).Amount);

    [Fact]
    public void The_own_contribution_comes_off_before_the_rate_at_the_same_rate_of_exchange()
    {
        var share = Share(
            Eur(3_200), Converting(50, Huf(1_000_000), rules: new() { OwnContribution = Huf(79_020) }));
        Assert.Equal((Eur(1_500), Huf(592_650)), (share.Amount, share.OfVoucher));
    }

    [Fact]
    public void Without_the_setting_it_is_skipped_or_refused_as_ever()
    {
        var off = Voucher("v", Huf(1_000_000), Converting(60, Huf(1_000_000)) with { Rules = null });
        var outcome = FundingPlan.Make(Order(Eur(3_200), off));
        Assert.Empty(outcome.Shares);
        Assert.Equal("Not used: voucher v (p voucher) is in HUF, the order in EUR.", outcome.Notes.Single());
        var named = FundingPlan.Make(Order(Eur(3_200), off) with { Choice = new VoucherChoice.Named([off.Id]) });
        Assert.Equal(FundingRefusal.CurrencyDiffers, Assert.Single(named.Refusals).Code);
    }

    [Theory]
    [InlineData(-7, true)]
    [InlineData(-8, false)]
    [InlineData(1, false)]
    public void A_rate_that_is_missing_too_old_or_of_a_later_day_is_never_guessed(int days, bool pays)
    {
        var voucher = Voucher("v", Huf(1_000_000), Converting(60, Huf(1_000_000)));
        var request = Order(Eur(3_200), voucher) with { Rates = [Forints with { Day = Day.PlusDays(days) }] };
        var outcome = FundingPlan.Make(request);
        Assert.Equal(pays ? 1 : 0, outcome.Shares.Length);
        var named = FundingPlan.Make(request with { Choice = new VoucherChoice.Named([voucher.Id]) });
        if (pays) Assert.Empty(named.Refusals);
        else
        {
            Assert.Contains("no rate of the ECB between them is known of 21 November 2026", outcome.Notes.Single(),
                StringComparison.Ordinal);
            Assert.Equal(
                (FundingRefusal.RateMissing, "/vouchers/0"),
                (named.Refusals.Single().Code, named.Refusals.Single().Pointer));
        }
    }

    [Fact]
    public void Two_vouchers_in_two_currencies_pay_one_order()
    {
        var outcome = FundingPlan.Make(Order(
            Eur(3_200), Voucher("a", Huf(400_000), Converting(60, Huf(400_000))),
            Voucher("b", Eur(5_000), Programme("q", 75, new(true, [], [])))));
        Assert.Equal([Eur(1_012.40m), Eur(2_187.60m)], outcome.Shares.Select(s => s.Amount));
        Assert.Equal([Huf(399_999.24m), Eur(2_187.60m)], outcome.Shares.Select(s => s.OfVoucher));
        Assert.Null(outcome.Shares[1].Charged);
    }

    [Fact]
    public void A_share_below_a_cent_of_the_voucher_is_none()
    {
        var outcome = FundingPlan.Make(Order(Huf(3), Voucher("v", Eur(5_000), Converting(50, Eur(5_000)))));
        Assert.Empty(outcome.Shares);
        Assert.Single(outcome.Notes);
    }

    [Fact]
    public void What_is_delivered_is_reckoned_at_the_sealed_rate_whatever_was_published_since()
    {
        var voucher = Voucher("v", Huf(1_000_000), Converting(60, Huf(1_000_000)));
        var request = Order(Eur(3_200), voucher);
        var reserved = FundingPlan.Make(request).Shares;
        var later = request with { Rates = [Forints with { PerEuro = 410m }], Items = [Item(Eur(2_400))] };
        var settled = FundingPlan.Settle(later, reserved).Shares.Single();
        Assert.Equal((Eur(1_440), Huf(568_944)), (settled.Amount, settled.OfVoucher));
        Assert.Equal(reserved, FundingPlan.Settle(later with { Items = request.Items }, reserved).Shares.Select(
            share => share with { Reason = reserved[0].Reason }));
    }

    [Fact]
    public void The_parts_of_two_facilities_add_up_in_both_currencies()
    {
        var request = Order(Eur(0.10m), Voucher("v", Huf(1_000_000), Converting(60, Huf(1_000_000)))) with
        {
            Items = [Item(Eur(0.05m)), Item(Eur(0.05m), "i2", "another")],
        };
        var outcome = FundingPlan.Make(request);
        FundingShare[] parts = [.. request.Items.SelectMany(i => outcome.SharesOf(new HashSet<ItemId> { i.Id }))];
        Assert.Equal(2, parts.Length);
        Assert.Equal(outcome.Shares[0].Amount, Money.Sum(parts.Select(p => p.Amount), Currency.Eur));
        Assert.Equal(outcome.Shares[0].OfVoucher, Money.Sum(parts.Select(p => p.OfVoucher), Currency.Huf));
    }

    [Fact]
    public void A_published_programme_may_begin_to_convert_and_never_stop()
    {
        var (off, on) = (
            Converting(60, Huf(1_000_000)) with { Rules = new() }, Converting(60, Huf(1_000_000)));
        Assert.Empty(ForwardOnly.Faults(Published(off), on, Day));
        Assert.Equal("/rules/otherCurrencies", ForwardOnly.Faults(Published(on), off, Day).Single().Pointer);
    }

    private static ProgrammeState Published(ProgrammeTerms terms) =>
        ProgrammeState.Evolve(ProgrammeState.Nobody, new ProgrammePublished(terms), Now);

    [Fact]
    public void What_was_stored_before_is_read_as_before_and_a_conversion_is_read_back()
    {
        var plain = Share(Eur(1_000), Programme("q", 75, new(true, [], [])));
        var text = JsonSerializer.Serialize(plain, Json.Options);
        Assert.DoesNotContain("charged", text, StringComparison.Ordinal);
        Assert.Equal(plain, JsonSerializer.Deserialize<FundingShare>(text, Json.Options));
        var converted = Share(Eur(3_200), Converting(60, Huf(1_000_000)));
        Assert.Equal(
            converted,
            JsonSerializer.Deserialize<FundingShare>(JsonSerializer.Serialize(converted, Json.Options), Json.Options));
        Assert.DoesNotContain(
            "otherCurrencies", JsonSerializer.Serialize(new ProgrammeRules(), Json.Options), StringComparison.Ordinal);
    }
}
