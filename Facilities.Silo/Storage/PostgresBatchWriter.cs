using System.Data;
using Dapper;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Npgsql;

namespace Facilities.Silo.Storage;

/// <summary>Writes a batch as one round trip of statements over arrays, however many appends it holds.</summary>
internal sealed class PostgresBatchWriter(NpgsqlConnection connection) : IBatchWriter
{
    private readonly Dictionary<string, string[]> columnsOf = [];
    private NpgsqlTransaction? transaction;

    public async Task Begin() => transaction = await connection.BeginTransactionAsync();

    public async Task<StreamFacts> Read(
        IReadOnlyCollection<StreamName> streams, IReadOnlyCollection<CommandKey> commands)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new("""
            select stream, (select version from events where events.stream = asked.stream order by version desc limit 1)
            from unnest($1) as asked (stream)
            """)
        { Parameters = { PostgresArrays.Text(streams.Select(s => s.Value)) } });
        batch.BatchCommands.Add(new("""
            select stream, command, hash
            from commands join unnest($1, $2) as asked (stream, command) using (stream, command)
            """)
        {
            Parameters =
            {
                PostgresArrays.Text(commands.Select(c => c.Stream.Value)),
                PostgresArrays.Text(commands.Select(c => c.Command.Value)),
            },
        });
        var versions = new Dictionary<StreamName, long>();
        var hashes = new Dictionary<CommandKey, string>();
        await using var reader = await batch.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            if (!reader.IsDBNull(1)) versions.Add(new(reader.GetString(0)), reader.GetInt64(1));
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
            hashes.Add(new(new(reader.GetString(0)), new(reader.GetString(1))), reader.GetString(2));
        return new(versions, hashes);
    }

    public async Task<IReadOnlySet<RowKey>?> Write(BatchWrites writes)
    {
        var inserted = new HashSet<RowKey>();
        if (writes.IsEmpty) return inserted;
        await LearnColumns(writes);
        await using var batch = new NpgsqlBatch(connection, transaction);
        PostgresStatements.AddLog(batch, writes);
        PostgresStatements.AddDueAndOutbox(batch, writes);
        var insertedTables = PostgresStatements.AddRows(batch, writes, columnsOf);
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            // Only the inserts of rows return any: the keys that were free, one result for each table.
            foreach (var table in insertedTables)
            {
                while (await reader.ReadAsync()) inserted.Add(new(table, reader.GetString(0)));
                await reader.NextResultAsync();
            }
        }
        var complete = writes.Events.IsEmpty
            || (batch.BatchCommands[0].RecordsAffected == writes.Events.Length
                && batch.BatchCommands[1].RecordsAffected == writes.Commands.Length);
        return complete ? inserted : null;
    }

    private async Task LearnColumns(BatchWrites writes)
    {
        foreach (var table in writes.Inserts.Concat(writes.Rows).Select(row => row.Table).Distinct())
        {
            if (columnsOf.ContainsKey(table)) continue;
            var columns = await connection.QueryAsync<string>("""
                select column_name::text from information_schema.columns
                where table_schema = current_schema() and table_name = @table order by ordinal_position
                """, new { table }, transaction);
            columnsOf.Add(table, [.. columns]);
        }
    }

    public async Task Commit()
    {
        await transaction!.CommitAsync();
        await End();
    }

    public async Task Rollback()
    {
        await transaction!.RollbackAsync();
        await End();
    }

    private async Task End()
    {
        await transaction!.DisposeAsync();
        transaction = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (transaction is not null) await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
