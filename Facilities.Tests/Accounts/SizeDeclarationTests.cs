using Facilities.Grains.Accounts;
using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using Facilities.Grains.Rates;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Accounts;

/// <summary>How an account declares its size, and what programmes go by then.</summary>
public sealed class SizeDeclarationTests
{
    private static readonly LocalDate Today = Now.InUtc().Date;
    private static readonly Ownership Owned = DeclarationSamples.Owned;
    private static readonly string Hash = SizeDeclaration.Draft(Spree, Owned, Today).TextHash;

    private static Scenario<AccountState, AccountEvent, AccountRefusal> Account() =>
        new Scenario<AccountState, AccountEvent, AccountRefusal>(AccountState.Nobody, Now, AccountState.Evolve)
            .Given(new AccountRegistered(Spree));

    private static DeclareSize Declare(Actor? by = null, Ownership? owned = null, string? hash = null) =>
        new(new("d"), by ?? People.Spree, owned ?? Owned, "Jana Krüger", hash ?? Hash);

    private static AccountView View(AccountState state) => new(state.Profile!, []) { Declared = state.Declared };

    [Fact]
    public void Somebody_entitled_to_sign_declares_it_for_a_year()
    {
        var declared = Account().When(Declare(), AccountDecisions.Decide).Then(typeof(SizeDeclared)).State;
        var size = declared.Declared.Size!;
        Assert.Equal(
            (SizeClass.Medium, Today, Today.PlusYears(1), "Jana Krüger"),
            (size.Assessment.Class, size.SignedOn, size.ValidUntil, size.ByName));
        Assert.Equal(Hash, SizeDeclaration.HashOf(size.Text));
        foreach (var line in new[]
        {
            "Enterprise: Spree Diagnostics", "- Dél Holding holds 24 % of the capital and 33 % of the votes of Spree",
            "- Dél Holding: 33 %. It is a partner", "395.1 for one euro", "Class: medium.", "I am entitled to sign",
        })
            Assert.Contains(line, size.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_else_does_and_nobody_signs_what_they_did_not_see()
    {
        var booker = People.Of("b", OrganisationKind.Sme, "spree-diagnostics", Role.Booker, Role.Owner);
        Account().When(Declare(booker), AccountDecisions.Decide).Then(AccountRefusal.NotAllowed);
        Account().When(Declare(People.Seine), AccountDecisions.Decide).Then(AccountRefusal.NotAllowed);
        Account().When(Declare(hash: "sha256:00"), AccountDecisions.Decide).Then(AccountRefusal.TextChanged);
        Account().When(Declare() with { Name = " " }, AccountDecisions.Decide).Then(AccountRefusal.InvalidDeclaration);
        Account().When(Declare(owned: Owned with { Holdings = [] }), AccountDecisions.Decide)
            .Then(AccountRefusal.TextChanged);
        Account().When(Declare(owned: Owned with { Subject = new("other-1") }), AccountDecisions.Decide)
            .Then(AccountRefusal.InvalidDeclaration);
    }

    [Fact]
    public void Signing_the_same_twice_on_a_day_is_signing_it_once()
    {
        var declared = Account().When(Declare(), AccountDecisions.Decide).Then(typeof(SizeDeclared));
        declared.When(Declare(), AccountDecisions.Decide).ThenNothing();
        var later = Now + Duration.FromDays(2);
        var anew = SizeDeclaration.Draft(Spree, Owned, later.InUtc().Date).TextHash;
        var again = declared.At(later).When(Declare(hash: anew), AccountDecisions.Decide).Then(typeof(SizeDeclared));
        Assert.Equal(2, again.State.Declared.SizeVersion);
    }

    [Fact]
    public void Programmes_go_by_it_until_it_expires_and_say_by_what_they_go()
    {
        var before = Account();
        Assert.EndsWith(
            "it has not declared its size.", SizeOn(View(before.State), Today).Reason, StringComparison.Ordinal);
        var after = View(before.When(Declare(), AccountDecisions.Decide).Then(typeof(SizeDeclared)).State);
        Assert.Equal(SizeClass.Medium, SizeOn(after, Today.PlusYears(1)).Class);
        Assert.EndsWith(
            $"It declared so on {Words.Day(Today)}.", SizeOn(after, Today).Reason, StringComparison.Ordinal);
        var expired = SizeOn(after, Today.PlusYears(1).PlusDays(1));
        Assert.NotEqual(SizeClass.Medium, expired.Class);
        Assert.EndsWith($"held until {Words.Day(Today.PlusYears(1))}.", expired.Reason, StringComparison.Ordinal);
    }

    private static SizeAssessment SizeOn(AccountView view, LocalDate day, DayRate? rate = null) =>
        view.Profile.SizeOn(view.Declared.Size, day, rate);

    [Theory]
    [InlineData("HUF", 900_000_000, 395.1, SizeClass.Small)]
    [InlineData("HUF", 790_200_000, 395.1, SizeClass.Micro)]
    [InlineData("GBP", 1_900_000, 0.84638, SizeClass.Small)]
    [InlineData("GBP", 1_600_000, 0.84638, SizeClass.Micro)]
    public void Figures_of_a_profile_count_in_euros_by_the_rate_that_is_told(
        string currency, decimal amount, decimal perEuro, SizeClass expected)
    {
        var money = Money.Of(amount, new(currency));
        var profile = Spree with { Headcount = 9, Turnover = money, BalanceSheet = money };
        var size = profile.SizeOn(null, Today, new DayRate(new(2025, 12, 31), new(currency), perEuro));
        Assert.Equal(expected, size.Class);
        Assert.EndsWith(
            $"They are in {currency}, at {perEuro.ToString(System.Globalization.CultureInfo.InvariantCulture)} "
                + $"{currency} for one euro, the ECB's rate of 31 December 2025.",
            size.Reason, StringComparison.Ordinal);
        var unknown = profile.SizeOn(null, Today, null);
        Assert.False(unknown.IsSme);
        Assert.EndsWith(
            $"They are in {currency} and no rate of it is known here, so only a declaration of its size tells the "
                + "class.", unknown.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_declared_is_complete_and_its_accounts_are_the_last_approved_ones()
    {
        var own = Owned.Enterprises[0];
        Ownership Own(AccountPeriod period) => Owned with
        {
            Enterprises = [own with { Periods = [period] }, Owned.Enterprises[1]],
        };
        var period = own.Periods[0];
        Assert.Empty(Owned.Faults(Today));
        (string Pointer, Ownership Of)[] wrong =
        [
            ("/enterprises/0/periods/0/approvedOn", Own(period with { ApprovedOn = Today.PlusDays(1) })),
            ("/enterprises/0/periods/0/approvedOn", Own(period with { ApprovedOn = period.EndsOn })),
            ("/enterprises/0/periods", Own(period with { EndsOn = new(2024, 11, 20) })),
            ("/enterprises/0/periods/0/perEuro", Own(period with { PerEuro = 2 })),
            ("/enterprises/0/periods/0/balanceSheet",
                Own(period with { BalanceSheet = Money.Of(1, Currency.Huf) })),
            ("/enterprises/0/periods",
                Owned with { Enterprises = [own with { Periods = [] }, Owned.Enterprises[1]] }),
            ("/enterprises/1/periods",
                Owned with { Enterprises = [own, Owned.Enterprises[1] with { Periods = [] }] }),
            ("/holdings/1", Owned with { Holdings = [.. Owned.Holdings, Owned.Holdings[0]] }),
            ("/holdings/0", Owned with { Holdings = [Owned.Holdings[0] with { Capital = new(0), Votes = new(0) }] }),
        ];
        foreach (var (pointer, ownership) in wrong)
            Assert.Contains(pointer, ownership.Faults(Today).Select(f => f.Pointer));
    }

    [Fact]
    public void Every_enterprise_has_a_line_with_its_weight_its_year_and_its_rule()
    {
        Enterprise Of(string id, EnterpriseKind kind) =>
            Owned.Enterprises[1] with { Id = new(id), Name = id, Kind = kind };
        var own = Owned.Subject;
        var ownership = Owned with
        {
            Enterprises =
            [
                .. Owned.Enterprises, Of("university", EnterpriseKind.University), Of("far", EnterpriseKind.Company),
                Of("person", EnterpriseKind.Person), Of("daughter", EnterpriseKind.Company),
                Of("little", EnterpriseKind.Company),
            ],
            Holdings =
            [
                .. Owned.Holdings, new(new("university"), own, new(30), new(30)),
                new(new("far"), new("other-1"), new(30), new(30)), new(new("person"), own, new(10), new(10)),
                new(own, new("daughter"), new(51), new(51)), new(own, new("little"), new(20), new(20)),
            ],
        };
        var lines = SizeLine.Of(ownership, SizeAssessment.Of(ownership, Today), Today);
        (string, decimal, string)[] expected =
        [
            ("spree-diagnostics", 100, "(Article 6(1))"), ("daughter", 100, "It is linked"),
            ("other-1", 33, "It is a partner"), ("university", 0, "leaves the enterprise autonomous"),
            ("far", 0, "partner's partner"), ("person", 0, "A person has no accounts"),
            ("little", 0, "Less than a quarter"),
        ];
        Assert.Equal(expected.Select(e => (e.Item1, e.Item2)), lines.Select(l => (l.Enterprise.Value, l.Percent)));
        foreach (var ((_, _, rule), line) in expected.Zip(lines))
            Assert.Contains(rule, line.Rule, StringComparison.Ordinal);
        Assert.Equal(33, lines.Single(l => l.Enterprise.Value == "other-1").Figures.Staff);
        Assert.All(lines, l => Assert.Equal(l.Percent > 0, l.EndsOn is not null));
    }
}
