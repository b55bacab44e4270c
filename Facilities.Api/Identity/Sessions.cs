using System.Net;
using System.Net.Sockets;
using Facilities.Api.Http;
using Facilities.Silo.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Facilities.Api.Identity;

/// <summary>A session that began, or the problem that says why none did.</summary>
public sealed record SessionOutcome(SignedIn? SignedIn, string? Secret, Problem? Refusal);

/// <summary>Signing in and out, for programs and for pages.</summary>
public sealed class Sessions(People people, Tokens tokens)
{
    /// <summary>Checks a password and begins a session.</summary>
    public async Task<SessionOutcome> Start(HttpContext context, string email, string password)
    {
        var cancellation = context.RequestAborted;
        var outcome = await people.SignIn(email, password, AddressOf(context), cancellation);
        if (outcome.RetryAfter is { } wait)
            return new SessionOutcome(null, null, TooManyAttempts((int)Math.Ceiling(wait.TotalSeconds)));
        if (outcome.Person is not { } person) return new SessionOutcome(null, null, WrongCredentials);
        var issued = await tokens.StartSession(person.Actor.Person, cancellation);
        return new SessionOutcome(new SignedIn(person, issued.Token), issued.Secret, null);
    }

    /// <summary>Signs a visitor of the pages in by a cookie; the problem to show, or null where it worked.</summary>
    public async Task<Problem?> StartForPages(HttpContext context, string email, string password)
    {
        var outcome = await Start(context, email, password);
        if (outcome.SignedIn is not { } signedIn) return outcome.Refusal;
        const string scheme = CookieAuthenticationDefaults.AuthenticationScheme;
        await context.SignInAsync(scheme, Authentication.Principal(signedIn, scheme));
        context.Features.Set(signedIn);
        return null;
    }

    /// <summary>Ends the session of a request, and its cookie where it came with one.</summary>
    public async Task End(HttpContext context)
    {
        if (context.SignedIn() is { } signedIn)
            await tokens.Revoke(signedIn.Actor.Person, signedIn.Token.Id, context.RequestAborted);
        if (context.Request.Headers.Authorization.Count == 0)
            await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    /// <summary>The network address of the caller. Of IPv6 the first half, since one household has the other.</summary>
    internal static string AddressOf(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new IPAddress([.. address.GetAddressBytes().Take(8), 0, 0, 0, 0, 0, 0, 0, 0]).ToString()
            : address.ToString();
    }

    private static Problem WrongCredentials => Problems.Of(401, "wrongCredentials",
        "No account has this e-mail address with this password.");

    private static Problem TooManyAttempts(int seconds)
    {
        const string detail = "Too many sign-ins failed. Wait a little before the next try.";
        return Problems.Of(429, "tooManyAttempts", detail) with { RetryAfterSeconds = Math.Max(1, seconds) };
    }
}
