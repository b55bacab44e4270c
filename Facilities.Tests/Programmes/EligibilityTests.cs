using Facilities.Grains.Claims;
using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Undertakings;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Programmes;

/// <summary>The worked cases of regions and rules of a programme.</summary>
public sealed class EligibilityTests
{
    private static readonly LocalDate Day = new(2026, 11, 21);

    private static ProgrammeTerms Terms(ProgrammeRules? rules = null, params string[] regions) =>
        Programme("p", 75, new(true, [], [])) with { Rules = rules, RegionsInclude = [.. regions] };

    private static SizeAssessment Size(decimal staff) => SizeAssessment.Of(
        new(
            new("a"),
            [
                new(new("a"), "A", EnterpriseKind.Company, null,
                    [new(new(2025, 12, 31), new(2026, 6, 30), staff, Eur(1_000_000), Eur(1_000_000))]),
            ],
            []),
        Day);

    private static Applicant Spree(
        decimal staff = 18, string nace = "72.11", decimal asked = 5_000, Places? places = null, AidAnswer? aid = null,
        int year = 0, int all = 0) =>
        new("Spree Diagnostics", Size(staff), places ?? new("DE300"), nace, Eur(asked), aid, year, all)
        {
            OtherAid = new([], "", "", Day, Day.PlusYears(1), "Jana Krüger"),
        };

    [Fact]
    public void De_minimis_aid_asks_first_what_other_aid_there_was_until_the_register_tells_it_all()
    {
        RuleCheck? Rule(Applicant applicant, LocalDate day, string basis = "EU 2023/2831") => Eligibility.Check(
            Terms() with { LegalBasis = basis }, Eur(100_000), applicant, day)
            .SingleOrDefault(c => c.Rule == "aidDeclaration");
        Assert.True(Rule(Spree(), Day)!.Passed);
        Assert.EndsWith("that it had no other aid.", Rule(Spree(), Day)!.Reason, StringComparison.Ordinal);
        var never = Rule(Spree() with { OtherAid = null }, Day)!;
        Assert.Equal(
            (false, "Spree Diagnostics has not declared what other aid it had.",
                "Regulation (EU) 2023/2831, Article 7(4)"), (never.Passed, never.Reason, never.Clause));
        Assert.NotNull(never.Remedy);
        Assert.False(Rule(Spree(), Day.PlusYears(1).PlusDays(1))!.Passed);
        Assert.Null(Rule(Spree() with { OtherAid = null }, new(2029, 1, 1)));
        Assert.Null(Rule(Spree() with { OtherAid = null }, Day, "EU 651/2014"));
        Assert.Null(Rule(Spree() with { OtherAid = null }, Day, "none"));
    }

    private static string[] Failed(ProgrammeTerms terms, Applicant applicant, decimal free = 100_000) =>
        [.. Eligibility.Check(terms, Eur(free), applicant, Day).Where(c => !c.Passed).Select(c => c.Rule)];

    [Fact]
    public void An_SME_that_meets_every_rule_is_told_so_rule_by_rule()
    {
        var checks = Eligibility.Check(Terms(null, "DE3"), Eur(100_000), Spree(), Day);
        Assert.All(checks, check => Assert.True(check is { Passed: true, Remedy: null }, check.Reason));
        Assert.Equal(
            ["legalBasis", "size", "region", "sector", "limitPerGroup", "amount", "budget", "aidDeclaration"],
            checks.Select(c => c.Rule));
    }

    [Fact]
    public void Every_breach_is_told_at_once_each_with_what_would_change_it()
    {
        var terms = Terms(new() { NaceExclude = ["72"], PerGroup = 3 }, "ITC1") with { LegalBasis = "EU 1407/2013" };
        var checks = Eligibility.Check(terms, Eur(10), Spree(250, asked: 5_001, all: 3), Day);
        Assert.All(checks, check => Assert.False(check.Passed || string.IsNullOrEmpty(check.Remedy), check.Rule));
        Assert.Equal(7, checks.Length);
    }

    [Theory]
    [InlineData("DE30", "DE300", LocationTest.Establishment, null, true)]    // N1
    [InlineData("DE30", "DE300", LocationTest.Seat, "DE404", false)]         // N2
    [InlineData("DE30", "DE300", LocationTest.Establishment, "DE404", true)] // N2
    [InlineData("ES51", "ES5", LocationTest.Establishment, null, false)]     // N6
    [InlineData("DE30", "DE3A0", LocationTest.Establishment, null, false)]
    public void N1_N2_and_N6_the_place_that_is_asked_about_lies_in_the_region(
        string region, string establishment, LocationTest test, string? seat, bool passed) =>
        Assert.Equal(
            passed, Eligibility.Region(Terms(new() { Location = test }, region), new(establishment, seat)).Passed);

    [Theory]
    [InlineData("CZ010", "CZ064", true)]
    [InlineData("CZ064", "CZ010", false)]
    public void N3_the_site_of_the_project_decides_where_the_programme_says_so(string seat, string site, bool passed) =>
        Assert.Equal(passed, Eligibility.Region(
            Terms(new() { Location = LocationTest.ProjectSite, RegionsExclude = ["CZ01"] }, "CZ0"),
            new(seat, seat, site)).Passed);

    [Theory]
    [InlineData(TestTime.Payment, true)]
    [InlineData(TestTime.Application, false)]
    public void N4_a_place_that_came_after_the_award_counts_where_it_is_asked_at_payment(TestTime time, bool passed)
    {
        var terms = Terms(new() { RegionTestedAt = time }, "ITC11");
        var (before, after) = (new Places("ITC4C"), new Places("ITC11"));
        var atPayment = ClaimChecks.Of(terms, Moments(), after).Where(c => c.Rule == "region").ToArray();
        var judged = time == TestTime.Payment ? atPayment.Single() : Eligibility.Region(terms, before);
        Assert.Equal((passed, time == TestTime.Payment), (judged.Passed, atPayment.Length == 1));
    }

    [Fact]
    public void N5_a_code_of_an_earlier_version_is_told_with_those_of_today() => Assert.Equal(
        "NO082 is a code of an earlier version; in NUTS 2024 it is NO083, NO084 or NO085. Choose the one that holds "
            + "the place.",
        Eligibility.Region(Terms(null, "NO08"), new("NO082")).Reason);

    [Theory]
    [InlineData("UKI31")]
    [InlineData("TLI31")]
    public void N7_the_United_Kingdom_is_not_in_NUTS(string code)
    {
        var check = Eligibility.Region(Terms(null, "DE3"), new(code));
        Assert.False(check.Passed);
        Assert.Equal(
            $"{code} lies in the United Kingdom, which is not in NUTS 2024; it has ITL codes of its own.",
            check.Reason);
    }

    [Theory]
    [InlineData("TLI31", "TLI", true)]
    [InlineData("TLJ14", "TLI", false)]
    [InlineData("UKI31", "TLI", false)]
    [InlineData("DE300", "TLI", false)]
    public void A_programme_of_the_United_Kingdom_goes_by_its_own_codes(string place, string region, bool passed)
    {
        var terms = Terms(null, region) with { Country = "GB" };
        Assert.Equal(passed, Eligibility.Region(terms, new(place)).Passed);
        Assert.DoesNotContain(ProgrammeFaults.Of(terms), fault => fault.Pointer == "/regionsInclude/0");
        Assert.Contains(
            ProgrammeFaults.Of(terms with { Country = "DE" }), fault => fault.Pointer == "/regionsInclude/0");
    }

    [Fact]
    public void D10_the_sectors_that_the_regulation_excludes_need_no_rule_of_the_programme() =>
        Assert.Equal(["sector"], Failed(Terms(), Spree(nace: "01.11")));

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(1, 1, false)]
    [InlineData(0, 3, false)]
    public void V15_vouchers_of_linked_enterprises_count_against_the_limits_of_the_group(
        int year, int all, bool passed) =>
        Assert.Equal(
            passed ? [] : ["limitPerGroup"],
            Failed(Terms(new() { PerGroupAndYear = 1, PerGroup = 3 }), Spree(year: year, all: all)));

    [Fact]
    public void An_exceeded_ceiling_is_told_with_what_would_fit()
    {
        var aid = AidCeiling.Check(
            [
                new("e", new("a"), "DE", AidBasis.DeMinimis, new(2025, 1, 1), Eur(299_000), Eur(299_000), "x",
                    AidSource.Declared),
            ],
            AidBasis.DeMinimis, "DE", Eur(5_000), Day);
        var check = Eligibility.Check(Terms(), Eur(100_000), Spree(aid: aid), Day).Single(c => c.Rule == "aidCeiling");
        Assert.Equal(
            (false, "Ask for at most 1,000.00 EUR, or apply from 2 January 2028 on."), (check.Passed, check.Remedy));
    }

    [Theory]
    [InlineData(StartRule.Award, false)]
    [InlineData(StartRule.Application, true)]
    [InlineData(StartRule.Any, true)]
    public void V14_what_was_ordered_before_the_award_is_not_funded_unless_the_programme_lets_it(
        StartRule rule, bool passed)
    {
        var moments = Moments() with
        {
            AppliedAt = Instant.FromUtc(2026, 2, 20, 8, 0),
            AwardedAt = Instant.FromUtc(2026, 3, 1, 11, 0),
            SignedAt = Instant.FromUtc(2026, 3, 1, 9, 0),
        };
        Assert.Equal(passed, Check(Terms(new() { Start = rule }), moments, "retroactiveStart").Passed);
    }

    [Theory]
    [InlineData("2026-06-30T21:30:00Z", true)]
    [InlineData("2026-06-30T22:10:00Z", false)]
    public void V16_what_must_happen_inside_the_validity_is_judged_by_the_programmes_clock(string at, bool passed)
    {
        var terms = Terms(new() { Inside = UseInside.Delivered }) with { TimeZone = "Europe/Rome" };
        var moments = Moments() with
        {
            ExpiresOn = new(2026, 6, 30),
            DeliveredAt = NodaTime.Text.InstantPattern.General.Parse(at).Value,
        };
        Assert.Equal(passed, Check(terms, moments, "insideValidity").Passed);
    }

    [Theory]
    [InlineData(90, true)]
    [InlineData(91, false)]
    public void A_claim_is_made_within_the_claim_period(int days, bool passed)
    {
        var accepted = Instant.FromUtc(2026, 5, 1, 9, 0);
        var moments = Moments() with { AcceptedAt = accepted, ClaimedAt = accepted + Duration.FromDays(days) };
        Assert.Equal(passed, Check(Terms(), moments, "claimPeriod").Passed);
    }

    [Fact]
    public void A_claim_without_the_report_of_both_sides_does_not_pass() =>
        Assert.False(Check(Terms(), Moments() with { HasReport = false }, "report").Passed);

    private static RuleCheck Check(ProgrammeTerms terms, ClaimMoments moments, string rule) =>
        ClaimChecks.Of(terms, moments).Single(c => c.Rule == rule);

    private static ClaimMoments Moments() => new(
        null, Now, new(2027, 11, 21), Now, Now, Now, Now, Now, Now, HasReport: true);
}
