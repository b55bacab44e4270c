using System.Net;
using Facilities.Api.Identity;
using Facilities.Tests.Http;
using Facilities.Tests.StorageContract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Facilities.Tests.Identity;

public sealed class PageSignInTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>
{
    private static async Task<HttpHost> Start(SqliteFixture fixture) =>
        await HttpHost.Start(await fixture.NewDatabase(), api =>
        {
            api.MapPost("/page-sign-in/{password}", async (HttpContext context, Sessions sessions, string password) =>
                (IResult?)await sessions.StartForPages(context, "sme.berlin@example.org", password)
                    ?? TypedResults.Ok());
            api.MapPost("/act", () => TypedResults.Ok());
        });

    [Fact]
    public async Task A_cookie_signs_pages_in_until_they_sign_out()
    {
        await using var host = await Start(fixture);
        await (await host.Client.PostAsync("/api/v1/page-sign-in/wrong", null)).Problem(401, "wrongCredentials");
        await (await host.Client.GetAsync("/api/v1/me")).Problem(401, "notSignedIn");
        var answer = await host.Client.PostAsync("/api/v1/page-sign-in/" + HttpHost.Password, null);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/api/v1/me")).StatusCode);

        using var stolen = new HttpClient(new HttpClientHandler { UseCookies = false })
        {
            BaseAddress = host.Client.BaseAddress,
        };
        stolen.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        Assert.Equal(HttpStatusCode.OK, (await stolen.GetAsync("/api/v1/me")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.DeleteAsync("/api/v1/session")).StatusCode);
        await (await stolen.GetAsync("/api/v1/me")).Problem(401, "notSignedIn");
    }

    [Fact]
    public async Task Another_site_cannot_act_with_the_cookie_of_a_visitor()
    {
        await using var host = await Start(fixture);
        await host.Client.PostAsync("/api/v1/page-sign-in/" + HttpHost.Password, null);
        async Task<HttpResponseMessage> From(string site)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/act");
            request.Headers.Add("Sec-Fetch-Site", site);
            return await host.Client.SendAsync(request);
        }
        Assert.Equal(HttpStatusCode.OK, (await From("same-origin")).StatusCode);
        await (await From("cross-site")).Problem(403, "crossSite");
    }
}
