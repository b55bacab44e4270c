using System.Collections.Frozen;
using System.Net;
using System.Net.Http.Json;
using Facilities.Api.Http;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Tests.StorageContract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Facilities.Tests.Http;

public enum SampleRefusal
{
    SlotTaken,
    VoucherTooSmall,
}

public sealed class ProblemTests(ProblemHost shared) : IClassFixture<ProblemHost>
{
    private HttpClient Client => shared.Host.Client;

    [Fact]
    public async Task What_the_framework_refuses_is_a_problem_too()
    {
        await (await Client.GetAsync("/api/v1/nothing")).Problem(404, "notFound");
        var wrongMethod = await Client.PutAsync("/api/v1/me", null);
        await wrongMethod.Problem(405, "methodNotAllowed");
        Assert.Contains("GET", wrongMethod.Content.Headers.Allow);
        await (await Client.GetAsync("/api/v1/me")).Problem(401, "notSignedIn");
        await (await Client.PostAsync("/api/v1/session", new StringContent("a=b")))
            .Problem(415, "unsupportedMediaType");
    }

    [Fact]
    public async Task A_bug_is_500_without_its_details_and_a_missing_database_503_with_a_time_to_wait()
    {
        var bug = await (await Client.GetAsync("/api/v1/bug")).Problem(500, "internalError");
        Assert.DoesNotContain("boiler", bug.ToJsonString(), StringComparison.Ordinal);
        Assert.NotEmpty(bug["traceId"]!.GetValue<string>());
        var away = await Client.GetAsync("/api/v1/away");
        await away.Problem(503, "unavailable");
        Assert.NotNull(away.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_refusal_has_the_status_of_its_table_and_further_members()
    {
        var problem = await (await Client.GetAsync("/api/v1/refused")).Problem(422, "voucherTooSmall");
        Assert.Equal("/problems/voucherTooSmall", problem["type"]!.GetValue<string>());
        Assert.Equal("Voucher too small", problem["title"]!.GetValue<string>());
        Assert.Equal("/vouchers", problem["errors"]![0]!["pointer"]!.GetValue<string>());
        Assert.Equal("a-1", problem["alternatives"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task A_stale_tag_is_412_and_a_fresh_one_or_none_passes()
    {
        async Task<HttpResponseMessage> Put(string? tag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/versioned");
            if (tag is not null) request.Headers.TryAddWithoutValidation("If-Match", tag);
            return await Client.SendAsync(request);
        }
        Assert.Equal("\"v7\"", (await Put(null)).Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, (await Put("\"v6\", \"v7\"")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Put("*")).StatusCode);
        await (await Put("\"v6\"")).Problem(412, "stale");
        await (await Put("nonsense")).Problem(412, "stale");
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", "text/html")]
    [InlineData("application/*", "application/json")]
    [InlineData("application/json;q=0.1, text/*", "text/html")]
    public async Task The_representation_that_the_caller_likes_best_is_chosen(string? accept, string chosen)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/chosen");
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        Assert.Equal(chosen, await (await Client.SendAsync(request)).Content.ReadFromJsonAsync<string>());
    }

    [Fact]
    public async Task A_representation_that_there_is_not_is_406()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/chosen");
        request.Headers.Add("Accept", "application/pdf");
        await (await Client.SendAsync(request)).Problem(406, "notAcceptable");
    }

    [Fact]
    public async Task Answers_carry_headers_that_keep_browsers_from_mischief()
    {
        foreach (var path in (string[])["/", "/api/v1/bug"])
        {
            var headers = (await Client.GetAsync(path)).Headers;
            Assert.Contains("frame-ancestors 'none'", Assert.Single(headers.GetValues("Content-Security-Policy")),
                StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
            Assert.NotEmpty(headers.GetValues("Referrer-Policy"));
        }
    }

    [Fact]
    public async Task A_person_below_200_requests_a_second_is_never_limited()
    {
        using var client = await shared.Host.SignedIn();
        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => client.GetAsync("/api/v1/me")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task The_description_shows_value_types_in_the_shape_of_their_JSON()
    {
        var document = await (await Client.GetAsync("/openapi/v1.json")).Json();
        var schemas = document["components"]!["schemas"]!;
        string? Format(string schema) => (string?)schemas[schema]!["format"];
        Assert.Equal("#/components/schemas/Instant",
            schemas["SessionAnswer"]!["properties"]!["expiresAt"]!["$ref"]!.GetValue<string>());
        Assert.Equal(("date-time", "date-time", "date", "duration"),
            (Format("Instant"), Format("OffsetDateTime"), Format("LocalDate"), Format("Length")));
        Assert.Equal("string", schemas["PersonId"]!["type"]!.GetValue<string>());
        Assert.Equal("number", schemas["Money"]!["properties"]!["amount"]!["type"]!.GetValue<string>());
        Assert.Equal("string", schemas["OrganisationKind"]!["type"]!.GetValue<string>());
        Assert.Equal(
            ["accountId", "items"], schemas["Order"]!["required"]!.AsArray().Select(r => r!.GetValue<string>()));
        Assert.NotNull(schemas["ProblemDetails"]!["properties"]!["refusal"]);
        var search = document["paths"]!["/api/v1/described"]!["get"]!["parameters"]!.AsArray();
        Assert.Equal(["from", "duration", "roles", "at", "limit", "cursor"],
            search.Select(p => p!["name"]!.GetValue<string>()));
        Assert.Equal("date", search[0]!["schema"]!["format"]!.GetValue<string>());
        var session = document["paths"]!["/api/v1/session"]!["post"]!;
        Assert.Contains("SessionRequest", session["requestBody"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.NotNull(document["paths"]!["/api/v1/me"]!["get"]!["security"]);
        Assert.Contains(
            "Idempotency-Key", document["paths"]!["/api/v1/described"]!["post"]!["parameters"]!.ToJsonString(),
            StringComparison.Ordinal);
    }
}

public sealed class ProblemHost : IAsyncLifetime
{
    private static readonly FrozenDictionary<SampleRefusal, int> Statuses =
        new Dictionary<SampleRefusal, int> { [SampleRefusal.VoucherTooSmall] = 422 }.ToFrozenDictionary();

    private readonly SqliteFixture databases = new();

    public HttpHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await HttpHost.Start(await databases.NewDatabase(), api =>
    {
        api.MapGet("/bug", string () => throw new InvalidOperationException("The boiler burst."));
        api.MapGet("/away", string () => throw new StorageUnavailableException("Away."));
        api.MapGet("/refused", () => Problems
            .From(new Refused<SampleRefusal>(SampleRefusal.VoucherTooSmall, "Too small.", "/vouchers"), Statuses)
            .With("alternatives", (AccountId[])[new AccountId("a-1")]));
        api.MapPut("/versioned", (HttpContext context, IServiceProvider _) =>
        {
            context.RequireMatch(7);
            context.SetEntityTag(7);
            return TypedResults.Ok();
        });
        api.MapGet("/chosen", (HttpContext context, IServiceProvider _) =>
            TypedResults.Ok(Representations.Choose(context, "application/json", "text/html")));
        api.MapGet("/described", () => TypedResults.Ok()).ReadsQuery<Filter>();
        api.MapPost("/described", () => TypedResults.Ok()).Reads<Order>().Answers<Order>(201);
    });

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await databases.DisposeAsync();
    }
}
