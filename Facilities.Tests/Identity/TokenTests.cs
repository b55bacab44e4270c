using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Facilities.Grains.Services;
using Facilities.Silo.Storage;
using Facilities.Tests.Http;
using Facilities.Tests.StorageContract;
using NodaTime;

namespace Facilities.Tests.Identity;

public sealed class TokenTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>
{
    private async Task<HttpHost> Host() => await HttpHost.Start(await fixture.NewDatabase());

    private static Task<HttpResponseMessage> Make(HttpClient client, object request, string? key = null)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, "/api/v1/tokens")
        {
            Content = JsonContent.Create(request),
        };
        if (key is not null) message.Headers.Add("Idempotency-Key", key);
        return client.SendAsync(message);
    }

    [Fact]
    public async Task A_token_lives_from_making_to_revoking_and_shows_its_secret_once()
    {
        await using var host = await Host();
        using var session = await host.SignedIn();
        var made = await Make(session, new { name = "Robot", scopes = new[] { "read" } });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var token = await made.Json();
        using var robot = host.With(token["secret"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await robot.GetAsync("/api/v1/me")).StatusCode);

        var list = await (await session.GetAsync("/api/v1/tokens")).Json();
        Assert.Null(list["nextCursor"]);
        var listed = Assert.Single(list["items"]!.AsArray())!.AsObject();
        Assert.Equal("Robot", listed["name"]!.GetValue<string>());
        Assert.NotNull(listed["lastUsedAt"]);
        Assert.False(listed.ContainsKey("secret"));

        var address = "/api/v1/tokens/" + token["id"]!.GetValue<string>();
        Assert.Equal(HttpStatusCode.NoContent, (await session.DeleteAsync(address)).StatusCode);
        await (await robot.GetAsync("/api/v1/me")).Problem(401, "notSignedIn");
        await (await session.DeleteAsync(address)).Problem(404, "notFound");
    }

    [Fact]
    public async Task A_token_to_read_cannot_write_and_no_token_makes_tokens()
    {
        await using var host = await Host();
        using var session = await host.SignedIn();
        var reader = (await (await Make(session, new { scopes = new[] { "read" } }))
            .Json())["secret"]!.GetValue<string>();
        var writer = (await (await Make(session, new { })).Json())["secret"]!.GetValue<string>();
        await (await Make(host.With(reader), new { })).Problem(403, "scopeMissing");
        await (await Make(host.With(writer), new { })).Problem(403, "sessionNeeded");
    }

    [Fact]
    public async Task Nobody_revokes_the_token_of_another()
    {
        await using var host = await Host();
        using var owner = await host.SignedIn();
        using var stranger = await host.SignedIn("cluster.biotop@example.org");
        var token = await (await Make(owner, new { name = "Mine" })).Json();
        var address = "/api/v1/tokens/" + token["id"]!.GetValue<string>();
        await (await stranger.DeleteAsync(address)).Problem(404, "notFound");
        using var robot = host.With(token["secret"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await robot.GetAsync("/api/v1/me")).StatusCode);
    }

    [Fact]
    public async Task A_token_ends_when_it_says()
    {
        await using var host = await Host();
        using var session = await host.SignedIn();
        var expiresAt = SystemClock.Instance.GetCurrentInstant() + Duration.FromHours(1);
        var secret = (await (await Make(session, new { expiresAt = expiresAt.ToString() })).Json())["secret"]!;
        using var robot = host.With(secret.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await robot.GetAsync("/api/v1/me")).StatusCode);
        host.Clock.Ahead = Duration.FromHours(2);
        await (await robot.GetAsync("/api/v1/me")).Problem(401, "notSignedIn");
    }

    [Fact]
    public async Task Every_fault_of_a_token_is_named_at_once()
    {
        await using var host = await Host();
        using var session = await host.SignedIn();
        var answer = await Make(session, new { name = " ", expiresAt = "2020-01-01T00:00:00Z" });
        var problem = await answer.Problem(422, "invalidRequest");
        Assert.Equal(
            ["/name", "/expiresAt"],
            problem["errors"]!.AsArray().Select(e => e!["pointer"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_repeat_gets_the_same_secret_which_is_nowhere_kept_in_the_clear()
    {
        await using var host = await Host();
        using var session = await host.SignedIn();
        var first = await Make(session, new { name = "Robot" }, "key-1");
        var repeat = await Make(session, new { name = "Robot" }, "key-1");
        var text = await first.Content.ReadAsStringAsync();
        Assert.Equal(text, await repeat.Content.ReadAsStringAsync());
        var secret = JsonNode.Parse(text)!["secret"]!.GetValue<string>();
        var kept = await host.Service<IDatabase>().Read(connection =>
            connection.QuerySingleAsync<string>("select answer from requests"));
        Assert.DoesNotContain(secret, kept, StringComparison.Ordinal);
    }
}
