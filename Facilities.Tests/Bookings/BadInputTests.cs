using System.Text.Json.Nodes;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Bookings;

/// <summary>
/// Each fault gets its own refusal, which names the field and what would be accepted; nothing is held after it.
/// </summary>
public sealed class BadInputTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string Mri = "\"platformId\": \"biopmed-imaging\", \"serviceId\": \"mri-half-day\"";
    private const string Free = "\"start\": \"2027-02-01T08:00:00+01:00\"";

    /// <summary>An item, the refusal, the field that it names, and words of what would be accepted.</summary>
    public static TheoryData<string, string, string, string> Items => new()
    {
        { $"\"platformId\": \"nowhere\", \"serviceId\": \"mri-half-day\", {Free}", "notOffered", "/items/0/platformId",
            "nowhere" },
        { $"\"platformId\": \"biopmed-imaging\", \"serviceId\": \"massage\", {Free}", "notOffered",
            "/items/0/serviceId", "mri-half-day" },
        { $"{Mri}, {Free}, \"options\": [{{\"optionId\": \"tea\", \"quantity\": 1}}]", "notOffered",
            "/items/0/options/0/optionId", "report" },
        { $"{Mri}, {Free}, \"options\": [{{\"optionId\": \"report\", \"quantity\": 0}}]", "quantityNotAllowed",
            "/items/0/options/0/quantity", "1 to" },
        { $"{Mri}, \"start\": \"2027-02-01T09:00:00+01:00\"", "startOffGrid", "/items/0/start", "2027-02-01T08:00" },
        { $"{Mri}, \"start\": \"2027-02-01T09:00:00+01:00\"", "startOffGrid", "/items/0/start", "2027-02-01T12:30" },
        { $"{Mri}, \"start\": \"2027-02-01T08:00:01+01:00\"", "startOffGrid", "/items/0/start", "2027-02-01T08:00" },
        { $"{Mri}, \"start\": \"2027-02-06T08:00:00+01:00\"", "startOffGrid", "/items/0/start", "2027-02-05" },
        { $"{Mri}, \"start\": \"2027-02-01T12:30:00+01:00\", \"duration\": \"PT8H\"", "outsideHours", "/items/0/start",
            "" },
        { $"{Mri}, \"start\": \"2026-11-02T08:00:00+01:00\"", "insideLeadTime", "/items/0/start", "2026-12-04" },
        { $"{Mri}, \"start\": \"2026-12-03T08:00:00+01:00\"", "insideLeadTime", "/items/0/start", "2026-12-04" },
        { $"{Mri}, \"start\": \"2027-09-01T08:00:00+02:00\"", "beyondHorizon", "/items/0/start", "2027-05-30" },
        { $"{Mri}, {Free}, \"duration\": \"PT3H\"", "durationNotAllowed", "/items/0/duration", "PT4H" },
        { $"{Mri}, {Free}, \"duration\": \"P1D\"", "durationNotAllowed", "/items/0/duration", "PT12H" },
        { $"{Mri}, {Free}, \"quantity\": 2", "quantityNotAllowed", "/items/0/quantity", "1" },
        { $"{Mri}, {Free}, \"quantity\": 0", "quantityNotAllowed", "/items/0/quantity", "1" },
        { $"{Mri}, \"start\": \"2027-03-28T02:30:00\"", "localTimeInvalid", "/items/0/start", "03:00" },
        { $"{Mri}, \"start\": \"2027-03-28T02:30:00+01:00\"", "localTimeInvalid", "/items/0/start", "03:00" },
        { $"{Mri}, \"start\": \"2027-10-31T02:30:00\"", "localTimeInvalid", "/items/0/start", "2027-10-31T02:30" },
        { $"{Mri}, \"start\": \"tomorrow\"", "invalidRequest", "/items/0/start", "ISO 8601" },
        { $"\"platformId\": \"genopole-cytometry\", \"serviceId\": \"analyser-hour\", {Free}", "qualificationMissing",
            "/items/0/serviceId", "cytometry-user" },
    };

    [Theory]
    [MemberData(nameof(Items))]
    public async Task A_faulty_item_gets_its_own_refusal(string item, string refusal, string pointer, string words)
    {
        var refused = (await Quote($$"""{"accountId": "spree-diagnostics", "items": [{{{item}}}]}"""))
            .Refused(422, refusal);
        Names(refused, pointer, words);
        await NothingIsHeld();
    }

    [Fact]
    public async Task Faults_of_all_items_are_told_at_once()
    {
        var refused = (await Quote($$"""
            {"accountId": "spree-diagnostics", "items": [
              {{{Mri}}, {{Free}}, "duration": "PT3H", "quantity": 3},
              {"platformId": "nowhere", "serviceId": "x", {{Free}}}]}
            """)).Refused(422, "durationNotAllowed");
        Assert.Equal(["/items/0/duration", "/items/0/quantity", "/items/1/platformId"],
            refused["errors"]!.AsArray().Select(e => e!.Text("pointer")));
        await NothingIsHeld();
    }

    [Fact]
    public async Task Orders_that_mix_currencies_and_vouchers_of_another_one_are_refused()
    {
        var sme = await api.Host.As("sme.berlin");
        var hungarian = (await sme.Slots(new("gnd-testing", "sterility-test", "", "PT2H"), "2027-01-11",
            "2027-02-01"))[0]!.Text("start");
        var test = $$"""{"platformId": "gnd-testing", "serviceId": "sterility-test", "start": "{{hungarian}}"}""";
        Names((await Quote($$"""{"accountId": "spree-diagnostics", "items": [{{{Mri}}, {{Free}}}, {{test}}]}"""))
            .Refused(422, "currencyDiffers"), "/items", "each currency");
        var voucher = (await sme.Voucher()).Text("voucherId");
        Names(
            (await Quote($$"""{"accountId": "spree-diagnostics", "items": [{{test}}], "vouchers": ["{{voucher}}"]}"""))
                .Refused(422, "currencyDiffers"), "/vouchers/0", "HUF");
        Names((await Quote(
            $$"""{"accountId": "spree-diagnostics", "items": [{{{Mri}}, {{Free}}}], "vouchers": ["another"]}"""))
            .Refused(422, "voucherUnknown"), "/vouchers/0", "auto");
        (await Quote($$"""{"accountId": "spree-diagnostics", "items": [{{test}}]}""")).Expect(201);
        await NothingIsHeld();
    }

    [Fact]
    public async Task Others_accounts_and_empty_orders_are_refused()
    {
        Names((await Quote($$"""{"accountId": "seine-therapeutics", "items": [{{{Mri}}, {{Free}}}]}"""))
            .Refused(404, "accountUnknown"), "/accountId", "");
        Names((await Quote("""{"accountId": "spree-diagnostics", "items": []}"""))
            .Refused(422, "invalidRequest"), "/items", "1 to");
        var sme = await api.Host.As("sme.berlin");
        Names((await sme.Post("/bookings", new { quoteId = "q-none" })).Refused(404, "quoteUnknown"), "/quoteId", "");
        var theirs = (await (await api.Host.As("sme.paris")).Quote(Wish.Mri("2027-02-01"), "seine-therapeutics"))
            .Expect(201);
        (await sme.Book(theirs)).Refused(404, "quoteUnknown");
        await NothingIsHeld();
    }

    [Fact]
    public async Task What_is_no_json_or_of_wrong_types_is_malformed_and_every_fault_is_named()
    {
        (await Quote("{\"accountId\": ")).Refused(400, "malformedJson");
        var wrong = (await Quote("""
            {"accountId": 1,
             "items": [{"platformId": 2, "serviceId": "x", "start": 3, "duration": "four hours", "quantity": "1"}],
             "vouchers": 5}
            """)).Refused(400, "invalidRequest");
        Assert.Equal(["/accountId", "/items/0/platformId", "/items/0/start", "/items/0/duration", "/items/0/quantity",
            "/vouchers"],
            wrong["errors"]!.AsArray().Select(e => e!.Text("pointer")));
        Assert.All(wrong["errors"]!.AsArray(), e => Assert.NotEmpty(e!.Text("message")));
        var sme = await api.Host.As("sme.berlin");
        var booking = (await sme.Post("/bookings", """{"quoteId": 5, "seal": true, "purpose": 7}"""))
            .Refused(400, "invalidRequest");
        Assert.Equal(["/quoteId", "/seal", "/purpose"], booking["errors"]!.AsArray().Select(e => e!.Text("pointer")));
        (await sme.Send(HttpMethod.Post, "/quotes", new StringContent("accountId=x")))
            .Refused(415, "unsupportedMediaType");
        await NothingIsHeld();
    }

    [Fact]
    public async Task A_broken_seal_and_a_stale_quote_are_refused_and_a_reused_key_is_told()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var sme = await host.As("sme.berlin");
        var quote = (await sme.Quote(Wish.Mri("2027-02-01"))).Expect(201);
        var other = (await sme.Quote(Wish.Mri("2027-02-02"))).Expect(201);
        Names((await sme.Post("/bookings", new { quoteId = quote["quoteId"], seal = other["seal"], purpose = "" }))
            .Refused(409, "sealBroken"), "/seal", "new quote");
        (await sme.Book(quote, "a key", purpose: new string('x', 4_001))).Refused(422, "invalidRequest");
        (await sme.Book(quote, "a key")).Refused(422, "idempotencyKeyReused");
        await host.Advance(Duration.FromHours(23));
        (await sme.Book(other)).Expect(201);
        await host.Advance(Duration.FromHours(2));
        Names((await sme.Book(quote)).Refused(410, "quoteExpired"), "/quoteId", "new quote");
        Assert.True(await sme.IsListed(Wish.Mri("2027-02-01")));
        Assert.Equal(0m, (await sme.Voucher()).Amount("reserved"));
    }

    private async Task<ApiAnswer> Quote(string body) => await (await api.Host.As("sme.berlin")).Post("/quotes", body);

    private static void Names(JsonNode refused, string pointer, string words)
    {
        var fault = Assert.Single(refused["errors"]!.AsArray(), e => e!.Text("pointer") == pointer);
        Assert.Contains(words, fault!.Text("message"), StringComparison.Ordinal);
    }

    private async Task NothingIsHeld()
    {
        var sme = await api.Host.As("sme.berlin");
        Assert.Equal(0m, (await sme.Voucher()).Amount("reserved"));
        Assert.Empty((await sme.Get($"/bookings?accountId={ApiClient.Account}")).Expect(200)["items"]!.AsArray());
        Assert.Equal(10, (await sme.Slots(Wish.Mri("2027-02-01"), "2027-02-01", "2027-02-08")).Count);
    }
}
