using System.Security.Claims;
using System.Text.Encodings.Web;
using Facilities.Api.Http;
using Facilities.Silo.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace Facilities.Api.Identity;

/// <summary>Bearer tokens for programs, a cookie for pages; an Authorization header means the token.</summary>
internal static class Authentication
{
    public const string Either = "Facilities";
    public const string Bearer = "Bearer";
    public const string Cookie = CookieAuthenticationDefaults.AuthenticationScheme;
    public const string SessionClaim = "session";

    public static void AddFacilitiesAuthentication(this IServiceCollection services)
    {
        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, options => options.ForwardDefaultSelector =
                context => context.Request.Headers.Authorization.Count > 0 ? Bearer : Cookie)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(Bearer, null)
            .AddCookie(Cookie, Configure);
        services.AddAuthorization();
    }

    public static ClaimsPrincipal Principal(SignedIn signedIn, string scheme) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, signedIn.Actor.Person.Value),
            new Claim(ClaimTypes.Name, signedIn.Actor.Name),
            new Claim(SessionClaim, signedIn.Token.Id),
        ], scheme));

    private static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "facilities";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.ExpireTimeSpan = Tokens.SessionLifetime.ToTimeSpan();
        // The session token ends at its time; a cookie that outlives it would only look signed in.
        options.SlidingExpiration = false;
        options.LoginPath = "/sign-in";
        options.LogoutPath = "/sign-out";
        options.AccessDeniedPath = "/sign-in";
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnValidatePrincipal = Validate;
        options.Events.OnRedirectToLogin = context => Redirect(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => Redirect(context, StatusCodes.Status403Forbidden);
    }

    private static Task Redirect(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (context.Request.Path.StartsWithSegments("/api")) context.Response.StatusCode = status;
        else context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }

    private static async Task Validate(CookieValidatePrincipalContext context)
    {
        var tokens = context.HttpContext.RequestServices.GetRequiredService<Tokens>();
        var session = context.Principal?.FindFirstValue(SessionClaim);
        var signedIn = session is null ? null : await tokens.ValidateId(session, context.HttpContext.RequestAborted);
        if (signedIn is null) context.RejectPrincipal();
        else context.HttpContext.Features.Set(signedIn);
    }
}

internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Tokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>No secret of ours is longer; longer texts are not worth hashing.</summary>
    private const int SecretLengthMax = 200;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        var secret = header["Bearer ".Length..].Trim();
        if (secret.Length is 0 or > SecretLengthMax
            || await tokens.Validate(secret, Context.RequestAborted) is not { } signedIn)
            return AuthenticateResult.Fail("The token is unknown, expired or revoked.");
        Context.Features.Set(signedIn);
        var principal = Authentication.Principal(signedIn, Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Problems.NotSignedIn().ExecuteAsync(Context);
}
