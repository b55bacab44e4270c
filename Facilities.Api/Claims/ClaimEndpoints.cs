using Facilities.Api.Bookings;
using Facilities.Api.Http;
using Facilities.Api.Programmes;
using Facilities.Grains.Banking;
using Facilities.Grains.Bookings;
using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Programmes;
using Orleans;

namespace Facilities.Api.Claims;

public static class ClaimEndpoints
{
    /// <summary>Claims: their evidence, questions and answers, decisions and payments.</summary>
    public static RouteGroupBuilder MapClaims(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/programmes/{id}/claims").WithTags("Vouchers").RequireActor();
        group.MapGet("", List).ReadsQuery<ClaimQuery>().Answers<Page<ClaimAnswer>>().Refuses(400, 401, 404);
        group.MapGet("/{claimId}", Find).Answers<ClaimAnswer>().Refuses(401, 404);
        group.MapGet("/{claimId}/evidence", Evidence)
            .Produces(StatusCodes.Status200OK, contentType: EvidencePack.ContentType).Refuses(401, 404);
        group.MapPost("/{claimId}/decision", Decide).Reads<ClaimDecisionBody>()
            .Answers<ClaimAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        group.MapPost("/{claimId}/answer", Answer).Reads<ClaimReplyBody>()
            .Answers<ClaimAnswer>().Refuses(400, 401, 404, 409, 422);
        group.MapPut("/{claimId}/account", Account).Reads<ClaimAccountBody>()
            .Answers<ClaimAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        group.MapPost("/{claimId}/payment", Pay).Reads<ClaimPaymentBody>()
            .Answers<ClaimAnswer>().Refuses(400, 401, 403, 404, 409);
        api.MapPost("/bookings/{id}/obligations/{claimId}/payment", PayObligation).WithTags("Vouchers").RequireActor()
            .Answers<BookingAnswer>().Refuses(401, 403, 404, 409);
        return api;
    }

    private static async Task<IResult> List(HttpContext context, ClaimReads claims, string id)
    {
        var query = Query.Read<ClaimQuery>(context);
        var rows = await claims.Page(
            ProgrammeEndpoints.Mine(context, id), query.Status, ClaimPlace.Of(Cursor.Read(query.Cursor, 3)),
            query.Limit + 1);
        return TypedResults.Ok(
            Page.Of(rows, query.Limit, standing => ClaimPlace.Of(standing).Texts).Select(ClaimAnswer.Of));
    }

    private static async Task<IResult> Find(HttpContext context, ClaimDoor claims, string id, string claimId) =>
        TypedResults.Ok(ClaimAnswer.Of(await Mine(context, claims, id, claimId), context.RequiredActor()));

    private static async Task<IResult> Evidence(HttpContext context, ClaimDoor claims, string id, string claimId) =>
        TypedResults.Bytes(
            await claims.Pack(await Mine(context, claims, id, claimId)), EvidencePack.ContentType,
            $"claim-{claimId}.zip");

    private static async Task<IResult> Decide(
        HttpContext context, IGrainFactory grains, ProgrammeLists lists, string id, string claimId)
    {
        var body = await Body.Read<ClaimDecisionBody>(context);
        var programme = ProgrammeEndpoints.Mine(context, id);
        var (grain, by, claim) = (
            grains.GetGrain<IProgrammeGrain>(programme.Value), context.RequiredActor(), Claim(claimId));
        (body.Decision == ClaimDecisionWord.Query
            ? await grain.QueryClaim(new QueryClaim(
                context.CommandId("query"), by, claim, body.Note, body.AnswerBy))
            : await grain.DecideClaim(new DecideClaim(
                context.CommandId("decision"), by, claim, body.Decision == ClaimDecisionWord.Approve, body.Note)))
            .OrThrow();
        return await One(lists, programme, claim);
    }

    private static async Task<IResult> Answer(
        HttpContext context, IGrainFactory grains, ClaimDoor claims, string id, string claimId)
    {
        var body = await Body.Read<ClaimReplyBody>(context);
        var file = await Mine(context, claims, id, claimId);
        (await grains.GetGrain<IProgrammeGrain>(id).AnswerClaim(new AnswerClaim(
            context.CommandId("answer"), context.RequiredActor(), file.Standing.Claim.Id, body.Text))).OrThrow();
        return TypedResults.Ok(ClaimAnswer.Of(await Mine(context, claims, id, claimId), context.RequiredActor()));
    }

    private static async Task<IResult> Account(
        HttpContext context, IGrainFactory grains, ClaimDoor claims, string id, string claimId)
    {
        var body = await Body.Read<ClaimAccountBody>(context);
        var file = await Mine(context, claims, id, claimId);
        (await grains.GetGrain<IProgrammeGrain>(id).StateClaimAccount(new StateClaimAccount(
            context.CommandId("account"), context.RequiredActor(), file.Standing.Claim.Id,
            new BankParty(body.Name, body.Iban)))).OrThrow();
        return TypedResults.Ok(ClaimAnswer.Of(await Mine(context, claims, id, claimId), context.RequiredActor()));
    }

    private static async Task<IResult> Pay(
        HttpContext context, IGrainFactory grains, ProgrammeLists lists, string id, string claimId)
    {
        var body = await Body.Read<ClaimPaymentBody>(context);
        var programme = ProgrammeEndpoints.Mine(context, id);
        (await grains.GetGrain<IProgrammeGrain>(programme.Value).PayClaim(new PayClaim(
            context.CommandId("payment"), context.RequiredActor(), Claim(claimId), body.Reference))).OrThrow();
        return await One(lists, programme, Claim(claimId));
    }

    private static async Task<IResult> PayObligation(
        HttpContext context, IGrainFactory grains, string id, string claimId)
    {
        await BookingEndpoints.Seen(context, grains, id);
        (await grains.GetGrain<IBookingGrain>(id).RecordObligationPaid(new RecordObligationPaid(
            context.CommandId("obligation"), context.RequiredActor(), Claim(claimId)))).OrThrow();
        return TypedResults.Ok(BookingAnswer.Of(await BookingEndpoints.Seen(context, grains, id)));
    }

    internal static async Task<IResult> One(ProgrammeLists lists, ProgrammeId programme, ClaimId claim) =>
        TypedResults.Ok(ClaimAnswer.Of((await lists.Claim(programme, claim))!));

    private static async Task<ClaimFile> Mine(HttpContext context, ClaimDoor claims, string id, string claimId) =>
        await claims.Find(context.RequiredActor(), id, claimId) ?? throw new ProblemException(Unknown(claimId));

    internal static ClaimId Claim(string id) =>
        Id.IsValid(id) ? new ClaimId(id) : throw new ProblemException(Unknown(id));

    private static Problem Unknown(string claim) =>
        Problems.Of(404, "claimUnknown", $"There is no claim {claim} among yours.");
}
