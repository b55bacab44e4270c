using Facilities.Tests.TestKit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Facilities.Tests.Proofs;

/// <summary>
/// Who may go through which door. A door that is missing here fails the test, so that none is forgotten.
/// </summary>
public sealed partial class AuthorisationTests
{
    /// <summary>The callers, in the order of the columns.</summary>
    private static readonly string?[] Callers =
        [null, "sme.paris", "sme.berlin", "manager.biocat-structural", "manager.biopmed-imaging", "funder.berlin",
            "cluster.biotop"];

    private const string Anybody = "+ + + + + + +";
    private const string SignedIn = "401 + + + + + +";
    private const string OwnSme = "401 404 + 404 404 404 404";
    private const string Both = "401 404 + 404 + 404 404";
    private const string OwnManager = "401 403 403 403 + 403 403";
    private const string Closed =
        """{"resources": ["optical"], "from": "2027-05-03T08:00", "to": "2027-05-03T09:00", "reason": "Cleaning"}""";

    // A private address: refused before anything is asked of it.
    private const string Unreachable =
        """{"name": "x", "resourceId": "optical", "url": "http://127.0.0.1:9/x.ics"}""";

    private const string Funder = "401 404 404 404 404 + 404";

    private const string NoSuchBatch = "401 404 404 404 404 404 404";

    /// <summary>
    /// Visitor, other SME, own SME, other manager, own manager, funder, cluster;
    /// + is any answer but 401, 403, 404 and 5xx.
    /// </summary>
    private static readonly (string Door, string Path, string? Body, string Expected)[] Table =
    [
        ("POST /session", "/session",
            """{"email": "sme.berlin@example.org", "password": "demo-facilities"}""", Anybody),
        ("GET /me", "/me", null, SignedIn),
        ("POST /tokens", "/tokens", "{}", SignedIn),
        ("GET /tokens", "/tokens", null, SignedIn),
        ("DELETE /tokens/{id}", "/tokens/t-none", null, "401 404 404 404 404 404 404"),
        ("POST /feeds", "/feeds",
            """{"kind": "account", "accountId": "spree-diagnostics", "audience": "full"}""", OwnSme),
        ("GET /feeds", "/feeds", null, SignedIn),
        ("DELETE /feeds/{id}", "/feeds/f-none", null, "401 404 404 404 404 404 404"),
        ("GET /clusters", "/clusters", null, Anybody),
        ("GET /agreements", "/agreements", null, Anybody),
        ("GET /platforms", "/platforms", null, Anybody),
        ("GET /platforms/{platformId}", "/platforms/biopmed-imaging", null, Anybody),
        ("GET /platforms/{platformId}/services/{serviceId}/slots",
            "/platforms/biopmed-imaging/services/mri-half-day/slots", null, Anybody),
        ("GET /slots", "/slots?category=imaging&accountId=spree-diagnostics", null, OwnSme),
        ("PUT /platforms/{platformId}/resources/{resourceId}/hours",
            "/platforms/biopmed-imaging/resources/optical/hours",
            """{"hours": [{"rrule": "FREQ=WEEKLY;BYDAY=MO", "from": "08:00", "to": "18:00"}]}""",
            "401 403 403 403 + 403 403"),
        ("POST /platforms/{platformId}/resources/{resourceId}/closures",
            "/platforms/biopmed-imaging/resources/optical/closures",
            """{"from": "2027-02-01T08:00", "to": "2027-02-01T09:00", "reason": "Cleaning"}""",
            "401 403 403 403 + 403 403"),
        ("DELETE /platforms/{platformId}/resources/{resourceId}/closures/{closureId}",
            "/platforms/biopmed-imaging/resources/optical/closures/{closure}", null, "401 403 403 403 + 403 403"),
        ("GET /platforms/{platformId}/closures", "/platforms/biopmed-imaging/closures", null, SignedIn),
        ("POST /platforms/{platformId}/closures", "/platforms/biopmed-imaging/closures", Closed, OwnManager),
        ("POST /platforms/{platformId}/closures/preview",
            "/platforms/biopmed-imaging/closures/preview", Closed, OwnManager),
        ("DELETE /platforms/{platformId}/closures/{closureId}",
            "/platforms/biopmed-imaging/closures/{planned}", null, OwnManager),
        ("GET /platforms/{platformId}/qualifications", "/platforms/biopmed-imaging/qualifications", null, OwnManager),
        ("PUT /platforms/{platformId}/qualifications/{qualification}/accounts/{accountId}",
            "/platforms/biopmed-imaging/qualifications/animal/accounts/spree-diagnostics", "{}", OwnManager),
        ("DELETE /platforms/{platformId}/qualifications/{qualification}/accounts/{accountId}",
            "/platforms/biopmed-imaging/qualifications/animal/accounts/spree-diagnostics", null, OwnManager),
        ("GET /platforms/{platformId}/holidays", "/platforms/biopmed-imaging/holidays", null, SignedIn),
        ("PUT /platforms/{platformId}/holidays", "/platforms/biopmed-imaging/holidays",
            """{"region": "IT", "resources": ["pet-ct"]}""", OwnManager),
        ("POST /platforms/{platformId}/holidays/preview", "/platforms/biopmed-imaging/holidays/preview",
            """{"region": "IT"}""", OwnManager),
        ("GET /platforms/{platformId}/collisions", "/platforms/biopmed-imaging/collisions", null, OwnManager),
        ("GET /platforms/{platformId}/calendars", "/platforms/biopmed-imaging/calendars", null, OwnManager),
        ("POST /platforms/{platformId}/calendars", "/platforms/biopmed-imaging/calendars", Unreachable, OwnManager),
        ("POST /platforms/{platformId}/calendars/preview", "/platforms/biopmed-imaging/calendars/preview",
            Unreachable, OwnManager),
        ("POST /platforms/{platformId}/calendars/{calendarId}/sync",
            "/platforms/biopmed-imaging/calendars/{calendar}/sync", null, OwnManager),
        ("PUT /platforms/{platformId}/calendars/{calendarId}/file",
            "/platforms/biopmed-imaging/calendars/{calendar}/file", "{}", OwnManager),
        ("DELETE /platforms/{platformId}/calendars/{calendarId}",
            "/platforms/biopmed-imaging/calendars/{calendar}", null, OwnManager),
        ("PUT /platforms/{platformId}/services/{serviceId}", "/platforms/biopmed-imaging/services/optical-hour",
            "{service}", "401 403 403 403 + 403 403"),
        ("PUT /platforms/{platformId}/services/{serviceId}/prices",
            "/platforms/biopmed-imaging/services/optical-hour/prices",
            """{"home": {EUR}, "partner": {EUR}, "external": {EUR}, "academic": {EUR}}""", "401 403 403 403 + 403 403"),
        ("POST /quotes", "/quotes",
            """
            {"accountId": "spree-diagnostics", "items": [
              {"platformId": "biopmed-imaging", "serviceId": "mri-half-day", "start": "2027-03-01T08:00:00+01:00"}]}
            """, OwnSme),
        ("POST /quotes/preview", "/quotes/preview",
            """
            {"accountId": "spree-diagnostics", "items": [
              {"platformId": "biopmed-imaging", "serviceId": "mri-half-day", "start": "2027-03-01T08:00:00+01:00"}]}
            """, OwnSme),
        ("GET /quotes/{id}", "/quotes/{quote}", null, OwnSme),
        ("POST /bookings", "/bookings", """{"quoteId": "{quote}", "purpose": ""}""", OwnSme),
        ("POST /bookings/prepared", "/bookings/prepared", """
            {"accountId": "spree-diagnostics", "items": [
              {"platformId": "biopmed-imaging", "serviceId": "mri-half-day", "start": "2027-03-08T08:00:00+01:00"}]}
            """, "401 403 403 403 + 403 +"),
        ("GET /bookings", "/bookings?accountId=spree-diagnostics&limit=5", null, SignedIn),
        ("GET /bookings/{id}", "/bookings/{booking}", null, Both),
        ("POST /bookings/{id}/approval", "/bookings/{booking}/approval",
            """{"decision": "approve"}""", "401 404 403 404 403 404 404"),
        ("POST /bookings/{id}/contract/signatures", "/bookings/{booking}/contract/signatures",
            """{"contentHash": "{hash}", "name": "Me"}""", Both),
        ("POST /bookings/{id}/payments", "/bookings/{booking}/payments",
            """{"method": "invoice"}""", "401 404 + 404 403 404 404"),
        ("GET /bookings/{id}/cancellation", "/bookings/{booking}/cancellation", null, Both),
        ("POST /bookings/{id}/cancellation", "/bookings/{booking}/cancellation", """{"reason": ""}""", Both),
        ("POST /bookings/{id}/delivery", "/bookings/{booking}/delivery", "{}", "401 404 403 404 + 404 404"),
        ("POST /bookings/{id}/acceptance", "/bookings/{booking}/acceptance",
            """{"accepted": true}""", "401 404 + 404 403 404 404"),
        ("POST /bookings/{id}/no-show", "/bookings/{booking}/no-show", "{}", "401 404 403 404 + 404 404"),
        ("POST /bookings/{id}/check-in", "/bookings/{booking}/check-in", """{"itemId": "i1"}""", Both),
        ("POST /bookings/{id}/release", "/bookings/{booking}/release", """{"itemId": "i1"}""", Both),
        ("POST /bookings/{id}/note", "/bookings/{booking}/note", """{"note": "Bring ice"}""",
            "401 404 + 404 403 404 404"),
        ("POST /bookings/{id}/decline", "/bookings/{booking}/decline", "{}", "401 404 403 404 403 404 404"),
        ("POST /bookings/{id}/handover", "/bookings/{booking}/handover",
            """{"email": "sme.berlin@example.org"}""", "401 404 + 404 403 404 404"),
        ("POST /bookings/{id}/split", "/bookings/{booking}/split",
            """{"itemId": "i1", "firstDuration": "PT2H"}""", Both),
        ("POST /bookings/{id}/length", "/bookings/{booking}/length", """{"itemId": "i1", "duration": "PT8H"}""",
            "401 404 + 404 403 404 404"),
        ("GET /bookings/{id}/length", "/bookings/{booking}/length?itemId=i1&duration=PT8H", null,
            "401 404 + 404 403 404 404"),
        ("POST /bookings/{id}/extension", "/bookings/{booking}/extension", null, "401 404 + 404 403 404 404"),
        ("POST /bookings/{id}/reschedule", "/bookings/{booking}/reschedule",
            """{"items": [{"itemId": "i1", "start": "2027-03-02T08:00:00+01:00"}]}""", Both),
        ("GET /bookings/{id}/contract", "/bookings/{booking}/contract", null, Both),
        ("GET /bookings/{id}/invoices", "/bookings/{booking}/invoices", null, Both),
        ("GET /invoices/{id}", "/invoices/{invoice}", null, Both),
        ("POST /invoices/{id}/payment", "/invoices/{invoice}/payment", null, "401 404 403 404 + 404 404"),
        ("GET /accounts/{id}/vouchers", "/accounts/spree-diagnostics/vouchers", null, OwnSme),
        ("GET /accounts/{id}/aid", "/accounts/spree-diagnostics/aid", null, OwnSme),
        ("POST /accounts/{id}/eligibility", "/accounts/spree-diagnostics/eligibility",
            """{"programmeId": "berlin-abroad"}""", OwnSme),
        .. AidDoors.Table,
        ("GET /bookings/{id}/consequences", "/bookings/{booking}/consequences", null, "401 404 403 404 + 404 404"),
        ("GET /platforms/{platformId}/approvers", "/platforms/biopmed-imaging/approvers", null, OwnManager),
        ("PUT /platforms/{platformId}/approvers", "/platforms/biopmed-imaging/approvers",
            """{"approvers": []}""", OwnManager),
        ("POST /accounts/{id}/waitlist", "/accounts/spree-diagnostics/waitlist",
            """
            {"platformId": "biopmed-imaging", "serviceId": "mri-half-day", "start": "2027-03-01T08:00:00+01:00"}
            """, OwnSme),
        ("GET /accounts/{id}/waitlist", "/accounts/spree-diagnostics/waitlist", null, OwnSme),
        ("DELETE /accounts/{id}/waitlist/{entryId}", "/accounts/spree-diagnostics/waitlist/{waiting}", null, OwnSme),
        ("GET /platforms/{platformId}/waitlist", "/platforms/biopmed-imaging/waitlist", null, OwnManager),
        ("GET /vouchers/{id}", "/vouchers/{voucher}", null, "401 404 + 404 404 + 404"),
        ("POST /vouchers/{id}/revocation", "/vouchers/{voucher}/revocation", """{"reason": ""}""",
            "401 404 403 404 404 + 404"),
        ("POST /vouchers/{id}/return", "/vouchers/{voucher}/return", """{"reason": ""}""",
            "401 404 + 404 404 403 404"),
        ("GET /programmes", "/programmes", null, SignedIn),
        ("GET /programmes/{id}", "/programmes/berlin-abroad", null, SignedIn),
        ("POST /programmes", "/programmes", Scheme, "401 403 403 403 403 + 403"),
        ("PUT /programmes/{id}", "/programmes/{draft}", Scheme, Funder),
        ("POST /programmes/{id}/publication", "/programmes/{draft}/publication", null, Funder),
        ("POST /programmes/{id}/closing", "/programmes/{draft}/closing", null, Funder),
        .. Calls,
        ("GET /programmes/{id}/claims", "/programmes/berlin-abroad/claims", null, Funder),
        ("POST /programmes/{id}/claims/{claimId}/decision", "/programmes/berlin-abroad/claims/{claim}/decision",
            """{"decision": "approve"}""", Funder),
        ("GET /programmes/{id}/claims/{claimId}", "/programmes/berlin-abroad/claims/{claim}", null, Party),
        ("GET /programmes/{id}/claims/{claimId}/evidence", "/programmes/berlin-abroad/claims/{claim}/evidence", null,
            Party),
        ("POST /programmes/{id}/claims/{claimId}/answer", "/programmes/berlin-abroad/claims/{claim}/answer",
            """{"text": "Those of May"}""", "401 404 + 404 + 404 404"),
        ("PUT /programmes/{id}/claims/{claimId}/account", "/programmes/berlin-abroad/claims/{claim}/account",
            """{"name": "Spree Diagnostics", "iban": "DE89370400440532013000"}""", "401 404 + 404 403 404 404"),
        ("POST /bookings/{id}/obligations/{claimId}/payment", "/bookings/{booking}/obligations/{claim}/payment", null,
            "401 404 404 404 404 404 404"),
        ("POST /programmes/{id}/claims/{claimId}/payment", "/programmes/berlin-abroad/claims/{claim}/payment",
            """{"reference": "1"}""", Funder),
        ("POST /programmes/{id}/claims/{claimId}/owed/{number:int}/repayment",
            "/programmes/berlin-abroad/claims/{claim}/owed/1/repayment", """{"reference": "1"}""", Funder),
        ("GET /programmes/{id}/report", "/programmes/berlin-abroad/report", null, Funder),
        ("GET /programmes/{id}/beneficiaries", "/programmes/berlin-abroad/beneficiaries", null, SignedIn),
        ("GET /programmes/{id}/beneficiaries.csv", "/programmes/berlin-abroad/beneficiaries.csv", null, SignedIn),
        ("GET /programmes/{id}/open-data", "/programmes/berlin-abroad/open-data", null, SignedIn),
        ("GET /programmes/{id}/open-data.csv", "/programmes/berlin-abroad/open-data.csv", null, SignedIn),
        ("GET /programmes/{id}/payment-batches", "/programmes/berlin-abroad/payment-batches", null, Funder),
        ("POST /programmes/{id}/payment-batches", "/programmes/berlin-abroad/payment-batches",
            """{"requestedOn": "2026-12-02", "debtorIban": "DE89370400440532013000"}""", Funder),
        ("GET /programmes/{id}/payment-batches/{batchId}/file", "/programmes/berlin-abroad/payment-batches/b-1/file",
            null, NoSuchBatch),
        ("DELETE /programmes/{id}/payment-batches/{batchId}", "/programmes/berlin-abroad/payment-batches/b-1", null,
            NoSuchBatch),
        ("POST /programmes/{id}/bank-statements", "/programmes/berlin-abroad/bank-statements", "{}", Funder),
        ("GET /programmes/{id}/ledger", "/programmes/berlin-abroad/ledger", null, Funder),
        ("GET /programmes/{id}/ledger/balance", "/programmes/berlin-abroad/ledger/balance", null, Funder),
        ("GET /programmes/{id}/ledger/postings.csv", "/programmes/berlin-abroad/ledger/postings.csv", null, Funder),
        // Last, because it ends the caller's session.
        ("DELETE /session", "/session", null, SignedIn),
    ];

    [Fact]
    public async Task Every_door_opens_to_those_it_is_for_and_to_nobody_else()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var values = await OneOfEverything(host);
        var wrong = new List<string>();
        foreach (var (door, path, body, expected) in Table)
        {
            var columns = expected.Split(' ');
            // The one whom it is for comes last, so that what they change cannot hide the others' answers.
            foreach (var caller in Enumerable.Range(0, Callers.Length).OrderBy(c => columns[c] == "+"))
            {
                var client = Callers[caller] is { } login ? await host.As(login) : host.Visitor();
                var answer = await client.Send(
                    new HttpMethod(door[..door.IndexOf(' ', StringComparison.Ordinal)]), Filled(path, values)!,
                        ApiClient.Content(Filled(body, values)));
                var got = answer.Status is 401 or 403 or 404 or >= 500 ? $"{answer.Status}" : "+";
                if (got != columns[caller]) wrong.Add(
                    $"{door} for {Callers[caller] ?? "a visitor"}: "
                        + $"{answer.Status} instead of {columns[caller]}: {answer.Text}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task No_door_is_missing_from_the_table()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var doors = host.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText?.StartsWith("/api/v1/", StringComparison.Ordinal) == true)
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                .Select(method => $"{method} {e.RoutePattern.RawText!["/api/v1".Length..].TrimEnd('/')}"))
            .Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(doors, Table.Select(row => row.Door).Order(StringComparer.Ordinal));
    }

    /// <summary>A booking that was delivered and accepted, with its invoice and claim; a quote; a closure.</summary>
    private static async Task<Dictionary<string, string>> OneOfEverything(ApiHost host)
    {
        var (sme, manager, funder) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"),
            await host.As("funder.berlin"));
        var booking = await sme.Confirm(await sme.Hold(Wish.Mri("2026-12-07")));
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 7, 12, 0));
        (await manager.Post($"/bookings/{booking.Id()}/delivery", new { })).Expect(200);
        (await sme.Post($"/bookings/{booking.Id()}/acceptance", new { accepted = true })).Expect(200);
        foreach (var login in Callers) if (login is not null) await host.As(login);
        var closure = (await manager.Post("/platforms/biopmed-imaging/resources/optical/closures",
            new { from = "2027-03-01T08:00", to = "2027-03-01T09:00", reason = "Cleaning" })).Expect(200);
        var planned = (await manager.Post("/platforms/biopmed-imaging/closures",
            new { from = "2027-06-01T08:00", to = "2027-06-01T09:00", reason = "Cleaning" })).Expect(200);
        await sme.Hold(Wish.Mri("2027-03-08"));
        var waiting = (await sme.Post("/accounts/spree-diagnostics/waitlist", new
        {
            platformId = "biopmed-imaging",
            serviceId = "mri-half-day",
            start = "2027-03-08T08:00:00+01:00",
        })).Expect(201);
        var calendar = await manager.Send(HttpMethod.Post,
            "/platforms/biopmed-imaging/calendars?resourceId=optical&name=x", Calendars.ImportApiTests.Ics(""));
        var service = (await manager.Get("/platforms/biopmed-imaging")).Expect(200)["services"]!.AsArray()
            .Single(s => s!.Text("serviceId") == "optical-hour")!;
        return new Dictionary<string, string>
        {
            ["booking"] = booking.Id(),
            ["hash"] = booking["contract"]!.Text("contentHash"),
            ["invoice"] = (await sme.Get($"/bookings/{booking.Id()}/invoices")).Expect(200)["items"]![0]!.Text("id"),
            ["claim"] = (await funder.Get("/programmes/berlin-abroad/claims"))
                .Expect(200)["items"]![0]!.Text("claimId"),
            ["voucher"] = (await sme.Voucher()).Text("voucherId"),
            ["quote"] = (await sme.Quote(Wish.Mri("2027-03-03"))).Expect(201).Text("quoteId"),
            ["closure"] = closure.Text("closureId"),
            ["waiting"] = waiting.Text("entryId"),
            ["calendar"] = calendar.Expect(201).Text("calendarId"),
            ["planned"] = planned.Text("closureId"),
            ["call"] = (await funder.Post(Abroad + "/calls", Calling)).Expect(201).Text("callId"),
            ["applied"] = (await sme.Post(Abroad + "/applications", Applying)).Expect(201).Text("applicationId"),
            ["draft"] = (await funder.Post("/programmes", Filled(Scheme, new() { ["EUR"] = Sixty }))).Expect(201)
                .Text("id"),
            ["service"] = service.ToJsonString(),
            ["EUR"] = Sixty,
        };
    }

    private static string? Filled(string? text, Dictionary<string, string> values) =>
        values.Aggregate(text, (filled, value) => filled?.Replace("{" + value.Key + "}", value.Value,
            StringComparison.Ordinal));
}
