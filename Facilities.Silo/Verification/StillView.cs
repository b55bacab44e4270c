using System.Data.Common;
using System.Runtime.CompilerServices;
using Dapper;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;

namespace Facilities.Silo.Verification;

/// <summary>
/// One connection in one transaction: what it reads does not change while it looks. It keeps what it has to remember in
/// temporary tables, so that the memory of the process does not grow with the log.
/// </summary>
internal sealed class StillView : IAsyncDisposable
{
    private const int EventsAtOnce = 500;

    private readonly IDialect dialect;
    private readonly DbConnection connection;
    private IBatchWriter? writer;

    private StillView(IDialect dialect, DbConnection connection) => (this.dialect, this.connection) =
        (dialect, connection);

    public IDatabase Database => dialect;

    /// <summary>The database's own version.</summary>
    public string Version => $"{dialect.Migrations} {connection.ServerVersion}";

    /// <summary>Sees the database as it is now, and keeps nobody from writing.</summary>
    public static Task<StillView> ToRead(IDialect dialect) => Open(dialect, dialect.BeginReading);

    /// <summary>Keeps everybody else from writing events and these tables.</summary>
    public static Task<StillView> ToRepair(IDialect dialect, IReadOnlyCollection<string> tables) =>
        Open(dialect, connection => dialect.BeginRepair(connection, tables));

    private static async Task<StillView> Open(IDialect dialect, Func<DbConnection, Task> begin)
    {
        var connection = await dialect.Open();
        try
        {
            await connection.ExecuteAsync(Forget);
            await connection.ExecuteAsync("""
                create temporary table verify_rows (
                  name text not null, key text not null, primary key (name, key));
                create temporary table verify_said (
                  about text not null, part text not null, side text not null, what text not null,
                  primary key (about, part, side));
                """);
            await begin(connection);
            return new StillView(dialect, connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every event, stream by stream.</summary>
    public async IAsyncEnumerable<StoredEvent> Events([EnumeratorCancellation] CancellationToken cancel = default)
    {
        var (stream, version) = ("", 0L);
        while (true)
        {
            var page = await EventRows.Read(connection, dialect, $"""
                where (stream, version) > (@stream, @version) order by stream, version limit {EventsAtOnce}
                """, [new("stream", stream), new("version", version)], cancel).ToImmutableArray(cancel);
            foreach (var stored in page) yield return stored;
            if (page.Length < EventsAtOnce) yield break;
            (stream, version) = (page[^1].Stream.Value, page[^1].Version);
        }
    }

    /// <summary>The events of one name in all streams of a kind.</summary>
    public IAsyncEnumerable<StoredEvent> Named(string kind, string name, CancellationToken cancel = default) =>
        EventRows.Read(connection, dialect, """
            where stream > @first and stream < @last and name = @name order by stream, version
            """, [new("first", $"{kind}/"), new("last", $"{kind}0"), new("name", name)], cancel);

    // Joins of a large log take longer than any request should.
    public Task<IEnumerable<T>> Query<T>(string sql, object? parameters = null) =>
        connection.QueryAsync<T>(sql, parameters, commandTimeout: 0);

    public Task<T?> Scalar<T>(string sql, object? parameters = null) =>
        connection.ExecuteScalarAsync<T>(sql, parameters, commandTimeout: 0);

    public Task<int> Execute(string sql, object? parameters = null) =>
        connection.ExecuteAsync(sql, parameters, commandTimeout: 0);

    /// <summary>One row after the other, however many there are; nothing else may be asked meanwhile.</summary>
    public async IAsyncEnumerable<T> Stream<T>(string sql, Func<DbDataReader, T> read, params string[] parameters)
    {
        await using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = (sql, 0);
        for (var index = 0; index < parameters.Length; index++)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"p{index}", parameters[index]);
            command.Parameters.Add(parameter);
        }
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) yield return read(reader);
    }

    /// <summary>Writes rows of tables, in the transaction.</summary>
    public Task Write(IEnumerable<RowWrite> rows) => (writer ??= dialect.WriterOn(connection))
        .Write(new BatchWrites([], [], [], [], [], [], [.. rows], [], []));

    public Task Commit() => connection.ExecuteAsync("commit");

    // A pool may hand out a connection with what an earlier look left behind.
    private const string Forget = "drop table if exists verify_rows; drop table if exists verify_said;";

    public async ValueTask DisposeAsync()
    {
        try
        {
            // After a commit there is nothing to roll back, which PostgreSQL takes lightly and SQLite does not.
            await connection.ExecuteAsync("rollback");
        }
        catch (DbException)
        {
            // The transaction has ended, with the connection or by a commit.
        }
        if (writer is not null) await writer.DisposeAsync();
        await connection.DisposeAsync();
    }
}
