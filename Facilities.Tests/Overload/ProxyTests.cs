using Facilities.Tests.Http;
using Facilities.Tests.StorageContract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Facilities.Tests.Overload;

/// <summary>Whose word is taken for where a request came from, by which failed sign-ins are limited.</summary>
public sealed class ProxyTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    [Theory]
    [InlineData("127.0.0.1", "203.0.113.7", "203.0.113.7 by https")]
    [InlineData("127.0.0.0/8, 10.0.0.0/8", "203.0.113.7, 10.1.2.3", "203.0.113.7 by https")] // two of ours in a row
    [InlineData("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7 by https")] // what the caller wrote before
    [InlineData("", "203.0.113.7", "127.0.0.1 by http")] // nobody is trusted
    [InlineData("10.0.0.7", "203.0.113.7", "127.0.0.1 by http")] // another one is
    public async Task A_forwarded_address_counts_only_from_a_proxy_that_is_trusted(
        string trusted, string forwarded, string seen)
    {
        await using var host = await HttpHost.Start(
            await databases.NewDatabase(),
            api => api.MapGet("/whence", (HttpContext context, IServiceProvider _) =>
                $"{context.Connection.RemoteIpAddress!.MapToIPv4()} by {context.Request.Scheme}"),
            settings: ("Proxies:Trusted", trusted));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/whence")
        {
            Headers = { { "X-Forwarded-For", forwarded }, { "X-Forwarded-Proto", "https" } },
        };
        var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(seen, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
