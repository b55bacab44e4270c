using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Tests.Scenarios;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Awards;

/// <summary>Companies that do more than one thing, and which of it a piece of work is for.</summary>
public sealed class ActivityTests
{
    private const string Funder = "funder.berlin";

    private static readonly AccountProfile Farm = Spree with
    {
        Nace = "01.11",
        Further = [new("72.11", true), new("03.21", false), new("86.90", false)],
    };

    private static RuleCheck Judge(AccountProfile account, string? activity, params string[] excluded) =>
        account.Doing(activity) is { } stated
            ? SectorRule.Of(
                BerlinAbroad with { LegalBasis = "EU 2023/2831", Rules = new() { NaceExclude = [.. excluded] } },
                stated.Nace, stated.Further ?? [])
            : throw new ArgumentException($"{activity} was not declared.");

    [Fact]
    public void The_stated_activity_comes_first_and_says_which_others_are_kept_apart_from_it()
    {
        var stated = Farm.Doing("72.11")!;
        Assert.Equal("72.11", stated.Nace);
        Assert.Equal([new("01.11", true), new("03.21", true), new("86.90", true)], stated.Further!.Value);
        Assert.Equal([new("01.11", false), new("72.11", true), new("03.21", false)], Farm.Doing("86.90")!.Further!);
        Assert.Same(Farm, Farm.Doing(null));
        Assert.Same(Farm, Farm.Doing("01.11"));
        Assert.Null(Farm.Doing("99"));
        Assert.Null(Spree.Doing("01.11"));
    }

    [Fact]
    public void D10_a_separated_activity_is_for_an_officer_and_one_that_is_mixed_is_refused()
    {
        Assert.False(Judge(Farm, null).Passed);
        var apart = Judge(Farm, "72.11");
        Assert.True(apart is { Passed: true, IsForOfficer: true });
        Assert.Equal("Regulation (EU) 2023/2831, Article 1(2)", apart.Clause);
        var mixed = Judge(Farm, "86.90");
        Assert.False(mixed.Passed);
        Assert.Contains("beside it there is 01.11", mixed.Reason, StringComparison.Ordinal);
        Assert.True(Judge(Spree, null) is { Passed: true, IsForOfficer: false });
    }

    [Fact]
    public void What_a_programme_itself_excludes_is_held_against_the_stated_activity_alone()
    {
        var account = Spree with { Further = [new("49.41", false)] };
        Assert.True(Judge(account, null, "49").Passed);
        var refused = Judge(account, "49.41", "49");
        Assert.Equal((false, "State another activity, if the work is for that."), (refused.Passed, refused.Remedy));
    }

    [Fact]
    public void A_voucher_pays_for_the_activities_that_its_programme_funds()
    {
        var voucher = Voucher("v", Eur(5_000), BerlinAbroad with { Rules = new() { NaceExclude = ["49"] } });
        var account = Spree with { Further = [new("49.41", false)] };
        FundingOutcome Plan(string? activity, VoucherChoice choice) => FundingPlan.Make(new(
            account.Doing(activity)!,
            [new(new("i"), new("biopmed"), "ITC11", "imaging", Eur(1_000), new("biopmed-imaging"), Eur(0))], [],
            [voucher], choice, Now, new(2026, 11, 21)));
        Assert.Single(Plan(null, new VoucherChoice.Auto()).Shares);
        var other = Plan("49.41", new VoucherChoice.Auto());
        Assert.Empty(other.Shares);
        Assert.Contains("NACE 49.41 is excluded", other.Notes.Single(), StringComparison.Ordinal);
        Assert.Equal(
            (FundingRefusal.ActivityNotFunded, "/vouchers/0"),
            Plan("49.41", new VoucherChoice.Named([voucher.Id])).Refusals.Select(r => (r.Code, r.Pointer!)).Single());
    }

    [Fact]
    public void Every_fault_of_a_declaration_is_named_and_only_a_signatory_declares()
    {
        Assert.Equal(
            ["/main", "/further/0/nace", "/further/2/nace"],
            Activities.Faults("7", [new("72.1x", false), new("72.11", false), new("72.11", true)])
                .Select(f => f.Pointer));
        var account = AccountState.Evolve(AccountState.Nobody, new AccountRegistered(Spree), Now);
        var command = new DeclareActivities(
            new("d"), People.Of("p", OrganisationKind.Sme, Spree.Id.Value, Role.Booker), "72.11", [new("01.11", true)]);
        Assert.Equal(AccountRefusal.NotAllowed, AccountDecisions.Decide(account, command, Now).Refusal!.Code);
        var signed = command with { By = People.Of("p", OrganisationKind.Sme, Spree.Id.Value, Role.Signatory) };
        var after = AccountDecisions.Decide(account, signed, Now).Events
            .Aggregate(account, (state, e) => AccountState.Evolve(state, e, Now));
        Assert.Equal([new("01.11", true)], after.Profile!.Further!.Value);
        Assert.Empty(AccountDecisions.Decide(after, signed, Now).Events);
    }

    [Fact]
    public async Task D10_a_laboratory_of_a_farm_is_awarded_by_an_officer_and_pays_for_its_own_work()
    {
        using var host = await ScenarioHost.On(new(2026, 3, 2));
        await host.Newcomer("sme.farm", "barnim-farm", "DE", "DE300", "01.11");
        await host.DeclareAid("sme.farm", "barnim-farm");
        var programme = await host.Programme(Funder);
        var (farm, funder) = (await host.Api.As("sme.farm"), await host.Api.As(Funder));
        const string door = "/accounts/barnim-farm/activities";
        async Task<System.Text.Json.Nodes.JsonNode> Sector(string? activity) => (await farm.Post(
            "/accounts/barnim-farm/eligibility", new { programmeId = programme, activity })).Expect(200)["rules"]!
            .AsArray().Single(r => r!.Text("rule") == "sector")!;
        Assert.Equal("/activity", (await farm.Post(
            "/accounts/barnim-farm/eligibility", new { programmeId = programme, activity = "72.11" }))
            .Expect(422)["errors"]![0]!.Text("pointer"));
        foreach (var apart in new[] { false, true })
        {
            var laboratory = new { nace = "72.11", isSeparated = apart };
            (await farm.Put(door, new { main = "01.11", further = new[] { laboratory } })).Expect(200);
            Assert.Equal(apart, (await Sector("72.11"))["passed"]!.GetValue<bool>());
        }
        Assert.True((await Sector("72.11"))["isForOfficer"]!.GetValue<bool>());
        Assert.False((await Sector(null))["passed"]!.GetValue<bool>());

        // Not by a file, where nobody looks at it; by an officer who does.
        const string header = "account,amount,currency,activity\n";
        var file = (await host.Import(Funder, programme, $"{header}barnim-farm,1000,EUR,72.11\n")).Expect(422);
        Assert.EndsWith(
            "an officer judges that. Award it by itself.", file["errors"]![0]!.Text("message"),
            StringComparison.Ordinal);
        var amount = new { amount = 1_000, currency = "EUR" };
        Assert.Equal("/rules/sector", (await funder.Post(
            $"/programmes/{programme}/awards", new { accountId = "barnim-farm", amount })).Expect(422)["errors"]![0]!
            .Text("pointer"));
        (await funder.Post($"/programmes/{programme}/awards",
            new { accountId = "barnim-farm", amount, activity = "72.11" })).Expect(201);
        Assert.Equal("72.11", (await host.Aid(Funder, programme)).Text("nace"));
        var application = (await farm.Post($"/programmes/{programme}/applications", new
        {
            accountId = "barnim-farm",
            amount,
            purpose = "Soil probes.",
            activity = "72.11",
            declarations = new[] { "trueAndComplete", "noDoubleFunding", "noDifficulty", "notStarted", "aidDeclared" },
        })).Expect(201);
        Assert.Equal("72.11", application.Text("activity"));

        // Nothing said: the farm's work, which the voucher does not pay.
        var wish = Wish.Mri("2026-05-12", offset: "+02:00");
        async Task<System.Text.Json.Nodes.JsonNode> Quote(string? activity) => (await farm.Post("/quotes", new
        {
            accountId = "barnim-farm",
            items = new[] { new { platformId = wish.Platform, serviceId = wish.Service, start = wish.Start } },
            activity,
        })).Expect(201);
        var ofFarm = await Quote(null);
        Assert.Empty(ofFarm["funding"]!.AsArray());
        Assert.Contains("NACE 01.11 is primary production", ofFarm["notes"]!.ToJsonString(), StringComparison.Ordinal);
        var ofLaboratory = await Quote("72.11");
        Assert.Equal((1_000m, "72.11"), (ofLaboratory["funding"]![0]!.Amount("amount"), ofLaboratory.Text("activity")));
    }
}
