using System.Net;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Hosting;

/// <summary>A process and its database that start at once, the database as the slower one.</summary>
public sealed class LateDatabaseTests
{
    [Fact]
    public async Task A_process_waits_for_a_database_that_starts_later_and_says_so()
    {
        PostgresCluster.Require();
        using var server = PostgresServer.Start(["-c", "fsync=off"]);
        var connection = server.Connection + ";Database=postgres;Timeout=5";
        server.Kill();
        await using var api = ApiProcess.Launch(
            new StorageOptions(StorageProvider.Postgres, connection), ("ASPNETCORE_ENVIRONMENT", "Production"));
        using var http = new HttpClient { BaseAddress = api.Address };
        Assert.Equal(HttpStatusCode.OK, await Answer(http, api, "/health/live"));
        foreach (var path in (string[])["/health/ready", "/", "/api/v1/me"])
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await Answer(http, api, path));
        Assert.Contains("The database is not there yet", api.Output, StringComparison.Ordinal);
        server.StartAgain();
        Assert.True(await api.IsReady(), api.Output);
        Assert.Equal(HttpStatusCode.OK, await Answer(http, api, "/"));
    }

    /// <summary>Asks until the process listens.</summary>
    private static async Task<HttpStatusCode> Answer(HttpClient http, ApiProcess api, string path)
    {
        while (true)
            try
            {
                using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
                return answer.StatusCode;
            }
            catch (HttpRequestException) when (!api.HasEnded)
            {
                await Task.Delay(50);
            }
    }
}
