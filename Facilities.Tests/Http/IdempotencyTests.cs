using System.Net;
using System.Net.Http.Json;
using Facilities.Api.Http;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using Facilities.Silo.Http;
using Facilities.Silo.Storage;
using Facilities.Tests.StorageContract;
using Facilities.Tests.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Facilities.Tests.Http;

public sealed class SqliteIdempotency(SqliteFixture fixture)
    : IdempotencyContract(fixture), IClassFixture<SqliteFixture>;

public sealed class PostgresIdempotency(PostgresFixture fixture)
    : IdempotencyContract(fixture), IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task B16_a_retry_at_another_process_waits_for_the_first_and_gets_its_answer()
    {
        var storage = await Database();
        var counter = new Counter { Delay = TimeSpan.FromSeconds(1) };
        await using var first = await HttpHost.Start(storage, counter.Map);
        await using var second = await HttpHost.Start(storage, counter.Map);
        using var one = await first.SignedIn();
        using var two = await second.SignedIn();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(i => Post(i % 2 == 0 ? one : two, "count", new { text = "a" }, "k")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Single((await Task.WhenAll(answers.Select(a => a.Content.ReadAsStringAsync()))).Distinct());
        Assert.Equal(1, counter.Count);
    }

    [Fact]
    public async Task A_first_request_whose_process_died_is_taken_over_once()
    {
        var storage = await Database();
        var counter = new Counter();
        await using var host = await HttpHost.Start(storage, counter.Map);
        using var client = await host.SignedIn();
        await (await Post(client, "count", new { text = "a" }, "k")).Content.ReadAsStringAsync();
        var rows = host.Service<EventStore>();
        var key = await host.Service<IDatabase>().Read(c =>
            Dapper.SqlMapper.QuerySingleAsync<string>(c, "select key from requests where status is not null"));
        // As a process leaves it that is killed before it answers.
        await rows.WriteRows([new RowWrite("requests", key, null)]);
        await using var other = await HttpHost.Start(storage, counter.Map);
        using var second = await other.SignedIn();
        var answers = await Task.WhenAll(
            Post(client, "count", new { text = "a" }, "k"), Post(second, "count", new { text = "a" }, "k"));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Equal(2, counter.Count);
    }
}

/// <summary>What becomes of a key whose process is gone, or only seems to be.</summary>
public sealed class SilentProcessTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>
{
    private readonly Counter counter = new();

    [Fact]
    public async Task A_process_that_was_cut_off_while_another_took_over_gives_the_others_answer()
    {
        fixture.Require();
        var storage = await fixture.NewDatabase();
        var direct = new NpgsqlConnectionStringBuilder(storage.Connection);
        using var link = new TcpProxy(() => [new IPEndPoint(IPAddress.Loopback, direct.Port)]);
        var through = new NpgsqlConnectionStringBuilder(storage.Connection) { Port = link.Port };
        await using var first = await HttpHost.Start(storage with { Connection = through.ConnectionString },
            new Counter { Delay = TimeSpan.FromSeconds(3) }.Map);
        await using var second = await HttpHost.Start(storage, counter.Map);
        using var one = await first.SignedIn();
        using var two = await second.SignedIn();
        await Post(two, "count", new { text = "another" }, "another");
        var late = Post(one, "count", new { text = "a" }, "k");
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        link.Stall();
        var takenOver = await (await Post(two, "count", new { text = "a" }, "k")).Content.ReadAsStringAsync(
            TestContext.Current.CancellationToken);
        Assert.Contains("\"number\":2", takenOver, StringComparison.Ordinal);
        link.Restore();
        var cutOff = await late;
        // What it had to write may have waited too long by now: then it is told to ask again, and nothing else.
        if (cutOff.StatusCode == HttpStatusCode.ServiceUnavailable) Assert.NotNull(cutOff.Headers.RetryAfter);
        else Assert.Equal(takenOver, await cutOff.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        foreach (var answer in (HttpResponseMessage[])
            [await Post(one, "count", new { text = "a" }, "k"),
                await Post(two, "count", new { text = "a" }, "k")])
        {
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            Assert.Equal(takenOver, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Who_waits_for_a_shorter_time_than_a_take_over_takes_is_answered_too()
    {
        fixture.Require();
        var storage = await fixture.NewDatabase();
        await using var host = await HttpHost.Start(storage, counter.Map);
        using var client = await host.SignedIn();
        await Post(client, "count", new { text = "a" }, "k");
        await host.Service<IDatabase>().Read(c => Dapper.SqlMapper.ExecuteAsync(c,
            "delete from requests where status is not null"), TestContext.Current.CancellationToken);
        var tries = 0;
        while (await Impatiently() is null) Assert.True(++tries < 20, "It is never answered.");

        async Task<HttpResponseMessage?> Impatiently()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/count");
            request.Content = JsonContent.Create(new { text = "a" });
            request.Headers.Add("Idempotency-Key", "k");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
            try
            {
                return await client.SendAsync(request, patience.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }

    private static Task<HttpResponseMessage> Post(HttpClient client, string route, object body, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/" + route);
        request.Content = JsonContent.Create(body);
        request.Headers.Add("Idempotency-Key", key);
        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}

/// <summary>An endpoint that counts how often it really ran.</summary>
public sealed class Counter
{
    private int count;

    public int Count => count;

    public TimeSpan Delay { get; init; }

    public int FailuresToCome { get; set; }

    public void Map(RouteGroupBuilder api) => api.MapPost("/{name}", async (HttpContext context, string name) =>
    {
        var number = Interlocked.Increment(ref count);
        await Task.Delay(Delay);
        if (FailuresToCome-- > 0) throw new StorageUnavailableException("Away.");
        if (name == "refuse") return (IResult)Problems.Of(409, "slotTaken", $"Taken, said for the {number}. time.");
        if (name == "faulty") await Body.Read<Filter>(context);
        var ids = new { number, first = context.CommandId("first"), second = context.CommandId("second") };
        return TypedResults.Created("/somewhere", ids);
    });
}

public abstract class IdempotencyContract(DatabaseFixture fixture)
{
    private readonly Counter counter = new();

    protected async Task<StorageOptions> Database()
    {
        fixture.Require();
        return await fixture.NewDatabase();
    }

    private async Task<HttpHost> Host() => await HttpHost.Start(await Database(), counter.Map);

    protected static async Task<HttpResponseMessage> Post(
        HttpClient client, string route, object body, string? key, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/" + route);
        request.Content = JsonContent.Create(body);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request, cancel);
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_another_body_is_refused()
    {
        await using var host = await Host();
        using var client = await host.SignedIn();
        var first = await Post(client, "count", new { text = "a" }, "k");
        var repeat = await Post(client, "count", new { text = "a" }, "k");
        Assert.Equal(HttpStatusCode.Created, repeat.StatusCode);
        Assert.Equal(first.Content.Headers.ContentType, repeat.Content.Headers.ContentType);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await repeat.Content.ReadAsStringAsync());
        Assert.Equal(1, counter.Count);
        await (await Post(client, "count", new { text = "b" }, "k")).Problem(422, "idempotencyKeyReused");
    }

    [Fact]
    public async Task Who_gave_up_waiting_gets_the_whole_answer_on_asking_again()
    {
        var slow = new Counter { Delay = TimeSpan.FromSeconds(1) };
        await using var host = await HttpHost.Start(await Database(), slow.Map);
        using var client = await host.SignedIn();
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Post(client, "count", new { text = "a" }, "k", patience.Token));
        var again = await Post(client, "count", new { text = "a" }, "k");
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Contains("\"number\":", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_are_replayed_also_those_of_the_body()
    {
        await using var host = await Host();
        using var client = await host.SignedIn();
        var first = await (await Post(client, "refuse", new { }, "k")).Problem(409, "slotTaken");
        var repeat = await (await Post(client, "refuse", new { }, "k")).Problem(409, "slotTaken");
        Assert.Equal(first.ToJsonString(), repeat.ToJsonString());
        await (await Post(client, "faulty", new { }, "k")).Problem(400, "invalidRequest");
        await (await Post(client, "faulty", new { }, "k")).Problem(400, "invalidRequest");
        Assert.Equal(2, counter.Count);
    }

    [Fact]
    public async Task A_failure_is_not_kept_and_the_next_try_gives_the_same_command()
    {
        await using var host = await Host();
        using var client = await host.SignedIn();
        counter.FailuresToCome = 1;
        await (await Post(client, "count", new { }, "k")).Problem(503, "unavailable");
        Assert.Equal(HttpStatusCode.Created, (await Post(client, "count", new { }, "k")).StatusCode);
        Assert.Equal(2, counter.Count);
    }

    [Fact]
    public async Task Keys_of_other_people_and_other_routes_are_other_keys()
    {
        await using var host = await Host();
        using var client = await host.SignedIn();
        using var other = await host.SignedIn("cluster.biotop@example.org");
        await Post(client, "count", new { }, "k");
        await Post(client, "recount", new { }, "k");
        await Post(other, "count", new { text = "other" }, "k");
        // A visitor has no person to scope a key by.
        await Post(host.Client, "count", new { }, "k");
        await Post(host.Client, "count", new { }, "k");
        Assert.Equal(5, counter.Count);
    }

    [Fact]
    public async Task Command_ids_differ_by_purpose_and_without_a_key_by_request()
    {
        await using var host = await Host();
        using var client = await host.SignedIn();
        var one = await (await Post(client, "count", new { }, null)).Json();
        var two = await (await Post(client, "count", new { }, null)).Json();
        object[] ids = [one["first"]!.ToString(), one["second"]!.ToString(),
            two["first"]!.ToString(), two["second"]!.ToString()];
        Assert.Equal(4, ids.Distinct().Count());
    }

    [Fact]
    public async Task B16_twenty_retries_at_once_are_one_request_with_one_answer()
    {
        var slow = new Counter { Delay = TimeSpan.FromMilliseconds(300) };
        await using var host = await HttpHost.Start(await Database(), slow.Map);
        using var client = await host.SignedIn();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Post(client, "count", new { }, "k")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Single((await Task.WhenAll(answers.Select(a => a.Content.ReadAsStringAsync()))).Distinct());
        Assert.Equal(1, slow.Count);
    }

    [Fact]
    public async Task An_answer_survives_a_restart_and_a_key_must_be_readable()
    {
        var storage = await Database();
        await using (var first = await HttpHost.Start(storage, counter.Map))
        {
            using var client = await first.SignedIn();
            await Post(client, "count", new { }, "k");
        }
        await using var second = await HttpHost.Start(storage, counter.Map);
        using var again = await second.SignedIn();
        var answer = await Post(again, "count", new { }, "k");
        Assert.Equal(1, (await answer.Json())["number"]!.GetValue<int>());
        Assert.Equal("true", Assert.Single(answer.Headers.GetValues("Idempotency-Replayed")));
        await (await Post(again, "count", new { }, new string('x', 201))).Problem(400, "idempotencyKeyInvalid");
    }
}
