using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Demonstration;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;
using static Facilities.Tests.Pricing.PriceSamples;
using static Facilities.Tests.Undertakings.AidScenarios;

namespace Facilities.Tests.Awards;

/// <summary>Linked companies have no more vouchers together than one may, by whatever way they are awarded.</summary>
public sealed class GroupDoorTests
{
    private const string Spree = "spree-diagnostics", Havel = "havel-biologics", Langhe = "langhe-biotech",
        Seine = "seine-therapeutics";

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task V15_officers_who_award_to_linked_companies_at_once_cannot_pass_the_limit_together(
        StorageProvider provider)
    {
        var storage = await CatalogueDatabase.On(provider);
        await using var pair = await TwoHosts.Start(storage, CatalogueDatabase.Opening);
        GrainHost[] hosts = [pair.First, pair.Second];
        var first = pair.First;
        Assert.True((await first.Grains.GetGrain<IProgrammeGrain>("few").Publish(new PublishProgramme(
            new("publish-few"), Actor.System,
            BerlinAbroad with { Id = new("few"), Budget = Eur(50_000), Rules = new() { PerGroup = 2 } }))).Accepted);
        await Unite(first.Grains, Spree, Havel);

        var refused = (await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => Award(
            hosts[i % 2].Grains, "few", i % 4 < 2 ? Spree : Havel, 1_000))))).ToArray();
        Assert.Equal(2, refused.Count(code => code is null));
        Assert.All(refused.Where(code => code is not null), code =>
            Assert.Equal(ProgrammeRefusal.LimitPerGroup, code));
        // One that stands for itself has its own two, and they count for another once the two are one.
        foreach (var _ in Enumerable.Range(0, 2)) Assert.Null(await Award(hosts[1].Grains, "few", Seine, 1_000));
        Assert.Null(await Award(hosts[1].Grains, "few", Langhe, 1_000));
        await Unite(first.Grains, Langhe, Seine);
        foreach (var account in new[] { Spree, Havel, Seine, Langhe })
            Assert.Equal(ProgrammeRefusal.LimitPerGroup, await Award(hosts[1].Grains, "few", account, 1_000));
        await Sound(storage);
    }

    [Fact]
    public async Task V15_linked_companies_in_one_file_or_one_bulk_award_get_what_one_of_them_may()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (funder, spree, havel) = (
            await host.As("funder.berlin"), await host.As("sme.berlin"), await host.As("sme.potsdam"));
        await Unite(host.Service<IGrainFactory>(), Spree, Havel);
        var yearly = await Programme(funder, "By file");
        const string file = $"account,amount,currency\n{Spree},1000,EUR\n{Havel},1000,EUR\n";
        var faults = (await Send(funder, yearly, file, "/preview")).Expect(200)["faults"]!.AsArray();
        Assert.Equal([(3, "account")], faults.Select(f => (f!["line"]!.GetValue<int>(), f.Text("column"))));
        Assert.Equal(
            "/lines/3/account", (await Send(funder, yearly, file)).Expect(422)["errors"]![0]!.Text("pointer"));
        Assert.Single((await spree.Get($"/accounts/{Spree}/vouchers")).Expect(200)["items"]!.AsArray());

        var ranked = await Programme(funder, "By rank");
        var call = (await funder.Post($"/programmes/{ranked}/calls", new
        {
            name = "Winter call",
            opens = "2026-12-01T09:00",
            closes = "2026-12-10T18:00",
            kind = "ranked",
            criteria = new[] { new { id = "merit", name = "Merit", weight = 60, most = 10 } },
            assessors = new[] { "funder.berlin@example.org" },
        })).Expect(201).Text("callId");
        foreach (var (client, account, points) in new[] { (spree, Spree, 7), (havel, Havel, 9) })
        {
            var id = (await client.Post($"/programmes/{ranked}/applications", new
            {
                accountId = account,
                amount = new { amount = 1000, currency = "EUR" },
                purpose = "Imaging",
                declarations = new[]
                {
                    "trueAndComplete", "noDoubleFunding", "noDifficulty", "notStarted", "aidDeclared",
                },
            })).Expect(201).Text("applicationId");
            var one = $"/programmes/{ranked}/applications/{id}";
            (await funder.Post($"{one}/interest", new { hasConflict = false })).Expect(200);
            (await funder.Post($"{one}/scores", new { points = new[] { new { criterion = "merit", points } } }))
                .Expect(200);
        }
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 10, 17, 0));
        var plan = (await funder.Get($"/programmes/{ranked}/calls/{call}/ranking")).Expect(200).Text("plan");
        var outcome = (await funder.Post($"/programmes/{ranked}/calls/{call}/awards", new { plan })).Expect(200);
        Assert.Equal(1_000, outcome.Amount("total"));
        var items = outcome["items"]!.AsArray();
        Assert.Null((string?)items[0]!["whyNot"]);
        Assert.Contains("may have no further voucher", items[1]!.Text("whyNot"), StringComparison.Ordinal);
        await Sound(host.Storage);
    }

    [Fact]
    public async Task A_company_that_has_not_declared_other_aid_is_awarded_nothing_until_it_has()
    {
        await using var host = await GrainHost.Start(await CatalogueDatabase.Sqlite(), CatalogueDatabase.Opening);
        Assert.True((await host.Grains.GetGrain<IAccountGrain>("oder-proteins").Register(new RegisterAccount(
            new("register"), Actor.System,
            Pricing.PriceSamples.Spree with { Id = new("oder-proteins"), Name = "Oder Proteins" }))).Accepted);
        var programme = host.Grains.GetGrain<IProgrammeGrain>("berlin-abroad");
        AwardVoucher award = new(new("direct"), Officer("berlin-abroad"), new("oder-proteins"), Eur(1_000), "");
        var refused = (await programme.Award(award)).Refusal!;
        Assert.Equal(ProgrammeRefusal.DeclarationMissing, refused.Code);
        Assert.StartsWith("Oder Proteins has not declared", refused.Reason, StringComparison.Ordinal);
        Assert.True((await Declare(
            host.Grains, "oder-proteins", CatalogueDatabase.Opening.InUtc().Date)).Accepted);
        Assert.True((await programme.Award(award)).Accepted);
        // A repeat after something else changed is the same command.
        Assert.True((await programme.Award(award)).Accepted);
    }

    private static async Task<string> Programme(ApiClient funder, string name)
    {
        var body = JsonNode.Parse($$$"""
            {"name": "{{{name}}}", "funder": "Berlin Investment Agency", "country": "DE", "timeZone": "Europe/Berlin",
             "budget": {"amount": 20000, "currency": "EUR"}, "legalBasis": "EU 2023/2831", "rate": 75,
             "capPerVoucher": {"amount": 5000, "currency": "EUR"}, "providerScope": {"any": true},
             "validityMonths": 12, "claimDays": 90, "rules": {"perGroupAndYear": 1}}
            """)!;
        var id = (await funder.Post("/programmes", body.ToJsonString())).Expect(201).Text("id");
        (await funder.Post($"/programmes/{id}/publication")).Expect(200);
        return id;
    }

    private static Task<ApiAnswer> Send(ApiClient client, string programme, string text, string step = "")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return client.Send(HttpMethod.Post, $"/programmes/{programme}/awards/import{step}", content);
    }

    private static async Task Unite(IGrainFactory grains, string account, string with)
    {
        var other = (await grains.GetGrain<IAccountGrain>(with).View())!.Profile.UndertakingId;
        Assert.True((await grains.GetGrain<IAccountGrain>(account).Unite(new UniteUndertakings(
            new($"unite-{account}"), DemonstrationPeople.ActorOf("marketplace"), new(with), other, "A merger")))
            .Accepted);
    }

    private static async Task Sound(StorageOptions storage)
    {
        using var output = new StringWriter();
        var faults = await new Verifier(storage.Open(), SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.True(faults.Count == 0, output.ToString());
    }
}
