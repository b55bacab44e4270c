using Facilities.Grains.Kernel;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Scenarios;

/// <summary>
/// Worked cases of state aid (section 3 of the domain's facts) that speak of awards: over HTTP, by a funder's file.
/// </summary>
public sealed class AidCaseDoorTests
{
    private const string Funder = "funder.berlin";
    private const string Header = "account,amount,currency\n";

    private static readonly LocalDate Day = new(2026, 3, 2);

    [Fact]
    public async Task D10_a_farm_gets_no_de_minimis_aid_and_a_laboratory_does()
    {
        using var host = await ScenarioHost.On(Day);
        await host.Newcomer("sme.farm", "barnim-farm", "DE", "DE300", "01.11");
        await host.DeclareAid("sme.farm", "barnim-farm");
        var programme = await host.Programme(Funder);
        var refused = (await host.Import(Funder, programme, $"{Header}barnim-farm,1000,EUR\n")).Expect(422);
        var fault = refused["errors"]!.AsArray().Single()!;
        Assert.Equal("/lines/2/account", fault.Text("pointer"));
        Assert.Contains("NACE 01.11 is primary production", fault.Text("message"), StringComparison.Ordinal);
        Assert.Contains(
            "a separated other activity an officer decides", fault.Text("message"), StringComparison.Ordinal);
        var rule = (await (await host.Api.As("sme.farm")).Post(
            "/accounts/barnim-farm/eligibility", new { programmeId = programme })).Expect(200)["rules"]!.AsArray()
            .Single(r => r!.Text("rule") == "sector")!;
        Assert.False(rule["passed"]!.GetValue<bool>());
        await host.Award(Funder, programme, "sme.berlin", ScenarioHost.Berlin, "1000");
    }

    [Fact]
    public async Task D11_of_eight_thousand_pounds_five_can_be_granted_beside_310_000()
    {
        using var host = await ScenarioHost.On(Day);
        await host.Newcomer("sme.london", "thames-bio", "GB", "TLI31");
        await host.DeclareAid(
            "sme.london", "thames-bio", (310_000, "GBP", "minimalFinancialAssistance", "2025-05-01", "GB"));
        var programme = await host.Programme(Funder, """
            {"country": "GB", "timeZone": "Europe/London", "legalBasis": "Subsidy Control Act 2022",
             "budget": {"amount": 100000, "currency": "GBP"}, "capPerVoucher": {"amount": 8000, "currency": "GBP"},
             "regionsInclude": ["TLI"]}
            """);
        var refused = (await host.Import(Funder, programme, $"{Header}thames-bio,8000,GBP\n")).Expect(422);
        Assert.Contains(
            "of 8,000.00 GBP a part of 5,000.00 GBP can be granted now",
            refused["errors"]!.AsArray().Single()!.Text("message"), StringComparison.Ordinal);
        (await host.Import(Funder, programme, $"{Header}thames-bio,5000.01,GBP\n")).Expect(422);
        await host.Award(Funder, programme, "sme.london", "thames-bio", "5000", "GBP");
        Assert.Equal(315_000m, await host.AidOf("sme.london", "thames-bio", "GB"));
    }

    [Fact]
    public async Task D13_two_million_forints_count_as_5_062_01_euros_for_ever()
    {
        using var host = await ScenarioHost.On(Day);
        var programme = await host.Programme(Funder, """
            {"country": "HU", "timeZone": "Europe/Budapest", "regionsInclude": ["HU"],
             "budget": {"amount": 10000000, "currency": "HUF"}, "capPerVoucher": {"amount": 5000000, "currency": "HUF"}}
            """);
        const string header = "account,amount,currency,perEuro\n";
        string Fault(ApiAnswer answer) => answer.Expect(422)["errors"]!.AsArray().Single()! is var fault
            ? $"{fault.Text("pointer")}: {fault.Text("message")}" : "";
        Assert.StartsWith(
            "/lines/2/perEuro: Give the ECB's rate of today",
            Fault(await host.Import(Funder, programme, $"{Header}tisza-devices,2000000,HUF\n")),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "/lines/2/perEuro: A rate is above zero",
            Fault(await host.Import(Funder, programme, $"{header}tisza-devices,2000000,HUF,0\n")),
            StringComparison.Ordinal);
        var preview = (await host.Import(
            Funder, programme, $"{header}tisza-devices,2000000,HUF,395.10\n", "/preview")).Expect(200);
        Assert.Equal(
            (5_062.01m, 395.10m), (preview["rate"]!.Amount("euros"), preview["rate"]!["perEuro"]!.GetValue<decimal>()));
        (await host.Import(Funder, programme, $"{header}tisza-devices,2000000,HUF,395.10\n")).Expect(200);
        Assert.Equal(5_062.01m, (await host.Aid(Funder, programme)).Amount("counts"));

        // What the bank publishes later changes no award that was made, and is the rate of all that follow.
        await host.Rate("2026-03-02", "HUF", "400");
        Assert.Equal(5_062.01m, await host.AidOf("sme.debrecen", "tisza-devices", "HU"));
        Assert.Equal(
            "/lines/2/perEuro: The ECB's rate of 2 March 2026 is 400 HUF for one euro. Leave the cell empty.",
            Fault(await host.Import(Funder, programme, $"{header}tisza-devices,1000000,HUF,395.10\n")));
        var published = (await host.Import(
            Funder, programme, $"{Header}tisza-devices,1000000,HUF\n", "/preview")).Expect(200)["rate"]!;
        Assert.Equal((2_500m, "2026-03-02"), (published.Amount("euros"), published.Text("day")));
        (await host.Import(Funder, programme, $"{Header}tisza-devices,1000000,HUF\n")).Expect(200);
        Assert.Equal(7_562.01m, await host.AidOf("sme.debrecen", "tisza-devices", "HU"));
    }

    [Fact]
    public async Task D15_and_D16_support_beyond_its_ceiling_and_after_its_act_is_refused()
    {
        using var host = await ScenarioHost.On(Day);
        await host.DeclareAid(
            "sme.berlin", ScenarioHost.Berlin, (215_000, "EUR", "innovationAid", "2025-02-01", "DE"));
        var programme = await host.Programme(Funder, """
            {"legalBasis": "EU 651/2014", "rate": 100, "capPerVoucher": {"amount": 6000, "currency": "EUR"},
             "rules": null}
            """);
        var refused = (await host.Import(Funder, programme, $"{Header}{ScenarioHost.Berlin},6000,EUR\n")).Expect(422);
        Assert.Contains(
            "at most 220,000.00 EUR (Regulation (EU) 651/2014, Article 28(4))",
            refused["errors"]!.AsArray().Single()!.Text("message"), StringComparison.Ordinal);
        await host.Award(Funder, programme, "sme.berlin", ScenarioHost.Berlin, "5000");
        // D16: the act ends with the year.
        await host.Api.AdvanceTo(Instant.FromUtc(2027, 1, 2, 9, 0));
        var late = (await host.Import(Funder, programme, $"{Header}havel-biologics,1000,EUR\n")).Expect(422);
        Assert.Contains(
            late["errors"]!.AsArray(), e => e!.Text("message").Contains(
                "EU 651/2014 applied until 31 December 2026. The programme needs a basis that is in force.",
                StringComparison.Ordinal));
    }

    [Fact]
    public async Task D15_an_award_above_the_ceiling_falls_back_to_half_where_the_programme_says_so()
    {
        using var host = await ScenarioHost.On(Day);
        await host.DeclareAid(
            "sme.berlin", ScenarioHost.Berlin, (215_000, "EUR", "innovationAid", "2025-02-01", "DE"));
        var programme = await host.Programme(Funder, """
            {"legalBasis": "EU 651/2014", "rate": 100, "capPerVoucher": {"amount": 6000, "currency": "EUR"},
             "rules": {"aboveSupportCeiling": "fallBackTo50"}}
            """);
        var rule = (await (await host.Api.As("sme.berlin")).Post(
            $"/accounts/{ScenarioHost.Berlin}/eligibility", new { programmeId = programme })).Expect(200)["rules"]!
            .AsArray().Single(r => r!.Text("rule") == "aidCeiling")!;
        Assert.True(rule["passed"]!.GetValue<bool>());
        Assert.Contains(
            "All of it falls to 50 % of the cost: 3,000.00 EUR instead of 6,000.00 EUR, for the same work.",
            rule.Text("reason"), StringComparison.Ordinal);
        Assert.StartsWith("Ask for at most 5,000.00 EUR, or apply from", rule.Text("remedy"), StringComparison.Ordinal);

        // Before and after it is done, by a file: two awards of one company, of which the first fits.
        var file = $"{Header}{ScenarioHost.Berlin},4000,EUR\n{ScenarioHost.Berlin},6000,EUR\n";
        var preview = (await host.Import(Funder, programme, file, "/preview")).Expect(200);
        Assert.Equal(7_000m, preview.Amount("total"));
        var line = preview["lesser"]!.AsArray().Single()!;
        Assert.Equal((3, 3_000m), (line["line"]!.GetValue<int>(), line.Amount("amount")));
        var award = new { accountId = ScenarioHost.Berlin, amount = new { amount = 6_000, currency = "EUR" } };
        var funder = await host.Api.As(Funder);
        var look = (await funder.Post($"/programmes/{programme}/awards/preview", award)).Expect(200);
        Assert.Equal((3_000m, 218_000m), (look["instead"]!.Amount("amount"), look["aid"]!.Amount("after")));
        Assert.Empty(look["faults"]!.AsArray());
        (await funder.Post($"/programmes/{programme}/awards", award)).Expect(201);
        var voucher = (await host.Vouchers("sme.berlin", ScenarioHost.Berlin))
            .Single(v => v!.Text("programmeId") == programme)!;
        Assert.Equal((3_000m, 50m), (voucher.Amount("faceValue"), voucher["rate"]!.GetValue<decimal>()));
        await KeepsItsHighestShare(host, programme);
        // Beside the 5,000 of de minimis aid that the demonstration awarded.
        Assert.Equal(223_000m, await host.AidOf("sme.berlin", ScenarioHost.Berlin, "DE"));
        Assert.Equal(
            (97_000m, 3_000m),
            (await host.Ledger(Funder, programme, "free"), await host.Ledger(Funder, programme, "awarded")));

        // An application is decided likewise, and its letter says why.
        var applications = $"/programmes/{programme}/applications";
        var applied = (await (await host.Api.As("sme.berlin")).Post(applications, new
        {
            accountId = ScenarioHost.Berlin,
            amount = new { amount = 6_000, currency = "EUR" },
            purpose = "Three runs.",
            declarations = new[] { "trueAndComplete", "noDoubleFunding", "noDifficulty", "notStarted" },
        })).Expect(201).Text("applicationId");
        var decided = (await funder.Post($"{applications}/{applied}/decision", new { decision = "award" }))
            .Expect(200);
        Assert.Equal(3_000m, decided["decision"]!.Amount("amount"));
        var letter = (await funder.Get($"{applications}/{applied}/letter", "text/html")).Text;
        Assert.Contains("It pays 50 % of what remains", letter, StringComparison.Ordinal);
        Assert.Contains(
            "6,000.00 EUR at 100 % would have passed 220,000.00 EUR", letter, StringComparison.Ordinal);
        Assert.Equal(226_000m, await host.AidOf("sme.berlin", ScenarioHost.Berlin, "DE"));
    }

    private static async Task KeepsItsHighestShare(ScenarioHost host, string programme)
    {
        var door = $"/programmes/{programme}/aid-register";
        var funder = await host.Api.As(Funder);
        Assert.Equal(
            50m, (await funder.Get(door)).Expect(200)["items"]![0]!["highestShare"]!.GetValue<decimal>());
        var file = (await funder.Get($"{door}/export", "text/csv")).Text.Split("\r\n").Select(l => l.Split(','));
        Assert.Equal(["highestShare", "50"], file.Take(2).Select(cells => cells[^4]));
        var mine = $"/accounts/{ScenarioHost.Berlin}/aid";
        foreach (var (login, address) in new[] { (Funder, door), ("sme.berlin", mine) })
            Assert.Contains("at most 50 % of the cost", Pages.DemonstrationPages.TextOf(
                await (await Bookings.ApprovalTests.Browser(host.Api, login)).GetStringAsync(address))
                .Replace('\u00a0', ' '), StringComparison.Ordinal);
    }

    [Fact]
    public async Task D15_of_two_awards_at_once_one_pays_all_of_the_cost_and_the_other_half()
    {
        using var host = await ScenarioHost.On(Day);
        await host.DeclareAid(
            "sme.berlin", ScenarioHost.Berlin, (215_000, "EUR", "innovationAid", "2025-02-01", "DE"));
        var programmes = new List<string>();
        foreach (var number in new[] { 1, 2 })
            programmes.Add(await host.Programme(Funder, $$"""
                {"name": "Support {{number}}", "legalBasis": "EU 651/2014", "rate": 100,
                 "rules": {"aboveSupportCeiling": "fallBackTo50"} }
                """));
        var funder = await host.Api.As(Funder);
        var award = new { accountId = ScenarioHost.Berlin, amount = new { amount = 4_000, currency = "EUR" } };
        await Task.WhenAll(programmes.Select(id => funder.Post($"/programmes/{id}/awards", award)));
        var vouchers = (await host.Vouchers("sme.berlin", ScenarioHost.Berlin))
            .Where(v => programmes.Contains(v!.Text("programmeId"))).ToArray();
        Assert.Equal(
            [(2_000m, 50m), (4_000m, 100m)],
            vouchers.Select(v => (v!.Amount("faceValue"), v!["rate"]!.GetValue<decimal>())).Order());
        // The log says the same of both sides.
        using var output = new StringWriter();
        var faults = await new Verifier(
            host.Api.Storage.Open(), SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.True(faults.Count == 0, output.ToString());
    }

    [Fact]
    public async Task A_profile_in_forints_is_judged_in_euros_by_the_closing_rate_of_its_year()
    {
        using var host = await ScenarioHost.On(Day);
        await host.Newcomer(
            "sme.balaton", "balaton-bio", "HU", "HU211", turnover: Money.Of(900_000_000, Currency.Huf));
        var programme = await host.Programme(Funder, """{"legalBasis": "none", "regionsInclude": []}""");
        async Task<(bool Passed, string Reason)> Size() =>
            (await (await host.Api.As("sme.balaton")).Post(
                "/accounts/balaton-bio/eligibility", new { programmeId = programme })).Expect(200)["rules"]!.AsArray()
                .Single(r => r!.Text("rule") == "size")! is var rule
                    ? (rule["passed"]!.GetValue<bool>(), rule.Text("reason")) : default;
        var blind = await Size();
        Assert.Equal((false, true), (blind.Passed, blind.Reason.Contains(
            "They are in HUF and no rate of it is known here", StringComparison.Ordinal)));
        await host.Rate("2026-03-02", "HUF", "395.10");
        Assert.Contains("the ECB's rate of 2 March 2026", (await Size()).Reason, StringComparison.Ordinal);
        await host.Rate("2025-12-31", "HUF", "400");
        var seen = await Size();
        Assert.True(seen.Passed);
        Assert.StartsWith("balaton-bio Ltd is small", seen.Reason, StringComparison.Ordinal);
        Assert.Contains(
            "400 HUF for one euro, the ECB's rate of 31 December 2025", seen.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task V19_of_two_bookings_of_three_thousand_at_once_one_has_the_voucher()
    {
        using var host = await ScenarioHost.On(Day);
        await host.Service(
            "biopmed-imaging", ScenarioHost.Reference, $$"""
            {"prices": {{ScenarioHost.Prices(4000)}}, "operatorPerHour": null,
             "setupFee": {"amount": 0, "currency": "EUR"} }
            """);
        var programme = await host.Programme(Funder);
        var voucher = await host.Award(Funder, programme, "sme.berlin", ScenarioHost.Berlin, "5000");
        var sme = await host.Api.As("sme.berlin");
        var quotes = new List<System.Text.Json.Nodes.JsonNode>();
        foreach (var day in new[] { "2026-03-10", "2026-03-11" })
            quotes.Add((await host.Quote(
                "sme.berlin", ScenarioHost.Berlin, Wish.Mri(day), new[] { voucher })).Expect(201));
        var answers = await Task.WhenAll(quotes.Select(quote => sme.Book(quote)));
        Assert.Equal([201, 409], answers.Select(a => a.Status).Order());
        Assert.Equal(2_000m, (await host.Voucher("sme.berlin", voucher)).Amount("available"));
    }
}
