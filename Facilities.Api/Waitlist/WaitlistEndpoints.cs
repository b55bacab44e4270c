using Facilities.Api.Http;
using Facilities.Api.Platforms;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Waitlist;
using Facilities.Silo.Platforms;
using Orleans;

namespace Facilities.Api.Waitlist;

public static class WaitlistEndpoints
{
    /// <summary>Waiting for time that others have.</summary>
    public static RouteGroupBuilder MapWaitlists(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/accounts/{id}/waitlist").WithTags("Waitlist").RequireActor();
        group.MapPost("", Join).Reads<WaitlistBody>()
            .Answers<WaitlistAnswer>(201).Refuses(400, 401, 403, 404, 409, 422);
        group.MapGet("", List).ReadsQuery<PageQuery>().Answers<Page<WaitlistAnswer>>().Refuses(400, 401, 404);
        group.MapDelete("/{entryId}", Leave).Produces(204).Refuses(401, 403, 404);
        api.MapGet("/platforms/{platformId}/waitlist", OfPlatform).WithTags("Waitlist").RequireActor()
            .ReadsQuery<PageQuery>().Answers<Page<WaitlistAnswer>>().Refuses(400, 401, 403, 404);
        return api;
    }

    private static async Task<IResult> Join(HttpContext context, WaitlistDesk desk, string id)
    {
        var account = Mine(context, id);
        var body = await Body.Read<WaitlistBody>(context);
        if ((body.Start ?? body.From) is not { } from || (body.Start is null) == (body.To is null)
            || (body.Start is not null && body.From is not null))
            return Problems.InvalidRequest(
                "/start", "Name one start, or a window by from and to: any start from the one up to the other.", 422);
        var waited = (await desk.Join(context.CommandId("waitlist"), context.RequiredActor(), account, new Wished(
            body.PlatformId, body.ServiceId, body.Duration, body.Quantity, from.ToInstant(), body.To?.ToInstant())))
            .OrThrow();
        return TypedResults.Created(
            $"{ApiGroup.Prefix}/accounts/{id}/waitlist", WaitlistAnswer.Of(waited.Platform, waited.Wish));
    }

    private static async Task<IResult> List(HttpContext context, WaitlistDesk desk, WaitlistLists lists, string id)
    {
        var account = Mine(context, id);
        var waited = await desk.Of(context.RequiredActor(), account, await lists.PlatformsOf(account));
        return TypedResults.Ok(Page.Cut(context, waited.Select(w => WaitlistAnswer.Of(w.Platform, w.Wish))));
    }

    private static async Task<IResult> Leave(
        HttpContext context, IGrainFactory grains, WaitlistLists lists, string id, string entryId)
    {
        Mine(context, id);
        if (!Id.IsValid(entryId)
            || await lists.PlatformOf(new WaitlistEntryId(entryId)) is not { } platform)
            return Problems.Of(404, "waitlistEntryUnknown", "Nobody of yours waits under this id any more.");
        (await grains.GetGrain<IPlatformGrain>(platform.Value).LeaveWaitlist(new LeaveWaitlist(
            context.CommandId("leave"), context.RequiredActor(), new WaitlistEntryId(entryId)))).OrThrow();
        return TypedResults.NoContent();
    }

    private static async Task<IResult> OfPlatform(HttpContext context, IGrainFactory grains, string platformId)
    {
        var by = context.RequiredActor();
        if (!Id.IsValid(platformId) || grains.GetGrain<IPlatformGrain>(platformId) is var grain
            && await grain.View() is null)
            return Problems.Of(404, "platformUnknown", $"There is no platform {platformId}.");
        if (!by.Has(OrganisationKind.Facility, platformId, Role.Manager))
            return Problems.NotAllowed("Only a manager of the facility sees who waits.");
        var platform = (await grain.View())!;
        var wishes = await grain.Waitlist(by);
        var names = await AccountNames.Of(grains, wishes.Select(w => w.Entry.Account));
        return TypedResults.Ok(Page.Cut(
            context, wishes.Select(w => WaitlistAnswer.Of(platform, w, names[w.Entry.Account]))));
    }

    private static AccountId Mine(HttpContext context, string id) =>
        Id.IsValid(id) && context.RequiredActor().BelongsTo(OrganisationKind.Sme, id)
            ? new AccountId(id)
            : throw new ProblemException(Problems.NotFound($"There is no account {id} among yours."));
}
