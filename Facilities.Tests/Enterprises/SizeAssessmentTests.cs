using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Tests.Enterprises;

/// <summary>The worked cases of the SME definition, and the faults of a declaration.</summary>
public sealed class SizeAssessmentTests
{
    private static readonly LocalDate Today = new(2026, 11, 21);

    private static Money Million(decimal amount) => Money.Of(amount * 1_000_000, Currency.Eur);

    private static AccountPeriod Year(int year, decimal staff, decimal turnover = 0, decimal balance = 0) =>
        new(new(year, 12, 31), new(year + 1, 6, 30), staff, Million(turnover), Million(balance));

    private static Enterprise Company(string id, params AccountPeriod[] periods) =>
        new(new(id), id, EnterpriseKind.Company, "72.11", [.. periods]);

    private static Enterprise Other(string id, EnterpriseKind kind, params AccountPeriod[] periods) =>
        Company(id, periods) with { Kind = kind };

    private static Holding Holds(string owner, string owned, decimal share, decimal? votes = null) =>
        new(new(owner), new(owned), new(share), new(votes ?? share));

    private static SizeAssessment Assess(Enterprise[] enterprises, params Holding[] holdings) =>
        SizeAssessment.Of(new(enterprises[0].Id, [.. enterprises], [.. holdings]), Today);

    [Theory]
    [InlineData(9, 2.1, 1.9, SizeClass.Micro)]      // SME1
    [InlineData(249, 51, 44, SizeClass.Large)]      // SME2
    [InlineData(250, 1, 1, SizeClass.Large)]        // SME3
    [InlineData(9, 2, 9, SizeClass.Micro)]
    [InlineData(10, 2, 2, SizeClass.Small)]
    [InlineData(49, 10.1, 10, SizeClass.Small)]
    [InlineData(249, 50, 44, SizeClass.Medium)]
    [InlineData(249, 51, 43, SizeClass.Medium)]
    public void SME1_to_SME3_staff_must_fit_and_one_of_two_amounts(
        decimal staff, decimal turnover, decimal balance, SizeClass expected) =>
        Assert.Equal(expected, Assess([Company("a", Year(2025, staff, turnover, balance))]).Class);

    [Fact]
    public void SME4_a_partner_counts_by_its_share()
    {
        var size = Assess(
            [Company("a", Year(2025, 45, 8, 6)), Company("c", Year(2025, 200, 30, 20))], Holds("c", "a", 30));
        Assert.Equal(new SizeFigures(105, 17_000_000, 12_000_000), size.Years.Single().Sum);
        Assert.Equal(SizeClass.Medium, size.Class);
        Assert.Equal(
            [(Relation.Itself, 100m), (Relation.Partner, 30m)],
            size.Contributions.Select(c => (c.Relation, c.Percent)));
    }

    [Fact]
    public void SME5_a_linked_enterprise_counts_whole()
    {
        var size = Assess([Company("a", Year(2025, 45)), Company("b", Year(2025, 230))], Holds("b", "a", 60));
        Assert.Equal((275m, SizeClass.Large), (size.Years.Single().Sum.Staff, size.Class));
        Assert.False(size.IsSme);
    }

    [Theory]
    [InlineData(EnterpriseKind.University)]
    [InlineData(EnterpriseKind.VentureCapital)]
    [InlineData(EnterpriseKind.BusinessAngel)]
    [InlineData(EnterpriseKind.InstitutionalInvestor)]
    [InlineData(EnterpriseKind.PublicInvestmentCorporation)]
    [InlineData(EnterpriseKind.SmallLocalAuthority)]
    public void SME6_an_investor_that_is_set_apart_does_not_count_below_a_majority(EnterpriseKind kind)
    {
        var size = Assess([Company("a", Year(2025, 20)), Other("u", kind, Year(2025, 9_000))], Holds("u", "a", 40));
        Assert.Equal((20m, SizeClass.Small), (size.Years.Single().Sum.Staff, size.Class));
    }

    [Fact]
    public void An_investor_that_is_set_apart_counts_once_it_has_the_majority_alone_or_with_what_it_controls()
    {
        Enterprise[] three =
        [
            Company("a", Year(2025, 20)), Other("u", EnterpriseKind.University, Year(2025, 900)),
            Company("i", Year(2025, 50)),
        ];
        Assert.Equal(20, Assess(three, Holds("u", "a", 25), Holds("i", "a", 24)).Years.Single().Sum.Staff);
        Assert.Equal(
            970, Assess(three, Holds("u", "a", 26), Holds("i", "a", 26), Holds("u", "i", 80)).Years.Single().Sum.Staff);
    }

    [Fact]
    public void SME7_a_quarter_in_public_hands_ends_the_status()
    {
        var size = Assess(
            [Company("a", Year(2025, 5)), Other("city", EnterpriseKind.PublicBody, Year(2025, 0))],
            Holds("city", "a", 26));
        Assert.Equal(SizeClass.Large, size.Class);
        Assert.Equal("Public bodies hold 26 % of it, and a quarter is enough to end the status.", size.Reason);
    }

    [Fact]
    public void SME8_the_higher_of_capital_and_votes_makes_and_weighs_a_partner()
    {
        var size = Assess(
            [Company("a", Year(2025, 10)), Company("b", Year(2025, 100))], Holds("b", "a", 24, votes: 33));
        Assert.Equal(43, size.Years.Single().Sum.Staff);
    }

    [Fact]
    public void SME9_a_partners_partner_does_not_count()
    {
        var size = Assess(
            [Company("a", Year(2025, 10)), Company("c", Year(2025, 100)), Company("d", Year(2025, 1_000))],
            Holds("d", "c", 30), Holds("c", "a", 30));
        Assert.Equal(40, size.Years.Single().Sum.Staff);
    }

    [Fact]
    public void SME10_a_partner_brings_what_it_controls()
    {
        var size = Assess(
            [Company("a", Year(2025, 10)), Company("c", Year(2025, 40)), Company("e", Year(2025, 100))],
            Holds("c", "e", 100), Holds("c", "a", 25));
        Assert.Equal((45m, SizeClass.Small), (size.Years.Single().Sum.Staff, size.Class));
    }

    [Fact]
    public void SME11_a_class_changes_after_two_years_beyond_its_limits()
    {
        Enterprise Company(params AccountPeriod[] years) => SizeAssessmentTests.Company("a", years);
        Assert.Equal(SizeClass.Small, Assess([Company(Year(2023, 40), Year(2024, 60, 11, 11))]).Class);
        Assert.Equal(
            SizeClass.Medium, Assess([Company(Year(2023, 40), Year(2024, 60, 11, 11), Year(2025, 70, 12, 12))]).Class);
        Assert.Equal(
            SizeClass.Small, Assess([Company(Year(2023, 40), Year(2024, 60, 11, 11), Year(2025, 45))]).Class);
        Assert.Equal(
            SizeClass.Medium, Assess([Company(Year(2023, 40), Year(2024, 60, 11, 11), Year(2025, 400, 90, 90))]).Class);
        Assert.Equal(
            SizeClass.Small, Assess([Company(Year(2023, 40), Year(2024, 9), Year(2025, 60, 11, 11))]).Class);
    }

    [Fact]
    public void Accounts_count_from_the_day_of_their_approval()
    {
        var a = Company("a", Year(2024, 9), Year(2025, 9) with { ApprovedOn = Today.PlusDays(1), Staff = 100 });
        Assert.Equal(new LocalDate(2024, 12, 31), Assess([a]).Years.Single().EndsOn);
    }

    [Theory]
    [InlineData("72.11", 30)]
    [InlineData("62.01", 10)]
    public void SME12_one_person_links_enterprises_of_one_market(string market, decimal staff)
    {
        var size = Assess(
            [
                Company("a", Year(2025, 10)), Company("b", Year(2025, 20)) with { Market = market },
                Other("p", EnterpriseKind.Person),
            ],
            Holds("p", "a", 60), Holds("p", "b", 70));
        Assert.Equal(staff, size.Years.Single().Sum.Staff);
    }

    [Fact]
    public void Accounts_in_another_currency_are_turned_into_euros_at_the_rate_that_they_carry()
    {
        var period = new AccountPeriod(
            new(2025, 12, 31), new(2026, 5, 31), 12, Money.Of(790_200_000, Currency.Huf),
            Money.Of(0, Currency.Huf), 395.1m);
        Assert.Equal(2_000_000, period.Figures.Turnover);
    }

    [Fact]
    public void A_declaration_tells_all_its_faults_at_once()
    {
        var ownership = new Ownership(
            new("x"), [Company("a", Year(2025, -1))], [Holds("b", "a", 60), Holds("a", "a", 60)]);
        Assert.Equal(
            ["/subject", "/enterprises/0/periods/0", "/holdings/0/owner", "/holdings/1", "/holdings"],
            ownership.Faults().Select(f => f.Pointer));
    }
}
