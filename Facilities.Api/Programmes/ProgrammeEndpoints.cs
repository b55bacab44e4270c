using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Programmes;
using NodaTime;
using Orleans;

namespace Facilities.Api.Programmes;

public enum ClaimDecisionWord { Approve, Reject }

public sealed record ClaimDecisionBody(ClaimDecisionWord Decision, string Note = "");

public sealed record ClaimPaymentBody(string Reference);

public sealed record ClaimQuery(
    ClaimStatus? Status = null, int Limit = Query.LimitDefault, string? Cursor = null);

/// <summary>A claim with its evidence pack.</summary>
public sealed record ClaimAnswer(
    ClaimId ClaimId, BookingId BookingId, VoucherId VoucherId, AccountId AccountId,
    ImmutableArray<PlatformId> PlatformIds, Money Amount, ClaimStatus Status, Instant OpenedAt, Instant? DecidedAt,
    string? Note, string? Reference, ClaimEvidence Evidence)
{
    public static ClaimAnswer Of(ClaimStanding standing) => new(
        standing.Claim.Id, standing.Claim.Booking, standing.Claim.Voucher, standing.Claim.Account,
        standing.Claim.Platforms, standing.Claim.Amount, standing.Status, standing.OpenedAt, standing.DecidedAt,
        standing.Note, standing.Reference, standing.Claim.Evidence);
}

public static class ProgrammeEndpoints
{
    /// <summary>The claims and the ledger of voucher programmes.</summary>
    public static RouteGroupBuilder MapProgrammes(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/programmes").WithTags("Vouchers").RequireActor();
        group.MapGet("/{id}/claims", Claims).ReadsQuery<ClaimQuery>()
            .Answers<Page<ClaimAnswer>>().Refuses(400, 401, 404);
        group.MapPost("/{id}/claims/{claimId}/decision", Decide).Reads<ClaimDecisionBody>()
            .Answers<ClaimAnswer>().Refuses(400, 401, 403, 404, 409);
        group.MapPost("/{id}/claims/{claimId}/payment", Pay).Reads<ClaimPaymentBody>()
            .Answers<ClaimAnswer>().Refuses(400, 401, 403, 404, 409);
        group.MapLedgers();
        return api;
    }

    private static async Task<IResult> Claims(HttpContext context, ProgrammeLists lists, string id)
    {
        var query = Query.Read<ClaimQuery>(context);
        var claims = await lists.Claims(Mine(context, id), query.Status is { } status ? Refusal.NameOf(status) : null);
        return TypedResults.Ok(Page.Cut(context, claims.Select(ClaimAnswer.Of)));
    }

    private static async Task<IResult> Decide(
        HttpContext context, IGrainFactory grains, ProgrammeLists lists, string id, string claimId)
    {
        var body = await Body.Read<ClaimDecisionBody>(context);
        var programme = Mine(context, id);
        (await grains.GetGrain<IProgrammeGrain>(programme.Value).DecideClaim(new DecideClaim(
            context.CommandId("decision"), context.RequiredActor(), Claim(claimId),
            body.Decision == ClaimDecisionWord.Approve, body.Note))).OrThrow();
        return await One(lists, programme, claimId);
    }

    private static async Task<IResult> Pay(
        HttpContext context, IGrainFactory grains, ProgrammeLists lists, string id, string claimId)
    {
        var body = await Body.Read<ClaimPaymentBody>(context);
        var programme = Mine(context, id);
        (await grains.GetGrain<IProgrammeGrain>(programme.Value).PayClaim(new PayClaim(
            context.CommandId("payment"), context.RequiredActor(), Claim(claimId), body.Reference))).OrThrow();
        return await One(lists, programme, claimId);
    }

    private static async Task<IResult> One(ProgrammeLists lists, ProgrammeId programme, string claimId) =>
        TypedResults.Ok(ClaimAnswer.Of((await lists.Claims(programme, null)).First(c => c.Claim.Id.Value == claimId)));

    internal static ProgrammeId Mine(HttpContext context, string id) =>
        Id.IsValid(id) && context.RequiredActor().BelongsTo(OrganisationKind.Funder, id)
            ? new ProgrammeId(id)
            : throw new ProblemException(Problems.Of(
                404, "programmeUnknown", $"There is no programme {id} among yours."));

    private static ClaimId Claim(string id) => Id.IsValid(id)
        ? new ClaimId(id)
        : throw new ProblemException(Problems.Of(404, "claimUnknown", $"There is no claim {id}."));
}
