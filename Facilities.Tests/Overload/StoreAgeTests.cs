using System.Collections.Immutable;
using System.Diagnostics;
using Dapper;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Silo.Sqlite;
using Facilities.Silo.Storage;
using Facilities.Tests.StorageContract;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Facilities.Tests.Overload;

/// <summary>What waits too long for a database that stands still is refused, and is surely not written.</summary>
public sealed class StoreAgeTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>
{
    private static readonly TimeSpan AgeMax = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Work_behind_a_batch_that_stands_still_is_refused_in_time_and_never_written_later()
    {
        await using var dialect = new SqliteDialect($"{fixture.Options.Connection};Default Timeout=30");
        await using var store = new EventStore(dialect, AgeMax);
        Task<AppendAnswer> inHand;
        using (var holder = new SqliteConnection(fixture.Options.Connection))
        {
            holder.Open();
            holder.Execute("begin immediate");
            inHand = store.Append(Appending("in-hand", "c-1"));
            await Task.Delay(100, TestContext.Current.CancellationToken);
            var watch = Stopwatch.StartNew();
            var first = store.Append(Appending("late", "c-1"));
            var second = store.Append(Appending("late", "c-2") with { ExpectedVersion = 1, After = first });
            var check = store.Check(StreamName.Of("booking", "late"), null);
            foreach (var late in (Task[])[first, second, check])
            {
                var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(() => late);
                Assert.Contains("was not", refusal.Message, StringComparison.Ordinal);
            }
            Assert.InRange(watch.Elapsed, AgeMax, TimeSpan.FromSeconds(15));
            Assert.False(inHand.IsCompleted);
            holder.Execute("rollback");
        }
        Assert.Equal(AppendAnswer.Stored, await inHand);
        Assert.Equal(AppendAnswer.Stored, await store.Append(Appending("after", "c-1")));
        var streams = await dialect.Read(
            c => c.QueryAsync<string>("select stream from events"), TestContext.Current.CancellationToken);
        Assert.Equal(["booking/after", "booking/in-hand"], streams.Order(StringComparer.Ordinal));
        // What builds on it is not written either, and the same command succeeds when it is sent again.
        Assert.Equal(AppendAnswer.Stored, await store.Append(Appending("late", "c-1")));
    }

    private static Append Appending(string key, string command) => new(
        StreamName.Of("booking", key), 0, new CommandId(command), "h", new PersonId("p-1"),
        Instant.FromUtc(2027, 2, 1, 8, 0), [new EventData("booking.asked.v1", "{}")], [], [], [], null, null);
}
