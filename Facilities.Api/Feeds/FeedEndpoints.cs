using System.Security.Cryptography;
using System.Text;
using Facilities.Api.Http;
using Facilities.Grains.ICalendar;
using Facilities.Silo.Feeds;
using Facilities.Silo.Identity;
using Microsoft.Net.Http.Headers;

namespace Facilities.Api.Feeds;

public static class FeedEndpoints
{
    private const string CalendarType = "text/calendar";

    /// <summary>The addresses of calendar feeds: made, listed, revoked.</summary>
    public static RouteGroupBuilder MapFeeds(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/feeds").WithTags("Feeds").RequireActor();
        group.MapPost("", Make).Idempotent(hasSecret: true)
            .Reads<FeedBody>().Answers<NewFeedAnswer>(201).Refuses(400, 401, 403, 404, 409, 422);
        group.MapGet("", List).ReadsQuery<PageQuery>().Answers<Page<FeedAnswer>>().Refuses(400, 401);
        group.MapDelete("/{id}", Revoke).Produces(204).Refuses(401, 403, 404);
        return api;
    }

    /// <summary>The feeds themselves, at the root: whoever has the address reads, nobody signs in.</summary>
    public static WebApplication MapFeedFiles(this WebApplication app)
    {
        app.MapMethods("/feeds/{token}.ics", [HttpMethods.Get, HttpMethods.Head], Read).WithTags("Feeds")
            .Produces(StatusCodes.Status200OK, contentType: CalendarType).Produces(StatusCodes.Status304NotModified)
            .Refuses(404, 429, 503);
        return app;
    }

    /// <summary>Where a feed stands, as the caller reaches this site.</summary>
    public static Uri AddressOf(HttpContext context, string secret) => new(SiteOf(context), $"/feeds/{secret}.ics");

    /// <summary>This site, as the caller reaches it.</summary>
    internal static Uri SiteOf(HttpContext context) => new(
        // A request of HTTP/1.0 may name no host.
        $"{context.Request.Scheme}://{(context.Request.Host.HasValue ? context.Request.Host.Value : "localhost")}");

    private static async Task<IResult> Make(HttpContext context, FeedDesk desk)
    {
        var body = await Body.Read<FeedBody>(context);
        if (context.SignedIn()!.Token.Kind != TokenKind.Session) return SessionNeeded;
        var id = Guid.NewGuid().ToString("N");
        var made = (await desk.Make(id, context.RequiredActor(), body, context.RequestAborted)).OrThrow();
        return TypedResults.Created(
            $"{ApiGroup.Prefix}/feeds/{id}", NewFeedAnswer.Of(made.Token, AddressOf(context, made.Secret)));
    }

    private static async Task<IResult> List(HttpContext context, FeedTokens tokens)
    {
        var list = await tokens.List(context.RequiredActor(), context.RequestAborted);
        return TypedResults.Ok(Page.Cut(context, list.Select(FeedAnswer.Of)));
    }

    private static async Task<IResult> Revoke(HttpContext context, FeedTokens tokens, string id)
    {
        if (context.SignedIn()!.Token.Kind != TokenKind.Session) return SessionNeeded;
        return await tokens.Revoke(context.RequiredActor(), id, context.RequestAborted)
            ? TypedResults.NoContent()
            : Problems.NotFound("You have no such feed.");
    }

    private static async Task<IResult> Read(HttpContext context, FeedDesk desk, string token)
    {
        if (await desk.Read(token, SiteOf(context), context.RequestAborted) is not { } feed)
            return Problems.NotFound("There is no such feed, or it was revoked.");
        var content = Encoding.UTF8.GetBytes(CalendarWriter.Write(feed));
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}\"");
        // Asked anew each time, so that a revoked address ends at once; what is unchanged is not sent again.
        context.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Bytes(content, $"{CalendarType}; charset=utf-8", entityTag: tag);
    }

    private static Problem SessionNeeded => Problems.Of(403, "sessionNeeded",
        "A personal token makes or revokes no feeds. Sign in with the password for that.");
}
