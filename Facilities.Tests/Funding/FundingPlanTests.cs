using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Clusters;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Funding;

public sealed class FundingPlanTests
{
    private static readonly ProviderScope Anywhere = new(true, [], []);

    private static FundingItem Item(Money net, string id = "item-1", string category = "imaging",
        string nuts = "ITC11") =>
        new(new(id), new("biopmed"), nuts, category, net, new("biopmed-imaging"), Money.Zero(net.Currency));

    private static FundingRequest Order(Money net, params Voucher[] vouchers) =>
        new(Spree, [Item(net)], [], [.. vouchers], new VoucherChoice.Auto(), Now, new(2026, 11, 21), Names);

    private static Money[] Drawn(FundingRequest request) => [.. FundingPlan.Make(request).Shares.Select(s => s.Amount)];

    [Fact]
    public void V1_a_voucher_pays_its_rate() =>
        Assert.Equal([Eur(1500)], Drawn(Order(Eur(2000), Voucher("a", Eur(5000)))));

    [Fact]
    public void V2_a_voucher_pays_at_most_what_it_is_worth()
    {
        var share = FundingPlan.Make(Order(Eur(8000), Voucher("a", Eur(5000)))).Shares.Single();
        Assert.Equal((Eur(5000),
            "75 % of the net price of 8,000.00 EUR, rounded half up to the cent, limited to the 5,000.00 EUR left on "
                + "the voucher."),
            (share.Amount, share.Reason));
    }

    [Fact]
    public void V5_a_share_is_rounded_half_up() =>
        Assert.Equal([Eur(925.93m)], Drawn(Order(Eur(1234.57m), Voucher("a", Eur(5000)))));

    [Theory]
    [InlineData(6666.66)]
    [InlineData(6666.67)]
    public void V6_at_the_edge_the_cap_is_met_and_not_passed(double net) =>
        Assert.Equal([Eur(5000)], Drawn(Order(Eur((decimal)net), Voucher("a", Eur(5000)))));

    [Fact]
    public void V7_a_second_order_gets_what_the_first_left() =>
        Assert.Equal([Eur(3500)], Drawn(Order(Eur(6000), Voucher("a", Eur(5000), used: Eur(1500)))));

    [Fact]
    public void V9_a_cap_per_order_binds()
    {
        Money[] At(decimal net) =>
            Drawn(Order(Eur(net), Voucher("a", Eur(50_000), Programme("p", 80, Anywhere, Eur(10_000)))));
        Assert.Equal([Eur(7200), Eur(10_000), Eur(10_000)], [.. At(9000), .. At(12_500), .. At(20_000)]);
    }

    [Fact]
    public void V13_two_vouchers_are_reckoned_on_the_same_base() =>
        Assert.Equal([Eur(2000), Eur(1800)], Drawn(Order(Eur(6000),
        Voucher("b", Eur(9000), Programme("b", 30, Anywhere), new(2027, 6, 1)),
        Voucher("a", Eur(9000), Programme("a", 50, Anywhere, Eur(2000)), new(2027, 5, 1)))));

    [Fact]
    public void M3_two_vouchers_are_not_both_drained_for_one_amount()
    {
        var outcome = FundingPlan.Make(Order(Eur(1000),
            Voucher("later", Eur(5000), expires: new(2027, 6, 2)),
                Voucher("sooner", Eur(5000), expires: new(2027, 6, 1))));
        Assert.Equal([("sooner", Eur(750)), ("later", Eur(250))], outcome.Shares.Select(s => (s.Id, s.Amount)));
        Assert.EndsWith("limited to the 250.00 EUR still unpaid.", outcome.Shares[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Vouchers_that_expire_together_are_used_by_id() => Assert.Equal(["a", "b"],
        FundingPlan.Make(Order(Eur(1000), Voucher("b", Eur(5000)), Voucher("a", Eur(5000)))).Shares.Select(s => s.Id));

    [Fact]
    public void A_voucher_pays_for_eligible_items_alone()
    {
        var imaging = Voucher("a", Eur(5000), Programme("p", 50, Anywhere, null, "imaging"));
        var request = Order(Eur(1000), imaging) with
        {
            Items = [Item(Eur(1000)), Item(Eur(600), "item-2", "sequencing")],
        };
        var outcome = FundingPlan.Make(request);
        Assert.Equal(Eur(500), outcome.Shares.Single().Amount);
        Assert.Equal("item-1", outcome.Allocations.Single().Item.Value);
    }

    [Fact]
    public void Co_financing_of_other_items_does_not_lower_a_vouchers_base()
    {
        var imaging = Voucher("a", Eur(5000), Programme("p", 50, Anywhere, null, "imaging"));
        var request = Order(Eur(1000), imaging) with
        {
            Items = [Item(Eur(1000)), Item(Eur(1000), "item-2", "sequencing")],
            Agreements = [BiopmedBiotop],
        };
        Assert.Equal([Eur(200), Eur(100), Eur(425)], Drawn(request));
    }

    [Theory]
    [InlineData(4000, 400, 200)]
    [InlineData(4000.01, 400, 200)]
    [InlineData(9000, 400, 200)]
    public void A_cap_on_co_financing_is_split_pro_rata(double net, int receiving, int providing) => Assert.Equal(
        [Eur(receiving), Eur(providing)], Drawn(Order(Eur((decimal)net)) with { Agreements = [BiopmedBiotop] }));

    [Fact]
    public void The_receiving_clusters_part_of_a_cap_is_rounded_half_up_and_the_others_is_the_rest()
    {
        var odd = BiopmedBiotop with { CoFinancing = new CoFinancingAnnex(new(5), new(5), Eur(100.01m)) };
        Assert.Equal([Eur(50.01m), Eur(50)], Drawn(Order(Eur(9000)) with { Agreements = [odd] }));
    }

    [Fact]
    public void An_agreement_counts_on_the_day_of_the_quote_alone()
    {
        var later = BiopmedBiotop with { InForceFrom = new(2026, 11, 22) };
        Assert.Empty(Drawn(Order(Eur(1000)) with { Agreements = [later] }));
        Assert.Equal(2, Drawn(Order(Eur(1000)) with { Agreements = [later], Day = new(2026, 11, 22) }).Length);
    }

    [Fact]
    public void A_share_of_nothing_is_left_out()
    {
        var oneSided = BiopmedBiotop with { CoFinancing = new CoFinancingAnnex(new(15), new(0), Eur(1000)) };
        var share = FundingPlan.Make(Order(Eur(1000)) with { Agreements = [oneSided] }).Shares.Single();
        Assert.Equal(("biotop", Eur(150)), (share.Payer, share.Amount));
    }

    [Fact]
    public void A_cap_in_another_currency_is_skipped_with_a_note()
    {
        var outcome = FundingPlan.Make(Order(Huf(480_000)) with { Agreements = [BiopmedBiotop] });
        Assert.Empty(outcome.Shares);
        Assert.Equal("Co-financing by the agreement biopmed-biotop does not apply: its cap is in EUR, the order in "
            + "HUF.",
            outcome.Notes.Single());
    }

    [Fact]
    public void Public_money_never_exceeds_the_net_price()
    {
        var generous = BiopmedBiotop with { CoFinancing = new CoFinancingAnnex(new(80), new(70), Eur(90_000)) };
        var outcome = FundingPlan.Make(Order(Eur(1000), Voucher("a", Eur(5000))) with { Agreements = [generous] });
        Assert.Equal(Eur(1000), Money.Sum(outcome.Shares.Select(s => s.Amount), Currency.Eur));
        Assert.Contains("nothing of the eligible items is left to pay", outcome.Notes.Single(),
            StringComparison.Ordinal);
    }

    public static TheoryData<string, FundingRefusal> Unfit => new()
    {
        { "forint", FundingRefusal.CurrencyDiffers }, { "expired", FundingRefusal.VoucherExpired },
        { "home", FundingRefusal.VoucherNotAccepted }, { "empty", FundingRefusal.VoucherUsedUp },
        { "nobodys", FundingRefusal.VoucherUnknown },
    };

    private static readonly ImmutableArray<Voucher> Wallet =
    [
        Voucher("forint", Huf(5000)),
        Voucher("expired", Eur(5000), expires: new(2026, 11, 20)),
        Voucher("home", Eur(5000), Programme("home", 75, new(false, ["DE3"], []))),
        Voucher("empty", Eur(5000), used: Eur(5000)),
        Voucher("good", Eur(5000), expires: new(2026, 11, 21)),
    ];

    [Theory]
    [MemberData(nameof(Unfit))]
    public void A_named_voucher_that_does_not_fit_is_refused_with_its_reason(string id, FundingRefusal refusal)
    {
        var request = Order(Eur(1000)) with
        {
            Vouchers = Wallet,
            Choice = new VoucherChoice.Named([new("good"), new(id)])
        };
        var outcome = FundingPlan.Make(request);
        var refused = Assert.Single(outcome.Refusals);
        Assert.Equal((refusal, "/vouchers/1"), (refused.Code, refused.Pointer));
        Assert.Contains(id, refused.Reason, StringComparison.Ordinal);
        Assert.Empty(outcome.Shares);
    }

    [Fact]
    public void Auto_skips_what_does_not_fit_and_says_why()
    {
        var outcome = FundingPlan.Make(Order(Eur(1000)) with { Vouchers = Wallet });
        Assert.Equal("good", outcome.Shares.Single().Id);
        Assert.Equal(4, outcome.Notes.Length);
        Assert.Contains("Not used: voucher forint (berlin-abroad voucher) is in HUF, the order in EUR.", outcome.Notes);
    }

    [Fact]
    public void None_uses_no_voucher_but_keeps_co_financing() => Assert.Equal([Eur(100), Eur(50)],
        Drawn(Order(Eur(1000)) with
        {
            Vouchers = Wallet,
            Choice = new VoucherChoice.None(),
            Agreements = [BiopmedBiotop]
        }));
}
