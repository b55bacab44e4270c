using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using NodaTime;
using Npgsql;
using static Facilities.Silo.Postgres.PostgresArrays;

namespace Facilities.Silo.Postgres;

/// <summary>The statements that write a batch.</summary>
internal static class PostgresStatements
{
    /// <summary>Events and commands come first: where another process was faster, nothing else is tried.</summary>
    public static void AddLog(NpgsqlBatch batch, BatchWrites writes)
    {
        var events = writes.Events;
        if (events.IsEmpty) return;
        Add(batch, """
            insert into events (stream, version, name, data, at, command, "by")
            select * from unnest($1, $2, $3, $4, $5, $6, $7)
            """,
            Text(events.Select(e => e.Stream.Value)), Numbers(events.Select(e => e.Version)),
            Text(events.Select(e => e.Event.Name)), Text(events.Select(e => e.Event.Json)),
            Instants(events.Select(e => e.At)), Text(events.Select(e => e.Command.Value)),
            Text(events.Select(e => e.By.Value)));
        var commands = writes.Commands;
        Add(batch, """
            insert into commands (stream, command, hash, version) select * from unnest($1, $2, $3, $4)
            """,
            Text(commands.Select(c => c.Key.Stream.Value)), Text(commands.Select(c => c.Key.Command.Value)),
            Text(commands.Select(c => c.Hash)), Numbers(commands.Select(c => c.Version)));
        var snapshots = writes.Snapshots;
        if (snapshots.IsEmpty) return;
        Add(batch, """
            insert into snapshots (stream, version, shape, data) select * from unnest($1, $2, $3, $4)
            on conflict (stream) do update set version = excluded.version, shape = excluded.shape, data = excluded.data
            """,
            Text(snapshots.Select(s => s.Stream.Value)), Numbers(snapshots.Select(s => s.Snapshot.Version)),
            Text(snapshots.Select(s => s.Snapshot.Shape)), Text(snapshots.Select(s => s.Snapshot.Json)));
    }

    public static void AddDueAndOutbox(NpgsqlBatch batch, BatchWrites writes)
    {
        var undue = writes.Due.Where(d => d.At is null).ToList();
        if (undue.Count > 0)
        {
            Add(batch, "delete from due using unnest($1, $2) as gone (s, n) where stream = s and name = n",
                Text(undue.Select(d => d.Stream.Value)), Text(undue.Select(d => d.Name)));
        }
        var due = writes.Due.Where(d => d.At is not null).ToList();
        if (due.Count > 0)
        {
            Add(batch, """
                insert into due (stream, name, at) select * from unnest($1, $2, $3)
                on conflict (stream, name) do update set at = excluded.at
                """,
                Text(due.Select(d => d.Stream.Value)), Text(due.Select(d => d.Name)),
                Instants(due.Select(d => d.At!.Value)));
        }
        var outbox = writes.Outbox;
        if (!outbox.IsEmpty)
        {
            Add(batch, """
                insert into outbox (id, stream, kind, data, created_at, next_at)
                select id, stream, kind, data, at, at
                from unnest($1, $2, $3, $4, $5) as message (id, stream, kind, data, at) on conflict (id) do nothing
                """,
                Text(outbox.Select(o => o.Message.Id)), Text(outbox.Select(o => o.Stream.Value)),
                Text(outbox.Select(o => o.Message.Kind)), Text(outbox.Select(o => o.Message.Json)),
                Instants(outbox.Select(o => o.At)));
        }
        if (!writes.Delivered.IsEmpty) Add(batch, "delete from outbox where seq = any($1)", Numbers(writes.Delivered));
        if (writes.Failed.IsEmpty) return;
        Add(batch, """
            update outbox set attempts = attempts + 1, last_error = failed.error, next_at = failed.at
            from unnest($1, $2, $3) as failed (failed_seq, error, at) where seq = failed_seq
            """,
            Numbers(writes.Failed.Select(f => f.Seq)), Text(writes.Failed.Select(f => f.Error)),
            Instants(writes.Failed.Select(f => f.NextAt)));
    }

    /// <returns>The tables whose inserts return the keys that were free, in the order of their results.</returns>
    public static ImmutableArray<string> AddRows(
        NpgsqlBatch batch, BatchWrites writes, IReadOnlyDictionary<string, string[]> columnsOf)
    {
        var inserted = ImmutableArray.CreateBuilder<string>();
        foreach (var rows in writes.Inserts.GroupBy(row => row.Table))
        {
            Add(batch, $"{InsertInto(rows.Key, columnsOf)} on conflict (key) do nothing returning key",
                Json(ToJson(rows, columnsOf[rows.Key])));
            inserted.Add(rows.Key);
        }
        foreach (var rows in writes.Rows.GroupBy(row => row.Table))
        {
            var columns = columnsOf[rows.Key];
            var gone = rows.Where(row => row.Columns is null).Select(row => row.Key).ToList();
            if (gone.Count > 0) Add(batch, $"delete from {rows.Key} where key = any($1)", Text(gone));
            var kept = rows.Where(row => row.Columns is not null).ToList();
            if (kept.Count == 0) continue;
            var set = string.Join(", ", columns.Select(column => $"{column} = excluded.{column}"));
            Add(batch, $"{InsertInto(rows.Key, columnsOf)} on conflict (key) do update set {set}",
                Json(ToJson(kept, columns)));
        }
        return inserted.ToImmutable();
    }

    // Through JSON the columns take the table's own types, also where all values of a column are null.
    private static string InsertInto(string table, IReadOnlyDictionary<string, string[]> columnsOf)
    {
        var columns = string.Join(", ", columnsOf[table]);
        return $"insert into {table} ({columns}) select {columns} from json_populate_recordset(null::{table}, $1)";
    }

    private static string ToJson(IEnumerable<RowWrite> rows, string[] known)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartObject();
                json.WriteString("key", row.Key);
                foreach (var (column, value) in row.Columns!.Value)
                {
                    if (!known.Contains(column))
                        throw new InvalidOperationException($"{row.Table} has no column {column}.");
                    json.WritePropertyName(column);
                    Write(json, value);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case long number: json.WriteNumberValue(number); break;
            case bool truth: json.WriteBooleanValue(truth); break;
            case Instant instant: json.WriteStringValue(InstantHandler.ToText(instant)); break;
            default: throw new InvalidOperationException($"A column holds no {value.GetType().Name}.");
        }
    }

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }
}
