using Facilities.Api.Http;
using Facilities.Grains.Applications;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Applications;
using Orleans;

namespace Facilities.Api.Applications;

public static class ApplicationEndpoints
{
    private const string Html = "text/html";
    private const string JsonType = "application/json";

    /// <summary>Applications from both sides: sent, completed, judged, decided, answered by letter.</summary>
    public static RouteGroupBuilder MapApplications(this RouteGroupBuilder api)
    {
        api.MapGet("/accounts/{id}/applications", OfAccount).WithTags("Vouchers").RequireActor()
            .ReadsQuery<PageQuery>().Answers<Page<ApplicationAnswer>>().Refuses(400, 401, 404);
        var group = api.MapGroup("/programmes/{id}/applications").WithTags("Vouchers").RequireActor();
        group.MapGet("", OfProgramme).ReadsQuery<ApplicationQuery>()
            .Answers<Page<ApplicationAnswer>>().Refuses(400, 401, 404);
        group.MapPost("", Apply).Reads<ApplicationBody>()
            .Answers<ApplicationAnswer>(201).Refuses(400, 401, 403, 404, 409, 422);
        var one = group.MapGroup("/{applicationId}");
        one.MapGet("", Find).Answers<ApplicationAnswer>().Refuses(401, 404);
        one.MapPost("/completion-request", Ask).Reads<CompletionRequestBody>()
            .Answers<ApplicationAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        one.MapPost("/completion", Complete).Reads<CompletionBody>()
            .Answers<ApplicationAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        one.MapPost("/withdrawal", Withdraw).Reads<WithdrawalBody>()
            .Answers<ApplicationAnswer>().Refuses(400, 401, 403, 404, 409);
        one.MapPost("/interest", Interest).Reads<InterestBody>()
            .Answers<ApplicationAnswer>().Refuses(400, 401, 403, 404, 409);
        one.MapPost("/scores", Score).Reads<ScoresBody>()
            .Answers<ApplicationAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        one.MapPost("/decision", Decide).Reads<ApplicationDecisionBody>()
            .Answers<ApplicationAnswer>().Refuses(400, 401, 403, 404, 409, 422);
        one.MapGet("/letter", LetterOf).Answers<Letter>().Refuses(401, 404, 406, 409);
        return api;
    }

    private static async Task<IResult> OfAccount(HttpContext context, ApplicationLists lists, string id)
    {
        if (!Id.IsValid(id) || !context.RequiredActor().BelongsTo(OrganisationKind.Sme, id))
            return Problems.NotFound($"There is no account {id} among yours.");
        return TypedResults.Ok(Page.Cut(context, (await lists.OfAccount(new AccountId(id)))
            .Select(a => ApplicationAnswer.Of(a.Programme, a.Application, isFunder: false))));
    }

    private static async Task<IResult> OfProgramme(HttpContext context, ApplicationLists lists, string id)
    {
        var query = Query.Read<ApplicationQuery>(context);
        var programme = Own.Mine(context, id);
        var found = await lists.OfProgramme(
            programme, query.Status is { } status ? Refusal.NameOf(status) : null, query.CallId);
        return TypedResults.Ok(Page.Cut(
            context, found.Select(a => ApplicationAnswer.Of(programme, a, isFunder: true))));
    }

    private static async Task<IResult> Apply(HttpContext context, ApplicationDesk desk, string id)
    {
        var body = await Body.Read<ApplicationBody>(context);
        if (!Id.IsValid(id)) return Problems.Of(404, "programmeUnknown", $"There is no programme {id}.");
        var programme = new ProgrammeId(id);
        var application = (await desk.Apply(
            context.CommandId("application"), context.RequiredActor(), programme, body)).OrThrow();
        return TypedResults.Created(
            $"{ApiGroup.Prefix}/programmes/{id}/applications/{application.Id}",
            ApplicationAnswer.Of(programme, application, isFunder: false));
    }

    private static async Task<IResult> Find(
        HttpContext context, IGrainFactory grains, string id, string applicationId) =>
        Answer(context, id, await Seen(context, grains, id, applicationId));

    private static Task<IResult> Ask(
        HttpContext context, IGrainFactory grains, string id, string applicationId) =>
        Do<CompletionRequestBody>(context, grains, id, applicationId, (grain, application, body) =>
            grain.AskCompletion(new AskCompletion(
                context.CommandId("ask"), context.RequiredActor(), application, body.Question, body.Until)));

    private static Task<IResult> Complete(
        HttpContext context, IGrainFactory grains, string id, string applicationId) =>
        Do<CompletionBody>(context, grains, id, applicationId, (grain, application, body) =>
            grain.CompleteApplication(new CompleteApplication(
                context.CommandId("completion"), context.RequiredActor(), application, body.Answer)));

    private static Task<IResult> Withdraw(
        HttpContext context, IGrainFactory grains, string id, string applicationId) =>
        Do<WithdrawalBody>(context, grains, id, applicationId, (grain, application, body) =>
            grain.WithdrawApplication(new WithdrawApplication(
                context.CommandId("withdrawal"), context.RequiredActor(), application, body.Note)));

    private static Task<IResult> Interest(
        HttpContext context, IGrainFactory grains, string id, string applicationId) =>
        Do<InterestBody>(context, grains, id, applicationId, (grain, application, body) =>
            grain.DeclareInterest(new DeclareInterest(
                context.CommandId("interest"), context.RequiredActor(), application, body.HasConflict, body.Note)));

    private static Task<IResult> Score(
        HttpContext context, IGrainFactory grains, string id, string applicationId) =>
        Do<ScoresBody>(context, grains, id, applicationId, (grain, application, body) =>
            grain.ScoreApplication(new ScoreApplication(
                context.CommandId("scores"), context.RequiredActor(), application, body.Points, body.Remark)));

    private static async Task<IResult> Decide(
        HttpContext context, ApplicationDesk desk, IGrainFactory grains, string id, string applicationId)
    {
        var body = await Body.Read<ApplicationDecisionBody>(context);
        var programme = Own.Mine(context, id);
        var application = await Seen(context, grains, id, applicationId);
        return Answer(context, id, (await desk.Decide(
            context.CommandId("decision"), context.RequiredActor(), programme, application.Id, body)).OrThrow());
    }

    private static async Task<IResult> LetterOf(
        HttpContext context, IGrainFactory grains, string id, string applicationId)
    {
        var application = await Seen(context, grains, id, applicationId);
        if (await grains.GetGrain<IProgrammeGrain>(id).Letter(application.Id) is not { } letter)
            return Problems.Of(409, "notDecided", "There is a letter once the application is decided.");
        return Representations.Choose(context, Html, JsonType) == Html
            ? TypedResults.Text(Letters.Html(letter), "text/html; charset=utf-8")
            : TypedResults.Ok(letter);
    }

    private static async Task<IResult> Do<TBody>(
        HttpContext context, IGrainFactory grains, string id, string applicationId,
        Func<IProgrammeGrain, ApplicationKey, TBody, Task<Reply<ProgrammeRefusal>>> tell) where TBody : notnull
    {
        var body = await Body.Read<TBody>(context);
        var application = await Seen(context, grains, id, applicationId);
        (await tell(grains.GetGrain<IProgrammeGrain>(id), application.Id, body)).OrThrow();
        return Answer(context, id, await Seen(context, grains, id, applicationId));
    }

    /// <summary>The application, where it is the reader's own or sent to the reader's programme.</summary>
    private static async Task<Application> Seen(
        HttpContext context, IGrainFactory grains, string id, string applicationId)
    {
        var by = context.RequiredActor();
        return Id.IsValid(id) && Id.IsValid(applicationId)
            && await grains.GetGrain<IProgrammeGrain>(id).Application(new ApplicationKey(applicationId)) is { } found
            && (by.BelongsTo(OrganisationKind.Funder, id) || by.BelongsTo(OrganisationKind.Sme, found.Account.Value))
                ? found
                : throw new ProblemException(Problems.Of(
                    404, "applicationUnknown", $"There is no application {applicationId} among yours."));
    }

    private static IResult Answer(HttpContext context, string id, Application application) => TypedResults.Ok(
        ApplicationAnswer.Of(new ProgrammeId(id), application, Own.IsMine(context, id)));
}
