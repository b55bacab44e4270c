namespace Facilities.Tests.Proofs;

/// <summary>Who may go through the doors of declarations and of the aid register.</summary>
internal static class AidDoors
{
    private const string OwnSme = "401 404 + 404 404 404 404";
    private const string Funder = "401 404 404 404 404 + 404";

    public static readonly (string Door, string Path, string? Body, string Expected)[] Table =
    [
        ("GET /accounts/{id}/declaration", "/accounts/spree-diagnostics/declaration", null, OwnSme),
        ("POST /accounts/{id}/declaration/preview", "/accounts/spree-diagnostics/declaration/preview",
            """{"enterprises": []}""", OwnSme),
        ("PUT /accounts/{id}/declaration", "/accounts/spree-diagnostics/declaration", """{"enterprises": []}""",
            OwnSme),
        ("GET /accounts/{id}/other-aid", "/accounts/spree-diagnostics/other-aid", null, OwnSme),
        ("GET /accounts/{id}/other-aid/file", "/accounts/spree-diagnostics/other-aid/file", null, OwnSme),
        ("POST /accounts/{id}/other-aid/preview", "/accounts/spree-diagnostics/other-aid/preview",
            """{"entries": []}""", OwnSme),
        ("POST /accounts/{id}/other-aid/file/preview", "/accounts/spree-diagnostics/other-aid/file/preview",
            "{}", OwnSme),
        ("PUT /accounts/{id}/other-aid", "/accounts/spree-diagnostics/other-aid", """{"entries": []}""", OwnSme),
        ("GET /accounts/{id}/activities", "/accounts/spree-diagnostics/activities", null, OwnSme),
        ("PUT /accounts/{id}/activities", "/accounts/spree-diagnostics/activities", """{"main": "x"}""", OwnSme),
        ("GET /accounts/{id}/undertaking", "/accounts/spree-diagnostics/undertaking", null, OwnSme),
        ("POST /accounts/{id}/undertaking/proposals", "/accounts/spree-diagnostics/undertaking/proposals",
            """{"vatId": "x"}""", OwnSme),
        ("POST /accounts/{id}/undertaking/union", "/accounts/spree-diagnostics/undertaking/union",
            """{"accountId": "spree-diagnostics", "evidence": "x"}""", "401 404 404 404 404 404 404"),
        ("GET /programmes/{id}/aid-register", "/programmes/berlin-abroad/aid-register", null, Funder),
        ("GET /programmes/{id}/aid-register/export", "/programmes/berlin-abroad/aid-register/export", null, Funder),
        ("GET /programmes/{id}/aid-register/summary", "/programmes/berlin-abroad/aid-register/summary", null, Funder),
        ("POST /programmes/{id}/aid-register/missing", "/programmes/berlin-abroad/aid-register/missing", null, Funder),
        ("POST /programmes/{id}/aid-register/{entry}", "/programmes/berlin-abroad/aid-register/{voucher}",
            """{"reference": "DE-1"}""", Funder),
    ];
}
