using Facilities.Api.Closures;
using Facilities.Api.Http;
using Facilities.Api.Platforms;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Microsoft.AspNetCore.Http.Metadata;
using NodaTime;
using Orleans;

namespace Facilities.Api.Calendars;

public static class ImportEndpoints
{
    /// <summary>Times that a preview shows: enough to see whether it is the right calendar.</summary>
    private const int TimesShown = 50;

    private static readonly ImportSize FileSize = new(Limits.CalendarBytes + Body.BytesMax);

    /// <summary>Calendars kept elsewhere that make resources busy: files, and feeds to follow.</summary>
    public static RouteGroupBuilder MapImports(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/platforms/{platformId}/calendars").WithTags("Facility").RequireActor();
        group.MapGet("", List).ReadsQuery<PageQuery>().Answers<Page<CalendarAnswer>>().Refuses(400, 401, 403, 404);
        group.MapPost("", Add).WithMetadata(FileSize)
            .Accepts<CalendarBody>("application/json", ImportBody.CalendarType, ImportBody.FormType)
            .Answers<CalendarAnswer>(201).Refuses(400, 401, 403, 404, 409, 413, 415, 422);
        group.MapPost("/preview", Preview).WithMetadata(FileSize)
            .Accepts<CalendarBody>("application/json", ImportBody.CalendarType, ImportBody.FormType)
            .Answers<CalendarPreviewAnswer>().Refuses(400, 401, 403, 404, 409, 413, 415, 422);
        group.MapPost("/{calendarId}/sync", Sync).Answers<CalendarAnswer>().Refuses(401, 403, 404, 422);
        group.MapPut("/{calendarId}/file", Replace).WithMetadata(FileSize)
            .Answers<CalendarAnswer>().Refuses(400, 401, 403, 404, 413, 415, 422);
        group.MapDelete("/{calendarId}", Remove).Produces(204).Refuses(401, 403, 404);
        return api;
    }

    private static async Task<IResult> List(
        HttpContext context, ImportDesk desk, IGrainFactory grains, string platformId)
    {
        var list = await desk.List(
            context.RequiredActor(), await Of(grains, platformId), context.RequestAborted);
        return TypedResults.Ok(Page.Cut(context, list.OrThrow().Items));
    }

    private static async Task<IResult> Add(
        HttpContext context, ImportDesk desk, IGrainFactory grains, string platformId)
    {
        var platform = await Managed(context, grains, platformId);
        var wish = await ImportBody.Read(context);
        var added = (await desk.Add(
            context.CommandId("calendar"), context.RequiredActor(), platform, wish, context.RequestAborted)).OrThrow();
        return TypedResults.Created(
            $"{ApiGroup.Prefix}/platforms/{platformId}/calendars/{added.CalendarId}", added);
    }

    private static async Task<IResult> Preview(
        HttpContext context, ImportDesk desk, IGrainFactory grains, string platformId)
    {
        var platform = await Managed(context, grains, platformId);
        var wish = await ImportBody.Read(context);
        var preview = (await desk.Preview(
            context.CommandId("calendar"), context.RequiredActor(), platform, wish, context.RequestAborted)).OrThrow();
        var zone = DateTimeZoneProviders.Tzdb[platform.Profile.TimeZone];
        return TypedResults.Ok(new CalendarPreviewAnswer(
            preview.Finding.Events, preview.Finding.Times.Length,
            [.. preview.Finding.Times.Take(TimesShown).Select(time => new BusyTimeAnswer(
                time.Start.InZone(zone).ToOffsetDateTime(), time.End.InZone(zone).ToOffsetDateTime()))],
            preview.Finding.Problems, await ClosureEndpoints.Answers(grains, platform, preview.Collisions)));
    }

    private static async Task<IResult> Sync(
        HttpContext context, ImportDesk desk, IGrainFactory grains, string platformId, string calendarId) =>
        TypedResults.Ok((await desk.Sync(
            context.RequiredActor(), await Managed(context, grains, platformId), IdOf(calendarId), null,
            context.RequestAborted)).OrThrow());

    private static async Task<IResult> Replace(
        HttpContext context, ImportDesk desk, IGrainFactory grains, string platformId, string calendarId)
    {
        var platform = await Managed(context, grains, platformId);
        var file = await ImportBody.ReadFile(context);
        return TypedResults.Ok((await desk.Sync(
            context.RequiredActor(), platform, IdOf(calendarId), file, context.RequestAborted)).OrThrow());
    }

    private static async Task<IResult> Remove(
        HttpContext context, ImportDesk desk, IGrainFactory grains, string platformId, string calendarId)
    {
        var platform = await Managed(context, grains, platformId);
        var refusal = await desk.Remove(
            context.CommandId("calendar"), context.RequiredActor(), platform, IdOf(calendarId), context.RequestAborted);
        return refusal is null ? TypedResults.NoContent() : refusal.AsProblem();
    }

    private static async Task<PlatformView> Of(IGrainFactory grains, string platformId) =>
        Id.IsValid(platformId) && await grains.GetGrain<IPlatformGrain>(platformId).View() is { } platform
            ? platform
            : throw new ProblemException(Problems.Of(404, "platformUnknown", $"There is no platform {platformId}."));

    /// <summary>For a manager alone; asked before a body of megabytes is read.</summary>
    private static async Task<PlatformView> Managed(HttpContext context, IGrainFactory grains, string platformId)
    {
        var platform = await Of(grains, platformId);
        return context.RequiredActor().Has(OrganisationKind.Facility, platformId, Role.Manager)
            ? platform
            : throw new ProblemException(Problems.NotAllowed("Only a manager of the facility keeps its calendars."));
    }

    private static CalendarId IdOf(string text) => Id.IsValid(text)
        ? new CalendarId(text)
        : throw new ProblemException(Problems.Of(404, "calendarUnknown", $"There is no calendar {text}."));
}

/// <summary>How large a body may be that holds a calendar, with the fields beside it.</summary>
internal sealed record ImportSize(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
