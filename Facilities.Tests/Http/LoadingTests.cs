using Facilities.Silo.Hosting;
using Facilities.Tests.StorageContract;

namespace Facilities.Tests.Http;

/// <summary>Before the data of the first start is in.</summary>
public sealed class LoadingTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task Until_the_data_is_in_callers_are_told_to_come_back_and_then_they_are_answered()
    {
        await using var host = await HttpHost.Start(await databases.NewDatabase(), isOpen: false);
        var answer = await host.Client.GetAsync("/api/v1/me");
        await answer.Problem(503, "unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
        host.Service<Opening>().Open();
        await (await host.Client.GetAsync("/api/v1/me")).Problem(401, "notSignedIn");
    }
}
