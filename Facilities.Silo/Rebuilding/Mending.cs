using Facilities.Grains.Runtime;
using Facilities.Silo.Verification;
using NodaTime;

namespace Facilities.Silo.Rebuilding;

/// <summary>Writes what is missing, replaces what differs, deletes what follows from nothing; says each.</summary>
internal sealed class Mending(StillView view, TextWriter output) : IDrift, IDueDrift
{
    // Who rebuilds a table that was lost does not want to read every row of it.
    private const int SaidMax = 50;
    private const int Page = 200;

    private readonly List<RowWrite> rows = [];
    private readonly List<(string Stream, string Name, Instant? At)> due = [];

    /// <summary>How many rows of each table were changed.</summary>
    public Dictionary<string, int> Changed { get; } = [];

    public void Missing(RowWrite wanted) => Put(wanted, "was missing");

    public void Differs(RowWrite wanted, IReadOnlyList<ColumnDrift> columns) => Put(wanted, string.Join("; ", columns));

    public void Stray(string table, string key) => Put(new RowWrite(table, key, null), "follows from no event");

    public void Missing(StreamName stream, DueWrite wanted) => Put(stream.Value, wanted.Name, wanted.At, "was missing");

    public void Differs(StreamName stream, DueWrite wanted, Instant found) =>
        Put(stream.Value, wanted.Name, wanted.At, $"is due at {found}; by the events at {wanted.At}");

    void IDueDrift.Stray(string stream, string name) => Put(stream, name, null, "follows from no event");

    public async Task Pause()
    {
        foreach (var page in rows.Chunk(Page)) await view.Write(page);
        rows.Clear();
        foreach (var (stream, name, at) in due)
        {
            await view.Execute("delete from due where stream = @stream and name = @name", new { stream, name });
            if (at is { } instant)
                await view.Execute(
                    "insert into due (stream, name, at) values (@stream, @name, @instant)",
                    new { stream, name, instant });
        }
        due.Clear();
    }

    private void Put(RowWrite row, string why)
    {
        rows.Add(row);
        Say(row.Table, row.Key, why);
    }

    private void Put(string stream, string name, Instant? at, string why)
    {
        due.Add((stream, name, at));
        Say(StoredTables.Due, $"{stream} {name}", why);
    }

    private void Say(string table, string key, string why)
    {
        var count = Changed[table] = Changed.GetValueOrDefault(table) + 1;
        if (count <= SaidMax) output.WriteLine($"CHANGE {table}/{key}: {why}");
        else if (count == SaidMax + 1) output.WriteLine($"CHANGE {table}: and more");
    }
}
