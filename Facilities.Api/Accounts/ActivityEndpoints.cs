using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Orleans;

namespace Facilities.Api.Accounts;

/// <summary>What a company does.</summary>
/// <param name="Main">NACE class of the main activity, by which it is judged where it states no other.</param>
/// <param name="Further">The others, each with whether its accounts are kept apart.</param>
public sealed record ActivitiesBody(string Main, ImmutableArray<Activity> Further = default)
{
    public ImmutableArray<Activity> All => Further.IsDefault ? [] : Further;
}

public sealed record ActivitiesAnswer(AccountId AccountId, string Main, ImmutableArray<Activity> Further)
{
    public static ActivitiesAnswer Of(AccountProfile account) => new(account.Id, account.Nace, account.Further ?? []);
}

public static class ActivityEndpoints
{
    /// <summary>What a company declares of its activities.</summary>
    public static RouteGroupBuilder MapActivities(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/accounts/{id}/activities").WithTags("Vouchers").RequireActor();
        group.MapGet("", Find).Answers<ActivitiesAnswer>().Refuses(401, 404);
        group.MapPut("", Put).Reads<ActivitiesBody>().Answers<ActivitiesAnswer>()
            .Refuses(400, 401, 403, 404, 409, 412, 422);
        return api;
    }

    /// <summary>Declares them for the API and for the page alike, or says every fault at once.</summary>
    public static async Task<Refusal?> Declare(
        IGrainFactory grains, CommandId command, Actor by, AccountId account, ActivitiesBody body)
    {
        if (Activities.Faults(body.Main, body.All) is { IsEmpty: false } faults)
            return Refusal.Of(
                "invalidDeclaration", "Nothing was declared: " + string.Join(" ", faults.Select(f => f.Message)),
                faults);
        return (await grains.GetGrain<IAccountGrain>(account.Value).DeclareActivities(
            new DeclareActivities(command, by, body.Main, body.All))).Refusal is { } refused
                ? Refusal.Of(refused)
                : null;
    }

    private static async Task<IResult> Find(HttpContext context, IGrainFactory grains, string id)
    {
        var account = await Mine(context, grains, id);
        context.SetEntityTag(account.Declared.ActivitiesVersion);
        return TypedResults.Ok(ActivitiesAnswer.Of(account.Profile));
    }

    private static async Task<IResult> Put(HttpContext context, IGrainFactory grains, string id)
    {
        var account = await Mine(context, grains, id);
        var body = await Body.Read<ActivitiesBody>(context);
        context.RequireMatch(account.Declared.ActivitiesVersion);
        if (await Declare(
            grains, context.CommandId("activities"), context.RequiredActor(), account.Profile.Id, body) is { } refusal)
            throw new ProblemException(refusal.AsProblem());
        return await Find(context, grains, id);
    }

    private static async Task<AccountView> Mine(HttpContext context, IGrainFactory grains, string id) =>
        Id.IsValid(id) && context.RequiredActor().BelongsTo(OrganisationKind.Sme, id)
            && await grains.GetGrain<IAccountGrain>(id).View() is { } account
                ? account
                : throw new ProblemException(Problems.NotFound($"There is no account {id} among yours."));
}
