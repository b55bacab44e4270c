using Dapper;
using Facilities.Grains.Runtime;
using Facilities.Silo.Postgres;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Tests.StorageContract;

/// <summary>What the store makes of faults that strike in the middle of its work.</summary>
public sealed class PostgresRecoveryTests : IAsyncLifetime
{
    private readonly PostgresFixture fixture = new();
    private EventStore store = null!;

    // Each test spoils a database of its own.
    public async ValueTask InitializeAsync()
    {
        fixture.Require();
        await fixture.InitializeAsync();
        store = new EventStore(fixture.Dialect);
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null) await store.DisposeAsync();
        await fixture.DisposeAsync();
    }

    private static Append Appending(string key, string command = "c-1") => new(
        StreamName.Of("booking", key), 0, new(command), "h", new("p-1"), Instant.FromUtc(2027, 2, 1, 8, 0),
        [new("booking.asked.v1", "{}")], [], [], [], null, null);

    private Task Execute(string sql) =>
        fixture.Dialect.Read(c => c.ExecuteAsync(sql), TestContext.Current.CancellationToken);

    private Task<long> Count(string table) => fixture.Dialect.Read(
        c => c.ExecuteScalarAsync<long>($"select count(*) from {table}"), TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_batch_that_collided_is_written_again_whole()
    {
        // A sequence does not roll back, so the first two attempts fail and the third succeeds.
        await Execute("""
            create sequence attempts;
            create function collide() returns trigger language plpgsql as $$ begin
              if nextval('attempts') <= 2 then raise exception using errcode = '40P01'; end if;
              return null;
            end $$;
            create trigger collide after insert on events for each statement execute function collide();
            """);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => store.Append(Appending($"b-{n}"))));
        Assert.All(answers, answer => Assert.Equal(AppendAnswer.Stored, answer));
        Assert.Equal(20, await Count("events"));
    }

    [Fact]
    public async Task An_append_whose_commit_broke_is_of_unknown_outcome_and_not_tried_again()
    {
        await Execute("""
            create sequence attempts;
            create function die() returns trigger language plpgsql as $$ begin
              perform nextval('attempts'), pg_terminate_backend(pg_backend_pid());
              return null;
            end $$;
            create constraint trigger die after insert on events deferrable initially deferred
            for each row when (new.command = 'deadly') execute function die();
            """);
        Assert.Equal(AppendAnswer.Stored, await store.Append(Appending("b-0")));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Append(Appending("b-1", "deadly")));
        Assert.Equal(2, await fixture.Dialect.Read(
            c => c.ExecuteScalarAsync<long>("select nextval('attempts')"), TestContext.Current.CancellationToken));
        Assert.Equal(AppendAnswer.Stored, await store.Append(Appending("b-2")));
    }

    [Fact]
    public async Task Processes_that_wait_for_the_same_messages_do_not_all_claim_them()
    {
        var now = Instant.FromUtc(2027, 2, 1, 8, 0);
        await store.Append(Appending("b-1") with { Outbox = [new("m-1", "mail", "{}")] });
        var outbox = new Outbox(fixture.Dialect, store);
        await using var holder = await fixture.Dialect.Open(TestContext.Current.CancellationToken);
        await holder.ExecuteAsync("begin; select * from outbox for update");
        var claims = Enumerable.Range(0, 3)
            .Select(_ => outbox.ClaimMessages(now, now + Duration.FromMinutes(1), 10)).ToList();
        while (await Count("pg_stat_activity where wait_event_type = 'Lock'") < 3)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await holder.ExecuteAsync("commit");
        Assert.Single((await Task.WhenAll(claims)).SelectMany(claimed => claimed));
    }

    [Fact]
    public async Task A_commit_waits_for_the_disk_also_where_the_server_would_not()
    {
        await Execute("""
            do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$;
            create function note() returns trigger language plpgsql as $$ begin
              insert into settings values ('seen', current_setting('synchronous_commit'));
              return null;
            end $$;
            create trigger note after insert on events for each statement execute function note();
            """);
        await using var dialect = fixture.Options.Open();
        // The setting counts for new connections only.
        await using var later = new EventStore(dialect);
        Assert.Equal(AppendAnswer.Stored, await later.Append(Appending("b-1")));
        Assert.Equal("off", await dialect.Read(
            c => c.ExecuteScalarAsync<string>("show synchronous_commit"), TestContext.Current.CancellationToken));
        Assert.Equal("on", await dialect.Read(
            c => c.ExecuteScalarAsync<string>("select value from settings where key = 'seen'"),
            TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_connection_that_broke_while_nobody_wrote_is_replaced_unnoticed()
    {
        await store.Append(Appending("b-0"));
        await EndAllOthers();
        Assert.Equal(AppendAnswer.Stored, await store.Append(Appending("b-1")));
        await EndAllOthers();
        Assert.Equal(1, (await store.Check(StreamName.Of("booking", "b-1"), null)).Version);

        Task EndAllOthers() => Execute("""
            select pg_terminate_backend(pid, 1000) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            """);
    }

    [Fact]
    public async Task A_server_that_is_not_there_makes_every_call_unavailable()
    {
        await using var dialect = new PostgresDialect("Host=127.0.0.1;Port=1;Username=nobody");
        await using var unreachable = new EventStore(dialect);
        var stream = StreamName.Of("booking", "b-1");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => unreachable.Append(Appending("b-1")));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => unreachable.Check(stream, null));
        await Assert.ThrowsAsync<StorageUnavailableException>(
            () => unreachable.Load(stream, "shape", TestContext.Current.CancellationToken));
    }
}
