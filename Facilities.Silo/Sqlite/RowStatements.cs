using Facilities.Grains.Runtime;
using Microsoft.Data.Sqlite;

namespace Facilities.Silo.Sqlite;

/// <summary>The statements that write rows of one table, each with a place for every column.</summary>
internal sealed class RowStatements
{
    private const string Key = "key";

    private readonly Dictionary<string, int> places = [];

    public RowStatements(SqliteConnection connection, string table)
    {
        using (var command = new SqliteCommand("select name from pragma_table_info($table)", connection))
        {
            command.Parameters.AddWithValue("$table", table);
            using var reader = command.ExecuteReader();
            while (reader.Read()) places.Add(reader.GetString(0), places.Count);
        }
        var values = string.Join(", ", places.Values.Select(place => $"${place + 1}"));
        var set = string.Join(", ", places.Keys.Where(c => c != Key).Select(c => $"{c} = excluded.{c}"));
        var insert = $"insert into {table} ({string.Join(", ", places.Keys)}) values ({values}) on conflict ({Key}) do";
        Insert = $"{insert} nothing";
        Write = $"{insert} update set {set}";
        Delete = $"delete from {table} where {Key} = $1";
    }

    /// <summary>Changes nothing where the key is taken.</summary>
    public string Insert { get; }

    /// <summary>
    /// Where the key is taken, the row stays in its place: one that is replaced moves to another page, and its entry in
    /// each index with it.
    /// </summary>
    public string Write { get; }

    public string Delete { get; }

    /// <summary>The values of a row in the order of the parameters; a column that it does not name is null.</summary>
    public object?[] ValuesOf(RowWrite row)
    {
        var values = new object?[places.Count];
        values[places[Key]] = row.Key;
        foreach (var (column, value) in row.Columns!.Value) values[places[column]] = value;
        return values;
    }
}
