using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Facilities.Grains.Kernel;
using Facilities.Grains.Tables;
using Facilities.Grains.Undertakings;
using Facilities.Tests.Bookings;
using Facilities.Tests.Pages;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Undertakings;

/// <summary>How a company declares aid from elsewhere, one by one and by a table.</summary>
public sealed class OtherAidTests
{
    private const string Door = "/accounts/spree-diagnostics/other-aid";
    private const string Page = "/accounts/spree-diagnostics/other-aid";
    private const string Header = "grantedOn,amount,currency,basis,authority,country,recipient,reference,perEuro\n";

    private static readonly LocalDate Today = new(2026, 12, 1);

    [Fact]
    public void A_table_tells_every_fault_by_line_and_column_and_nothing_of_it_is_taken()
    {
        var (aid, faults) = Read(
            "2025-05-01,1000,EUR,deMinimis,Land Berlin,DE,,,\n2027-05-01,-1,EUR,gift,,DEU,,,\n"
            + "2025-05-01,1000,HUF,deMinimis,MFB,HU,,,\n2025-05-01,1000,EUR,deMinimis,Land Berlin,DE,,,\n"
            + "2025-05-01,10,GBP,minimalFinancialAssistance,Invest NI,IE,,,\nsoon,10,EUR,deMinimis,x,DE,,,\n");
        Assert.Empty(aid);
        Assert.Equal(
            [
                (3, "basis"), (3, "authority"), (4, "perEuro"), (5, "reference"), (6, "basis"), (7, "grantedOn"),
            ],
            faults.Select(f => (f.Line, f.Column!)));
        Assert.Equal(
            [(2, "grantedOn"), (2, "amount"), (2, "country")],
            Read("2027-05-01,-1,EUR,deMinimis,x,DEU,,,\n").Faults.Select(f => (f.Line, f.Column!)));
    }

    [Fact]
    public void What_was_written_is_read_again_and_the_same_table_twice_is_declared_once()
    {
        var (aid, faults) = Read(
            "2025-05-01,\"1000,50\",EUR,DeMinimis,\"=Land, Berlin\",de,Daughter GmbH,A-1,\n"
            + "1.5.2025,2000000,HUF,innovationAid,MFB,HU,,,395.1\n"
            + "2025-05-01,10,GBP,minimalFinancialAssistance,NI,GB,,,\n");
        Assert.Empty(faults);
        Assert.Equal(
            [Money.Of(1_000.50m, Currency.Eur), Money.Of(5_062.01m, Currency.Eur), Money.Of(10, new("GBP"))],
            aid.Select(a => a.Counts));
        Assert.Equal(aid, EarlierAidFile.Read(Csv.Read(EarlierAidFile.Write(aid)), Today).Aid);
        Assert.Equal(aid, EarlierAid.Union(aid, aid));
        var entries = EarlierAid.EntriesOf(new("spree-diagnostics"), aid);
        Assert.Equal(entries, EarlierAid.EntriesOf(new("spree-diagnostics"), aid));
        Assert.Equal(3, entries.Select(e => e.Id).Distinct().Count());
        Assert.Equal("Daughter GmbH", entries[0].Recipient);
    }

    [Fact]
    public async Task What_a_company_signs_replaces_what_it_declared_in_every_country()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        var first = (await sme.Get(Door)).Expect(200);
        Assert.Equal(
            ("valid", 42_000m), (first.Text("status"), first["entries"]!.AsArray().Single()!.Amount("amount")));

        const string file = Header
            + "2025-03-14,42000,EUR,deMinimis,Land Berlin,DE,,,\n2026-01-02,500,EUR,deMinimis,BPI,FR,,,\n";
        var bad = await sme.Send(HttpMethod.Post, $"{Door}/file/preview", Table(file + "x\n"));
        Assert.Equal("/lines/4", bad.Expect(422)["errors"]![0]!.Text("pointer"));
        // The line that was declared before counts once.
        var draft = (await sme.Send(HttpMethod.Post, $"{Door}/file/preview?add=true", Table(file))).Expect(200);
        Assert.Equal(("draft", 2), (draft.Text("status"), draft["entries"]!.AsArray().Count));
        Assert.Equal("valid", (await sme.Get(Door)).Expect(200).Text("status"));
        Assert.Equal([("DE", 47_000m)], await Sums(sme));
        await Sign(sme, draft);
        Assert.Equal([("DE", 47_000m), ("FR", 500m)], await Sums(sme));

        // None at all: the registers of both countries drop it.
        var none = (await sme.Post($"{Door}/preview", new { entries = Array.Empty<object>() })).Expect(200);
        Assert.Contains("- none", none.Text("text"), StringComparison.Ordinal);
        Assert.Equal("textChanged", (await sme.Put(Door, new
        {
            entries = Array.Empty<object>(),
            name = "Jana Krüger",
            textHash = draft.Text("textHash"),
        })).Expect(409).Text("refusal"));
        await Sign(sme, none);
        Assert.Equal([("DE", 5_000m)], await Sums(sme));
    }

    [Fact]
    public async Task Programmes_ask_for_a_declaration_that_has_not_expired()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        Assert.True((await Rule(sme))["passed"]!.GetValue<bool>());
        await host.Advance(Duration.FromDays(400));
        var expired = await Rule(sme);
        Assert.False(expired["passed"]!.GetValue<bool>());
        Assert.Contains("held until", expired.Text("reason"), StringComparison.Ordinal);
        Assert.StartsWith("Declare all other aid", expired.Text("remedy"), StringComparison.Ordinal);
        await Sign(sme, (await sme.Post($"{Door}/preview", new { entries = Array.Empty<object>() })).Expect(200));
        Assert.True((await Rule(sme))["passed"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_company_declares_on_the_page_by_rows_and_by_a_table()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var client = await ApprovalTests.Browser(host, "sme.berlin");
        Dictionary<string, string> fields = new()
        {
            ["granted-0"] = "2025-05-01",
            ["amount-0"] = "1000",
            ["currency-0"] = "EUR",
            ["rate-0"] = "",
            ["authority-0"] = "",
            ["country-0"] = "de",
            ["basis-0"] = "DeMinimis",
            ["recipient-0"] = "",
            ["reference-0"] = "",
        };
        Assert.Contains("name=\"granted-1\"", await Step(client, fields, "add"), StringComparison.Ordinal);
        Assert.Contains("Name the authority", await Step(client, fields, "preview"), StringComparison.Ordinal);
        fields["authority-0"] = "Land Berlin";
        var refused = DemonstrationPages.TextOf(
            await Step(client, fields, "read", Header + "soon,1,EUR,deMinimis,x,DE,,,\n"));
        Assert.Contains("Line 2, column grantedOn: \"soon\" is not a date", refused, StringComparison.Ordinal);
        var read = await Step(client, fields, "read", Header + "2025-06-01,70,EUR,deMinimis,BPI,FR,,,\n");
        Assert.Contains("value=\"BPI\"", read, StringComparison.Ordinal);
        Assert.Contains("70.00 EUR by BPI", DemonstrationPages.TextOf(read), StringComparison.Ordinal);
        fields["textHash"] = System.Text.RegularExpressions.Regex.Match(
            await Step(client, fields, "preview"), "name=\"textHash\" value=\"([^\"]+)\"").Groups[1].Value;
        fields["signer"] = "Jana Krüger";
        Assert.Contains("Signed. It counts", await Step(client, fields, "sign"), StringComparison.Ordinal);
        Assert.Equal([("DE", 6_000m)], await Sums(await host.As("sme.berlin")));
        var aid = DemonstrationPages.TextOf(await client.GetStringAsync("/accounts/spree-diagnostics/aid"));
        foreach (var text in new[] { "€294,000.00 left today", "your declaration", "1 May 2028", "Land Berlin" })
            Assert.Contains(text, aid, StringComparison.Ordinal);
        var other = await ApprovalTests.Browser(host, "sme.paris");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(Page)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync("/accounts/spree-diagnostics/aid")).StatusCode);
    }

    private static (System.Collections.Immutable.ImmutableArray<EarlierAid> Aid,
        System.Collections.Immutable.ImmutableArray<CsvFault> Faults) Read(string lines) =>
        EarlierAidFile.Read(Csv.Read(Header + lines), Today);

    private static StringContent Table(string text) => new(text, Encoding.UTF8, "text/csv");

    private static async Task Sign(ApiClient sme, JsonNode draft) => (await sme.Put(Door, new
    {
        entries = draft["entries"],
        name = "Jana Krüger",
        textHash = draft.Text("textHash"),
    })).Expect(200);

    private static async Task<(string, decimal)[]> Sums(ApiClient sme) =>
    [
        .. (await sme.Get("/accounts/spree-diagnostics/aid")).Expect(200)["standings"]!.AsArray()
            .Select(s => (s!.Text("country"), s!.Amount("sum"))),
    ];

    private static async Task<JsonNode> Rule(ApiClient sme) => (await sme.Post(
        "/accounts/spree-diagnostics/eligibility", new { programmeId = "berlin-abroad" })).Expect(200)["rules"]!
        .AsArray().Single(r => r!.Text("rule") == "aidDeclaration")!;

    private static async Task<string> Step(
        HttpClient client, Dictionary<string, string> fields, string step, string? file = null)
    {
        var page = await client.GetStringAsync(Page);
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in new Dictionary<string, string>(fields)
        {
            ["step"] = step,
            ["_handler"] = "aid",
            ["command"] = Guid.NewGuid().ToString("N"),
            ["__RequestVerificationToken"] = System.Text.RegularExpressions.Regex.Match(
                page, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value,
        })
            content.Add(new StringContent(value), name);
        if (file is not null) content.Add(new StringContent(file, Encoding.UTF8, "text/csv"), "file", "aid.csv");
        return await (await client.PostAsync(Page, content)).Content.ReadAsStringAsync();
    }
}
