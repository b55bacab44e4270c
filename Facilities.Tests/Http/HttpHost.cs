using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Facilities.Api.Http;
using Facilities.Api.Identity;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using Facilities.Silo.Hosting;
using Facilities.Silo.Identity;
using Facilities.Silo.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Facilities.Tests.Http;

/// <summary>The doors without the rules: our pipeline on Kestrel, a real database, a few endpoints.</summary>
public sealed class HttpHost : IAsyncDisposable
{
    public const string Password = "demo-facilities";

    private readonly WebApplication app;

    private HttpHost(WebApplication app, HttpClient client) => (this.app, Client) = (app, client);

    public HttpClient Client { get; }

    public MovableClock Clock => (MovableClock)app.Services.GetRequiredService<IClock>();

    public T Service<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<HttpHost> Start(
        StorageOptions storage, Action<RouteGroupBuilder>? map = null, MovableClock? clock = null,
        bool isOpen = true, params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        foreach (var (name, value) in settings) builder.Configuration[name] = value;
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IClock>(clock ?? new MovableClock());
        builder.Services.AddSingleton(storage);
        builder.Services.AddSingleton(_ => storage.Open());
        builder.Services.AddSingleton<IDatabase>(services => services.GetRequiredService<IDialect>());
        builder.Services.AddSingleton<EventStore>();
        builder.Services.AddSingleton<Opening>();
        builder.Services.AddIdentityStores();
        builder.AddFacilitiesHttp();
        var app = builder.Build();
        await Migrator.Run(app.Services.GetRequiredService<IDialect>());
        await app.Services.GetRequiredService<People>().Enter(Everybody, Password);
        if (isOpen) app.Services.GetRequiredService<Opening>().Open();
        app.UseFacilitiesHttp();
        var api = app.MapApi().MapIdentity();
        map?.Invoke(api);
        await app.StartAsync();
        return new HttpHost(app, new HttpClient { BaseAddress = new Uri(app.Urls.First()) });
    }

    /// <summary>A client that sends the session token of a person.</summary>
    public async Task<HttpClient> SignedIn(string email = "sme.berlin@example.org")
    {
        var answer = await Client.PostAsJsonAsync("/api/v1/session", new { email, password = Password });
        answer.EnsureSuccessStatusCode();
        return With((await answer.Json())["token"]!.GetValue<string>());
    }

    public HttpClient With(string token)
    {
        var client = new HttpClient { BaseAddress = Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }

    private static readonly ImmutableArray<NewPerson> Everybody =
    [
        new("sme.berlin@example.org", "Berlin", [new("spree-diagnostics", "Spree Diagnostics", OrganisationKind.Sme,
            [Role.Owner, Role.Booker, Role.Signatory, Role.Finance])], new PersonId("sme.berlin")),
        new("cluster.biotop@example.org", "Biotop", [new("biotop", "BioTOP", OrganisationKind.Cluster,
            [Role.ClusterManager])]),
    ];
}

/// <summary>The real clock, moved by hand.</summary>
public sealed class MovableClock : IClock
{
    public Duration Ahead { get; set; }

    public Instant GetCurrentInstant() => SystemClock.Instance.GetCurrentInstant() + Ahead;
}

internal static class Answers
{
    public static async Task<JsonObject> Json(this HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();

    /// <summary>Asserts problem details of a status with a refusal, and hands them on.</summary>
    public static async Task<JsonObject> Problem(this HttpResponseMessage answer, int status, string refusal)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var json = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(refusal, json["refusal"]!.GetValue<string>());
        Assert.Equal(status, json["status"]!.GetValue<int>());
        foreach (var member in (string[])["type", "title", "detail"])
            Assert.NotEmpty(json[member]!.GetValue<string>());
        return json;
    }
}
