using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Tests.Undertakings;

/// <summary>The worked cases of state aid.</summary>
public sealed class AidCeilingTests
{
    private static readonly LocalDate Day = new(2026, 11, 21);
    private static readonly Currency Gbp = new("GBP");

    private static Money Eur(decimal amount) => Money.Of(amount, Currency.Eur);

    private static AidEntry Entry(
        decimal amount, string granted, string country = "DE", AidBasis basis = AidBasis.DeMinimis, string by = "a",
        Currency? currency = null)
    {
        var money = Money.Of(amount, currency ?? Currency.Eur);
        var day = NodaTime.Text.LocalDatePattern.Iso.Parse(granted).Value;
        return new($"{by}-{granted}", new(by), country, basis, day, money, money, "an authority", AidSource.Declared);
    }

    private static AidAnswer Check(decimal asked, params AidEntry[] register) =>
        AidCeiling.Check(register, AidBasis.DeMinimis, "DE", Eur(asked), Day);

    [Theory]
    [InlineData(9_999.99, true, 299_999.99)]
    [InlineData(10_000.00, true, 300_000.00)]
    [InlineData(10_000.01, false, 290_000.00)]
    public void D1_aid_that_would_exceed_the_ceiling_is_refused_whole(decimal asked, bool fits, decimal after)
    {
        var answer = Check(asked, Entry(290_000, "2025-01-01"));
        Assert.Equal((fits, Eur(after)), (answer.Fits, answer.Sum + answer.Grantable));
    }

    [Fact]
    public void D2_what_is_older_than_three_years_does_not_count()
    {
        var answer = Check(60_000, Entry(250_000, "2023-11-20"), Entry(40_000, "2025-03-01"));
        Assert.Equal((true, Eur(40_000)), (answer.Fits, answer.Sum));
    }

    [Theory]
    [InlineData(false, "2026-11-22")]
    [InlineData(true, "2026-11-23")]
    public void D3_a_refusal_names_the_first_day_on_which_it_fits(bool edgeCounts, string possible)
    {
        var answer = AidCeiling.Check(
            [Entry(250_000, "2023-11-22")], AidBasis.DeMinimis, "DE", Eur(60_000), Day, edgeCounts);
        Assert.Equal((false, possible), (answer.Fits, Words.IsoDay(answer.PossibleFrom!.Value)));
    }

    [Theory]
    [InlineData(true, 250_000)]
    [InlineData(false, 0)]
    public void Aid_of_exactly_three_years_ago_counts_by_the_cautious_reading(bool edgeCounts, decimal sum) =>
        Assert.Equal(Eur(sum), AidCeiling.Check(
            [Entry(250_000, "2023-11-21")], AidBasis.DeMinimis, "DE", Eur(1), Day, edgeCounts).Sum);

    [Fact]
    public void D4_each_country_that_grants_has_a_ceiling_of_its_own() => Assert.True(
        AidCeiling.Check([Entry(280_000, "2026-01-01")], AidBasis.DeMinimis, "IT", Eur(50_000), Day).Fits);

    [Theory]
    [InlineData(60, 290_000, false)]
    [InlineData(30, 100_000, true)]
    public void D5_and_D6_all_that_are_linked_by_majorities_are_one_undertaking(decimal share, decimal sum, bool fits)
    {
        var group = Links.SingleUndertaking(Owned(EnterpriseKind.Company, share, 55), new("a"));
        AidEntry[] all = [
            Entry(100_000, "2025-01-01", by: "a"), Entry(120_000, "2025-01-01", by: "p"),
            Entry(70_000, "2025-01-01", by: "s"),
        ];
        var answer = Check(15_000, [.. all.Where(e => group.Contains(e.Beneficiary.Value))]);
        Assert.Equal((Eur(sum), fits), (answer.Sum, answer.Fits));
    }

    [Theory]
    [InlineData(EnterpriseKind.Person)]
    [InlineData(EnterpriseKind.PublicBody)]
    public void D7_one_person_or_public_body_above_does_not_make_one_undertaking(EnterpriseKind kind)
    {
        Assert.Equal(["a"], Links.SingleUndertaking(Owned(kind, 100, 100), new("a")));
        if (kind == EnterpriseKind.Person)
            Assert.Equal(["a", "s"], Links.ForSize(Owned(kind, 100, 100), new EnterpriseId("a")));
    }

    [Fact]
    public void D8_a_voucher_counts_whole_until_it_ends_and_then_what_was_used_with_the_day_of_its_grant()
    {
        var award = Entry(5_000, "2026-03-02");
        Assert.Equal(Eur(5_000), Check(1, award).Sum);
        Assert.Equal(Eur(1_500), Check(1, award with { Used = Eur(1_500) }).Sum);
        Assert.Equal(Eur(0), AidCeiling.Check(
            [award with { Used = Eur(1_500) }], AidBasis.DeMinimis, "DE", Eur(1), new(2029, 3, 3)).Sum);
    }

    [Theory]
    [InlineData("2026-03-02", "2026-03-30")]
    [InlineData("2026-04-01", "2026-05-04")]
    [InlineData("2026-12-07", "2027-01-06")]
    public void D9_the_register_is_told_within_twenty_working_days_of_the_whole_country(string granted, string by) =>
        Assert.Equal(by, Words.IsoDay(RegisterDeadline.Of(
            NodaTime.Text.LocalDatePattern.Iso.Parse(granted).Value, "DE")!.Value));

    [Fact]
    public void What_was_granted_before_the_register_began_needs_no_entry() =>
        Assert.Null(RegisterDeadline.Of(new(2025, 12, 31), "DE"));

    [Theory]
    [InlineData("01.11", true)]
    [InlineData("A1.11", true)]
    [InlineData("03.21", true)]
    [InlineData("72.11", false)]
    [InlineData("10.11", false)]
    [InlineData("30.10", false)]
    public void D10_primary_production_is_excluded(string nace, bool excluded) =>
        Assert.Equal(excluded, ExcludedSectors.Refusal(nace) is not null);

    [Fact]
    public void D11_minimal_financial_assistance_may_be_granted_in_part()
    {
        var answer = AidCeiling.Check(
            [Entry(310_000, "2026-05-01", "GB", AidBasis.MinimalFinancialAssistance, currency: Gbp)],
            AidBasis.MinimalFinancialAssistance, "GB", Money.Of(8_000, Gbp), Day);
        Assert.Equal((false, Money.Of(5_000, Gbp)), (answer.Fits, answer.Grantable));
    }

    [Theory]
    [InlineData("2024-03-31", 0)]
    [InlineData("2024-04-01", 200_000)]
    public void D12_its_window_is_this_financial_year_and_the_two_before(string granted, decimal sum) =>
        Assert.Equal(Money.Of(sum, Gbp), AidCeiling.Check(
            [Entry(200_000, granted, "GB", AidBasis.MinimalFinancialAssistance, currency: Gbp)],
            AidBasis.MinimalFinancialAssistance, "GB", Money.Of(200_000, Gbp), Day).Sum);

    [Fact]
    public void Its_entries_leave_the_window_with_the_financial_year()
    {
        var answer = AidCeiling.Check(
            [Entry(200_000, "2024-04-01", "GB", AidBasis.MinimalFinancialAssistance, currency: Gbp)],
            AidBasis.MinimalFinancialAssistance, "GB", Money.Of(200_000, Gbp), Day);
        Assert.Equal(new LocalDate(2027, 4, 1), answer.PossibleFrom);
    }

    [Fact]
    public void D13_forints_are_turned_into_euros_at_the_rate_of_the_grant_day() =>
        Assert.Equal(Eur(5_062.01m), EuroRate.Convert(Money.Of(2_000_000, Currency.Huf), 395.10m));

    [Fact]
    public void D14_after_a_merger_all_earlier_aid_counts_and_there_is_no_room_for_more()
    {
        var answer = Check(0.01m, Entry(200_000, "2025-01-01"), Entry(150_000, "2025-02-01", by: "b"));
        Assert.Equal((false, Eur(350_000), Eur(0)), (answer.Fits, answer.Sum, answer.Left));
    }

    [Theory]
    [InlineData(5_000, 100)]
    [InlineData(6_000, 50)]
    public void D15_the_whole_cost_is_paid_only_within_the_ceiling_of_support(decimal asked, decimal percent) =>
        Assert.Equal(percent, LegalBasis.Intensity(AidCeiling.Check(
            [Entry(215_000, "2025-01-01", basis: AidBasis.InnovationAid)], AidBasis.InnovationAid, "DE", Eur(asked),
            Day)).Value);

    [Fact]
    public void D16_a_basis_that_has_expired_blocks_awards()
    {
        Assert.Null(LegalBasis.BlockExemption.Refusal(new(2026, 12, 31)));
        Assert.Equal(
            "EU 651/2014 applied until 31 December 2026. The programme needs a basis that is in force.",
            LegalBasis.BlockExemption.Refusal(new(2027, 1, 2)));
    }

    [Fact]
    public void The_reason_tells_the_sum_the_clause_and_what_would_fit() => Assert.Equal(
        "Since 21 November 2023 authorities of Germany granted 299,000.00 EUR of at most 300,000.00 EUR (Regulation "
            + "(EU) 2023/2831, Article 3(2) and (7)); 2,100.00 EUR more would exceed it, and then none of it may be "
            + "granted. Up to 1,000.00 EUR would fit. All of it fits from 2 January 2028 on.",
        Check(2_100, Entry(299_000, "2025-01-01")).Reason);

    private static Ownership Owned(EnterpriseKind parent, decimal shareOfA, decimal shareOfS) => new(
        new("a"),
        [
            new(new("a"), "a", EnterpriseKind.Company, "72.11", []), new(new("p"), "p", parent, "72.11", []),
            new(new("s"), "s", EnterpriseKind.Company, "72.11", []),
        ],
        [
            new(new("p"), new("a"), new(shareOfA), new(shareOfA)),
            new(new("p"), new("s"), new(shareOfS), new(shareOfS)),
        ]);
}
