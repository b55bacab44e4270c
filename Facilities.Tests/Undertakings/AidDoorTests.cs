using Facilities.Tests.TestKit;

namespace Facilities.Tests.Undertakings;

/// <summary>The aid register and eligibility at the doors.</summary>
public sealed class AidDoorTests
{
    [Fact]
    public async Task An_SME_reads_what_counts_against_the_ceiling_and_what_is_left()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        var aid = (await sme.Get("/accounts/spree-diagnostics/aid")).Expect(200);
        var entries = aid["entries"]!.AsArray();
        // What demonstration.json says it had from Land Berlin, and the voucher of 5,000.
        Assert.Equal([42_000m, 5_000m], entries.Select(e => e!.Amount("counts")).OrderDescending());
        var standing = aid["standings"]!.AsArray().Single()!;
        Assert.Equal(
            (47_000m, 300_000m, 253_000m),
            (standing.Amount("sum"), standing.Amount("ceiling"), standing.Amount("left")));
        var voucher = entries.Single(e => e!.Text("source") == "voucher")!;
        Assert.Equal("berlin-abroad", voucher.Text("programmeId"));
        Assert.NotNull(voucher["registerBy"]);
    }

    [Fact]
    public async Task Eligibility_tells_every_rule_with_reason_and_remedy()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        var own = (await sme.Post(
            "/accounts/spree-diagnostics/eligibility", new { programmeId = "berlin-abroad" })).Expect(200);
        Assert.True(own["eligible"]!.GetValue<bool>(), own.ToJsonString());
        Assert.Contains(own["rules"]!.AsArray(), rule => rule!.Text("rule") == "aidCeiling");
        var foreign = (await sme.Post(
            "/accounts/spree-diagnostics/eligibility", new { programmeId = "piemonte-innovation" })).Expect(200);
        var failed = foreign["rules"]!.AsArray().Single(rule => !rule!["passed"]!.GetValue<bool>())!;
        Assert.Equal("region", failed.Text("rule"));
        Assert.Equal("The establishment is in DE300; the programme is for ITC1.", failed.Text("reason"));
        Assert.False(foreign["eligible"]!.GetValue<bool>());
    }
}
