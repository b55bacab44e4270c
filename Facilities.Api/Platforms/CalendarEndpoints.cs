using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Api.Services;
using Facilities.Grains.Availability;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;
using Orleans;

namespace Facilities.Api.Platforms;

public sealed record HoursBody(ImmutableArray<HoursEntry> Hours);

public sealed record HoursEntry(
    string Rrule, TimeOfDay From, TimeOfDay To, LocalDate? ValidFrom = null, LocalDate? ValidUntil = null);

public sealed record ClosureBody(LocalDateTime From, LocalDateTime To, string Reason);

/// <summary>A change of a calendar succeeded; bookings that now lie outside stay and are listed.</summary>
public sealed record CalendarChanged(ResourceId ResourceId, ClosureId? ClosureId, ImmutableArray<BookingId> Collisions);

public static class CalendarEndpoints
{
    /// <summary>What a facility manager changes: hours, closures, services, prices.</summary>
    public static RouteGroupBuilder MapCalendars(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/platforms/{platformId}").WithTags("Facility").RequireActor();
        group.MapPut("/resources/{resourceId}/hours", PutHours).Reads<HoursBody>()
            .Answers<CalendarChanged>().Refuses(400, 401, 403, 404, 412, 422);
        group.MapPost("/resources/{resourceId}/closures", AddClosure).Reads<ClosureBody>()
            .Answers<CalendarChanged>().Refuses(400, 401, 403, 404, 412, 422);
        group.MapDelete("/resources/{resourceId}/closures/{closureId}", RemoveClosure)
            .Answers<CalendarChanged>().Refuses(401, 403, 404, 412);
        group.MapPut("/services/{serviceId}", PutService).Reads<ServiceBody>()
            .Answers<PlatformAnswer>().Refuses(400, 401, 403, 404, 412, 422);
        group.MapPut("/services/{serviceId}/prices", PutPrices).Reads<Prices>()
            .Answers<PlatformAnswer>().Refuses(400, 401, 403, 404, 412, 422);
        return api;
    }

    private static async Task<IResult> PutHours(
        HttpContext context, IGrainFactory grains, string platformId, string resourceId)
    {
        var body = await Body.Read<HoursBody>(context);
        var hours = body.Hours.Select(h => new HoursRule(
            h.Rrule, h.From, h.To, h.ValidFrom ?? HoursRule.DefaultValidFrom, h.ValidUntil)).ToImmutableArray();
        var faults = hours.SelectMany((rule, index) => HoursRules.Faults(rule, $"/hours/{index}")).ToImmutableArray();
        if (!faults.IsEmpty) return Problems.InvalidRequest(faults, 422);
        var (grain, resource) = Of(grains, platformId, resourceId);
        (await grain.ChangeHours(new ChangeHours(
            context.CommandId("hours"), context.RequiredActor(), resource, hours,
            context.ExpectedVersion()))).OrThrow();
        return await Changed(context, grain, resource, null);
    }

    private static async Task<IResult> AddClosure(
        HttpContext context, IGrainFactory grains, string platformId, string resourceId)
    {
        var body = await Body.Read<ClosureBody>(context);
        var faults = ClosureRules.Faults(body.From, body.To, "").ToImmutableArray();
        if (!faults.IsEmpty) return Problems.InvalidRequest(faults, 422);
        var (grain, resource) = Of(grains, platformId, resourceId);
        var id = context.CommandId("closure");
        var closure = new ClosureId("cl" + id.Value[1..18]);
        (await grain.AddClosure(new AddClosure(
            id, context.RequiredActor(), resource, new Closure(closure, body.From, body.To, body.Reason),
            context.ExpectedVersion()))).OrThrow();
        return await Changed(context, grain, resource, closure);
    }

    private static async Task<IResult> RemoveClosure(
        HttpContext context, IGrainFactory grains, string platformId, string resourceId, string closureId)
    {
        var (grain, resource) = Of(grains, platformId, resourceId);
        if (!Id.IsValid(closureId))
            return Problems.Of(404, "closureUnknown", $"The resource has no closure {closureId}.");
        (await grain.RemoveClosure(new RemoveClosure(
            context.CommandId("closure"), context.RequiredActor(), resource, new ClosureId(closureId),
            context.ExpectedVersion()))).OrThrow();
        return await Changed(context, grain, resource, new ClosureId(closureId));
    }

    private static async Task<IResult> PutService(
        HttpContext context, IGrainFactory grains, string platformId, string serviceId)
    {
        var body = await Body.Read<ServiceBody>(context);
        if (!Id.IsValid(serviceId)) return Problems.Of(404, "notOffered", $"There is no service {serviceId}.");
        var faults = body.Faults();
        if (!faults.IsEmpty) return Problems.InvalidRequest(faults, 422);
        var (grain, _) = Of(grains, platformId, "any");
        (await grain.ChangeService(new ChangeService(
            context.CommandId("service"), context.RequiredActor(), body.AsService(new ServiceId(serviceId)),
            context.ExpectedVersion()))).OrThrow();
        return await Shown(context, grain);
    }

    private static async Task<IResult> PutPrices(
        HttpContext context, IGrainFactory grains, string platformId, string serviceId)
    {
        var prices = await Body.Read<Prices>(context);
        if (!Id.IsValid(serviceId)) return Problems.Of(404, "notOffered", $"There is no service {serviceId}.");
        var negative = new[]
            {
                ("home", prices.Home), ("partner", prices.Partner),
                ("external", prices.External), ("academic", prices.Academic),
            }
            .Where(p => p.Item2.IsNegative)
            .Select(p => new Fault($"/{p.Item1}", "A price is not below zero.")).ToImmutableArray();
        if (!negative.IsEmpty) return Problems.InvalidRequest(negative, 422);
        var (grain, _) = Of(grains, platformId, "any");
        (await grain.ChangePrices(new ChangePrices(
            context.CommandId("prices"), context.RequiredActor(), new ServiceId(serviceId), prices,
            context.ExpectedVersion()))).OrThrow();
        return await Shown(context, grain);
    }

    private static (IPlatformGrain Grain, ResourceId Resource) Of(
        IGrainFactory grains, string platformId, string resourceId) =>
        !Id.IsValid(platformId)
            ? throw new ProblemException(Problems.Of(404, "platformUnknown", $"There is no platform {platformId}."))
        : !Id.IsValid(resourceId)
            ? throw new ProblemException(
                Problems.Of(404, "resourceUnknown", $"The platform has no resource {resourceId}."))
        : (grains.GetGrain<IPlatformGrain>(platformId), new ResourceId(resourceId));

    private static async Task<IResult> Changed(
        HttpContext context, IPlatformGrain grain, ResourceId resource, ClosureId? closure)
    {
        context.SetEntityTag((await grain.View())!.Edition);
        return TypedResults.Ok(new CalendarChanged(resource, closure, await grain.Collisions(resource)));
    }

    private static async Task<IResult> Shown(HttpContext context, IPlatformGrain grain)
    {
        var platform = (await grain.View())!;
        context.SetEntityTag(platform.Edition);
        return TypedResults.Ok(PlatformAnswer.Of(platform));
    }
}
