using Facilities.Api.Http;
using Facilities.Grains.Applications;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Programmes;
using NodaTime;
using Orleans;

namespace Facilities.Api.Applications;

public static class CallEndpoints
{
    /// <summary>Calls of a programme, their ranking and the award of many at once.</summary>
    public static RouteGroupBuilder MapCalls(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/programmes/{id}/calls").WithTags("Vouchers").RequireActor();
        group.MapGet("", All).ReadsQuery<PageQuery>().Answers<Page<CallAnswer>>().Refuses(400, 401, 404);
        group.MapPost("", Make).Reads<CallBody>().Answers<CallAnswer>(201).Refuses(400, 401, 403, 404, 409, 422);
        group.MapPut("/{callId}", Change).Reads<CallBody>()
            .Answers<CallAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        group.MapGet("/{callId}/ranking", Ranked).Answers<RankingAnswer>().Refuses(401, 404);
        group.MapPost("/{callId}/awards", Award).Reads<BulkAwardBody>()
            .Answers<BulkAnswer>().Refuses(400, 401, 403, 404, 409, 412);
        return api;
    }

    private static async Task<IResult> All(HttpContext context, IGrainFactory grains, IClock clock, string id)
    {
        if (!Id.IsValid(id) || await grains.GetGrain<IProgrammeGrain>(id).View() is not { } view
            || (view.Status == ProgrammeStatus.Draft && !Own.IsMine(context, id)))
            return Problems.Of(404, "programmeUnknown", $"There is no programme {id}.");
        var calls = await grains.GetGrain<IProgrammeGrain>(id).Calls();
        return TypedResults.Ok(Page.Cut(
            context, calls.Select(call => CallAnswer.Of(call, view.Terms, clock.GetCurrentInstant()))));
    }

    private static async Task<IResult> Make(
        HttpContext context, ApplicationDesk desk, IGrainFactory grains, IClock clock, string id)
    {
        var body = await Body.Read<CallBody>(context);
        var programme = Own.Mine(context, id);
        var command = context.CommandId("call");
        var answer = await Set(context, desk, grains, clock, programme, new CallId($"call-{command}"), command, body);
        return TypedResults.Created($"{ApiGroup.Prefix}/programmes/{id}/calls/{answer.CallId}", answer);
    }

    private static async Task<IResult> Change(
        HttpContext context, ApplicationDesk desk, IGrainFactory grains, IClock clock, string id, string callId)
    {
        var body = await Body.Read<CallBody>(context);
        var programme = Own.Mine(context, id);
        var call = await Known(grains, programme, callId);
        return TypedResults.Ok(await Set(
            context, desk, grains, clock, programme, call, context.CommandId("call"), body));
    }

    private static async Task<CallAnswer> Set(
        HttpContext context, ApplicationDesk desk, IGrainFactory grains, IClock clock, ProgrammeId programme, CallId id,
        CommandId command, CallBody body)
    {
        if (await grains.GetGrain<IProgrammeGrain>(programme.Value).View() is not
            { Status: not ProgrammeStatus.Draft } view)
            throw new ProblemException(Problems.Of(
                409, "programmeNotPublished", "Publish the programme first; a draft takes no applications."));
        var call = (await desk.SetCall(command, context.RequiredActor(), programme, id, body)).OrThrow();
        return CallAnswer.Of(call, view.Terms, clock.GetCurrentInstant());
    }

    private static async Task<IResult> Ranked(
        HttpContext context, ApplicationDesk desk, IGrainFactory grains, string id, string callId)
    {
        var programme = Own.Mine(context, id);
        var plan = await desk.Plan(programme, await Known(grains, programme, callId));
        return TypedResults.Ok(new RankingAnswer(
            new CallId(callId), plan.Hash, plan.Total, [.. plan.Ranked.Select(RankedAnswer.Of)]));
    }

    private static async Task<IResult> Award(
        HttpContext context, ApplicationDesk desk, IGrainFactory grains, string id, string callId)
    {
        var body = await Body.Read<BulkAwardBody>(context);
        var programme = Own.Mine(context, id);
        var call = await Known(grains, programme, callId);
        return TypedResults.Ok((await desk.Award(
            context.CommandId("awards"), context.RequiredActor(), programme, call, body)).OrThrow());
    }

    private static async Task<CallId> Known(IGrainFactory grains, ProgrammeId programme, string callId) =>
        (await grains.GetGrain<IProgrammeGrain>(programme.Value).Calls()).Any(c => c.Id.Value == callId)
            ? new CallId(callId)
            : throw new ProblemException(Problems.Of(404, "callUnknown", $"The programme has no call {callId}."));
}

/// <summary>Whose programme it is.</summary>
internal static class Own
{
    public static bool IsMine(HttpContext context, string id) =>
        Id.IsValid(id) && context.RequiredActor().BelongsTo(OrganisationKind.Funder, id);

    public static ProgrammeId Mine(HttpContext context, string id) => IsMine(context, id)
        ? new ProgrammeId(id)
        : throw new ProblemException(Problems.Of(404, "programmeUnknown", $"There is no programme {id} among yours."));
}
