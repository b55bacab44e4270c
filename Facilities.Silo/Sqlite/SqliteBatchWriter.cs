using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using Microsoft.Data.Sqlite;
using NodaTime;
using SQLitePCL;

namespace Facilities.Silo.Sqlite;

/// <summary>Writes a batch by single statements, each prepared once: within a process that is the fastest.</summary>
internal sealed class SqliteBatchWriter(SqliteConnection connection) : IBatchWriter
{
    private readonly Dictionary<string, SqliteCommand> prepared = [];
    private readonly Dictionary<string, RowStatements> tables = [];

    // Extended result codes: a primary key or another unique key is taken.
    private const int PrimaryKeyTaken = 1555, UniqueTaken = 2067;

    public Task<StreamFacts> Read(IReadOnlyCollection<StreamName> streams, IReadOnlyCollection<CommandKey> commands)
    {
        var versions = new Dictionary<StreamName, long>();
        foreach (var stream in streams)
        {
            if (Scalar("select max(version) from events where stream = $1", stream.Value) is long version)
                versions.Add(stream, version);
        }
        var hashes = new Dictionary<CommandKey, string>();
        foreach (var key in commands)
        {
            const string sql = "select hash from commands where stream = $1 and command = $2";
            if (Scalar(sql, key.Stream.Value, key.Command.Value) is string hash) hashes.Add(key, hash);
        }
        return Task.FromResult(new StreamFacts(versions, hashes));
    }

    public Task<IReadOnlySet<RowKey>?> Store(BatchWrites writes)
    {
        Execute("begin immediate");
        try
        {
            WriteEvents(writes);
        }
        catch (SqliteException cause) when (cause.SqliteExtendedErrorCode is PrimaryKeyTaken or UniqueTaken)
        {
            Execute("rollback");
            return Task.FromResult<IReadOnlySet<RowKey>?>(null);
        }
        var inserted = WriteRest(writes);
        Execute("commit");
        return Task.FromResult<IReadOnlySet<RowKey>?>(inserted);
    }

    public Task<IReadOnlySet<RowKey>> Write(BatchWrites writes)
    {
        WriteEvents(writes);
        return Task.FromResult<IReadOnlySet<RowKey>>(WriteRest(writes));
    }

    private HashSet<RowKey> WriteRest(BatchWrites writes)
    {
        WriteDueAndOutbox(writes);
        var inserted = new HashSet<RowKey>();
        foreach (var row in writes.Inserts)
        {
            var table = TableOf(row);
            if (Execute(table.Insert, table.ValuesOf(row)) == 1) inserted.Add(new(row.Table, row.Key));
        }
        foreach (var row in writes.Rows)
        {
            var table = TableOf(row);
            if (row.Columns is null) Execute(table.Delete, row.Key);
            else Execute(table.Write, table.ValuesOf(row));
        }
        return inserted;
    }

    private void WriteEvents(BatchWrites writes)
    {
        foreach (var row in writes.Events)
        {
            Execute("""
                insert into events (stream, version, name, data, at, command, "by") values ($1, $2, $3, $4, $5, $6, $7)
                """,
                row.Stream.Value, row.Version, row.Event.Name, row.Event.Json, row.At, row.Command.Value, row.By.Value);
        }
        foreach (var row in writes.Commands)
        {
            Execute("insert into commands (stream, command, hash, version) values ($1, $2, $3, $4)",
                row.Key.Stream.Value, row.Key.Command.Value, row.Hash, row.Version);
        }
        foreach (var row in writes.Snapshots)
        {
            Execute("insert or replace into snapshots (stream, version, shape, data) values ($1, $2, $3, $4)",
                row.Stream.Value, row.Snapshot.Version, row.Snapshot.Shape, row.Snapshot.Json);
        }
    }

    private void WriteDueAndOutbox(BatchWrites writes)
    {
        foreach (var row in writes.Due)
        {
            var (stream, name) = (row.Stream.Value, row.Name);
            if (row.At is not { } at) Execute("delete from due where stream = $1 and name = $2", stream, name);
            else Execute("insert or replace into due (stream, name, at) values ($1, $2, $3)", stream, name, at);
        }
        foreach (var row in writes.Outbox)
        {
            Execute("""
                insert into outbox (id, stream, kind, data, created_at, next_at) values ($1, $2, $3, $4, $5, $5)
                on conflict (id) do nothing
                """, row.Message.Id, row.Stream.Value, row.Message.Kind, row.Message.Json, row.At);
        }
        foreach (var seq in writes.Delivered) Execute("delete from outbox where seq = $1", seq);
        foreach (var failed in writes.Failed)
        {
            Execute("update outbox set attempts = attempts + 1, last_error = $2, next_at = $3 where seq = $1",
                failed.Seq, failed.Error, failed.NextAt);
        }
    }

    private RowStatements TableOf(RowWrite row)
    {
        if (!tables.TryGetValue(row.Table, out var table))
            tables.Add(row.Table, table = new RowStatements(connection, row.Table));
        return table;
    }

    private int Execute(string sql, params ReadOnlySpan<object?> values) => Prepared(sql, values).ExecuteNonQuery();

    private object? Scalar(string sql, params ReadOnlySpan<object?> values) => Prepared(sql, values).ExecuteScalar();

    private SqliteCommand Prepared(string sql, ReadOnlySpan<object?> values)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var index = 1; index <= values.Length; index++)
                command.Parameters.Add(new() { ParameterName = $"${index}" });
            prepared.Add(sql, command);
        }
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters[index].Value = values[index] switch
            {
                null => DBNull.Value,
                Instant instant => InstantHandler.ToText(instant),
                var value => value,
            };
        }
        return command;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in prepared.Values) await command.DisposeAsync();
        // A pooled connection would carry an open transaction to its next user.
        if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            await using var rollback = new SqliteCommand("rollback", connection);
            rollback.ExecuteNonQuery();
        }
        await connection.DisposeAsync();
    }
}
