using Facilities.Api.Http;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using NodaTime;
using Orleans;

namespace Facilities.Api.Accounts;

public static class DeclarationEndpoints
{
    /// <summary>What an SME declares of its size.</summary>
    public static RouteGroupBuilder MapDeclarations(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/accounts/{id}/declaration").WithTags("Vouchers").RequireActor();
        group.MapGet("", Find).Answers<DeclarationAnswer>().Refuses(401, 404);
        group.MapPost("/preview", Preview).Reads<DeclarationBody>().Answers<DeclarationAnswer>()
            .Refuses(400, 401, 404, 422);
        group.MapPut("", Sign).Reads<DeclarationBody>().Answers<DeclarationAnswer>()
            .Refuses(400, 401, 403, 404, 409, 412, 422);
        return api;
    }

    /// <summary>
    /// What would be signed, or every fault of it at once.
    /// </summary>
    public static Answer<SizeDeclaration> Draft(AccountProfile account, DeclarationBody body, LocalDate today)
    {
        var ownership = body.OwnershipOf(account.Id);
        var faults = ownership.Faults(today);
        return faults.IsEmpty
            ? SizeDeclaration.Draft(account, ownership, today)
            : Refusal.Of(
                "invalidDeclaration", "Nothing was declared: " + string.Join(" ", faults.Select(f => f.Message)),
                faults);
    }

    private static async Task<IResult> Find(HttpContext context, IGrainFactory grains, IClock clock, string id)
    {
        var account = await Mine(context, grains, id);
        context.SetEntityTag(account.Declared.SizeVersion);
        return TypedResults.Ok(DeclarationAnswer.Of(account, Today(clock)));
    }

    private static async Task<IResult> Preview(HttpContext context, IGrainFactory grains, IClock clock, string id)
    {
        var account = await Mine(context, grains, id);
        var draft = Draft(account.Profile, await Body.Read<DeclarationBody>(context), Today(clock)).OrThrow();
        return TypedResults.Ok(DeclarationAnswer.Of(account.Profile.Id, draft, DeclarationStatus.Draft));
    }

    private static async Task<IResult> Sign(HttpContext context, IGrainFactory grains, IClock clock, string id)
    {
        var account = await Mine(context, grains, id);
        var body = await Body.Read<DeclarationBody>(context);
        context.RequireMatch(account.Declared.SizeVersion);
        var draft = Draft(account.Profile, body, Today(clock)).OrThrow();
        (await grains.GetGrain<IAccountGrain>(id).DeclareSize(new DeclareSize(
            context.CommandId("declaration"), context.RequiredActor(), draft.Ownership, body.Name, body.TextHash)))
            .OrThrow();
        return await Find(context, grains, clock, id);
    }

    private static LocalDate Today(IClock clock) => clock.GetCurrentInstant().InUtc().Date;

    private static async Task<AccountView> Mine(HttpContext context, IGrainFactory grains, string id) =>
        Id.IsValid(id) && context.RequiredActor().BelongsTo(OrganisationKind.Sme, id)
            && await grains.GetGrain<IAccountGrain>(id).View() is { } account
                ? account
                : throw new ProblemException(Problems.NotFound($"There is no account {id} among yours."));
}
