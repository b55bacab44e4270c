using System.Collections.Concurrent;
using System.Net;
using Facilities.Api.Http;
using Facilities.Api.Overload;
using Facilities.Tests.Http;
using Facilities.Tests.StorageContract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Facilities.Tests.Overload;

/// <summary>The lines in front of the doors, on Kestrel, with work that ends when the test says so.</summary>
public sealed class AdmissionTests : IAsyncLifetime
{
    private readonly SqliteFixture databases = new();
    private readonly TaskCompletionSource ending = new();
    private readonly ConcurrentQueue<string> begun = [];
    private HttpHost host = null!;

    public async ValueTask InitializeAsync() => host = await HttpHost.Start(
        await databases.NewDatabase(),
        api =>
        {
            api.MapGet("/read", (HttpContext context, string? by, IServiceProvider _) => Work(by));
            api.MapPost("/change", (HttpContext context, string? by, IServiceProvider _) => Work(by));
            api.MapPost("/quote", (HttpContext context, string? by, IServiceProvider _) => Work(by))
                .Does(Facilities.Api.Overload.Work.Quote);
            api.MapGet("/live", () => "live").Does(Facilities.Api.Overload.Work.Exempt);
        },
        settings:
        [
            ("Overload:ReadsAtOnce", "2"), ("Overload:QuotesAtOnce", "2"), ("Overload:ChangesAtOnce", "2"),
            ("Overload:WaitingMax", "6"), ("Overload:WaitSeconds", "1"), ("Overload:CrowdedAfterSeconds", "60"),
        ]);

    public async ValueTask DisposeAsync()
    {
        ending.TrySetResult();
        await host.DisposeAsync();
        await databases.DisposeAsync();
    }

    private async Task<string> Work(string? by)
    {
        begun.Enqueue(by ?? "");
        await ending.Task;
        return "done";
    }

    private Task<HttpResponseMessage> Read(string by = "") => host.Client.GetAsync($"/api/v1/read?by={by}");

    private async Task<Task<HttpResponseMessage>[]> Fill(int count = 8)
    {
        var sent = Enumerable.Range(0, count).Select(i => Read($"{i}")).ToArray();
        await Until(() => begun.Count == 2);
        // What is on its way to the line gets there.
        await Task.Delay(100, TestContext.Current.CancellationToken);
        return sent;
    }

    private static async Task Until(Func<bool> condition)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 1_000, "It did not come about within ten seconds.");
            await Task.Delay(10);
        }
    }

    [Fact]
    public async Task Past_the_line_it_is_said_at_once_that_nothing_was_begun_and_when_to_come_back()
    {
        var sent = await Fill();
        var turnedAway = await Read("late");
        var problem = await turnedAway.Problem(503, "overloaded");
        Assert.Contains("nothing was changed", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.InRange(turnedAway.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 10);
        Assert.DoesNotContain("late", begun);
        ending.SetResult();
        foreach (var answer in await Task.WhenAll(sent)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Who_waited_for_the_stated_time_is_turned_away_although_the_work_before_hangs()
    {
        var sent = await Fill(4);
        await Until(() => sent.Count(s => s.IsCompleted) == 2);
        foreach (var turnedAway in sent.Where(s => s.IsCompleted))
            await (await turnedAway).Problem(503, "overloaded");
        Assert.Equal(2, begun.Count);
    }

    [Fact]
    public async Task Other_kinds_of_work_and_health_are_served_while_one_kind_is_crowded()
    {
        var sent = await Fill();
        Assert.Equal("live", await host.Client.GetStringAsync("/api/v1/live"));
        var (change, quote) = (
            host.Client.PostAsync("/api/v1/change?by=change", null),
            host.Client.PostAsync("/api/v1/quote?by=quote", null));
        await Until(() => begun.Contains("change") && begun.Contains("quote"));
        using var signedIn = await host.SignedIn();
        ending.SetResult();
        await Task.WhenAll([change, quote, .. sent]);
    }

    [Fact]
    public async Task A_newcomer_has_a_place_in_a_line_that_another_filled_who_is_told_to_send_fewer()
    {
        using var newcomer = await host.SignedIn();
        var sent = await Fill();
        var admitted = newcomer.GetAsync("/api/v1/read?by=newcomer");
        var pushedOut = await await Task.WhenAny(sent);
        var problem = await pushedOut.Problem(429, "tooManyRequests");
        Assert.Contains("fewer", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.NotNull(pushedOut.Headers.RetryAfter);
        ending.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await admitted).StatusCode);
        Assert.Contains("newcomer", begun);
    }

    [Fact]
    public async Task Nothing_is_begun_for_a_client_that_has_gone()
    {
        var sent = await Fill(2);
        using (var patience = new CancellationTokenSource())
        {
            var waiting = host.Client.GetAsync("/api/v1/read?by=gone", patience.Token);
            await Task.Delay(200, TestContext.Current.CancellationToken);
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }
        await Task.Delay(200, TestContext.Current.CancellationToken);
        ending.SetResult();
        await Task.WhenAll(sent);
        Assert.Equal(HttpStatusCode.OK, (await Read("after")).StatusCode);
        Assert.DoesNotContain("gone", begun);
    }

    [Theory]
    [InlineData("GET", "Try again")]
    [InlineData("POST", "go back in your browser")]
    public void A_browser_is_shown_a_calm_page_that_says_what_to_do(string method, string remedy)
    {
        var page = BusyPage.Of(Asked(method, "/slots", "?q=<b>"), Problems.Overloaded(4));
        Assert.Contains(remedy, page, StringComparison.Ordinal);
        Assert.Contains("in 4 seconds", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
    }

    private static HttpRequest Asked(string method, string path, string query)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Path, request.QueryString) = (method, path, new QueryString(query));
        return request;
    }

    [Theory]
    [InlineData("Overload:ReadsAtOnce", "0")]
    [InlineData("Overload:WaitSeconds", "0")]
    [InlineData("Overload:WaitingMax", "-1")]
    [InlineData("Proxies:Trusted", "10.0.0.0/8, everybody")]
    public async Task A_setting_that_makes_no_sense_stops_the_start_and_is_named(string name, string value)
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await HttpHost.Start(await databases.NewDatabase(), settings: (name, value)));
        Assert.Contains(name.Split(':')[0], fault.Message, StringComparison.Ordinal);
    }
}
