using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Runtime;
using Facilities.Silo.Sqlite;
using Facilities.Silo.Storage;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Facilities.Tests.StorageContract;

public sealed class SqliteFaultTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>
{
    private static readonly Append Any = new(
        StreamName.Of("booking", "b-1"), 0, new("c-1"), "h", new("p-1"), Instant.FromUtc(2027, 2, 1, 8, 0),
        [new("booking.asked.v1", "{}")], [], [], [], null, null);

    private SqliteConnection Connect(string more = "")
    {
        var connection = new SqliteConnection($"{fixture.Options.Connection};Pooling=False;{more}");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void AssertFault(StorageFault? expected, int code, Action provoke)
    {
        var error = Assert.Throws<SqliteException>(provoke);
        Assert.Equal(code, error.SqliteErrorCode);
        Assert.Equal(expected, fixture.Dialect.FaultOf(error));
    }

    [Fact]
    public void A_database_that_another_writer_holds_is_unavailable()
    {
        using var holder = Connect();
        using var other = Connect("Default Timeout=1");
        Execute(holder, "begin immediate");
        AssertFault(StorageFault.Unavailable, 5, () => Execute(other, "begin immediate"));
    }

    [Fact]
    public void A_database_opened_for_reading_is_unavailable_for_writing()
    {
        using var reader = Connect("Mode=ReadOnly");
        AssertFault(StorageFault.Unavailable, 8, () => Execute(reader, "delete from settings"));
    }

    [Fact]
    public void A_full_database_says_so()
    {
        using var connection = Connect();
        Execute(connection, "pragma max_page_count = 1");
        AssertFault(StorageFault.Full, 13,
            () => Execute(connection, "insert into settings values ('large', hex(zeroblob(1000000)))"));
    }

    [Fact]
    public void A_path_that_cannot_be_opened_is_unavailable()
    {
        using var connection = new SqliteConnection($"Data Source={Path.GetTempPath()}");
        AssertFault(StorageFault.Unavailable, 14, connection.Open);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_unavailable()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, new string('x', 5000), TestContext.Current.CancellationToken);
        await using var dialect = new SqliteDialect($"Data Source={file}");
        var error = await Assert.ThrowsAsync<StorageUnavailableException>(
            () => Migrator.Run(dialect, TestContext.Current.CancellationToken));
        Assert.Equal(26, Assert.IsType<SqliteException>(error.InnerException).SqliteErrorCode);
        File.Delete(file);
    }

    [Fact]
    public void A_wrong_statement_is_a_bug()
    {
        using var connection = Connect();
        AssertFault(null, 1, () => Execute(connection, "select nothing from nowhere"));
    }

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")]
    [InlineData("foreign_keys", "1")]
    public async Task A_connection_is_set_for_durable_commits(string setting, string value) => Assert.Equal(value,
        await fixture.Dialect.Read(c => c.ExecuteScalarAsync<string>($"pragma {setting}"),
            TestContext.Current.CancellationToken));

    [Fact]
    public async Task A_store_that_could_not_write_says_so_and_writes_when_it_can_again()
    {
        await using var dialect = new SqliteDialect($"{fixture.Options.Connection};Default Timeout=1");
        await using var store = new EventStore(dialect);
        using (var holder = Connect())
        {
            Execute(holder, "begin immediate");
            var waiting = ImmutableArray.Create(store.Append(Any), store.Append(Any with { Command = new("c-2") }));
            foreach (var answer in waiting) await Assert.ThrowsAsync<StorageUnavailableException>(() => answer);
            Assert.Equal(AppendAnswer.Conflict,
                await Unlocked(holder, () => store.Append(Any with { Command = new("c-3"), After = waiting[0] })));
        }
        Assert.Equal(AppendAnswer.Stored, await store.Append(Any));

        static Task<AppendAnswer> Unlocked(SqliteConnection holder, Func<Task<AppendAnswer>> work)
        {
            Execute(holder, "rollback");
            return work();
        }
    }
}
