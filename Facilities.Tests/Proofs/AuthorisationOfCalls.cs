namespace Facilities.Tests.Proofs;

/// <summary>Programmes as they are written, with their calls and applications.</summary>
public sealed partial class AuthorisationTests
{
    private const string Abroad = "/programmes/berlin-abroad";
    private const string Applied = Abroad + "/applications/{applied}";
    private const string Sides = "401 404 + 404 404 + 404";
    private const string FunderOfTwo = "401 404 403 404 404 + 404";
    private const string SmeOfTwo = "401 404 + 404 404 403 404";

    private const string Calling =
        """
        {"name": "Open", "opens": "2026-01-01T00:00", "closes": "2028-01-01T00:00",
         "assessors": ["funder.berlin@example.org"]}
        """;

    private const string Applying =
        """
        {"accountId": "spree-diagnostics", "amount": {"amount": 60, "currency": "EUR"}, "purpose": "x",
         "declarations": ["trueAndComplete", "noDoubleFunding", "noDifficulty", "notStarted", "aidDeclared"]}
        """;

    private const string Awarding =
        """{"accountId": "spree-diagnostics", "amount": {"amount": 60, "currency": "EUR"}}""";

    private const string Sixty = """{"amount": 60, "currency": "EUR"}""";

    private const string Scheme =
        """
        {"name": "Scheme", "funder": "Funder", "country": "DE", "timeZone": "Europe/Berlin", "budget": {EUR},
         "legalBasis": "none", "rate": 50, "capPerVoucher": {EUR}, "providerScope": {"any": true},
         "validityMonths": 12, "claimDays": 30}
        """;

    private const string Party = "401 404 + 404 + + 404";

    private static (string Door, string Path, string? Body, string Expected)[] Calls =>
    [
        ("POST /bookings/{id}/credits/preview", "/bookings/{booking}/credits/preview",
            """{"percent": 25, "reason": "A scan failed."}""", "401 404 403 404 + 404 404"),
        ("POST /bookings/{id}/credits", "/bookings/{booking}/credits",
            """{"percent": 25, "reason": "A scan failed."}""", "401 404 403 404 + 404 404"),
        ("POST /bookings/{id}/credits/{number:int}/transfer", "/bookings/{booking}/credits/1/transfer", null,
            "401 404 403 404 + 404 404"),
        ("GET /accounts/{id}/applications", "/accounts/spree-diagnostics/applications", null, OwnSme),
        ("GET /programmes/{id}/calls", Abroad + "/calls", null, SignedIn),
        ("POST /programmes/{id}/calls", Abroad + "/calls", Calling, Funder),
        ("PUT /programmes/{id}/calls/{callId}", Abroad + "/calls/{call}", Calling, Funder),
        ("GET /programmes/{id}/calls/{callId}/ranking", Abroad + "/calls/{call}/ranking", null, Funder),
        ("POST /programmes/{id}/calls/{callId}/awards", Abroad + "/calls/{call}/awards", """{"plan": "x"}""", Funder),
        ("GET /programmes/{id}/applications", Abroad + "/applications", null, Funder),
        ("POST /programmes/{id}/applications", Abroad + "/applications", Applying, OwnSme),
        ("GET /programmes/{id}/applications/{applicationId}", Applied, null, Sides),
        ("POST /programmes/{id}/applications/{applicationId}/completion-request", Applied + "/completion-request",
            """{"question": "x", "until": "2026-12-20"}""", FunderOfTwo),
        ("POST /programmes/{id}/applications/{applicationId}/interest", Applied + "/interest",
            """{"hasConflict": false}""", FunderOfTwo),
        ("POST /programmes/{id}/applications/{applicationId}/scores", Applied + "/scores",
            """{"points": []}""", FunderOfTwo),
        ("POST /programmes/{id}/applications/{applicationId}/completion", Applied + "/completion",
            """{"answer": "x"}""", SmeOfTwo),
        ("POST /programmes/{id}/applications/{applicationId}/withdrawal", Applied + "/withdrawal", "{}", SmeOfTwo),
        ("POST /programmes/{id}/applications/{applicationId}/decision", Applied + "/decision",
            """{"decision": "reject", "note": "x"}""", Funder),
        ("GET /programmes/{id}/applications/{applicationId}/letter", Applied + "/letter", null, Sides),
        ("POST /programmes/{id}/awards", Abroad + "/awards", Awarding, Funder),
        ("POST /programmes/{id}/awards/preview", Abroad + "/awards/preview", Awarding, Funder),
        ("POST /programmes/{id}/awards/import", Abroad + "/awards/import", "{}", Funder),
        ("POST /programmes/{id}/awards/import/preview", Abroad + "/awards/import/preview", "{}", Funder),
    ];
}
