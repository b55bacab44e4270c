using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.Accounts;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Awards;

/// <summary>What a programme asks of each award itself, so that no two ways to award can pass it together.</summary>
public sealed class GroupLimitTests
{
    private static readonly Instant NextYear = Instant.FromUtc(2027, 3, 1, 12, 0);
    private static readonly Beneficiary First = new("Spree", "group", ["group", "spree-diagnostics"], null);
    private static readonly Beneficiary Second = new("Havel", "group", ["group", "havel-biologics"], null);

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Published(
        int? perYear = 1, int? inAll = null, string basis = "none") =>
        new Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal>(
            ProgrammeState.Nobody, Now, ProgrammeState.Evolve).Given(new ProgrammePublished(BerlinAbroad with
            {
                Budget = Eur(50_000),
                LegalBasis = basis,
                Rules = new() { PerGroupAndYear = perYear, PerGroup = inAll },
            }));

    private static AwardVoucher Award(string id, Beneficiary? sme, string account = "spree-diagnostics") =>
        new(new(id), People.Officer, new(account), Eur(1_000), "") { Beneficiary = sme };

    [Fact]
    public void V15_a_second_voucher_in_the_year_is_refused_where_a_linked_company_has_one()
    {
        var first = Published().When(Award("a", First), ProgrammeDecisions.Decide).Then(typeof(VoucherAwarded));
        Assert.Equal("group", first.State.Awards["v-a"].Undertaking);
        first.When(Award("b", Second, "havel-biologics"), ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.LimitPerGroup);
        // A repeat is answered first, another group has a limit of its own, and so has the next year.
        first.When(Award("a", First), ProgrammeDecisions.Decide).ThenNothing();
        first.When(Award("c", null, "langhe-biotech"), ProgrammeDecisions.Decide).Then(typeof(VoucherAwarded));
        first.At(NextYear).When(Award("b", Second, "havel-biologics"), ProgrammeDecisions.Decide)
            .Then(typeof(VoucherAwarded));
        var ever = Published(null, 1).When(Award("a", First), ProgrammeDecisions.Decide).Then(typeof(VoucherAwarded));
        ever.At(NextYear).When(Award("b", Second, "havel-biologics"), ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.LimitPerGroup);
    }

    [Fact]
    public void V15_what_was_awarded_to_each_counts_for_both_once_they_are_one_undertaking()
    {
        var apart = Published(2).Given(
            // Awarded before undertakings were kept: it counts for the account.
            new VoucherAwarded(new("v-old"), new("spree-diagnostics"), Eur(1_000), new(2027, 11, 21), ""),
            new VoucherAwarded(new("v-new"), new("havel-biologics"), Eur(1_000), new(2027, 11, 21), "")
            {
                Undertaking = "havel-biologics",
            });
        apart.When(Award("a", null), ProgrammeDecisions.Decide).Then(typeof(VoucherAwarded));
        ImmutableSortedSet<string> both = ["havel-biologics", "spree-diagnostics"];
        var united = new Beneficiary("Spree", "havel-biologics", both, null);
        apart.When(Award("a", united), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.LimitPerGroup);
    }

    [Fact]
    public void An_award_that_waits_for_a_register_counts_until_the_register_refuses_it()
    {
        var declared = First with { OtherAid = DeclarationSamples.OtherAid };
        var prepared = Published(basis: "EU 2023/2831").When(Award("a", declared), ProgrammeDecisions.Decide)
            .Then(typeof(AwardPrepared));
        prepared.When(Award("b", declared), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.LimitPerGroup);
        prepared.Given(new AwardWithdrawn(new("v-a"), "The ceiling.")).When(
            Award("b", declared), ProgrammeDecisions.Decide).Then(typeof(AwardPrepared));
        var granted = prepared.Given(new VoucherAwarded(
            new("v-a"), new("spree-diagnostics"), Eur(1_000), new(2027, 11, 21), "")
        { Undertaking = "group" });
        Assert.Equal(1, granted.State.Groups.InAll(First.Group));
        granted.When(Award("b", declared), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.LimitPerGroup);
    }

    [Fact]
    public void A_file_names_every_line_that_its_group_may_not_have()
    {
        ImportAwards file = new(new("i"), People.Officer, "f",
        [
            new(2, new("spree-diagnostics"), Eur(1_000), ""), new(3, new("langhe-biotech"), Eur(1_000), ""),
            new(4, new("havel-biologics"), Eur(1_000), ""), new(5, new("spree-diagnostics"), Eur(1_000), ""),
        ])
        {
            Beneficiaries = ImmutableSortedDictionary<string, Beneficiary>.Empty
                .Add("spree-diagnostics", First).Add("havel-biologics", Second),
        };
        var refused = Published().When(file, ProgrammeDecisions.Decide);
        refused.Then(ProgrammeRefusal.LimitPerGroup);
        Assert.Equal("/lines/4", refused.Decision.Refusal!.Pointer);
        Assert.StartsWith("Line 4: Havel may have no", refused.Decision.Refusal.Reason, StringComparison.Ordinal);
        Assert.Equal(
            ["/lines/4", "/lines/5"],
            ProgrammeDecisions.RefusalsOf(Published().State, file, Now).Select(r => r.Pointer));
        Published(3).When(file, ProgrammeDecisions.Decide).Then(
            typeof(VoucherAwarded), typeof(VoucherAwarded), typeof(VoucherAwarded), typeof(VoucherAwarded));
    }

    [Fact]
    public void De_minimis_aid_is_awarded_to_nobody_who_has_not_declared_what_other_aid_there_was()
    {
        var published = Published(null, basis: "EU 2023/2831");
        var declared = First with { OtherAid = DeclarationSamples.OtherAid };
        var none = published.When(Award("a", First), ProgrammeDecisions.Decide);
        none.Then(ProgrammeRefusal.DeclarationMissing);
        Assert.Contains("Declare all other aid", none.Decision.Refusal!.Reason, StringComparison.Ordinal);
        published.When(Award("a", null), ProgrammeDecisions.Decide).Then(ProgrammeRefusal.DeclarationMissing);
        published.When(Award("a", declared), ProgrammeDecisions.Decide).Then(typeof(AwardPrepared));
        // It holds a year; from 2029 on the central register tells it all.
        published.At(Instant.FromUtc(2027, 11, 22, 12, 0)).When(Award("a", declared), ProgrammeDecisions.Decide)
            .Then(ProgrammeRefusal.DeclarationMissing);
        published.At(Instant.FromUtc(2029, 1, 1, 12, 0)).When(Award("a", First), ProgrammeDecisions.Decide)
            .Then(typeof(AwardPrepared));
        Published(null).When(Award("a", First), ProgrammeDecisions.Decide).Then(typeof(VoucherAwarded));
    }
}
