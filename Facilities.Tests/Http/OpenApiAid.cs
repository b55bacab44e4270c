using System.Collections.Immutable;

namespace Facilities.Tests.Http;

/// <summary>The calls of declarations and of the aid register.</summary>
internal static class OpenApiAid
{
    private const string Declaring =
        "enterprises.id enterprises.name enterprises.kind enterprises.market enterprises.periods.endsOn "
        + "enterprises.periods.approvedOn enterprises.periods.staff enterprises.periods.turnover "
        + "enterprises.periods.balanceSheet enterprises.periods.perEuro enterprises.periods.isEstimate holdings.owner "
        + "holdings.owned holdings.capital holdings.votes holdings.control";

    private const string Declared =
        "accountId status signedOn validUntil signedBy class reason rules lines.name lines.percent lines.endsOn "
        + "lines.figures.staff lines.rule years.endsOn years.class singleUndertaking text textHash " + Declaring;

    private const string OtherAidEntries =
        "entries.grantedOn entries.amount entries.basis entries.authority entries.country entries.recipient "
        + "entries.reference entries.perEuro";

    private const string OtherAid =
        "accountId status signedOn validUntil signedBy singleUndertaking text textHash " + OtherAidEntries;

    private const string Undertaking = "undertaking declared accounts proposals.accountId proposals.name";

    private const string Registered =
        "entryId beneficiary country basis instrument grantedOn amount counts authority nace status registerBy alarmOn "
        + "reference registeredOn correction.from correction.to correction.reason highestShare rate.perEuro "
        + "rate.day rate.source";

    private const string RegisterSummary =
        "overdue urgent correctionsDue open done missing lastGrantedOn keptUntil isLocked reason";

    public static readonly ImmutableArray<PromisedCall> Served =
    [
        OpenApiTable.Call("GET /accounts/{id}/declaration", "-", "-", Declared),
        OpenApiTable.Call("POST /accounts/{id}/declaration/preview", "-", Declaring, Declared),
        OpenApiTable.Call("PUT /accounts/{id}/declaration", "-", Declaring + " name textHash", Declared),
        OpenApiTable.Call("GET /accounts/{id}/other-aid", "-", "-", OtherAid),
        OpenApiTable.Call("GET /accounts/{id}/other-aid/file", "-", "-", "-"),
        OpenApiTable.Call("POST /accounts/{id}/other-aid/preview", "-", OtherAidEntries, OtherAid),
        OpenApiTable.Call("POST /accounts/{id}/other-aid/file/preview", "add", "-", OtherAid),
        OpenApiTable.Call("PUT /accounts/{id}/other-aid", "-", OtherAidEntries + " name textHash", OtherAid),
        OpenApiTable.Call(
            "GET /accounts/{id}/activities", "-", "-", "accountId main further.nace further.isSeparated"),
        OpenApiTable.Call(
            "PUT /accounts/{id}/activities", "-", "main further.nace further.isSeparated",
            "accountId main further.nace further.isSeparated"),
        OpenApiTable.Call("GET /accounts/{id}/undertaking", "-", "-", Undertaking),
        OpenApiTable.Call("POST /accounts/{id}/undertaking/proposals", "-", "vatId", Undertaking),
        OpenApiTable.Call("POST /accounts/{id}/undertaking/union", "-", "accountId evidence", Undertaking),
        OpenApiTable.Call("GET /programmes/{id}/aid-register", "status limit cursor", "-",
            OpenApiTable.In("items", Registered) + " nextCursor"),
        OpenApiTable.Call("GET /programmes/{id}/aid-register/export", "-", "-", "-"),
        OpenApiTable.Call("GET /programmes/{id}/aid-register/summary", "-", "-", RegisterSummary),
        OpenApiTable.Call("POST /programmes/{id}/aid-register/missing", "-", "-", RegisterSummary),
        OpenApiTable.Call("POST /programmes/{id}/aid-register/{entry}", "-", "reference registeredOn", Registered),
    ];
}
