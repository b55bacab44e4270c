using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Services;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Demonstration;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;
using static Facilities.Tests.Undertakings.AidScenarios;

namespace Facilities.Tests.Undertakings;

/// <summary>Accounts that turn out to be one undertaking.</summary>
public sealed class UnionTests
{
    private static readonly LocalDate Today = CatalogueDatabase.Opening.InUtc().Date;

    [Fact]
    public async Task D5_and_D14_once_both_sides_say_so_what_both_had_counts_together()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var grains = host.Service<IGrainFactory>();
        var (spree, havel) = (await host.As("sme.berlin"), await host.As("sme.potsdam"));
        await Publish(grains, "hamburg");
        Assert.True((await Declare(grains, "spree-diagnostics", Today, Aid(200_000, Today.PlusYears(-1)))).Accepted);
        Assert.True((await Declare(grains, "havel-biologics", Today, Aid(85_000, Today.PlusYears(-1)))).Accepted);

        var vat = (await grains.GetGrain<IAccountGrain>("havel-biologics").View())!.Profile.Vat.VatId!;
        (await spree.Post("/accounts/spree-diagnostics/undertaking/proposals", new { vatId = "DE000000000" }))
            .Expect(422);
        (await spree.Post("/accounts/spree-diagnostics/undertaking/proposals", new { vatId = vat })).Expect(200);
        // Nothing counts together before the other side confirms, and nobody confirms for them.
        Assert.Equal("spree-diagnostics", (await Undertaking(spree, "spree-diagnostics")).Text("undertaking"));
        Assert.Equal("proposalUnknown", (await spree.Post(
            "/accounts/spree-diagnostics/undertaking/union", new { accountId = "havel-biologics" }))
            .Expect(404).Text("refusal"));
        var seen = await Undertaking(havel, "havel-biologics");
        Assert.Equal("Jana Krüger", seen["proposals"]!.AsArray().Single()!.Text("byName"));
        var one = (await havel.Post(
            "/accounts/havel-biologics/undertaking/union", new { accountId = "spree-diagnostics" })).Expect(200);
        Assert.Equal(
            ("havel-biologics", 2, 0),
            (one.Text("undertaking"), one["accounts"]!.AsArray().Count, one["proposals"]!.AsArray().Count));

        // 200,000 and 85,000, and the vouchers of both, 10,000: 5,000 are left for whichever of the two.
        foreach (var (client, account) in new[] { (spree, "spree-diagnostics"), (havel, "havel-biologics") })
            Assert.Equal(5_000m, (await client.Get($"/accounts/{account}/aid"))
                .Expect(200)["standings"]!.AsArray().Single()!.Amount("left"));
        Assert.Equal(
            ProgrammeRefusal.AidCeilingExceeded, await Award(grains, "hamburg", "spree-diagnostics", 5_000.01m));
        Assert.Null(await Award(grains, "hamburg", "havel-biologics", 5_000));
        Assert.Equal(
            ProgrammeRefusal.AidCeilingExceeded, await Award(grains, "hamburg", "spree-diagnostics", 0.01m));
        // What either declares next replaces its own alone.
        Assert.True((await Declare(grains, "spree-diagnostics", Today, Aid(199_000, Today.PlusYears(-1)))).Accepted);
        Assert.Equal(1_000m, (await havel.Get("/accounts/havel-biologics/aid"))
            .Expect(200)["standings"]!.AsArray().Single()!.Amount("left"));
        await Sound(host);
    }

    [Fact]
    public async Task Two_that_confirm_each_other_at_one_instant_end_as_one_and_a_third_follows_by_the_operator()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var grains = host.Service<IGrainFactory>();
        string[] two = ["spree-diagnostics", "langhe-biotech"];
        foreach (var (to, from) in new[] { (two[0], two[1]), (two[1], two[0]) })
            Assert.True((await grains.GetGrain<IAccountGrain>(to).Propose(new ProposeUndertaking(
                new($"p-{to}"), DemonstrationPeople.ActorOf(from), new(from), from))).Accepted);
        var replies = await Task.WhenAll(two.Select((account, i) => grains.GetGrain<IAccountGrain>(account).Unite(
            new UniteUndertakings(
                new($"u-{account}"), DemonstrationPeople.ActorOf(account), new(two[1 - i]), two[1 - i]))));
        Assert.All(replies, reply => Assert.True(reply.Accepted, reply.Refusal?.Reason));
        foreach (var account in two) Assert.Equal("langhe-biotech", await Of(grains, account));

        var marketplace = await host.As("operator");
        const string door = "/accounts/spree-diagnostics/undertaking/union";
        (await marketplace.Post(door, new { accountId = "havel-biologics" })).Expect(422);
        (await marketplace.Post(door, new { accountId = "nobody", evidence = "A merger" })).Expect(404);
        (await marketplace.Post(
            door, new { accountId = "havel-biologics", evidence = "Extract of the register of 2026-11-30" }))
            .Expect(200);
        // What the first by name joins takes all who belong to it along.
        foreach (var account in two) Assert.Equal("havel-biologics", await Of(grains, account));
        await Sound(host);
    }

    private static async Task<string> Of(IGrainFactory grains, string account) =>
        (await grains.GetGrain<IAccountGrain>(account).View())!.Profile.UndertakingId;

    private static async Task<System.Text.Json.Nodes.JsonNode> Undertaking(ApiClient client, string account) =>
        (await client.Get($"/accounts/{account}/undertaking")).Expect(200);

    private static async Task Sound(ApiHost host)
    {
        using var output = new StringWriter();
        var faults = await new Verifier(host.Storage.Open(), SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.True(faults.Count == 0, output.ToString());
    }
}
