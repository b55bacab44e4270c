using System.Text.Json.Nodes;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Applications;

/// <summary>A call from its opening to the letters, at the doors.</summary>
public sealed class ApplicationDoorTests
{
    private static readonly string[] Declarations =
        ["trueAndComplete", "noDoubleFunding", "noDifficulty", "notStarted", "aidDeclared"];

    private static object Application(string account, decimal amount) => new
    {
        accountId = account,
        amount = new { amount, currency = "EUR" },
        purpose = "Imaging of a mouse model",
        declarations = Declarations,
    };

    [Fact]
    public async Task A_ranked_call_runs_from_its_opening_to_the_letters()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (funder, spree, havel) = (
            await host.As("funder.berlin"), await host.As("sme.berlin"), await host.As("sme.potsdam"));
        const string programme = "/programmes/berlin-abroad";
        var call = (await funder.Post($"{programme}/calls", new
        {
            name = "Winter call",
            opens = "2026-12-01T09:00",
            closes = "2026-12-10T18:00",
            kind = "ranked",
            share = new { amount = 6000, currency = "EUR" },
            criteria = new[] { new { id = "merit", name = "Merit", weight = 60, most = 10 } },
            assessors = new[] { "funder.berlin@example.org" },
        })).Expect(201).Text("callId");
        Assert.Equal("/assessors/0", (await funder.Post($"{programme}/calls", new
        {
            name = "x",
            opens = "2027-12-01T09:00",
            closes = "2027-12-10T18:00",
            assessors = new[] { "sme.berlin@example.org" },
        })).Expect(422)["errors"]![0]!.Text("pointer"));

        var one = (await spree.Post($"{programme}/applications", Application("spree-diagnostics", 5_000)))
            .Expect(201).Text("applicationId");
        var two = (await havel.Post($"{programme}/applications", Application("havel-biologics", 2_000)))
            .Expect(201).Text("applicationId");
        var seine = await (await host.As("sme.paris")).Post(
            $"{programme}/applications", Application("seine-therapeutics", 1_000));
        Assert.Equal("notEligible", seine.Expect(422).Text("refusal"));
        Assert.Contains(seine.Json["errors"]!.AsArray(), e => e!.Text("pointer") == "/rules/region");

        foreach (var (id, points) in new[] { (one, 7), (two, 9) })
        {
            (await funder.Post($"{programme}/applications/{id}/scores",
                new { points = new[] { new { criterion = "merit", points } } })).Expect(409);
            (await funder.Post($"{programme}/applications/{id}/interest", new { hasConflict = false })).Expect(200);
            (await funder.Post($"{programme}/applications/{id}/scores",
                new { points = new[] { new { criterion = "merit", points } } })).Expect(200);
        }
        Assert.Empty((await spree.Get($"{programme}/applications/{one}")).Expect(200)["assessments"]!.AsArray());
        var early = await funder.Post($"{programme}/applications/{two}/decision", new { decision = "award" });
        Assert.Equal("callStillOpen", early.Expect(409).Text("refusal"));

        await host.AdvanceTo(Instant.FromUtc(2026, 12, 10, 17, 0));
        var ranking = (await funder.Get($"{programme}/calls/{call}/ranking")).Expect(200);
        Assert.Equal([two, one], ranking["items"]!.AsArray().Select(r => r!.Text("applicationId")));
        Assert.Equal(2_000, ranking.Amount("total"));
        (await funder.Post($"{programme}/calls/{call}/awards", new { plan = "another" })).Expect(412);
        // Two officers at once: one awards, the other sees that the plan has changed or that it is decided.
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
            funder.Post($"{programme}/calls/{call}/awards", new { plan = ranking.Text("plan") })));
        Assert.All(both, answer => Assert.Contains(answer.Status, new[] { 200, 412 }));
        Assert.Equal(2_000, both.Where(b => b.Status == 200).Sum(b => b.Json.Amount("total")));

        var letter = await havel.Get($"{programme}/applications/{two}/letter", "text/html");
        foreach (var said in new[] { "2,000.00 EUR", "de minimis aid", "(OJ L, 2023/2831, 15.12.2023)", "valid until" })
            Assert.Contains(said, letter.Text, StringComparison.Ordinal);
        (await spree.Get($"{programme}/applications/{one}/letter")).Expect(409);
        (await funder.Post($"{programme}/applications/{one}/decision",
            new { decision = "reject", note = "The share is spent." })).Expect(200);
        Assert.Contains("The share is spent.", (await spree.Get($"{programme}/applications/{one}/letter")).Text,
            StringComparison.Ordinal);
        var mine = (await spree.Get("/accounts/spree-diagnostics/applications")).Expect(200)["items"]!.AsArray();
        Assert.Equal("rejected", Assert.Single(mine)!.Text("status"));
        Assert.Contains(
            (await havel.Get("/accounts/havel-biologics/vouchers")).Expect(200)["items"]!.AsArray(),
            v => v!.Amount("faceValue") == 2_000);
        using var output = new StringWriter();
        var faults = await new Verifier(host.Storage.Open(), SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.True(faults.Count == 0, output.ToString());
    }

    [Fact]
    public async Task What_is_missing_lapses_by_itself_after_its_day()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (funder, spree) = (await host.As("funder.berlin"), await host.As("sme.berlin"));
        const string applications = "/programmes/berlin-abroad/applications";
        var id = (await spree.Post(applications, Application("spree-diagnostics", 1_000))).Expect(201)
            .Text("applicationId");
        (await funder.Post($"{applications}/{id}/completion-request",
            new { question = "The quote.", until = "2026-12-05" })).Expect(200);
        (await spree.Post($"{applications}/{id}/completion-request",
            new { question = "x", until = "2026-12-05" })).Expect(403);
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 5, 22, 0));
        Assert.Equal("incomplete", (await spree.Get($"{applications}/{id}")).Expect(200).Text("status"));
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 5, 23, 1));
        Assert.Equal("lapsed", (await spree.Get($"{applications}/{id}")).Expect(200).Text("status"));
    }
}
