using System.Collections.Immutable;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Undertakings;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Awards;

/// <summary>What becomes of innovation support that would pass EUR 220,000 in three years.</summary>
public sealed class SupportCeilingTests
{
    private static readonly LocalDate Day = new(2026, 3, 2);

    private static ProgrammeTerms Terms(
        decimal rate = 100, AboveSupportCeiling rule = AboveSupportCeiling.FallBackTo50,
        params ImmutableArray<RateBracket> brackets) => BerlinAbroad with
        {
            Budget = Eur(20_000),
            CapPerVoucher = Eur(8_000),
            LegalBasis = "EU 651/2014",
            Rate = new(rate),
            Rules = new() { AboveSupportCeiling = rule, Brackets = brackets },
        };

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Published(ProgrammeTerms terms) =>
        new Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal>(
            ProgrammeState.Nobody, Now, ProgrammeState.Evolve).Given(new ProgrammePublished(terms));

    private static AidEntry Entry(string id, decimal amount, decimal? rate) => new(
        id, new("spree"), "DE", AidBasis.InnovationAid, Day, Eur(amount), Eur(amount), "F", AidSource.Voucher)
    {
        Rate = rate is { } most ? new Percentage(most) : null,
    };

    private static UndertakingState Register(params AidEntry[] entries) => entries.Aggregate(
        UndertakingState.Nothing,
        (state, entry) => UndertakingState.Evolve(state, new AidGranted(entry, Eur(0), null), Now));

    private static Decision<UndertakingEvent, UndertakingRefusal> Grant(
        UndertakingState register, AidEntry entry, LesserAid? instead = null) =>
        UndertakingDecisions.Decide(register, new GrantAid(new("g"), Actor.System, entry) { Instead = instead }, Now);

    [Theory]
    [InlineData(100, 6_000, 3_000)]
    [InlineData(80, 6_000, 3_750)]
    [InlineData(75, 100, 66.66)]
    public void D15_the_amount_falls_as_the_rate_does_and_is_rounded_down(decimal rate, decimal asked, decimal left) =>
        Assert.Equal(
            new LesserAid(new(50), Eur(left), Eur(left)), SupportCeiling.Instead(Terms(rate), Eur(asked), null));

    [Fact]
    public void D15_nothing_falls_back_where_the_programme_refuses_or_pays_half_anyway()
    {
        Assert.Null(SupportCeiling.Instead(Terms(rule: AboveSupportCeiling.Refuse), Eur(6_000), null));
        Assert.Null(SupportCeiling.Instead(Terms(50), Eur(6_000), null));
        Assert.Null(SupportCeiling.Instead(Terms() with { LegalBasis = "EU 2023/2831" }, Eur(6_000), null));
        Assert.Null(SupportCeiling.Instead(Terms(), Eur(0.01m), null));
        var forints = Money.Of(2_000_000, Currency.Huf);
        Assert.Equal(Eur(2_531.00m), SupportCeiling.Instead(Terms(), forints, 395.10m)!.Euros);
        Assert.Null(SupportCeiling.Instead(Terms(), forints, null));
    }

    [Fact]
    public void D15_the_register_takes_all_of_it_at_half_and_never_a_part_at_the_full_rate()
    {
        var (before, lesser) = (Register(Entry("old", 215_000, null)), new LesserAid(new(50), Eur(3_000), Eur(3_000)));
        Assert.Equal(
            UndertakingRefusal.AidCeilingExceeded, Grant(before, Entry("new", 6_000, 100)).Refusal!.Code);
        var granted = (AidGranted)Grant(before, Entry("new", 6_000, 100), lesser).Events.Single();
        Assert.Equal(
            (Eur(3_000), Eur(3_000), new Percentage(50)),
            (granted.Entry.Amount, granted.Entry.Euros, granted.Entry.Rate));
        var fits = (AidGranted)Grant(before, Entry("new", 5_000, 100), lesser).Events.Single();
        Assert.Equal((Eur(5_000), new Percentage(100)), (fits.Entry.Euros, fits.Entry.Rate));
    }

    [Fact]
    public void D15_half_of_the_cost_has_no_ceiling_and_counts_for_what_pays_more()
    {
        var full = Register(Entry("old", 219_000, null));
        var half = Entry("half", 6_000, 50);
        full = UndertakingState.Evolve(full, Grant(full, half).Events.Single(), Now);
        Assert.Equal(
            UndertakingRefusal.AidCeilingExceeded, Grant(full, Entry("more", 0.01m, 51)).Refusal!.Code);
        Assert.Single(Grant(full, Entry("again", 9_000, 50)).Events);
    }

    [Fact]
    public void D15_the_budget_has_back_what_the_lower_rate_leaves_and_the_voucher_pays_half()
    {
        var prepared = Published(Terms()).When(
            new AwardVoucher(new("a"), People.Officer, new("spree-diagnostics"), Eur(6_000), ""),
            ProgrammeDecisions.Decide).Then(typeof(AwardPrepared));
        Assert.Equal(Eur(14_000), prepared.State.Free);
        var voucher = new VoucherId("v-a");
        var state = prepared.When(new RecordGrant(new("g"), Actor.System, voucher, true), ProgrammeDecisions.Decide)
            .Then(typeof(VoucherAwarded)).State;
        var award = state.Awards["v-a"];
        Assert.Equal(
            (Eur(17_000), 3_000_00L, Eur(3_000), Eur(3_000)),
            (state.Free, state.Use.In(2026), award.Amount, award.Aid));
        Assert.Equal(new LesserAward(new(50), Eur(3_000), Eur(6_000)), award.Lesser);
        var carried = SupportCeiling.AtMost(state.TermsOf(award.Edition), award.Lesser!.Rate);
        Assert.True(SupportCeiling.FellBack(carried));
        Assert.False(SupportCeiling.FellBack(state.Terms!));
        Assert.Equal(Eur(3_000), VoucherShare.Of(carried, Eur(6_000), Eur(0)).Amount);
        Assert.Equal(
            "6,000.00 EUR at 100 % would have passed 220,000.00 EUR of innovation support in three years (Regulation "
                + "(EU) 651/2014, Article 28(4)). The award therefore pays 50 % of the cost of the same work, which "
                + "is 3,000.00 EUR.", SupportCeiling.Why(state.Terms!, award.Lesser));
    }

    [Fact]
    public void D15_brackets_fall_to_half_each_by_itself()
    {
        var terms = Terms(60, brackets:
            [new(Eur(0), Eur(1_000), new(90)), new(Eur(1_000), Eur(9_000), new(40))]);
        Assert.Equal(Eur(2_500), SupportCeiling.Instead(terms, Eur(4_500), null)!.Amount);
        Assert.Equal(
            [50m, 40m],
            SupportCeiling.AtMost(terms, new Percentage(50)).EffectiveRules.Brackets.Select(b => b.Rate.Value));
    }

    [Fact]
    public void D15_only_what_pays_more_than_half_under_Article_28_says_that_it_falls_back()
    {
        Assert.Empty(ProgrammeFaults.Of(Terms(51)));
        foreach (var terms in new[] { Terms(50), Terms() with { LegalBasis = "EU 2023/2831" } })
            Assert.Equal("/rules/aboveSupportCeiling", ProgrammeFaults.Of(terms).Single().Pointer);
        var (refuses, falls) = (Terms(rule: AboveSupportCeiling.Refuse), Terms());
        Assert.Empty(ForwardOnly.Faults(Published(refuses).State, falls, Day));
        Assert.Equal(
            "/rules/aboveSupportCeiling", ForwardOnly.Faults(Published(falls).State, refuses, Day).Single().Pointer);
    }
}
