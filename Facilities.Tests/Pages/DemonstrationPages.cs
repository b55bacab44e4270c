using System.Net;
using System.Text.RegularExpressions;
using Facilities.Grains.Services;
using Facilities.Silo.Demonstration;
using Facilities.Silo.Hosting;
using Facilities.Silo.Identity;
using Facilities.Silo.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Facilities.Tests.Pages;

/// <summary>The whole application on the demonstration data, for the pages of those who run things.</summary>
public sealed partial class DemonstrationPages : WebApplicationFactory<Facilities.Api.Readiness>, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("facilities-pages-").FullName;
    private readonly Dictionary<string, HttpClient> _clients = [];

    private string Connection => $"Data Source={Path.Combine(_folder, "facilities.db")};Pooling=False";

    /// <summary>Loads the data as the program does: before its timers run, which go by the real clock.</summary>
    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection([new("Storage:Connection", Connection)]);
        builder.AddFacilities().Services.AddIdentityStores();
        using var host = builder.Build();
        await Migrator.Run(host.Services.GetRequiredService<IDialect>());
        await DemonstrationLoader.EnsureLoaded(host.Services);
    }

    public T Service<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>
    /// The browser of somebody of the demonstration, by what stands before the at sign; signed in once.
    /// </summary>
    public async Task<HttpClient> As(string login)
    {
        if (_clients.TryGetValue(login, out var known)) return known;
        var client = _clients[login] = CreateClient(
            new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        var answer = await Post(client, "/sign-in", "sign-in", new()
        {
            ["email"] = $"{login}@example.org",
            ["password"] = "demo-facilities",
        });
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return client;
    }

    /// <summary>
    /// Posts a form of a page as a browser would: with the token that the page carries; one field may be there many
    /// times.
    /// </summary>
    public static async Task<HttpResponseMessage> Post(
        HttpClient client, string address, string form, Dictionary<string, string> fields, string many = "",
        params IReadOnlyList<string> values)
    {
        var page = await client.GetStringAsync(address);
        fields["__RequestVerificationToken"] = Token.Match(page).Groups[1].Value;
        fields["_handler"] = form;
        fields["command"] = Guid.NewGuid().ToString("N");
        return await client.PostAsync(address, new FormUrlEncodedContent(
            [.. fields, .. values.Select(value => new KeyValuePair<string, string>(many, value))]));
    }

    /// <summary>Posts a form with a file, or with what the page kept of one; the page that answers.</summary>
    public static async Task<string> Upload(
        HttpClient client, string address, string form, (string Name, byte[] Bytes)? file,
        params (string Name, string Value)[] fields)
    {
        var page = await client.GetStringAsync(address);
        using var content = new MultipartFormDataContent
        {
            { new StringContent(Token.Match(page).Groups[1].Value), "__RequestVerificationToken" },
            { new StringContent(form), "_handler" },
            { new StringContent(Guid.NewGuid().ToString("N")), "command" },
        };
        foreach (var (name, value) in fields) content.Add(new StringContent(value), name);
        if (file is { } chosen) content.Add(new ByteArrayContent(chosen.Bytes), "file", chosen.Name);
        using var answer = await client.PostAsync(address, content);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>The fields in which a page keeps the file that was chosen.</summary>
    public static (string Name, string Value)[] Carried(string page) =>
    [
        .. new[] { "carried", "fileName" }.Select(name =>
            (name, WebUtility.HtmlDecode(
                Regex.Match(page, $"name=\"{name}\" value=\"([^\"]+)\"").Groups[1].Value))),
    ];

    /// <summary>A page as its reader sees it: text without tags.</summary>
    public static string TextOf(string page) =>
        Blank.Replace(WebUtility.HtmlDecode(Tag.Replace(page, " ")), " ");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        builder.UseSetting("Storage:Provider", "sqlite");
        builder.UseSetting("Storage:Connection", Connection);
        builder.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Critical));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token { get; }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag { get; }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank { get; }
}
