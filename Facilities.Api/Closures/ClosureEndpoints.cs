using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Api.Platforms;
using Facilities.Grains.Accounts;
using Facilities.Grains.Availability;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;
using Orleans;

namespace Facilities.Api.Closures;

public static class ClosureEndpoints
{
    /// <summary>Closures that repeat or close several resources, public holidays, and what is to be moved.</summary>
    public static RouteGroupBuilder MapClosures(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/platforms/{platformId}").WithTags("Facility").RequireActor();
        group.MapGet("/closures", Closures).ReadsQuery<PageQuery>()
            .Answers<Page<PlannedClosureAnswer>>().Refuses(400, 401, 404);
        group.MapPost("/closures", Plan).Reads<PlannedClosureBody>()
            .Answers<ClosureChanged>().Refuses(400, 401, 403, 404, 409, 412, 422);
        group.MapPost("/closures/preview", Preview).Reads<PlannedClosureBody>()
            .Answers<ClosurePreviewAnswer>().Refuses(400, 401, 403, 404, 409, 412, 422);
        group.MapDelete("/closures/{closureId}", Remove)
            .Answers<ClosureChanged>().Refuses(401, 403, 404, 412);
        group.MapGet("/holidays", Holidays).Answers<HolidaysAnswer>().Refuses(401, 404);
        group.MapPut("/holidays", Choose).Reads<HolidaysBody>()
            .Answers<HolidaysAnswer>().Refuses(400, 401, 403, 404, 409, 412, 422);
        group.MapPost("/holidays/preview", PreviewHolidays).Reads<HolidaysBody>()
            .Answers<ClosurePreviewAnswer>().Refuses(400, 401, 403, 404, 412, 422);
        group.MapGet("/collisions", Collisions).ReadsQuery<PageQuery>()
            .Answers<Page<CollisionAnswer>>().Refuses(400, 401, 403, 404);
        return api;
    }

    private static async Task<IResult> Closures(HttpContext context, IGrainFactory grains, string platformId)
    {
        var (grain, platform) = await Of(grains, platformId);
        context.SetEntityTag(platform.Edition);
        return TypedResults.Ok(
            Page.Cut(context, (await grain.Closings()).Planned.Select(PlannedClosureAnswer.Of)));
    }

    private static async Task<IResult> Plan(HttpContext context, IGrainFactory grains, string platformId)
    {
        var command = await Read(context);
        var (grain, _) = await Of(grains, platformId);
        (await grain.PlanClosure(command)).OrThrow();
        return await Changed(context, grain, command.Closure.Id);
    }

    private static async Task<IResult> Preview(HttpContext context, IGrainFactory grains, string platformId)
    {
        var command = await Read(context);
        var (grain, platform) = await Of(grains, platformId);
        return TypedResults.Ok(await Shown(grains, platform, await grain.PreviewClosure(command)));
    }

    private static async Task<IResult> Remove(
        HttpContext context, IGrainFactory grains, string platformId, string closureId)
    {
        var (grain, _) = await Of(grains, platformId);
        if (!Id.IsValid(closureId))
            return Problems.Of(404, "closureUnknown", $"The platform has no planned closure {closureId}.");
        (await grain.RemovePlannedClosure(new RemovePlannedClosure(
            context.CommandId("closure"), context.RequiredActor(), new ClosureId(closureId),
            context.ExpectedVersion()))).OrThrow();
        return await Changed(context, grain, new ClosureId(closureId));
    }

    private static async Task<IResult> Holidays(
        HttpContext context, IGrainFactory grains, IClock clock, string platformId)
    {
        var (grain, platform) = await Of(grains, platformId);
        context.SetEntityTag(platform.Edition);
        return TypedResults.Ok(HolidaysAnswer.Of(
            platform.Profile, (await grain.Closings()).Holidays, Today(platform, clock)));
    }

    private static async Task<IResult> Choose(
        HttpContext context, IGrainFactory grains, IClock clock, string platformId)
    {
        var command = await ReadHolidays(context);
        var (grain, _) = await Of(grains, platformId);
        (await grain.ChooseHolidays(command)).OrThrow();
        return await Holidays(context, grains, clock, platformId);
    }

    private static async Task<IResult> PreviewHolidays(HttpContext context, IGrainFactory grains, string platformId)
    {
        var command = await ReadHolidays(context);
        var (grain, platform) = await Of(grains, platformId);
        return TypedResults.Ok(await Shown(grains, platform, await grain.PreviewHolidays(command)));
    }

    private static async Task<IResult> Collisions(HttpContext context, IGrainFactory grains, string platformId)
    {
        var (grain, platform) = await Of(grains, platformId);
        if (!context.RequiredActor().Has(OrganisationKind.Facility, platformId, Role.Manager))
            return Problems.NotAllowed("Only a manager of the facility sees what is to be moved.");
        return TypedResults.Ok(Page.Cut(
            context, await Answers(grains, platform, await grain.ToBeMoved(context.RequiredActor()))));
    }

    private static async Task<PlanClosure> Read(HttpContext context)
    {
        var body = await Body.Read<PlannedClosureBody>(context);
        var id = context.CommandId("closure");
        var closure = body.AsClosure(new ClosureId("cp" + id.Value[1..18]));
        var faults = PlannedClosureRules.Faults(closure, "").ToImmutableArray();
        return faults.IsEmpty
            ? new PlanClosure(id, context.RequiredActor(), closure, body.Acknowledged, context.ExpectedVersion())
            : throw new ProblemException(Problems.InvalidRequest(faults, 422));
    }

    private static async Task<ChooseHolidays> ReadHolidays(HttpContext context)
    {
        var body = await Body.Read<HolidaysBody>(context);
        return new ChooseHolidays(context.CommandId("holidays"), context.RequiredActor(), body.AsChoice(),
            body.Acknowledged, context.ExpectedVersion());
    }

    private static async Task<(IPlatformGrain Grain, PlatformView Platform)> Of(
        IGrainFactory grains, string platformId) =>
        Id.IsValid(platformId)
            && grains.GetGrain<IPlatformGrain>(platformId) is var grain && await grain.View() is { } platform
            ? (grain, platform)
            : throw new ProblemException(Problems.Of(404, "platformUnknown", $"There is no platform {platformId}."));

    private static LocalDate Today(PlatformView platform, IClock clock) =>
        clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb[platform.Profile.TimeZone]).Date;

    private static async Task<IResult> Changed(HttpContext context, IPlatformGrain grain, ClosureId closure)
    {
        context.SetEntityTag((await grain.View())!.Edition);
        var moved = await grain.ToBeMoved(context.RequiredActor());
        return TypedResults.Ok(new ClosureChanged(closure, [.. moved.Select(c => c.Booking).Distinct()]));
    }

    private static async Task<ClosurePreviewAnswer> Shown(
        IGrainFactory grains, PlatformView platform, ClosurePreview preview)
    {
        new Reply<PlatformRefusal>(preview.Refusal).OrThrow();
        var zone = DateTimeZoneProviders.Tzdb[platform.Profile.TimeZone];
        return new(
            [.. preview.Times.Select(t => new ClosedTimeAnswer(
                Local(t.Range.Start, zone), Local(t.Range.End, zone), t.Reason))],
            await Answers(grains, platform, preview.Collisions));
    }

    internal static async Task<ImmutableArray<CollisionAnswer>> Answers(
        IGrainFactory grains, PlatformView platform, ImmutableArray<Collision> collisions)
    {
        var zone = DateTimeZoneProviders.Tzdb[platform.Profile.TimeZone];
        var accounts = await AccountNames.Of(grains, collisions.Select(c => c.Account));
        return
        [
            .. collisions.Select(c => new CollisionAnswer(
                c.Booking, c.Account, accounts[c.Account], c.Firm ? "confirmed" : "held", c.Item, c.Service,
                platform.Services.FirstOrDefault(s => s.Id == c.Service)?.Name ?? c.Service.Value,
                Local(c.Start, zone), Local(c.End, zone), c.Reason,
                [.. c.Alternatives.Select(
                    a => new AlternativeSlot(Local(a.Start, zone), Local(a.End, zone), a.Free))])),
        ];
    }

    private static OffsetDateTime Local(Instant instant, DateTimeZone zone) =>
        instant.InZone(zone).ToOffsetDateTime();
}
