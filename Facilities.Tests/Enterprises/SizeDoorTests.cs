using System.Net;
using System.Text.Json.Nodes;
using Facilities.Tests.Bookings;
using Facilities.Tests.Pages;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Enterprises;

/// <summary>The declaration of size at the doors: the worked cases as a company sends them.</summary>
public sealed class SizeDoorTests
{
    private const string Door = "/accounts/havel-biologics/declaration";
    private const string Page = "/accounts/havel-biologics/size";

    /// <summary>Each: its own accounts, those of others, who holds what, and the class.</summary>
    private static readonly (string Case, string[] Enterprises, string[] Holdings, string Class, decimal Staff)[]
        Cases =
        [
            ("SME1", ["a company 9 2.1 1.9"], [], "micro", 9),
            ("SME2", ["a company 249 51 44"], [], "large", 249),
            ("SME3", ["a company 250 1 1"], [], "large", 250),
            ("SME4", ["a company 45 8 6", "c company 200 30 20"], ["c a 30 30"], "medium", 105),
            ("SME5", ["a company 45 8 6", "b company 230 30 20"], ["b a 60 60"], "large", 275),
            ("SME6", ["a company 20 1 1", "u university 9000 900 900"], ["u a 40 40"], "small", 20),
            ("SME7", ["a company 5 1 1", "t publicBody 9000 0 0"], ["t a 26 26"], "large", 5),
            ("SME8", ["a company 10 1 1", "b company 100 1 1"], ["b a 24 33"], "small", 43),
            ("SME9", ["a company 10 1 1", "c company 100 1 1", "d company 1000 1 1"], ["d c 30 30", "c a 30 30"],
                "small", 40),
            ("SME10", ["a company 10 1 1", "c company 40 1 1", "e company 100 1 1"], ["c e 100 100", "c a 25 25"],
                "small", 45),
            ("SME11 after a year", ["a company 40 8 6 60 11 11"], [], "small", 60),
            ("SME11 after two", ["a company 40 8 6 60 11 11 70 12 12"], [], "medium", 70),
            ("SME12", ["a company 10 1 1", "b company 20 1 1", "p person"], ["p a 60 60", "p b 70 70"], "small", 30),
            ("SME12 elsewhere", ["a company 10 1 1", "b:62.01 company 20 1 1", "p person"],
                ["p a 60 60", "p b 70 70"], "small", 10),
        ];

    [Fact]
    public async Task SME1_to_SME12_every_worked_case_has_its_class_at_the_door()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.potsdam");
        foreach (var (name, enterprises, holdings, size, staff) in Cases)
        {
            var draft = (await sme.Post($"{Door}/preview", Declaration(enterprises, holdings))).Expect(200);
            Assert.Equal(
                (name, size, "draft"), (name, draft.Text("class"), draft.Text("status")));
            var sum = draft["lines"]!.AsArray().Sum(l => l!["figures"]!["staff"]!.GetValue<decimal>());
            // What public bodies have does not count: the status ends whatever it is.
            if (name != "SME7") Assert.Equal((name, staff), (name, sum));
        }
    }

    [Fact]
    public async Task SME4_what_a_company_signs_is_what_programmes_go_by()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.potsdam");
        var blank = await sme.Get(Door);
        Assert.Equal("none", blank.Expect(200).Text("status"));
        Assert.Contains("has not declared its size", await Size(sme), StringComparison.Ordinal);

        var body = Declaration(["a company 45 8 6", "c company 200 30 20"], ["c a 30 30"]);
        var draft = (await sme.Post($"{Door}/preview", body)).Expect(200);
        Assert.Equal("none", (await sme.Get(Door)).Expect(200).Text("status"));
        Assert.Equal("textChanged", (await sme.Put(Door, Signed(body, "sha256:0"))).Expect(409).Text("refusal"));
        var signed = (await sme.Put(Door, Signed(body, draft.Text("textHash")))).Expect(200);
        Assert.Equal(
            ("valid", "medium", "Tobias Lehmann", "2027-12-01"),
            (signed.Text("status"), signed.Text("class"), signed.Text("signedBy"), signed.Text("validUntil")));
        Assert.Equal(2, signed["lines"]!.AsArray().Count);
        Assert.Equal(["Havel"], signed["singleUndertaking"]!.AsArray().Select(m => m!.GetValue<string>()));
        var reason = await Size(sme);
        Assert.Contains("is medium", reason, StringComparison.Ordinal);
        Assert.Contains("It declared so on 1 December 2026.", reason, StringComparison.Ordinal);

        await host.Advance(NodaTime.Duration.FromDays(400));
        Assert.Equal("expired", (await sme.Get(Door)).Expect(200).Text("status"));
        Assert.Contains("what it declared held until", await Size(sme), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_fault_is_told_at_once_with_its_place_and_nothing_is_signed()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.potsdam");
        var body = Declaration(["a company 45 8 6", "c company -1 30 20"], ["c a 30 30", "x a 90 10", "c c 1 1"]);
        var refused = (await sme.Put(Door, Signed(body, "sha256:0"))).Expect(422);
        Assert.Equal(
            ["/enterprises/1/periods/0", "/holdings", "/holdings/1/owner", "/holdings/2"],
            refused["errors"]!.AsArray().Select(e => e!.Text("pointer")).Order(StringComparer.Ordinal));
        Assert.Equal("none", (await sme.Get(Door)).Expect(200).Text("status"));
        (await sme.Post($"{Door}/preview", "{}")).Expect(400);
        (await (await host.As("sme.berlin")).Get(Door)).Expect(404);
    }

    [Fact]
    public async Task A_company_declares_on_the_page_row_by_row_without_script()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var client = await ApprovalTests.Browser(host, "sme.potsdam");
        Dictionary<string, string> fields = new()
        {
            ["id-0"] = "havel-biologics",
            ["name-0"] = "Havel",
            ["kind-0"] = "Company",
            ["market-0"] = "",
            ["of-0"] = "havel-biologics",
            ["ends-0"] = "2025-12-31",
            ["approved-0"] = "2026-03-31",
            ["staff-0"] = "45,5",
            ["turnover-0"] = "8000000",
            ["balance-0"] = "6 000 000",
            ["currency-0"] = "EUR",
            ["rate-0"] = "",
        };
        var grown = await Step(client, fields, "add-enterprise");
        Assert.Contains("name=\"id-1\" value=\"other-1\"", grown, StringComparison.Ordinal);
        (fields["id-1"], fields["name-1"], fields["kind-1"], fields["market-1"]) = ("other-1", "", "Company", "");
        Assert.Contains("name=\"owner-0\"", await Step(client, fields, "add-holding"), StringComparison.Ordinal);
        (fields["owner-0"], fields["owned-0"], fields["capital-0"], fields["votes-0"], fields["control-0"]) =
            ("other-1", "havel-biologics", "130", "30", "None");
        Assert.Contains("a number from 0 to 100", await Step(client, fields, "preview"), StringComparison.Ordinal);
        fields["capital-0"] = "30";
        Assert.Contains("Give its name", await Step(client, fields, "preview"), StringComparison.Ordinal);
        fields["name-1"] = "Holding AG";
        var faulty = DemonstrationPages.TextOf(await Step(client, fields, "preview"));
        Assert.Contains("Holding AG counts (30 %), so give its last approved accounts.", faulty,
            StringComparison.Ordinal);
        foreach (var (part, value) in new[]
        {
            ("of", "other-1"), ("ends", "2025-12-31"), ("approved", "2026-05-01"), ("staff", "200"),
            ("turnover", "30000000"), ("balance", "20000000"), ("currency", "EUR"), ("rate", ""),
        })
            fields[$"{part}-1"] = value;
        var result = await Step(client, fields, "preview");
        Assert.Contains("By what you typed, you are medium", DemonstrationPages.TextOf(result),
            StringComparison.Ordinal);
        fields["textHash"] = Text.Match(result).Groups[1].Value;
        Assert.Contains("Type your name to sign", await Step(client, fields, "sign"), StringComparison.Ordinal);
        fields["signer"] = "Tobias Lehmann";
        Assert.Contains("Signed. Programmes go by it", await Step(client, fields, "sign"), StringComparison.Ordinal);
        Assert.Equal("medium", (await (await host.As("sme.potsdam")).Get(Door)).Expect(200).Text("class"));
        var other = await ApprovalTests.Browser(host, "sme.berlin");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(Page)).StatusCode);
    }

    private static readonly System.Text.RegularExpressions.Regex Text = new("name=\"textHash\" value=\"([^\"]+)\"");

    private static async Task<string> Step(HttpClient client, Dictionary<string, string> fields, string step)
    {
        var answer = await DemonstrationPages.Post(client, Page, "size", new(fields) { ["step"] = step });
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<string> Size(ApiClient sme) => (await sme.Post(
        "/accounts/havel-biologics/eligibility", new { programmeId = "berlin-abroad" })).Expect(200)["rules"]!.AsArray()
        .Single(r => r!.Text("rule") == "size")!.Text("reason");

    private static JsonObject Signed(JsonObject body, string hash)
    {
        var signed = body.DeepClone().AsObject();
        (signed["name"], signed["textHash"]) = ("Tobias Lehmann", hash);
        return signed;
    }

    /// <summary>
    /// Written short: id, perhaps with a market, kind, then for each year up to 2025 staff, turnover and balance sheet
    /// in millions; owner, owned, shares.
    /// </summary>
    private static JsonObject Declaration(string[] enterprises, string[] holdings) => new()
    {
        ["enterprises"] = new JsonArray([.. enterprises.Select(text => Enterprise(text.Split(' ')))]),
        ["holdings"] = new JsonArray([.. holdings.Select(text => text.Split(' ') is var h ? new JsonObject
        {
            ["owner"] = IdOf(h[0]),
            ["owned"] = IdOf(h[1]),
            ["capital"] = Number(h[2]),
            ["votes"] = Number(h[3]),
        } : null)]),
    };

    private static JsonObject Enterprise(string[] parts) => new()
    {
        ["id"] = IdOf(parts[0]),
        ["name"] = parts[0] == "a" ? "Havel" : IdOf(parts[0]),
        ["kind"] = parts[1],
        ["market"] = parts[0].Split(':') is [_, var market] ? market : "72.11",
        ["periods"] = new JsonArray([.. parts[2..].Chunk(3).Reverse().Select((year, back) => new JsonObject
        {
            ["endsOn"] = $"{2025 - back}-12-31",
            ["approvedOn"] = $"{2026 - back}-03-31",
            ["staff"] = Number(year[0]),
            ["turnover"] = Million(year[1]),
            ["balanceSheet"] = Million(year[2]),
        })]),
    };

    private static string IdOf(string id) => id.Split(':')[0] is "a" ? "havel-biologics" : id.Split(':')[0];

    private static JsonObject Million(string text) => new()
    {
        ["amount"] = Number(text) * 1_000_000,
        ["currency"] = "EUR",
    };

    private static decimal Number(string text) =>
        decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
