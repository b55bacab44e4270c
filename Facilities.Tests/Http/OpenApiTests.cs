using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Tests.TestKit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Facilities.Tests.Http;

/// <summary>The whole application on an empty database, without the demonstration.</summary>
public sealed class EmptyApplication : WebApplicationFactory<Facilities.Api.Readiness>
{
    private readonly string folder = Directory.CreateTempSubdirectory("facilities-openapi-").FullName;

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        .UseEnvironment("Production")
        .UseSetting("Storage:Provider", "sqlite")
        .UseSetting("Storage:Connection", $"Data Source={folder}/facilities.db");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>Holds the served description to the table beside this file, both ways.</summary>
public sealed class OpenApiTests(EmptyApplication application) : IClassFixture<EmptyApplication>
{
    private async Task<JsonObject> Served() =>
        JsonNode.Parse(await application.CreateClient().GetStringAsync("/openapi/v1.json"))!.AsObject();

    [Fact]
    public async Task Every_promised_call_is_described_with_its_fields()
    {
        var document = new OpenApiDocument(await Served());
        Assert.Empty(OpenApiTable.Served.SelectMany(document.Missing));
    }

    [Fact]
    public async Task What_is_promised_for_later_is_not_served_yet()
    {
        var calls = new OpenApiDocument(await Served()).Calls;
        var later = OpenApiTable.NotServedYet.Select(call => call.Split(' '))
            .Select(parts => OpenApiDocument.Spelled(parts[0], "/api/v1" + parts[1]));
        Assert.Empty(calls.Intersect(later));
        foreach (var call in OpenApiTable.NotServedYetAtTheRoot.Select(call => call.Split(' ')))
        {
            using var request = new HttpRequestMessage(new HttpMethod(call[0]), call[1]);
            using var answer = await application.CreateClient().SendAsync(request);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task The_document_is_a_valid_one() => Assert.Empty(new OpenApiDocument(await Served()).Faults());

    [Fact]
    public void Every_refusal_that_is_promised_is_given_somewhere() =>
        Assert.Empty(OpenApiTable.Refusals.Except(Given(Repository.Sources("Facilities.", ".cs"))));

    [Fact]
    public async Task A_missing_field_call_or_target_is_found()
    {
        var call = new PromisedCall("GET", "/api/v1/me", ["since"], [], ["id", "memberships.roles", "shoeSize"]);
        var served = await Served();
        Assert.Equal(["GET /api/v1/me: query since", "GET /api/v1/me: answer shoeSize"],
            new OpenApiDocument(served).Missing(call));
        Assert.Single(new OpenApiDocument(served).Missing(call with { Path = "/api/v1/you" }));
        served["components"]!["schemas"]!.AsObject().Remove("UserAnswer");
        served["openapi"] = "3.0.4";
        Assert.Equal(["openapi is not 3.1", "#/components/schemas/UserAnswer leads nowhere"],
            new OpenApiDocument(served).Faults().Distinct());
        Assert.Equal(["coffeeCold"],
            Given([new("Facilities.Api/A.cs", "return Refusal.Of(\"coffeeCold\", \"Brew again.\");")])
                .Intersect(["coffeeCold", "teaCold"]));
    }

    /// <summary>
    /// Names of refusals that code gives: members of the refusal enumerations, and names written out.
    /// </summary>
    private static HashSet<string> Given(IEnumerable<SourceFile> files) => files
        .Where(file => !file.Path.StartsWith("Facilities.Tests/", StringComparison.Ordinal)
            && !file.Path.EndsWith("/Refusals.cs", StringComparison.Ordinal))
        .SelectMany(file => Regex.Matches(file.Text, "\"([a-z][A-Za-z]+)\"").Select(match => match.Groups[1].Value))
        .Concat(typeof(BookingRefusal).Assembly.GetTypes()
            .Where(type => type.IsEnum && Regex.IsMatch(type.Name, "(Refusal|Fault)$"))
            .SelectMany(Enum.GetNames)
            .Select(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName))
        .ToHashSet();
}
