using System.Text.Json.Nodes;
using Dapper;
using Facilities.Silo.Storage;
using Facilities.Tests.Recovery;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Upgrades;

/// <summary>
/// The database of every release, brought to this version: nothing is wrong in it, what was on its way goes on to its
/// end, and new things can be done.
/// </summary>
public sealed class UpgradeTests
{
    public static TheoryData<string, StorageProvider> Databases
    {
        get
        {
            var all = new TheoryData<string, StorageProvider>();
            foreach (var (version, _) in Fixtures.Releases)
                foreach (var provider in Enum.GetValues<StorageProvider>()) all.Add(version, provider);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task An_older_database_is_migrated_verified_and_goes_on(string version, StorageProvider provider)
    {
        var storage = await Fixtures.Restore(version, provider);
        await using (var dialect = storage.Open()) await HoldsAllThatAnUpgradeMustCarry(dialect);
        using var host = ApiHost.Start(storage, new FakeClock(FixtureMaking.At));
        var sme = await host.As("sme.berlin");
        var inFlight = Assert.Single(
            (await sme.Get($"/bookings?accountId={ApiClient.Account}&limit=200")).Expect(200)["items"]!.AsArray(),
            b => b!["items"]![0]!.Text("start") == FixtureMaking.InFlight.Start)!;
        Assert.Equal("held", inFlight.Status());
        await GoesToItsEnd(host, inFlight.Id());
        Assert.Equal("confirmed", (await (await host.As("sme.berlin"))
            .Confirm(await sme.Hold(Wish.Mri("2027-03-01")))).Status());
        Assert.Contains(": no fault.", await Operator.Succeeds(storage, "verify"), StringComparison.Ordinal);
    }

    private static async Task HoldsAllThatAnUpgradeMustCarry(IDialect database)
    {
        var events = await Texts("select distinct name from events");
        Assert.Subset(events, new HashSet<string>
        {
            "account.vouchersReserved.v1", "account.vouchersRedeemed.v1", "programme.claimPaid.v1",
            "programme.claimRejected.v1", "booking.moved.v1", "booking.expired.v1", "booking.deliveryDisputed.v1",
            "booking.noShowRecorded.v1",
        });
        Assert.Subset(await Texts("select distinct status from bookings"), new HashSet<string>
        {
            "held", "awaitingApproval", "awaitingSignature", "awaitingPayment", "confirmed", "delivered", "accepted",
            "settled", "cancelled", "expired", "rejected", "noShow",
        });
        // What older programs did not post is made up for from the events.
        Assert.Subset(
            await Texts("select distinct credit from postings where owner like 'programme/%'"),
            new HashSet<string> { "reserved", "redeemed", "claimed", "paid", "returned" });
        Assert.Empty(await Texts("select key from settings where key like 'rebuild.%'"));
        Assert.NotEmpty(await Texts("select stream from snapshots"));
        Assert.NotEmpty(await Texts("select stream from due"));
        Assert.NotEmpty(await Texts("select key from requests"));
        Assert.NotEmpty(await Texts("select id from data_protection_keys"));

        async Task<HashSet<string>> Texts(string sql) =>
            [.. await database.Read(connection => connection.QueryAsync<string>(sql))];
    }

    private static async Task GoesToItsEnd(ApiHost host, string id)
    {
        var sme = await host.As("sme.berlin");
        Assert.Equal("confirmed", (await sme.Confirm(await sme.Booking(id))).Status());
        await host.AdvanceTo(Instant.FromUtc(2027, 2, 1, 11, 0));
        var manager = await host.As("manager.biopmed-imaging");
        (await manager.Post($"/bookings/{id}/delivery", new { items = Array.Empty<object>() })).Expect(200);
        (await sme.Post($"/bookings/{id}/acceptance", new { accepted = true, note = "" })).Expect(200);
        var funder = await host.As("funder.berlin");
        JsonNode claim = Assert.Single(
            (await funder.Get("/programmes/berlin-abroad/claims?status=open&limit=200")).Expect(200)["items"]!
            .AsArray(), c => c!.Text("bookingId") == id)!;
        var path = $"/programmes/berlin-abroad/claims/{claim.Text("claimId")}";
        (await funder.Post(path + "/decision", new { decision = "approve", note = "" })).Expect(200);
        (await funder.Post(path + "/payment", new { reference = "SEPA 1" })).Expect(200);
        var invoice = (await manager.Get($"/bookings/{id}/invoices")).Expect(200)["items"]![0]!.Text("id");
        Assert.Equal("settled", (await manager.Post($"/invoices/{invoice}/payment")).Expect(200).Status());
    }
}
