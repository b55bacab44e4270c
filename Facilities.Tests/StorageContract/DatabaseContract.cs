using System.Collections.Immutable;
using System.Data.Common;
using Dapper;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Tests.StorageContract;

/// <summary>What a store on a database keeps beside its events.</summary>
public abstract class DatabaseContract : StorageContract
{
    private readonly DatabaseFixture fixture;

    protected DatabaseContract(DatabaseFixture fixture)
    {
        fixture.Require();
        this.fixture = fixture;
    }

    protected override IEventStore OpenStore() => new EventStore(fixture.Dialect);

    private IDialect Database => fixture.Dialect;

    protected EventStore Events => (EventStore)Store;

    private Outbox Messages => new(Database, Events);

    protected static RowWrite Quote(string key, params (string Column, object? Value)[] columns) => new(
        "quotes", key, [new("body", "{}"), .. columns.Select(c => KeyValuePair.Create(c.Column, c.Value))]);

    private sealed record QuoteRow(string Key, string? AccountId, Instant? ValidUntil, string Body);

    private Task<QuoteRow?> QuoteOf(string key) => Query(c => c.QuerySingleOrDefaultAsync<QuoteRow>(
        "select key, account_id, valid_until, body from quotes where key = @key", new { key }));

    private Task<T> Query<T>(Func<DbConnection, Task<T>> query) =>
        Database.Read(query, TestContext.Current.CancellationToken);

    private static string NewKey() => Guid.NewGuid().ToString();

    [Fact]
    public async Task Rows_due_work_and_messages_stand_with_their_events()
    {
        var (stream, key) = (NewStream(), NewKey());
        await Store.Append(Appending(stream, 0) with
        {
            Rows = [Quote(key, ("account_id", "a-1"))],
            Due = [new("expiry", Monday)],
            Outbox = [new(key, "mail", "{ }")],
        });
        Assert.Equal("a-1", (await QuoteOf(key))?.AccountId);
        Assert.Contains((stream, "expiry"), await new DueWork(Database).DueBefore(Monday, 1000));
        Assert.Contains(await Messages.NextMessages(Monday, 1000),
            m => m == new WaitingMessage(m.Seq, key, stream, "mail", "{ }", Monday, 0));
    }

    [Fact]
    public async Task A_conflict_leaves_no_row_no_due_work_and_no_message()
    {
        var (stream, key) = (NewStream(), NewKey());
        await Store.Append(Appending(stream, 0));
        var answers = await Together([
            Appending(NewStream(), 0),
            Appending(stream, 0, "c-2") with
            {
                Rows = [Quote(key)], Due = [new("expiry", Monday)], Outbox = [new(key, "mail", "{}")],
            },
        ]);
        Assert.Equal([AppendAnswer.Stored, AppendAnswer.Conflict], answers);
        Assert.Null(await QuoteOf(key));
        Assert.DoesNotContain((stream, "expiry"), await new DueWork(Database).DueBefore(Monday, 1000));
        Assert.DoesNotContain(await Messages.NextMessages(Monday, 1000), m => m.Id == key);
    }

    [Fact]
    public async Task A_row_that_cannot_be_written_fails_its_own_append_and_no_other()
    {
        var broken = Appending(NewStream(), 0) with { Rows = [Quote(NewKey(), ("no_such_column", "x"))] };
        var good = Enumerable.Range(0, 20).Select(_ => Appending(NewStream(), 0)).ToList();
        var answers = good.Take(10).Append(broken).Concat(good.Skip(10)).Select(Store.Append).ToList();
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(answers));
        Assert.Equal(20, answers.Count(a => a.IsCompletedSuccessfully && a.Result == AppendAnswer.Stored));
        Assert.True(answers[10].IsFaulted);
        Assert.Equal(new StreamCheck(0, null), await Store.Check(broken.Stream, broken.Command));
    }

    [Fact]
    public async Task A_row_is_written_whole_replaced_and_deleted()
    {
        var key = NewKey();
        var until = Monday + Duration.FromNanoseconds(987_654_321);
        await Events.WriteRows([Quote(key, ("account_id", "a-1"), ("valid_until", until))]);
        var cut = Monday + Duration.FromNanoseconds(987_654_000);
        Assert.Equal(new QuoteRow(key, "a-1", cut, "{}"), await QuoteOf(key));

        await Events.WriteRows([Quote(key)]);
        Assert.Equal(new QuoteRow(key, null, null, "{}"), await QuoteOf(key));

        await Events.WriteRows([new("quotes", key, null)]);
        Assert.Null(await QuoteOf(key));
    }

    [Fact]
    public async Task The_last_of_many_writes_of_a_row_stands()
    {
        var key = NewKey();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(n =>
            Events.WriteRows([Quote(key, ("account_id", "before")), Quote(key, ("account_id", $"a-{n}"))])));
        Assert.Equal("a-49", (await QuoteOf(key))?.AccountId);
    }

    [Fact]
    public async Task Numbers_and_empty_columns_keep_their_type()
    {
        var key = NewKey();
        await Events.WriteRows([new("claims", key,
        [
            new("amount", long.MaxValue), new("currency", null), new("opened_at", null), new("body", "{\"a\":  1}"),
        ])]);
        Assert.Equal((long.MaxValue, null, "{\"a\":  1}"), await Query(c => c.QuerySingleAsync<(long, string?, string)>(
            "select amount, currency, body from claims where key = @key", new { key })));
    }

    [Fact]
    public async Task A_key_is_claimed_once_however_many_try_at_two_processes()
    {
        await using var other = new EventStore(Database);
        var key = NewKey();
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(n =>
            Task.Run(() => (n % 2 == 0 ? Events : other).InsertRow(Quote(key, ("account_id", $"a-{n}"))))));
        Assert.Single(answers, claimed => claimed);
        Assert.Equal($"a-{Array.IndexOf(answers, true)}", (await QuoteOf(key))?.AccountId);
        Assert.False(await Events.InsertRow(Quote(key)));
    }

    [Fact]
    public async Task Two_processes_that_write_the_same_rows_do_not_stop_each_other()
    {
        await using var other = new EventStore(Database);
        var keys = Enumerable.Range(0, 20).Select(_ => NewKey()).ToImmutableArray();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(n => Task.Run(() =>
        {
            var ordered = n % 4 < 2 ? keys : [.. keys.Reverse()];
            return (n % 2 == 0 ? Events : other).WriteRows(
                [.. ordered.Select(key => n % 5 == 0 ? new("quotes", key, null) : Quote(key))]);
        })));
    }

    [Fact]
    public async Task Due_work_comes_oldest_first_moves_and_is_taken_back()
    {
        var (one, two) = (NewStream(), NewStream());
        var due = new DueWork(Database);
        await Store.Append(Appending(one, 0) with
        {
            Due = [new("a", Monday + Duration.FromHours(2)), new("b", Monday)],
        });
        await Store.Append(Appending(two, 0) with { Due = [new("a", Monday + Duration.FromHours(1))] });
        Assert.Equal([(one, "b"), (two, "a"), (one, "a")], await Ours(Monday + Duration.FromHours(2)));
        Assert.Equal([(one, "b")], await Ours(Monday + Duration.FromHours(1) - Duration.FromMilliseconds(1)));

        await Store.Append(Appending(one, 1, "c-2") with { Due = [new("b", null), new("a", Monday)] });
        Assert.Equal([(one, "a"), (two, "a")], await Ours(Monday + Duration.FromHours(1)));

        async Task<IEnumerable<(StreamName, string)>> Ours(Instant now) =>
            (await due.DueBefore(now, 1000)).Where(work => work.Stream == one || work.Stream == two);
    }

    [Fact]
    public async Task Messages_leave_in_the_order_of_their_stream_and_kind_and_wait_for_a_failed_one()
    {
        var stream = NewStream();
        await Store.Append(Appending(stream, 0) with
        {
            Outbox =
            [
                new($"{stream}1", "mail", "{}"), new($"{stream}2", "mail", "{}"), new($"{stream}3", "payment", "{}"),
            ],
        });
        var ready = await Ours(Monday);
        Assert.Equal([$"{stream}1", $"{stream}3"], ready.Select(m => m.Id));

        await Messages.MarkFailed(ready[0].Seq, "no such host", Monday + Duration.FromMinutes(1));
        Assert.Equal([$"{stream}3"], (await Ours(Monday)).Select(m => m.Id));
        var later = await Ours(Monday + Duration.FromMinutes(1));
        Assert.Equal((1, "mail"), (later[0].Attempts, later[0].Kind));

        await Messages.MarkDelivered(ready[0].Seq);
        Assert.Equal([$"{stream}2", $"{stream}3"], (await Ours(Monday)).Select(m => m.Id));

        async Task<List<WaitingMessage>> Ours(Instant now) =>
            [.. (await Messages.NextMessages(now, 1000)).Where(m => m.Stream == stream)];
    }

    [Fact]
    public async Task A_claimed_message_goes_to_one_process_until_the_claim_ends()
    {
        var streams = Enumerable.Range(0, 20).Select(_ => NewStream()).ToHashSet();
        await Together(streams.Select(s => Appending(s, 0) with
        {
            Outbox = [new($"{s}", "mail", "{}"), new($"{s}2", "mail", "{}")],
        }));
        var until = Monday + Duration.FromMinutes(1);
        var claims = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Claim(Monday))));
        Assert.Equal(streams.Select(s => s.Value).Order(), claims.SelectMany(c => c).Select(m => m.Id).Order());
        Assert.Empty(await Claim(until - Duration.FromMilliseconds(1)));
        Assert.Equal(20, (await Claim(until)).Count);

        async Task<List<WaitingMessage>> Claim(Instant now) => [.. (await Messages.ClaimMessages(
            now, now + Duration.FromMinutes(1), 1000)).Where(m => streams.Contains(m.Stream))];
    }

    [Fact]
    public async Task The_whole_log_is_read_by_stream_and_version()
    {
        var streams = new[] { NewStream(), NewStream(), NewStream() };
        foreach (var version in new[] { 0, 1 })
            foreach (var stream in streams) await Store.Append(Appending(stream, version, $"c-{version}"));
        var all = await Read(0);
        Assert.Equal(all.OrderBy(e => e.Stream.Value, StringComparer.Ordinal).ThenBy(e => e.Version), all);
        Assert.Equal(6, all.Count(e => streams.Contains(e.Stream)));
        var half = all.Where(e => streams.Contains(e.Stream) && e.Version == 1).Max(e => e.Position);
        Assert.Equal(3, (await Read(half)).Count(e => streams.Contains(e.Stream)));

        async Task<List<StoredEvent>> Read(long after)
        {
            var found = new List<StoredEvent>();
            await foreach (var happened in new LogReader(Database).ReadAll(after)) found.Add(happened);
            return found;
        }
    }

    [Fact]
    public async Task Two_processes_may_start_on_an_empty_database_at_once()
    {
        var options = await fixture.NewDatabase();
        var applied = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            await using var dialect = options.Open();
            return await Migrator.Run(dialect);
        })));
        Assert.Single(applied, steps => steps.Applied.Contains("0001_event_store"));
        Assert.Equal(5, applied.Count(steps => steps.Applied.IsEmpty));
    }

    [Fact]
    public async Task A_closed_store_answers_what_waited_and_takes_nothing_new()
    {
        var store = new EventStore(Database);
        var waiting = Enumerable.Range(0, 50).Select(_ => store.Append(Appending(NewStream(), 0))).ToList();
        await store.DisposeAsync();
        Assert.All(waiting, answer => Assert.Equal(AppendAnswer.Stored, answer.Result));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Append(Appending(NewStream(), 0)));
    }

    [Fact]
    public async Task An_instant_given_to_a_query_finds_what_was_stored()
    {
        var (key, until) = (NewKey(), Monday + Duration.FromNanoseconds(1_000));
        await Events.WriteRows([Quote(key, ("valid_until", until))]);
        const string sql = "select count(*) from quotes where key = @key and valid_until = @until";
        Assert.Equal(1, await Query(c => c.ExecuteScalarAsync<long>(sql, new { key, until })));
        Assert.Equal(1, await Query(c => c.ExecuteScalarAsync<long>(sql, new { key, until = Database.Param(until) })));
    }
}
