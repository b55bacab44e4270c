using System.Net;
using System.Net.Http.Json;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using Facilities.Silo.Identity;
using Facilities.Tests.Http;
using Facilities.Tests.StorageContract;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using NodaTime;

namespace Facilities.Tests.Identity;

public sealed class SqliteSignIn(SqliteFixture fixture) : SignInContract(fixture), IClassFixture<SqliteFixture>;

public sealed class PostgresSignIn(PostgresFixture fixture) : SignInContract(fixture), IClassFixture<PostgresFixture>;

public abstract class SignInContract(DatabaseFixture fixture)
{
    private const string Email = "sme.berlin@example.org";

    private async Task<HttpHost> Host()
    {
        fixture.Require();
        return await HttpHost.Start(await fixture.NewDatabase());
    }

    private static Task<HttpResponseMessage> SignIn(HttpHost host, string email, string password) =>
        host.Client.PostAsJsonAsync("/api/v1/session", new { email, password });

    [Fact]
    public async Task A_person_signs_in_and_sees_their_memberships()
    {
        await using var host = await Host();
        var answer = await SignIn(host, Email, HttpHost.Password);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var session = await answer.Json();
        Assert.EndsWith("Z", session["expiresAt"]!.GetValue<string>(), StringComparison.Ordinal);
        using var client = host.With(session["token"]!.GetValue<string>());
        var me = await (await client.GetAsync("/api/v1/me")).Json();
        Assert.Equal(session["user"]!.ToJsonString(), me.ToJsonString());
        Assert.Equal(
            """
            {"id":"sme.berlin","name":"Berlin","email":"sme.berlin@example.org","memberships":[
            {"organisationId":"spree-diagnostics","organisationName":"Spree Diagnostics","kind":"sme",
            "roles":["owner","booker","signatory","finance"]}]}
            """.ReplaceLineEndings(""), me.ToJsonString());
    }

    [Fact]
    public async Task Kinds_and_roles_are_written_in_camel_case()
    {
        await using var host = await Host();
        using var client = await host.SignedIn("cluster.biotop@example.org");
        var membership = (await (await client.GetAsync("/api/v1/me")).Json())["memberships"]![0]!;
        Assert.Equal("cluster", membership["kind"]!.GetValue<string>());
        Assert.Equal("clusterManager", membership["roles"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_are_answered_alike()
    {
        await using var host = await Host();
        var wrong = await (await SignIn(host, Email, "wrong")).Problem(401, "wrongCredentials");
        var unknown = await (await SignIn(host, "nobody@example.org", "wrong")).Problem(401, "wrongCredentials");
        Assert.Equal(wrong.ToJsonString(), unknown.ToJsonString());
    }

    [Theory]
    [InlineData(Email)]
    [InlineData("nobody@example.org")]
    public async Task Five_wrong_passwords_lock_the_account_for_a_while(string email)
    {
        await using var host = await Host();
        for (var i = 0; i < SignInGuard.FailuresPerAccountMax; i++) await SignIn(host, email, "wrong");
        var locked = await SignIn(host, email, HttpHost.Password);
        await locked.Problem(429, "tooManyAttempts");
        Assert.InRange(locked.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 300);
        using var other = await host.SignedIn("cluster.biotop@example.org");
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/v1/me")).StatusCode);
        if (email != Email) return;
        host.Clock.Ahead += Duration.FromMinutes(6);
        Assert.Equal(HttpStatusCode.OK, (await SignIn(host, email, HttpHost.Password)).StatusCode);
    }

    [Fact]
    public async Task A_lock_is_known_to_every_process()
    {
        fixture.Require();
        var database = await fixture.NewDatabase();
        await using var first = await HttpHost.Start(database);
        for (var i = 0; i < SignInGuard.FailuresPerAccountMax; i++) await SignIn(first, Email, "wrong");
        await using var second = await HttpHost.Start(database);
        await (await SignIn(second, Email, HttpHost.Password)).Problem(429, "tooManyAttempts");
    }

    [Fact]
    public async Task Guessing_in_parallel_gains_nothing()
    {
        await using var host = await Host();
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => SignIn(host, Email, "wrong")));
        var tried = answers.Count(a => a.StatusCode == HttpStatusCode.Unauthorized);
        Assert.InRange(tried, 1, SignInGuard.FailuresPerAccountMax + Environment.ProcessorCount);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_at_once()
    {
        await using var host = await Host();
        using var client = await host.SignedIn();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/me")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync("/api/v1/session")).StatusCode);
        await (await client.GetAsync("/api/v1/me")).Problem(401, "notSignedIn");
    }

    [Fact]
    public async Task A_session_ends_after_half_a_day()
    {
        await using var host = await Host();
        using var client = await host.SignedIn();
        host.Clock.Ahead = Tokens.SessionLifetime - Duration.FromMinutes(1);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/me")).StatusCode);
        host.Clock.Ahead = Tokens.SessionLifetime + Duration.FromMinutes(1);
        await (await client.GetAsync("/api/v1/me")).Problem(401, "notSignedIn");
    }

    [Fact]
    public async Task Sessions_and_keys_survive_a_restart()
    {
        fixture.Require();
        var database = await fixture.NewDatabase();
        string token, key;
        await using (var first = await HttpHost.Start(database))
        {
            using var client = await first.SignedIn();
            token = client.DefaultRequestHeaders.Authorization!.Parameter!;
            key = Assert.Single(first.Service<IKeyManager>().GetAllKeys()).KeyId.ToString();
        }
        await using var second = await HttpHost.Start(database);
        Assert.Equal(HttpStatusCode.OK, (await second.With(token).GetAsync("/api/v1/me")).StatusCode);
        Assert.Equal(key, Assert.Single(second.Service<IKeyManager>().GetAllKeys()).KeyId.ToString());
    }

    [Fact]
    public async Task Entering_people_again_keeps_them_and_takes_their_new_memberships()
    {
        await using var host = await Host();
        var people = host.Service<People>();
        await people.Enter([new(Email, "Other", [new("havel-biologics", "Havel", OrganisationKind.Sme, [Role.Owner])])],
            "other");
        var known = await people.FindByEmail(" SME.berlin@example.org ");
        Assert.Equal(new PersonId("sme.berlin"), known!.Actor.Person);
        Assert.Equal("havel-biologics", Assert.Single(known.Actor.Memberships).OrganisationId);
        Assert.Equal(HttpStatusCode.OK, (await SignIn(host, Email, HttpHost.Password)).StatusCode);
    }
}
