using Facilities.Api.Http;
using Facilities.Silo.Identity;

namespace Facilities.Api.Identity;

/// <summary>
/// Turns away, before any handler runs, visitors where a person is needed and tokens beyond their scopes.
/// </summary>
internal sealed class AccessMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        Refusal(context) is { } problem ? problem.ExecuteAsync(context) : next(context);

    private static Problem? Refusal(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (context.SignedIn() is not { } signedIn)
            return SignedInContext.RequiresActor(endpoint?.Metadata) ? Problems.NotSignedIn() : null;
        var changes = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
            && !HttpMethods.IsOptions(context.Request.Method);
        if (changes && IsFromAnotherSite(context))
            return Problems.Of(403, "crossSite", "A signed-in page of another site may not send this.");
        if (signedIn.Token.Kind == TokenKind.Session || endpoint is null) return null;
        if (changes ? signedIn.MayWrite : signedIn.MayRead) return null;
        return Problems.Of(403, "scopeMissing", $"This token has no scope to {(changes ? "write" : "read")}.");
    }

    /// <summary>Browsers send cookies along by themselves, and say which site asked.</summary>
    private static bool IsFromAnotherSite(HttpContext context) =>
        context.Request.Headers.Authorization.Count == 0
        && context.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";
}
