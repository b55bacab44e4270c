using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Claims;

/// <summary>A claim over HTTP: its rules, questions, the pack of its evidence, and its end.</summary>
public sealed class ClaimApiTests
{
    private const string Claims = "/programmes/berlin-abroad/claims";

    [Fact]
    public async Task A_claim_shows_every_rule_with_what_was_found()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (_, claim) = await Claimed(host);
        var checks = (await (await host.As("funder.berlin")).Get($"{Claims}/{claim}")).Expect(200)["checks"]!.AsArray();
        Assert.Equal(
            ["retroactiveStart", "insideValidity", "claimPeriod", "report", "providerScope", "category", "amount"],
            checks.Select(c => c!.Text("rule")));
        Assert.All(checks, c => Assert.True(c!["passed"]!.GetValue<bool>(), c.ToJsonString()));
        Assert.All(checks, c => Assert.NotEmpty(c!.Text("reason")));
    }

    [Fact]
    public async Task What_was_deemed_accepted_has_no_report_of_both_sides()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (sme, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        var booking = await sme.Confirm(await sme.Hold(Wish.Mri("2026-12-07")));
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 7, 12, 0));
        (await manager.Post($"/bookings/{booking.Id()}/delivery", new { })).Expect(200);
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 30, 12, 0));
        var funder = await host.As("funder.berlin");
        var claim = (await funder.Get(Claims)).Expect(200)["items"]![0]!.Text("claimId");
        var report = (await funder.Get($"{Claims}/{claim}")).Expect(200)["checks"]!.AsArray()
            .Single(c => c!.Text("rule") == "report")!;
        Assert.False(report["passed"]!.GetValue<bool>());
        Assert.NotEmpty(report.Text("remedy"));
    }

    [Fact]
    public async Task A_funder_asks_the_facility_answers_and_the_history_stays()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (_, claim) = await Claimed(host);
        var (funder, manager) = (await host.As("funder.berlin"), await host.As("manager.biopmed-imaging"));
        var asked = (await funder.Post(
            $"{Claims}/{claim}/decision", new { decision = "query", note = "Which animals?", answerBy = "2026-12-20" }))
            .Expect(200);
        Assert.Equal("queried", asked.Text("status"));
        (await funder.Post($"{Claims}/{claim}/decision", new { decision = "reject", note = "" }))
            .Refused(409, "answerAwaited");
        (await manager.Post($"{Claims}/{claim}/answer", new { text = "" })).Refused(422, "notValid");
        var answered = (await manager.Post($"{Claims}/{claim}/answer", new { text = "Twelve mice." })).Expect(200);
        Assert.Equal("open", answered.Text("status"));
        (await manager.Post($"{Claims}/{claim}/answer", new { text = "And a rat." })).Refused(409, "claimNotQueried");
        (await funder.Post($"{Claims}/{claim}/decision", new { decision = "approve", note = "" })).Expect(200);
        var question = (await (await host.As("sme.berlin")).Get($"{Claims}/{claim}")).Expect(200)["questions"]![0]!;
        Assert.Equal(
            ("Which animals?", "2026-12-20", "Twelve mice.", "biopmed-imaging"),
            (question.Text("question"), question.Text("answerBy"), question.Text("answer"), question.Text("party")));
    }

    [Fact]
    public async Task A_rejected_claim_falls_back_to_the_company_and_settles_when_it_has_paid()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (booking, claim) = await Claimed(host);
        var (sme, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        var funder = await host.As("funder.berlin");
        var free = Balance(await funder.Get("/programmes/berlin-abroad/ledger"), "free");
        (await funder.Post($"{Claims}/{claim}/decision", new { decision = "reject", note = "No report." })).Expect(200);

        var owed = (await sme.Booking(booking))["obligations"]!.AsArray().Single()!;
        Assert.Equal(
            ("biopmed-imaging", 1090.13m, false),
            (owed.Text("platform"), owed["amount"]!["amount"]!.GetValue<decimal>(), owed["paid"]!.GetValue<bool>()));
        var voucher = await sme.Voucher();
        Assert.Equal((0m, 3909.87m), (Amount(voucher, "redeemed"), Amount(voucher, "available")));
        var ledger = await funder.Get("/programmes/berlin-abroad/ledger");
        Assert.Equal(free + 1090.13m, Balance(ledger, "free"));
        Assert.Equal(0m, Balance(ledger, "returned"));

        var door = $"/bookings/{booking}/obligations/{claim}/payment";
        (await sme.Post(door, null)).Refused(403, "notAllowed");
        var invoice = (await sme.Get($"/bookings/{booking}/invoices")).Expect(200)["items"]![0]!.Text("id");
        Assert.Equal("accepted", (await manager.Post($"/invoices/{invoice}/payment", null)).Expect(200).Text("status"));
        Assert.Equal("settled", (await manager.Post(door, null)).Expect(200).Text("status"));
        (await manager.Post(door, null)).Refused(409, "stepDone");
    }

    [Fact]
    public async Task The_pack_has_every_file_with_its_hash_and_is_the_same_each_time()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (_, claim) = await Claimed(host);
        var first = await Pack(host, "funder.berlin", claim);
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 9, 12, 0));
        Assert.Equal(first, await Pack(host, "manager.biopmed-imaging", claim));
        Assert.Equal(first, await Pack(host, "sme.berlin", claim));

        using var zip = new ZipArchive(new MemoryStream(first));
        var manifest = JsonNode.Parse(Read(zip, "manifest.json"))!;
        string Hash(string path) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Read(zip, path)));
        var files = manifest["files"]!.AsArray();
        Assert.Equal(files.Count + 2, zip.Entries.Count);
        foreach (var file in files)
            Assert.Equal("sha256:" + file!.Text("sha256"), Hash(file!.Text("path")));
        Assert.Contains(files, f => f!.Text("path").EndsWith(".xml", StringComparison.Ordinal));
        Assert.Contains("acceptance.json", files.Select(f => f!.Text("path")));
        Assert.Equal(manifest.Text("contractHash"), Hash("contract.md"));
        Assert.Equal(manifest.Text("quoteSeal"), Hash("quote.json"));
        Assert.All(zip.Entries, e => Assert.Equal(2026, e.LastWriteTime.Year));
    }

    /// <summary>A booking of the worked example that was delivered and accepted, and its claim.</summary>
    private static async Task<(string Booking, string Claim)> Claimed(ApiHost host)
    {
        var (sme, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        var booking = await sme.Confirm(await sme.Hold(Wish.Mri("2026-12-07")));
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 7, 12, 0));
        (await manager.Post($"/bookings/{booking.Id()}/delivery", new { })).Expect(200);
        (await sme.Post($"/bookings/{booking.Id()}/acceptance", new { accepted = true })).Expect(200);
        var claims = (await (await host.As("funder.berlin")).Get(Claims)).Expect(200)["items"]!;
        return (booking.Id(), claims[0]!.Text("claimId"));
    }

    private static async Task<byte[]> Pack(ApiHost host, string login, string claim)
    {
        using var answer = await (await host.As(login)).Download($"{Claims}/{claim}/evidence");
        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.MediaType);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private static byte[] Read(ZipArchive zip, string path)
    {
        using var stream = zip.GetEntry(path)!.Open();
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }

    private static decimal Amount(JsonNode voucher, string member) => voucher[member]!["amount"]!.GetValue<decimal>();

    private static decimal Balance(ApiAnswer ledger, string account) => ledger.Expect(200)["balances"]!.AsArray()
        .FirstOrDefault(b => b!.Text("account") == account)?["balance"]!["amount"]!.GetValue<decimal>() ?? 0;
}
