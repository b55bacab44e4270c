using System.Collections.Immutable;

namespace Facilities.Tests.Http;

/// <summary>One call that other programs rely on.</summary>
/// <param name="Method">GET, POST, PUT or DELETE.</param>
/// <param name="Path">Below <c>/api/v1</c> unless it stands at the root.</param>
/// <param name="Query">Names of the query string.</param>
/// <param name="Body">Fields of the request; a dot steps into an object or into what a list holds.</param>
/// <param name="Answer">Fields of the answer.</param>
internal sealed record PromisedCall(
    string Method, string Path, ImmutableArray<string> Query, ImmutableArray<string> Body,
        ImmutableArray<string> Answer);

/// <summary>
/// What the HTTP contract names, written down once more so that the served document can be held to it.
/// </summary>
internal static class OpenApiTable
{
    private const string User =
        "id name email memberships.organisationId memberships.organisationName memberships.kind memberships.roles";

    private const string Money = "net taxTotal gross accountPays paysProviders paidBack";

    private const string Quote =
        "quoteId validUntil seal items.itemId items.tariff.class items.tariff.reason items.lines.kind "
        + "items.lines.description items.lines.quantity items.lines.unitPrice.amount items.lines.unitPrice.currency "
        + "items.lines.amount items.net funding.kind funding.id funding.name funding.amount funding.reason "
        + "funding.paidTo tax.country tax.category tax.rate tax.base tax.amount tax.reason " + Money;

    private const string Booking =
        "bookingId status accountId items.itemId items.platformId items.serviceId items.start items.end items.status "
        + "heldUntil quote.quoteId gates.gate gates.status gates.due contract.status contract.contentHash "
        + "contract.signatures.party contract.signatures.name contract.signatures.at payment";

    private const string CreditBody =
        "reason percent platformId lines.itemId lines.line lines.percent lines.quantity lines.amount";

    private const string Credit =
        "number platformId net tax gross reason account fromInvoice byRefund byTransfer transferBy funding.id "
        + "funding.payer funding.amount funding.effect funding.owed.owedBy netLeft accountPaysLeft invoiceId "
        + "invoiceNumber transferred settled";

    private const string History = " history.at history.event history.by";

    private const string Voucher = "voucherId programmeId status faceValue reserved redeemed available rate expiresOn";

    private const string ProgrammeBody =
        "name funder country timeZone budget years.year years.amount legalBasis basisValidity.from basisValidity.until "
        + "rate capPerVoucher capPerOrder sizes regionsInclude providerScope.any categories validityMonths claimDays "
        + "paymentMode vatFundable rules.brackets rules.costMin rules.ownContribution rules.start rules.inside";

    private const string CallFields =
        "name opens closes kind share criteria.id criteria.name criteria.weight criteria.most assessors";

    private const string CallOf = "callId isOpen " + CallFields;

    private const string Applied =
        "applicationId programmeId accountId callId amount purpose declarations status submittedAt completion.until "
        + "decision.amount decision.note assessments.hasConflict";

    private const string Programme = "id status " + ProgrammeBody;

    private const string Imported =
        "calendarId name resources units host state fault triedAt readAt dueAt events busyTimes problems.line "
        + "problems.property problems.reason problems.isLeftOut collisions";

    private const string Collision =
        "bookingId accountId accountName status itemId serviceId start end reason alternatives.start alternatives.end";

    private const string Holidays = "region offered source resources openOn days.date days.name days.closed";

    private const string Waiting =
        "entryId accountId platformId serviceId duration quantity from to status place offer.start offer.end "
        + "offer.until";

    /// <summary>Every call: what it asks, what it answers; <c>-</c> where nothing is promised.</summary>
    public static readonly ImmutableArray<PromisedCall> Served =
    [
        Call("POST /session", "-", "email password", $"token expiresAt {In("user", User)}"),
        Call("GET /me", "-", "-", User),
        Call("POST /tokens", "-", "name scopes", "id secret scopes"),
        Call("GET /tokens", "-", "-", "items.id nextCursor"),
        Call("DELETE /tokens/{id}", "-", "-", "-"),
        Call("POST /feeds", "-", "kind audience name accountId platformId resourceId", "id name audience address"),
        Call("GET /feeds", "-", "-", "items.id items.name items.audience items.createdAt items.lastUsedOn nextCursor"),
        Call("DELETE /feeds/{id}", "-", "-", "-"),
        new("GET", "/feeds/{token}.ics", [], [], []),
        new("POST", "/webhooks/stripe", [], [], []),
        Call("GET /clusters", "-", "-", "items.id nextCursor"),
        Call("GET /agreements", "-", "-", "items.id items.annexes nextCursor"),
        Call("GET /platforms", "q category cluster country stage", "-",
            "items.platformId items.services.serviceId nextCursor"),
        Call("GET /platforms/{platformId}", "-", "-",
            "platformId resources.id services.serviceId services.prices services.cancellation"),
        Call("GET /platforms/{platformId}/services/{serviceId}/slots", "from to duration", "-",
            "timeZone slots.start slots.end slots.free"),
        Call("GET /slots", "category from to duration country cluster accountId sort limit", "-",
            "items.platformId items.serviceId items.start items.end items.free items.net items.accountPays "
                + "items.paysProviders"),
        Call("PUT /platforms/{platformId}/resources/{resourceId}/hours", "-",
            "hours.rrule hours.from hours.to hours.validFrom hours.validUntil", "collisions"),
        Call("POST /platforms/{platformId}/resources/{resourceId}/closures", "-", "from to reason",
            "closureId collisions"),
        Call("DELETE /platforms/{platformId}/resources/{resourceId}/closures/{closureId}", "-", "-", "collisions"),
        Call("GET /platforms/{platformId}/closures", "limit cursor", "-", "items.closureId items.rrule nextCursor"),
        Call("POST /platforms/{platformId}/closures", "-",
            "from to reason rrule validUntil resources acknowledged", "closureId collisions"),
        Call("POST /platforms/{platformId}/closures/preview", "-", "from to reason rrule validUntil resources",
            "times.start times.end " + In("collisions", Collision)),
        Call("DELETE /platforms/{platformId}/closures/{closureId}", "-", "-", "collisions"),
        Call("GET /platforms/{platformId}/qualifications", "limit cursor", "-",
            "items.accountId items.qualification items.validUntil nextCursor"),
        Call("PUT /platforms/{platformId}/qualifications/{qualification}/accounts/{accountId}", "-",
            "validUntil note", "accountId qualification validUntil withdrawn"),
        Call("DELETE /platforms/{platformId}/qualifications/{qualification}/accounts/{accountId}", "-", "-",
            "withdrawn"),
        Call("GET /platforms/{platformId}/holidays", "-", "-", Holidays),
        Call("PUT /platforms/{platformId}/holidays", "-", "region resources openOn acknowledged", Holidays),
        Call("POST /platforms/{platformId}/holidays/preview", "-", "region resources openOn",
            "times.start times.end " + In("collisions", Collision)),
        Call("GET /platforms/{platformId}/collisions", "limit cursor", "-", In("items", Collision) + " nextCursor"),
        Call("GET /platforms/{platformId}/calendars", "limit cursor", "-", In("items", Imported) + " nextCursor"),
        Call("POST /platforms/{platformId}/calendars", "-", "name resourceId resources units url", Imported),
        Call("POST /platforms/{platformId}/calendars/preview", "-", "name resourceId resources units url",
            "events busyTimes times.start times.end problems.line problems.reason " + In("collisions", Collision)),
        Call("POST /platforms/{platformId}/calendars/{calendarId}/sync", "-", "-", Imported),
        Call("DELETE /platforms/{platformId}/calendars/{calendarId}", "-", "-", "-"),
        Call("PUT /platforms/{platformId}/services/{serviceId}", "-",
            "name prices duration quota specialHours partialUses vatClass", "services.serviceId"),
        Call("PUT /platforms/{platformId}/services/{serviceId}/prices", "-", "home partner external academic",
            "services.prices"),
        Call("POST /quotes", "-",
            "accountId items.platformId items.serviceId items.start items.duration items.quantity "
                + "items.options.optionId items.options.quantity items.repeat.rrule items.repeat.except vouchers "
                + "collisions", Quote + " series.seriesId series.text series.items"),
        Call("POST /quotes/preview", "-",
            "accountId items.platformId items.serviceId items.start items.duration items.repeat.rrule",
            "free colliding dates.itemId dates.date dates.start dates.end dates.free dates.refusal dates.reason "
                + "dates.alternatives.start"),
        Call("GET /quotes/{id}", "-", "-", Quote),
        Call("POST /bookings", "-", "quoteId seal purpose", Booking + History),
        Call("GET /bookings/{id}", "-", "-", Booking + History),
        Call("GET /bookings", "accountId platformId status from to limit cursor", "-",
            In("items", Booking) + " nextCursor"),
        Call("POST /bookings/{id}/approval", "-", "decision note alternatives.itemId alternatives.start",
            Booking + " alternatives.itemId alternatives.start alternatives.proposed"),
        Call("GET /bookings/{id}/consequences", "-", "-",
            "items.itemId returned.kind returned.amount next.accountId requests.bookingId requests.due"),
        Call("GET /platforms/{platformId}/approvers", "-", "-", "approvers.personId deputyAfterDays"),
        Call("PUT /platforms/{platformId}/approvers", "-",
            "approvers.email approvers.services approvers.deputyEmail approvers.awayFrom approvers.awayUntil "
                + "deputyAfterDays", "approvers.name approvers.deputyName deputyAfterDays"),
        Call("GET /bookings/{id}/contract", "-", "-", "contentHash markdown evidence"),
        Call("POST /bookings/{id}/contract/signatures", "-", "contentHash name", Booking),
        Call("POST /bookings/{id}/payments", "-", "method",
            Booking + " payment.status payment.amount payment.url payment.reason payment.refunds.status"),
        Call("POST /bookings/{id}/reschedule", "-",
            "items.itemId items.start items.platformId series.itemId series.scope series.start",
            Booking + " series.seriesId series.text series.items"),
        Call("POST /bookings/{id}/note", "-", "note", Booking + " note"),
        Call("POST /bookings/prepared", "-", "accountId items purpose",
            Booking + " prepared.organisationName prepared.by"),
        Call("POST /bookings/{id}/decline", "-", "-", Booking),
        Call("POST /bookings/{id}/handover", "-", "personId email", Booking + " responsible.personId responsible.name"),
        Call("POST /bookings/{id}/split", "-", "itemId firstDuration at secondStart",
            Booking + " parts.itemId parts.net"),
        Call("GET /bookings/{id}/cancellation", "-", "-", "fee refunds.source refunds.returned"),
        Call("POST /bookings/{id}/cancellation", "-", "reason", Booking),
        Call("POST /bookings/{id}/check-in", "-", "itemId", Booking),
        Call("POST /bookings/{id}/release", "-", "itemId from", Booking + " released.itemId released.from"),
        Call("GET /bookings/{id}/length", "itemId duration", "-", "change.reason price.net price.accountPays"),
        Call("POST /bookings/{id}/length", "-", "itemId duration", Booking + " agreed.net agreed.accountPays"),
        Call("POST /bookings/{id}/extension", "-", "-", Booking),
        Call("POST /bookings/{id}/delivery", "-", "items.itemId items.used items.quantity items.note", Booking),
        Call("POST /bookings/{id}/acceptance", "-", "accepted note", Booking),
        Call("GET /bookings/{id}/invoices", "-", "-", "items.id items.number nextCursor"),
        Call("GET /invoices/{id}", "-", "-", "id number"),
        Call("GET /programmes", "-", "-", "items.id items.budget items.legalBasis items.rate nextCursor"),
        Call("GET /programmes/{id}", "-", "-", "id budget legalBasis rate"),
        Call("GET /accounts/{id}/vouchers", "-", "-", In("items", Voucher) + " nextCursor"),
        Call("POST /accounts/{id}/eligibility", "-", "programmeId",
            "programmeId eligible rules.rule rules.passed rules.reason rules.clause rules.remedy"),
        Call("GET /accounts/{id}/aid", "-", "-",
            "undertaking entries.entryId entries.country entries.basis entries.grantedOn entries.amount entries.counts "
                + "entries.registerBy entries.reference entries.highestShare "
                + "entries.rate.perEuro entries.rate.day entries.rate.source "
                + "standings.sum standings.ceiling standings.left"),
        .. OpenApiAid.Served,
        Call("POST /accounts/{id}/waitlist", "-", "platformId serviceId duration quantity start from to", Waiting),
        Call("GET /accounts/{id}/waitlist", "limit cursor", "-", In("items", Waiting) + " nextCursor"),
        Call("DELETE /accounts/{id}/waitlist/{entryId}", "-", "-", "-"),
        Call("GET /platforms/{platformId}/waitlist", "limit cursor", "-", In("items", Waiting) + " nextCursor"),
        Call("GET /vouchers/{id}", "-", "-", Voucher),
        Call("POST /vouchers/{id}/revocation", "-", "reason", Voucher),
        Call("POST /vouchers/{id}/return", "-", "reason", Voucher + " returned ended.how ended.reason"),
        Call("GET /programmes", "limit cursor", "-", In("items", Programme) + " nextCursor"),
        Call("GET /programmes/{id}", "-", "-", Programme + " free years.taken years.free"),
        Call("POST /programmes", "-", ProgrammeBody, Programme),
        Call("PUT /programmes/{id}", "-", ProgrammeBody, Programme),
        Call("POST /programmes/{id}/publication", "-", "-", "id status"),
        Call("POST /programmes/{id}/closing", "-", "note", "id status"),
        Call("GET /programmes/{id}/calls", "limit cursor", "-", In("items", CallOf) + " nextCursor"),
        Call("POST /programmes/{id}/calls", "-", CallFields, CallOf),
        Call("PUT /programmes/{id}/calls/{callId}", "-", CallFields, CallOf),
        Call("GET /programmes/{id}/calls/{callId}/ranking", "-", "-",
            "callId plan total items.place items.applicationId items.points items.reason items.award items.whyNot"),
        Call("POST /programmes/{id}/calls/{callId}/awards", "-", "plan note",
            "total items.applicationId items.awarded items.whyNot"),
        Call("GET /accounts/{id}/applications", "limit cursor", "-", In("items", Applied) + " nextCursor"),
        Call("GET /programmes/{id}/applications", "status callId limit cursor", "-",
            In("items", Applied) + " nextCursor"),
        Call("POST /programmes/{id}/applications", "-", "accountId amount purpose declarations callId", Applied),
        Call("GET /programmes/{id}/applications/{applicationId}", "-", "-", Applied),
        Call("POST /programmes/{id}/applications/{applicationId}/completion-request", "-", "question until", Applied),
        Call("POST /programmes/{id}/applications/{applicationId}/completion", "-", "answer", Applied),
        Call("POST /programmes/{id}/applications/{applicationId}/withdrawal", "-", "note", Applied),
        Call("POST /programmes/{id}/applications/{applicationId}/interest", "-", "hasConflict note", Applied),
        Call("POST /programmes/{id}/applications/{applicationId}/scores", "-",
            "points.criterion points.points remark", Applied),
        Call("POST /programmes/{id}/applications/{applicationId}/decision", "-", "decision amount note perEuro",
            Applied),
        Call("GET /programmes/{id}/applications/{applicationId}/letter", "-", "-",
            "title from to day paragraphs facts.name facts.value"),
        Call("POST /programmes/{id}/awards/preview", "-", "accountId amount note perEuro",
            "accountId accountName amount free rules.rule rules.passed aid.before aid.adds aid.after aid.ceiling "
                + "aid.left aid.fits aid.perEuro aid.rateDay faults.pointer faults.message"),
        Call("POST /programmes/{id}/awards", "-", "accountId amount note perEuro", Voucher),
        Call("POST /programmes/{id}/awards/import/preview", "-", "-",
            "file awards total isImported faults.line faults.column faults.message"),
        Call("POST /programmes/{id}/awards/import", "-", "-", "file awards total refused.line refused.message"),
        Call("GET /programmes/{id}/claims", "-", "-", "items.claimId items.evidence nextCursor"),
        Call("GET /programmes/{id}/claims/{claimId}", "-", "-",
            "claimId checks.rule checks.passed checks.reason questions.question questions.answer payee account.name "
                + "account.iban paymentProof"),
        Call("GET /programmes/{id}/claims/{claimId}/evidence", "-", "-", "-"),
        Call("POST /programmes/{id}/claims/{claimId}/decision", "-", "decision note answerBy", "claimId status"),
        Call("POST /programmes/{id}/claims/{claimId}/answer", "-", "text", "claimId status questions.answer"),
        Call("PUT /programmes/{id}/claims/{claimId}/account", "-", "name iban", "claimId status account.iban"),
        Call("POST /programmes/{id}/claims/{claimId}/owed/{number}/repayment", "-", "reference amount.amount",
            "claimId status advance.payBy advance.earned owed.number owed.owedBy owed.open owed.dueOn owed.reference "
                + "owed.settledAt owed.settlement credits.number credits.amount credits.effect"),
        Call("POST /bookings/{id}/obligations/{claimId}/payment", "-", "-",
            Booking + " obligations.claim obligations.platform obligations.amount obligations.paid"),
        Call("POST /bookings/{id}/credits/preview", "-", CreditBody, Credit),
        Call("POST /bookings/{id}/credits", "-", CreditBody + " after", Booking + " " + In("credits", Credit)),
        Call("POST /bookings/{id}/credits/{number}/transfer", "-", "-", Booking + " credits.transferred"),
        Call("GET /programmes/{id}/ledger", "-", "-", "items.debit items.credit items.amount nextCursor"),
        Call("GET /programmes/{id}/report", "-", "-",
            "forecast.perMonth forecast.lastsUntil forecast.method times.toDecision times.toPayment groupings.by"),
        Call("GET /programmes/{id}/beneficiaries", "limit cursor", "-",
            "items.name items.region items.awardedOn items.awarded nextCursor"),
        Call("GET /programmes/{id}/beneficiaries.csv", "-", "-", "-"),
        Call("GET /programmes/{id}/open-data", "-", "-", "threshold groups.by groups.group groups.enterprises"),
        Call("GET /programmes/{id}/open-data.csv", "-", "-", "-"),
        Call("GET /programmes/{id}/payment-batches", "limit cursor", "-",
            "items.batchId items.messageId items.sum nextCursor"),
        Call("POST /programmes/{id}/payment-batches", "-", "requestedOn debtorIban debtorName",
            "batch.batchId batch.payments.endToEndId leftOut.claim leftOut.reason"),
        Call("GET /programmes/{id}/payment-batches/{batchId}/file", "-", "-", "-"),
        Call("DELETE /programmes/{id}/payment-batches/{batchId}", "-", "-", "-"),
        Call("POST /programmes/{id}/bank-statements", "preview", "-", "accepted faults entries.meaning entries.reason"),
        Call("GET /programmes/{id}/ledger/balance", "on", "-",
            "on timeZone until accounts.account accounts.name accounts.debits accounts.credits accounts.balance debits "
            + "credits"),
        Call("GET /programmes/{id}/ledger/postings.csv", "on account", "-", "-"),
    ];

    /// <summary>Promised for later. The day one is served, it moves to the table above with its fields.</summary>
    public static readonly ImmutableArray<string> NotServedYet =
    [
    ];

    /// <summary>Promised at the root for later.</summary>
    public static readonly ImmutableArray<string> NotServedYetAtTheRoot = [];

    /// <summary>Machine names of refusals that the contract spells out.</summary>
    public static readonly ImmutableArray<string> Refusals =
    [
        "slotTaken", "notOffered", "startOffGrid", "insideLeadTime", "beyondHorizon", "qualificationMissing",
        "quantityNotAllowed", "voucherTooSmall", "sealBroken", "agreementEnded", "quoteExpired", "notYetStarted",
        "idempotencyKeyReused", "bookingsCollide",
    ];

    internal static PromisedCall Call(string call, string query, string body, string answer)
    {
        var parts = call.Split(' ');
        return new(parts[0], "/api/v1" + parts[1], Words(query), Words(body), Words(answer));
    }

    internal static string In(string member, string fields) =>
        string.Join(' ', Words(fields).Select(f => $"{member}.{f}"));

    private static ImmutableArray<string> Words(string text) =>
        text == "-" ? [] : [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
