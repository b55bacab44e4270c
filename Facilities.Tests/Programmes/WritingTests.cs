using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Programmes;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Programmes;

/// <summary>A programme from its draft to its end, and the budget of each year.</summary>
public sealed class WritingTests
{
    private static readonly ProgrammeTerms Draft = BerlinAbroad with
    {
        Budget = Eur(20_000),
        LegalBasis = "none",
        Years = [new(2026, Eur(8_000)), new(2027, Eur(12_000))],
    };

    private static readonly Instant NextYear = Instant.FromUtc(2027, 3, 1, 12, 0);

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Nobody() =>
        new(ProgrammeState.Nobody, Now, ProgrammeState.Evolve);

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Published(ProgrammeTerms? terms = null) =>
        Nobody().Given(new ProgrammeDrafted(terms ?? Draft, "O"), new ProgrammePublished(terms ?? Draft));

    private static AwardVoucher Award(string id, decimal amount) =>
        new(new(id), People.Officer, new("spree-diagnostics"), Eur(amount), "");

    private static readonly Beneficiary DeclaredSpree =
        Beneficiary.Unknown(Spree.Id) with { OtherAid = Accounts.DeclarationSamples.OtherAid };

    private static ChangeProgramme Change(ProgrammeTerms terms) => new(new("c"), People.Officer, terms);

    [Fact]
    public void A_funder_writes_changes_publishes_and_closes_a_programme()
    {
        var drafted = Nobody().When(new DraftProgramme(new("d"), People.Officer, Draft), ProgrammeDecisions.Decide)
            .Then(typeof(ProgrammeDrafted));
        drafted.When(Award("a", 1), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.ProgrammeUnknown);
        var published = drafted
            .When(Change(Draft with { Rate = new(50) }), ProgrammeDecisions.Decide).Then(typeof(ProgrammeDrafted))
            .When(new PublishDraft(new("p"), People.Officer), ProgrammeDecisions.Decide)
            .Then(typeof(ProgrammePublished));
        Assert.Equal(50, published.State.Terms!.Rate.Value);
        published.When(new PublishDraft(new("p2"), People.Officer), ProgrammeDecisions.Decide).ThenNothing();
        var closed = published.When(new CloseProgramme(new("x"), People.Officer, "Spent."), ProgrammeDecisions.Decide)
            .Then(typeof(ProgrammeClosed));
        closed.When(Award("a", 1), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.ProgrammeClosed);
        closed.When(Change(Draft), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.ProgrammeClosed);
        closed.When(new CloseProgramme(new("y"), People.Officer, ""), ProgrammeDecisions.Decide).ThenNothing();
    }

    [Fact]
    public void Only_funders_write_and_only_its_officers_change_it()
    {
        Nobody().When(new DraftProgramme(new("d"), People.Spree, Draft), ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.NotAllowed);
        var other = People.Of("p-x", OrganisationKind.Funder, "another", Role.Officer);
        Published().When(Change(Draft) with { By = other }, ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.NotAllowed);
        Published().When(new CloseProgramme(new("x"), other, ""), ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.NotAllowed);
        Published().When(new DraftProgramme(new("d"), People.Officer, Draft), ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.ProgrammeExists);
        Published().When(Change(Draft with { Name = "New" }) with { Seen = 1 }, ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.Stale);
    }

    [Fact]
    public void An_award_takes_the_year_in_which_it_is_granted_in_the_zone_of_the_programme()
    {
        var first = Published().When(Award("a-1", 5_000), ProgrammeDecisions.Decide).Then(typeof(VoucherAwarded));
        Assert.Equal(Eur(3_000), first.State.FreeIn(2026));
        Assert.Equal(Eur(12_000), first.State.FreeIn(2027));
        first.When(Award("a-2", 3_000.01m), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.YearBudgetExceeded);
        first.When(Award("a-2", 3_000), ProgrammeDecisions.Decide).Then(typeof(VoucherAwarded));
        // 23:30 in Greenwich on the last day of the year is half past midnight of the next in Berlin.
        var midnight = first.At(Instant.FromUtc(2026, 12, 31, 23, 30));
        var later = midnight.When(Award("a-2", 5_000), ProgrammeDecisions.Decide).Then(typeof(VoucherAwarded));
        Assert.Equal(2027, later.State.Awards["v-a-2"].Year);
        Assert.Equal((Eur(3_000), Eur(7_000)), (later.State.FreeIn(2026), later.State.FreeIn(2027)));
        // Of a year that was not named nothing is granted.
        first.At(Instant.FromUtc(2028, 1, 2, 12, 0)).When(Award("a-3", 1), ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.YearBudgetExceeded);
    }

    [Fact]
    public void An_award_that_waits_for_a_register_keeps_the_year_of_its_decision_and_returns_to_it()
    {
        var terms = Draft with { LegalBasis = "EU 2023/2831" };
        var prepared = Published(terms)
            .When(Award("a-1", 5_000) with { Beneficiary = DeclaredSpree }, ProgrammeDecisions.Decide)
            .Then(typeof(AwardPrepared));
        Assert.Equal((Eur(15_000), Eur(3_000)), (prepared.State.Free, prepared.State.FreeIn(2026)));
        var granted = prepared.At(NextYear)
            .When(new RecordGrant(new("g"), Actor.System, new("v-a-1")), ProgrammeDecisions.Decide)
            .Then(typeof(VoucherAwarded));
        Assert.Equal((2026, Eur(12_000)), (granted.State.Awards["v-a-1"].Year, granted.State.FreeIn(2027)));
        var withdrawn = prepared.When(
            new WithdrawAward(new("w"), Actor.System, new("v-a-1"), "Unknown.", ProgrammeRefusal.AccountUnknown),
            ProgrammeDecisions.Decide).Then(typeof(AwardWithdrawn));
        Assert.Equal((Eur(20_000), Eur(8_000)), (withdrawn.State.Free, withdrawn.State.FreeIn(2026)));
        withdrawn.When(Award("a-1", 5_000), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.AccountUnknown);
    }

    [Fact]
    public void A_programme_without_years_has_one_budget_over_all()
    {
        var old = Nobody().Given(new ProgrammePublished(Draft with { Years = null }));
        var state = old.At(NextYear).When(Award("a", 5_000), ProgrammeDecisions.Decide).Then(typeof(VoucherAwarded))
            .State;
        Assert.Equal((Eur(15_000), Eur(15_000)), (state.FreeIn(2027), state.FreeIn(1999)));
        Assert.Empty(state.Years);
    }

    [Fact]
    public void D16_nothing_is_awarded_after_the_legal_basis_or_the_dates_of_the_scheme_have_ended()
    {
        var gber = Published(Draft with { LegalBasis = "EU 651/2014" }).At(Instant.FromUtc(2027, 1, 2, 12, 0));
        gber.When(Award("a", 5_000), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.LegalBasisNotInForce);
        var narrow = Published(Draft with { BasisValidity = new(new(2026, 1, 1), new(2027, 2, 28)) });
        narrow.When(Award("a", 5_000), ProgrammeDecisions.Decide).Then(typeof(VoucherAwarded));
        narrow.At(NextYear).When(Award("a", 5_000), ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.LegalBasisNotInForce);
        Nobody().Given(new ProgrammeDrafted(Draft with { LegalBasis = "EU 651/2014" }, "O")).At(NextYear)
            .When(new PublishDraft(new("p"), People.Officer), ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.LegalBasisNotInForce);
    }

    [Fact]
    public void An_award_keeps_the_terms_that_it_was_made_under()
    {
        var first = Published().When(Award("a-1", 5_000), ProgrammeDecisions.Decide).Then(typeof(VoucherAwarded));
        var changed = first.When(Change(Draft with { Rate = new(90), ValidityMonths = 24 }), ProgrammeDecisions.Decide)
            .Then(typeof(ProgrammeChanged));
        var second = changed.When(Award("a-2", 3_000), ProgrammeDecisions.Decide).Then(typeof(VoucherAwarded)).State;
        Assert.Equal(
            [75m, 90m],
            new[] { "v-a-1", "v-a-2" }.Select(v => second.TermsOf(second.Awards[v].Edition).Rate.Value));
    }

    public static TheoryData<string, string> Backward => new()
    {
        { "budget", "/budget" }, { "year", "/years/0/amount" }, { "rate", "/rate" }, { "cap", "/capPerVoucher" },
        { "sizes", "/sizes" }, { "regions", "/regionsInclude" }, { "months", "/validityMonths" },
        { "claimDays", "/claimDays" }, { "own", "/rules/ownContribution" }, { "basis", "/basisValidity/until" },
        { "scope", "/providerScope/excludeRegions" }, { "payment", "/paymentMode" }, { "zone", "/timeZone" },
        { "nace", "/rules/naceExclude" }, { "limit", "/rules/perGroup" },
    };

    [Theory]
    [MemberData(nameof(Backward))]
    public void A_published_programme_changes_only_forward(string what, string pointer)
    {
        var after = what switch
        {
            "budget" => Draft with { Budget = Eur(19_000), Years = [new(2026, Eur(8_000)), new(2027, Eur(11_000))] },
            "year" => Draft with { Years = [new(2026, Eur(7_000)), new(2027, Eur(13_000))] },
            "rate" => Draft with { Rate = new(74.99m) },
            "cap" => Draft with { CapPerVoucher = Eur(4_000) },
            "sizes" => Draft with { Sizes = ["micro"] },
            "regions" => Draft with { RegionsInclude = ["DE3"] },
            "months" => Draft with { ValidityMonths = 11 },
            "claimDays" => Draft with { ClaimDays = 30 },
            "own" => Draft with { Rules = new ProgrammeRules { OwnContribution = Eur(1) } },
            "basis" => Draft with { BasisValidity = new(null, new LocalDate(2029, 1, 1)) },
            "scope" => Draft with { ProviderScope = new(true, [], ["DE3", "DE4", "IT"]) },
            "payment" => Draft with { PaymentMode = PaymentMode.Reimbursement },
            "zone" => Draft with { TimeZone = "Europe/Rome" },
            "nace" => Draft with { Rules = new ProgrammeRules { NaceExclude = ["49"] } },
            _ => Draft with { Rules = new ProgrammeRules { PerGroup = 1 } },
        };
        var refused = Published().When(Change(after), ProgrammeDecisions.Decide);
        refused.Then(ProgrammeRefusal.NotForward);
        Assert.Contains(
            ForwardOnly.Faults(Published().State, after, new LocalDate(2026, 11, 21)), f => f.Pointer == pointer);
    }

    [Fact]
    public void Budget_grows_and_unused_money_of_a_year_that_is_over_moves_on()
    {
        var used = Published().When(Award("a-1", 5_000), ProgrammeDecisions.Decide).Then(typeof(VoucherAwarded));
        var grown = Draft with { Budget = Eur(25_000), Years = [new(2026, Eur(8_000)), new(2027, Eur(17_000))] };
        var changed = used.When(Change(grown), ProgrammeDecisions.Decide);
        Assert.Equal(Eur(5_000), Assert.IsType<ProgrammeChanged>(changed.Decision.Events[0]).Added);
        var moved = Draft with { Years = [new(2026, Eur(5_000)), new(2027, Eur(15_000))] };
        used.When(Change(moved), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.NotForward);
        var next = used.At(NextYear).When(Change(moved), ProgrammeDecisions.Decide).Then(typeof(ProgrammeChanged));
        Assert.Equal(Eur(15_000), next.State.FreeIn(2027));
        used.At(NextYear).When(
            Change(Draft with { Years = [new(2026, Eur(4_999)), new(2027, Eur(15_001))] }), ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.NotForward);
    }

    [Fact]
    public void Every_fault_of_a_programme_is_told_at_once_with_its_place()
    {
        var faults = ProgrammeFaults.Of(Draft with
        {
            Name = " ",
            Country = "Germany",
            TimeZone = "Berlin",
            LegalBasis = "law",
            Rate = new(0),
            CapPerVoucher = Huf(1),
            CapPerOrder = Eur(0),
            Sizes = ["tiny"],
            RegionsInclude = ["DE3", "NO082"],
            ValidityMonths = 0,
            ClaimDays = 9_999,
            Years = [new(2026, Eur(8_000)), new(2026, Eur(1))],
            BasisValidity = new(new(2027, 1, 1), new(2026, 1, 1)),
            Rules = new ProgrammeRules
            {
                Brackets = [new(Eur(10), Eur(5), new(50))],
                CostMin = Huf(1),
                NaceExclude = ["farming"],
                PerGroup = 0,
            },
        }).Select(f => f.Pointer).ToImmutableHashSet();
        foreach (var pointer in new[]
        {
            "/name", "/country", "/timeZone", "/legalBasis", "/rate", "/capPerVoucher", "/capPerOrder", "/sizes/0",
            "/regionsInclude/1", "/validityMonths", "/claimDays", "/years", "/years/0/year", "/basisValidity/until",
            "/rules/brackets/0", "/rules/costMin", "/rules/naceExclude/0", "/rules/perGroup",
        }) Assert.Contains(pointer, faults);
        Assert.Empty(ProgrammeFaults.Of(Draft));
    }
}
