using System.Text.Json.Nodes;
using Facilities.Grains.Services;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;

namespace Facilities.Tests.Claims;

/// <summary>A voucher that expires, is revoked or given back, over HTTP on a real database.</summary>
public sealed class VoucherLifeTests
{
    private const string Ledger = "/programmes/berlin-abroad/ledger";

    [Fact]
    public async Task D8_An_expired_voucher_counts_what_was_used_from_the_day_of_its_grant()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (sme, funder) = (await host.As("sme.berlin"), await host.As("funder.berlin"));
        await Settled(host, "2026-12-07");
        var before = await sme.Voucher();
        var id = before.Text("voucherId");
        var (aid, free) = (await Aid(host, id), Balance(await funder.Get(Ledger), "free"));
        Assert.Equal((5_000m, (decimal?)null), (aid.Entry.Counts.Amount, aid.Entry.Used?.Amount));

        await host.AdvanceTo(LastInstant(before));
        Assert.Equal("partiallyRedeemed", (await sme.Voucher()).Text("status"));
        await host.Advance(Duration.FromSeconds(2));
        var after = await sme.Voucher();
        Assert.Equal("expired", after.Text("status"));
        Assert.Equal(
            (1_090.13m, 3_909.87m, 0m), (Of(after, "redeemed"), Of(after, "returned"), Of(after, "available")));
        var reduced = await Aid(host, id);
        Assert.Equal((1_090.13m, aid.Entry.GrantedOn), (reduced.Entry.Counts.Amount, reduced.Entry.GrantedOn));
        // And the voucher of Havel Biologics, which nobody used.
        Assert.Equal(free + 3_909.87m + 5_000m, Balance(await funder.Get(Ledger), "free"));
        await IsSound(host);
    }

    [Fact]
    public async Task What_a_live_booking_reserved_stays_after_the_last_day_and_lapses_when_the_booking_ends()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        var voucher = await sme.Voucher();
        await host.AdvanceTo(LastInstant(voucher) - Duration.FromDays(2));
        var start = LastInstant(voucher).InUtc().Date.PlusDays(19);
        while (start.DayOfWeek != IsoDayOfWeek.Monday) start = start.PlusDays(1);
        var booking = await sme.Confirm(await sme.Hold(Wish.Mri($"{start:uuuu-MM-dd}")));
        await host.AdvanceTo(LastInstant(voucher) + Duration.FromHours(1));
        var over = await sme.Voucher();
        Assert.Equal((1_090.13m, 0m, 3_909.87m), (Of(over, "reserved"), Of(over, "available"), Of(over, "returned")));
        (await sme.Post($"/bookings/{booking.Id()}/cancellation", new { reason = "" })).Expect(200);
        over = await sme.Voucher();
        Assert.Equal((0m, 0m, 5_000m), (Of(over, "reserved"), Of(over, "available"), Of(over, "returned")));
        Assert.Equal(0m, (await Aid(host, voucher.Text("voucherId"))).Entry.Counts.Amount);
        await IsSound(host);
    }

    [Fact]
    public async Task A_revoked_voucher_keeps_what_is_claimed_and_what_live_bookings_reserved()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (sme, funder) = (await host.As("sme.berlin"), await host.As("funder.berlin"));
        await Settled(host, "2026-12-07");
        var live = await sme.Confirm(await sme.Hold(Wish.Mri("2027-01-18")));
        var id = (await sme.Voucher()).Text("voucherId");
        (await sme.Post($"/vouchers/{id}/revocation", new { reason = "Ours" })).Refused(403, "notAllowed");
        (await funder.Post($"/vouchers/{id}/revocation", new { reason = " " })).Refused(422, "notValid");
        var revoked = (await funder.Post($"/vouchers/{id}/revocation", new { reason = "The seat moved." })).Expect(200);
        Assert.Equal("revoked", revoked.Text("status"));
        Assert.Equal(
            (1_090.13m, 1_090.13m, 2_819.74m),
            (Of(revoked, "redeemed"), Of(revoked, "reserved"), Of(revoked, "returned")));
        (await funder.Post($"/vouchers/{id}/revocation", new { reason = "Again" })).Refused(409, "voucherEnded");
        Assert.DoesNotContain(
            (await sme.Quote(Wish.Mri("2027-01-25"))).Expect(201)["funding"]!.AsArray(),
            f => f!.Text("kind") == "voucher");
        (await sme.Quote(Wish.Mri("2027-01-25"), vouchers: new[] { id })).Refused(409, "voucherExpired");

        await Deliver(host, live.Id(), Instant.FromUtc(2027, 1, 18, 12, 0));
        Assert.Equal(2_180.26m, Of(await sme.Voucher(), "redeemed"));
        Assert.Equal(2_180.26m, (await Aid(host, id)).Entry.Counts.Amount);
        await IsSound(host);
    }

    [Fact]
    public async Task A_company_gives_a_voucher_back_and_nobody_else_can_use_it()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (sme, other) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        var id = (await sme.Voucher()).Text("voucherId");
        // A voucher is never passed on: to another company it does not exist.
        (await other.Quote(Wish.Mri("2027-01-25"), "seine-therapeutics", new[] { id })).Refused(422, "voucherUnknown");
        (await other.Post($"/vouchers/{id}/return", new { reason = "Mine" })).Refused(404, "notFound");
        var returned = (await sme.Post($"/vouchers/{id}/return", new { reason = "No need." })).Expect(200);
        Assert.Equal(("returned", 5_000m), (returned.Text("status"), Of(returned, "returned")));
        Assert.Equal(0m, (await Aid(host, id)).Entry.Counts.Amount);
        await IsSound(host);
    }

    [Fact]
    public async Task A_company_is_reminded_sixty_thirty_and_seven_days_before_the_last_one()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        var last = LastInstant(await sme.Voucher());
        var seen = new List<int?>();
        foreach (var days in (int[])[61, 60, 31, 30, 8, 7])
        {
            // Two hours earlier, since the clocks change meanwhile.
            await host.AdvanceTo(last - Duration.FromDays(days) - Duration.FromHours(2));
            seen.Add((await sme.Voucher())["remindedDays"]?.GetValue<int>());
        }
        Assert.Equal([null, 60, 60, 30, 30, 7], seen);
    }

    /// <summary>The last instant of a voucher's last day, in Berlin.</summary>
    private static Instant LastInstant(JsonNode voucher) =>
        NodaTime.Text.LocalDatePattern.Iso.Parse(voucher.Text("expiresOn")).Value.PlusDays(1)
            .AtStartOfDayInZone(DateTimeZoneProviders.Tzdb["Europe/Berlin"]).ToInstant() - Duration.FromSeconds(1);

    private static async Task Settled(ApiHost host, string day)
    {
        var sme = await host.As("sme.berlin");
        var booking = await sme.Confirm(await sme.Hold(Wish.Mri(day)));
        await Deliver(host, booking.Id(), NodaTime.Text.LocalDatePattern.Iso.Parse(day).Value.At(new(12, 0)).InUtc()
            .ToInstant());
    }

    private static async Task Deliver(ApiHost host, string booking, Instant at)
    {
        await host.AdvanceTo(at);
        (await (await host.As("manager.biopmed-imaging")).Post($"/bookings/{booking}/delivery", new { })).Expect(200);
        (await (await host.As("sme.berlin")).Post($"/bookings/{booking}/acceptance", new { accepted = true }))
            .Expect(200);
    }

    private static async Task<RegisteredAid> Aid(ApiHost host, string voucher) => Assert.Single(
        await host.Service<IGrainFactory>().GetGrain<IUndertakingGrain>("DE/spree-diagnostics").Entries(),
        held => held.Entry.Id == voucher);

    private static async Task IsSound(ApiHost host)
    {
        using var output = new StringWriter();
        await using var dialect = host.Storage.Open();
        var faults = await new Verifier(dialect, SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.True(faults.Count == 0, output.ToString());
    }

    private static decimal Of(JsonNode voucher, string member) => voucher[member]!["amount"]!.GetValue<decimal>();

    private static decimal Balance(ApiAnswer ledger, string account) => ledger.Expect(200)["balances"]!.AsArray()
        .FirstOrDefault(b => b!.Text("account") == account)?["balance"]!["amount"]!.GetValue<decimal>() ?? 0;
}
