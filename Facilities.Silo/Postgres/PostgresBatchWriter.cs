using System.Data;
using Dapper;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using Npgsql;

namespace Facilities.Silo.Postgres;

/// <summary>Writes a batch as one round trip of statements over arrays, however many appends it holds.</summary>
internal sealed class PostgresBatchWriter(NpgsqlConnection connection) : IBatchWriter
{
    private readonly Dictionary<string, string[]> columnsOf = [];

    // Each key is looked up by itself: a join may read the whole table of commands, which grows.
    public async Task<StreamFacts> Read(
        IReadOnlyCollection<StreamName> streams, IReadOnlyCollection<CommandKey> commands)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new("""
            select stream, (select version from events where events.stream = asked.stream order by version desc limit 1)
            from unnest($1) as asked (stream)
            """)
        { Parameters = { PostgresArrays.Text(streams.Select(s => s.Value)) } });
        batch.BatchCommands.Add(new("""
            select stream, command, (select hash from commands c where c.stream = a.stream and c.command = a.command)
            from unnest($1, $2) as a (stream, command)
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
        {
            if (reader.IsDBNull(2)) continue;
            hashes.Add(new(new(reader.GetString(0)), new(reader.GetString(1))), reader.GetString(2));
        }
        return new(versions, hashes);
    }

    // Outside of a transaction the statements of a batch are one, which the server commits before it answers.
    public async Task<IReadOnlySet<RowKey>?> Store(BatchWrites writes)
    {
        try
        {
            return await Write(writes);
        }
        catch (PostgresException cause) when (cause is
        {
            SqlState: PostgresErrorCodes.UniqueViolation, TableName: "events" or "commands",
        })
        {
            return null;
        }
    }

    public async Task<IReadOnlySet<RowKey>> Write(BatchWrites writes)
    {
        var inserted = new HashSet<RowKey>();
        if (writes.IsEmpty) return inserted;
        await LearnColumns(writes);
        await using var batch = new NpgsqlBatch(connection);
        PostgresStatements.AddLog(batch, writes);
        PostgresStatements.AddDueAndOutbox(batch, writes);
        var insertedTables = PostgresStatements.AddRows(batch, writes, columnsOf);
        await using var reader = await batch.ExecuteReaderAsync();
        // Only the inserts of rows return any: the keys that were free, one result for each table.
        foreach (var table in insertedTables)
        {
            while (await reader.ReadAsync()) inserted.Add(new(table, reader.GetString(0)));
            await reader.NextResultAsync();
        }
        // To the end, where the server says that it has committed.
        while (await reader.NextResultAsync())
        {
        }
        return inserted;
    }

    private async Task LearnColumns(BatchWrites writes)
    {
        foreach (var table in writes.Inserts.Concat(writes.Rows).Select(row => row.Table).Distinct())
        {
            if (columnsOf.ContainsKey(table)) continue;
            var columns = await connection.QueryAsync<string>("""
                select column_name::text from information_schema.columns
                where table_schema = current_schema() and table_name = @table order by ordinal_position
                """, new { table });
            columnsOf.Add(table, [.. columns]);
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
