using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Api.Overload;
using Facilities.Grains.Kernel;
using Facilities.Silo.Identity;
using NodaTime;

namespace Facilities.Api.Identity;

public static class IdentityEndpoints
{
    private const int NameLengthMax = 100;

    /// <summary>Signing in and out, who one is, and personal tokens.</summary>
    public static RouteGroupBuilder MapIdentity(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("").WithTags("Signing in");
        group.MapPost("/session", StartSession).Does(Work.SignIn)
            .Reads<SessionRequest>().Answers<SessionAnswer>().Refuses(400, 401, 429);
        group.MapDelete("/session", EndSession).RequireActor().Produces(204).Refuses(401, 403);
        group.MapGet("/me", Me).RequireActor().Answers<UserAnswer>().Refuses(401);
        group.MapPost("/tokens", MakeToken).RequireActor().Idempotent(hasSecret: true)
            .Reads<TokenRequest>().Answers<NewTokenAnswer>(201).Refuses(400, 401, 403, 409, 422);
        group.MapGet("/tokens", ListTokens).RequireActor().ReadsQuery<PageQuery>()
            .Answers<Page<TokenAnswer>>().Refuses(401);
        group.MapDelete("/tokens/{id}", RevokeToken).RequireActor().Produces(204).Refuses(401, 403, 404);
        return api;
    }

    private static async Task<IResult> StartSession(HttpContext context, Sessions sessions)
    {
        var request = await Body.Read<SessionRequest>(context);
        var outcome = await sessions.Start(context, request.Email, request.Password);
        if (outcome.Refusal is { } refusal) return refusal;
        var signedIn = outcome.SignedIn!;
        return TypedResults.Ok(
            new SessionAnswer(outcome.Secret!, signedIn.Token.ExpiresAt, UserAnswer.Of(signedIn.Person)));
    }

    private static async Task<IResult> EndSession(HttpContext context, Sessions sessions)
    {
        if (context.SignedIn()!.Token.Kind != TokenKind.Session)
            return Problems.NotAllowed("A personal token is no session: revoke it with DELETE /api/v1/tokens/{id}.");
        await sessions.End(context);
        return TypedResults.NoContent();
    }

    private static Task<IResult> Me(HttpContext context, Sessions _) =>
        Task.FromResult<IResult>(TypedResults.Ok(UserAnswer.Of(context.SignedIn()!.Person)));

    private static async Task<IResult> MakeToken(HttpContext context, Tokens tokens, IClock clock)
    {
        var request = await Body.ReadOr(context, new TokenRequest());
        if (context.SignedIn()!.Token.Kind != TokenKind.Session) return SessionNeeded;
        var now = clock.GetCurrentInstant();
        var expiresAt = request.ExpiresAt?.ToInstant() ?? now + Duration.FromDays(365);
        if (Faults(request, expiresAt, now) is { IsEmpty: false } faults) return Problems.InvalidRequest(faults, 422);
        var person = context.RequiredActor().Person;
        var known = await tokens.List(person, context.RequestAborted);
        if (known.Length >= Tokens.PersonalTokensMax) return TooManyTokens;
        ImmutableArray<TokenScope> scopes = request.Scopes.IsDefaultOrEmpty
            ? [TokenScope.Read, TokenScope.Write]
            : [.. request.Scopes.Distinct().Order()];
        var issued = await tokens.IssuePersonal(person, request.Name.Trim(), scopes, expiresAt, context.RequestAborted);
        return TypedResults.Created($"{ApiGroup.Prefix}/tokens/{issued.Token.Id}", NewTokenAnswer.Of(issued));
    }

    private static async Task<IResult> ListTokens(HttpContext context, Tokens tokens)
    {
        var list = await tokens.List(context.RequiredActor().Person, context.RequestAborted);
        return TypedResults.Ok(Page.Cut(context, list.Select(TokenAnswer.Of)));
    }

    private static async Task<IResult> RevokeToken(HttpContext context, Tokens tokens, string id)
    {
        var current = context.SignedIn()!;
        if (current.Token.Kind != TokenKind.Session && current.Token.Id != id) return SessionNeeded;
        return await tokens.Revoke(current.Actor.Person, id, context.RequestAborted)
            ? TypedResults.NoContent()
            : Problems.NotFound("You have no such token.");
    }

    private static ImmutableArray<Fault> Faults(TokenRequest request, Instant expiresAt, Instant now)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        if (request.Name.Trim().Length is 0 or > NameLengthMax)
            faults.Add(new Fault("/name", $"A name has 1 to {NameLengthMax} characters."));
        if (expiresAt <= now || expiresAt > now + Tokens.PersonalLifetimeMax)
            faults.Add(new Fault("/expiresAt", "A token expires in the future, at most 366 days from now."));
        return faults.ToImmutable();
    }

    private static Problem SessionNeeded => Problems.Of(403, "sessionNeeded",
        "A personal token makes or revokes no other tokens. Sign in with the password for that.");

    private static Problem TooManyTokens => Problems.Of(409, "tooManyTokens",
        $"You have {Tokens.PersonalTokensMax} tokens. Revoke one first.");
}
