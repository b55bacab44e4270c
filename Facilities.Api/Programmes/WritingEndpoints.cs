using Facilities.Api.Http;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Programmes;
using Facilities.Silo.Programmes;
using Orleans;

namespace Facilities.Api.Programmes;

public static class WritingEndpoints
{
    /// <summary>Programmes as their funder writes, publishes and closes them.</summary>
    public static RouteGroupBuilder MapProgrammeWriting(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/programmes").WithTags("Vouchers").RequireActor();
        group.MapGet("", All).ReadsQuery<PageQuery>().Answers<Page<ProgrammeAnswer>>().Refuses(400, 401);
        group.MapGet("/{id}", Find).Answers<ProgrammeAnswer>().Refuses(401, 404);
        group.MapPost("", Write).Reads<ProgrammeBody>().Answers<ProgrammeAnswer>(201).Refuses(400, 401, 403, 422);
        group.MapPut("/{id}", Change).Reads<ProgrammeBody>()
            .Answers<ProgrammeAnswer>().Refuses(400, 401, 403, 404, 409, 412, 422);
        group.MapPost("/{id}/publication", Publish)
            .Answers<ProgrammeAnswer>().Refuses(401, 403, 404, 409, 422);
        group.MapPost("/{id}/closing", Close).Reads<ClosingBody>()
            .Answers<ProgrammeAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        return api;
    }

    /// <summary>What is published, and the drafts of those whom the reader acts for.</summary>
    private static async Task<IResult> All(HttpContext context, ProgrammeLists lists)
    {
        var by = context.RequiredActor();
        var programmes = (await lists.Open()).Select(t => ProgrammeAnswer.Of(t, ProgrammeStatus.Published))
            .Concat((await lists.Closed()).Select(t => ProgrammeAnswer.Of(t, ProgrammeStatus.Closed)))
            .Concat((await lists.Drafts()).Where(t => by.BelongsTo(OrganisationKind.Funder, t.Id.Value))
                .Select(t => ProgrammeAnswer.Of(t, ProgrammeStatus.Draft)));
        return TypedResults.Ok(Page.Cut(context, programmes.OrderBy(p => p.Id.Value, StringComparer.Ordinal)));
    }

    /// <summary>
    /// The rules of a programme are public to whoever is signed in: an SME reads them before it applies.
    /// </summary>
    private static async Task<IResult> Find(HttpContext context, IGrainFactory grains, string id) =>
        Id.IsValid(id) && await grains.GetGrain<IProgrammeGrain>(id).View() is { } programme
            && (programme.Status != ProgrammeStatus.Draft || IsMine(context, id))
            ? Answer(context, programme)
            : Problems.Of(404, "programmeUnknown", $"There is no programme {id}.");

    private static async Task<IResult> Write(HttpContext context, ProgrammeDesk desk)
    {
        var body = await Body.Read<ProgrammeBody>(context);
        var programme = (await desk.Write(
            context.CommandId("programme"), context.RequiredActor(), body)).OrThrow();
        context.SetEntityTag(programme.Edition);
        return TypedResults.Created(
            $"{ApiGroup.Prefix}/programmes/{programme.Terms.Id}", ProgrammeAnswer.Of(programme));
    }

    private static async Task<IResult> Change(HttpContext context, ProgrammeDesk desk, string id)
    {
        var body = await Body.Read<ProgrammeBody>(context);
        var programme = Mine(context, id);
        return Answer(context, (await desk.Change(
            context.CommandId("change"), context.RequiredActor(), programme, body, context.ExpectedVersion()))
            .OrThrow());
    }

    private static async Task<IResult> Publish(HttpContext context, IGrainFactory grains, string id)
    {
        var grain = grains.GetGrain<IProgrammeGrain>(Mine(context, id).Value);
        (await grain.PublishDraft(new PublishDraft(
            context.CommandId("publication"), context.RequiredActor()))).OrThrow();
        return Answer(context, (await grain.View())!);
    }

    private static async Task<IResult> Close(HttpContext context, IGrainFactory grains, string id)
    {
        var body = await Body.ReadOr(context, new ClosingBody());
        var grain = grains.GetGrain<IProgrammeGrain>(Mine(context, id).Value);
        (await grain.Close(new CloseProgramme(
            context.CommandId("closing"), context.RequiredActor(), body.Note))).OrThrow();
        return Answer(context, (await grain.View())!);
    }

    private static IResult Answer(HttpContext context, ProgrammeView programme)
    {
        context.SetEntityTag(programme.Edition);
        return TypedResults.Ok(ProgrammeAnswer.Of(programme));
    }

    private static bool IsMine(HttpContext context, string id) =>
        context.RequiredActor().BelongsTo(OrganisationKind.Funder, id);

    private static ProgrammeId Mine(HttpContext context, string id) => Id.IsValid(id) && IsMine(context, id)
        ? new ProgrammeId(id)
        : throw new ProblemException(Problems.Of(404, "programmeUnknown", $"There is no programme {id} among yours."));
}
