using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Tables;
using Facilities.Grains.Undertakings;
using NodaTime;
using Orleans;

namespace Facilities.Api.Undertakings;

public static class OtherAidEndpoints
{
    /// <summary>What an SME declares of aid from elsewhere.</summary>
    public static RouteGroupBuilder MapOtherAid(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/accounts/{id}/other-aid").WithTags("Vouchers").RequireActor();
        group.MapGet("", Find).Answers<OtherAidAnswer>().Refuses(401, 404);
        group.MapGet("/file", Export).Produces(200, contentType: "text/csv").Refuses(401, 404);
        group.MapPost("/preview", Preview).Reads<OtherAidBody>().Answers<OtherAidAnswer>()
            .Refuses(400, 401, 404, 413, 415, 422);
        group.MapPost("/file/preview", PreviewFile).ReadsQuery<OtherAidQuery>()
            .Answers<OtherAidAnswer>().Refuses(400, 401, 404, 413, 415, 422);
        group.MapPut("", Sign).Reads<OtherAidBody>().Answers<OtherAidAnswer>()
            .Refuses(400, 401, 403, 404, 409, 412, 422);
        return api;
    }

    private static async Task<IResult> Find(HttpContext context, IGrainFactory grains, IClock clock, string id)
    {
        var account = await Mine(context, grains, id);
        context.SetEntityTag(account.Declared.OtherAidVersion);
        return TypedResults.Ok(OtherAidAnswer.Of(account, Today(clock)));
    }

    private static async Task<IResult> Export(HttpContext context, IGrainFactory grains, string id)
    {
        var account = await Mine(context, grains, id);
        return TypedResults.File(
            EarlierAidFile.Write(account.Declared.OtherAid?.Entries ?? []), Csv.MediaType, "earlier-aid.csv");
    }

    private static async Task<IResult> Preview(HttpContext context, IGrainFactory grains, IClock clock, string id)
    {
        var account = await Mine(context, grains, id);
        var body = await Body.Read<OtherAidBody>(context);
        return Drafted(account, body.Entries, Today(clock));
    }

    private static async Task<IResult> PreviewFile(HttpContext context, IGrainFactory grains, IClock clock, string id)
    {
        var account = await Mine(context, grains, id);
        var query = Query.Read<OtherAidQuery>(context);
        if (context.Request.ContentType?.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase) != true)
            throw new ProblemException(Problems.UnsupportedMediaType());
        var file = await Body.ReadBytes(context, Body.BytesMax);
        var read = OtherAidReading.Read(
            file.Span, query.Add ? account.Declared.OtherAid?.Entries ?? [] : [], Today(clock)).OrThrow();
        return Drafted(account, read.Entries, Today(clock));
    }

    private static async Task<IResult> Sign(HttpContext context, IGrainFactory grains, IClock clock, string id)
    {
        var account = await Mine(context, grains, id);
        var body = await Body.Read<OtherAidBody>(context);
        context.RequireMatch(account.Declared.OtherAidVersion);
        if (OtherAidReading.Fault(body.Entries, Today(clock)) is { } refusal)
            throw new ProblemException(refusal.AsProblem());
        (await grains.GetGrain<IAccountGrain>(id).DeclareOtherAid(new DeclareOtherAid(
            context.CommandId("otherAid"), context.RequiredActor(), body.Entries, body.Name, body.TextHash))).OrThrow();
        return await Find(context, grains, clock, id);
    }

    private static IResult Drafted(AccountView account, ImmutableArray<EarlierAid> entries, LocalDate today)
    {
        if (OtherAidReading.Fault(entries, today) is { } refusal) throw new ProblemException(refusal.AsProblem());
        return TypedResults.Ok(OtherAidAnswer.Of(
            account, OtherAidAnswer.Draft(account, entries, today), Accounts.DeclarationStatus.Draft));
    }

    private static LocalDate Today(IClock clock) => clock.GetCurrentInstant().InUtc().Date;

    private static async Task<AccountView> Mine(HttpContext context, IGrainFactory grains, string id) =>
        Id.IsValid(id) && context.RequiredActor().BelongsTo(OrganisationKind.Sme, id)
            && await grains.GetGrain<IAccountGrain>(id).View() is { } account
                ? account
                : throw new ProblemException(Problems.NotFound($"There is no account {id} among yours."));
}
