using System.Collections.Immutable;
using System.Net;
using System.Text;
using Facilities.Api.Http;
using Facilities.Grains.Kernel;
using Facilities.Tests.StorageContract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace Facilities.Tests.Http;

public sealed record Order(
    AccountId AccountId, ImmutableArray<OrderItem> Items, Money? Budget = null, string? Note = null, int Copies = 1,
    ImmutableArray<string> Tags = default);

public sealed record OrderItem(ServiceId ServiceId, OffsetDateTime Start, Length Duration, Role Role, LocalDate? Day);

public sealed record Filter(
    LocalDate From, Length? Duration = null, ImmutableArray<Role> Roles = default, OffsetDateTime? At = null,
    int Limit = 50, string? Cursor = null);

public sealed class BodyTests(BodyHost shared) : IClassFixture<BodyHost>
{
    private Task<HttpResponseMessage> Post(string body, string type = "application/json") =>
        shared.Host.Client.PostAsync("/api/v1/orders", new StringContent(body, Encoding.UTF8, type));

    private static (string, string)[] Errors(System.Text.Json.Nodes.JsonObject problem) =>
        [.. problem["errors"]!.AsArray()
            .Select(e => (e!["pointer"]!.GetValue<string>(), e["message"]!.GetValue<string>()))];

    [Fact]
    public async Task A_whole_body_is_read_with_defaults_and_written_back_in_its_shape()
    {
        const string body = """
            {"accountId":"a-1","unknown":1,"items":[{"serviceId":"s-1","start":"2027-02-01T08:00:00+01:00",
             "duration":"PT4H","role":"clusterManager"}],"budget":{"amount":12.50,"currency":"EUR"}}
            """;
        var answer = await Post(body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            """
            {"accountId":"a-1","items":[{"serviceId":"s-1","start":"2027-02-01T08:00:00+01:00","duration":"PT4H",
            "role":"clusterManager","day":null}],"budget":{"amount":12.5,"currency":"EUR"},
            "note":null,"copies":1,"tags":[]}
            """.ReplaceLineEndings(""), await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Every_fault_is_named_at_once_with_its_place_and_what_would_do()
    {
        const string body = """
            {"accountId":7,"items":[{"start":"tomorrow","duration":"soon","role":"king","day":"2027-13-01"},null,3],
             "budget":{"amount":1.234,"currency":"EUR"},"copies":"two","note":"a\u0000b"}
            """;
        var problem = await (await Post(body)).Problem(400, "invalidRequest");
        var errors = Errors(problem);
        Assert.Equal(
            ["/accountId", "/items/0/serviceId", "/items/0/start", "/items/0/duration", "/items/0/role", "/items/0/day",
                "/items/1", "/items/2", "/budget", "/note", "/copies"], errors.Select(e => e.Item1));
        var messages = errors.ToDictionary(e => e.Item1, e => e.Item2);
        Assert.StartsWith("Write an instant with offset such as 2027-02-01T08:00:00+01:00.", messages["/items/0/start"],
            StringComparison.Ordinal);
        Assert.Equal("serviceId is missing. Write an id as text.", messages["/items/0/serviceId"]);
        Assert.StartsWith("Write one of owner, booker,", messages["/items/0/role"], StringComparison.Ordinal);
        Assert.Equal("Write a whole number.", messages["/copies"]);
        Assert.DoesNotContain(errors, e => e.Item2.Contains("Path:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[]", "")]
    [InlineData("\"text\"", "")]
    [InlineData("""{"accountId":null,"items":[]}""", "/accountId")]
    [InlineData("""{"accountId":"a","items":{}}""", "/items")]
    [InlineData("""{"accountId":"a","items":null}""", "/items")]
    [InlineData("""{"accountId":"a b","items":[]}""", "/accountId")]
    [InlineData("""{"accountId":"a","items":[],"note":"\ud800"}""", "/note")]
    [InlineData("""{"accountId":"a","items":[],"copies":1.5}""", "/copies")]
    [InlineData("""{"accountId":"a","items":[],"copies":99999999999}""", "/copies")]
    [InlineData("""{"accountId":"a","items":[],"budget":{"amount":1e40,"currency":"EUR"}}""", "/budget")]
    [InlineData("""{"accountId":"a","items":[],"budget":{"amount":79228162514264337593543950335,"currency":"EUR"}}""",
        "/budget")]
    [InlineData("""{"accountId":"a","items":[],"budget":{"amount":[{}],"currency":"EUR"}}""", "/budget")]
    public async Task JSON_of_the_wrong_type_is_400_and_names_the_place(string body, string pointer) =>
        Assert.Equal(pointer, Assert.Single(Errors(await (await Post(body)).Problem(400, "invalidRequest"))).Item1);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"accountId":"a","accountId":"b"}""")]
    [InlineData("{\"accountId\":\n  nope}")]
    public async Task A_body_that_is_no_JSON_is_400_malformedJson(string body) =>
        await (await Post(body)).Problem(400, "malformedJson");

    [Fact]
    public async Task The_place_of_malformed_JSON_is_named()
    {
        var problem = await (await Post("{\"accountId\":\n  nope}")).Problem(400, "malformedJson");
        Assert.Contains("line 2", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_content_type_is_415_and_a_large_body_413()
    {
        await (await Post("{}", "text/plain")).Problem(415, "unsupportedMediaType");
        using var bare = new HttpRequestMessage(HttpMethod.Post, "/api/v1/orders");
        bare.Content = new ByteArrayContent("{}"u8.ToArray());
        await (await shared.Host.Client.SendAsync(bare)).Problem(415, "unsupportedMediaType");
        // The server answers before it has read such a body; a client that sends all the same may be cut off.
        using var large = new HttpRequestMessage(HttpMethod.Post, "/api/v1/orders");
        large.Headers.ExpectContinue = true;
        large.Content = new StringContent(new string('1', Body.BytesMax + 1), Encoding.UTF8, "application/json");
        await (await shared.Host.Client.SendAsync(large)).Problem(413, "tooLarge");
    }

    [Fact]
    public async Task A_query_string_is_read_with_defaults()
    {
        var answer = await shared.Host.Client.GetAsync(
            "/api/v1/orders?from=2027-02-01&roles=owner,finance&roles=manager&duration=&at=2027-02-01T08:00:00+01:00");
        Assert.Equal(
            """
            {"from":"2027-02-01","duration":null,"roles":["owner","finance","manager"],
            "at":"2027-02-01T08:00:00+01:00","limit":50,"cursor":null}
            """.ReplaceLineEndings(""), await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Every_fault_of_a_query_string_is_named_at_once()
    {
        var answer = await shared.Host.Client.GetAsync(
            "/api/v1/orders?duration=long&roles=owner,king&limit=201&at=now");
        Assert.Equal(["/from", "/duration", "/roles/1", "/at", "/limit"],
            Errors(await answer.Problem(400, "invalidRequest")).Select(e => e.Item1));
    }

    [Fact]
    public async Task A_foreign_cursor_is_refused_and_ours_comes_back_as_it_was()
    {
        var cursor = Cursor.Of("2027-02-01", "b-1");
        Assert.Equal(["2027-02-01", "b-1"], Cursor.Read(cursor, 2)!);
        var answer = await shared.Host.Client.GetAsync("/api/v1/orders?from=2027-02-01&cursor=xyz!");
        Assert.Equal("/cursor", Assert.Single(Errors(await answer.Problem(400, "invalidRequest"))).Item1);
        Assert.Throws<ProblemException>(() => Cursor.Read(cursor, 3));
    }
}

public sealed class BodyHost : IAsyncLifetime
{
    private readonly SqliteFixture databases = new();

    public HttpHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await HttpHost.Start(await databases.NewDatabase(), api =>
    {
        api.MapPost("/orders", async (HttpContext context, IServiceProvider _) =>
            TypedResults.Ok(await Body.Read<Order>(context)));
        api.MapGet("/orders", (HttpContext context, IServiceProvider _) =>
        {
            var filter = Query.Read<Filter>(context);
            Cursor.Read(filter.Cursor, 2);
            return TypedResults.Ok(filter);
        });
    });

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await databases.DisposeAsync();
    }
}
