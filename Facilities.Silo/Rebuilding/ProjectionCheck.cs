using Dapper;
using Facilities.Grains.Runtime;
using Facilities.Silo.Verification;

namespace Facilities.Silo.Rebuilding;

/// <summary>
/// Compares the rows that follow from the events with the rows that are there, a page at a time. Which keys were seen
/// is kept in a temporary table, by which the database itself finds the rows that follow from no event.
/// </summary>
/// <param name="tables">The tables to look at.</param>
internal sealed class ProjectionCheck(StillView view, IReadOnlyCollection<string> tables, IDrift drift)
{
    private const int Page = 200;
    private const int OpenMax = 1_000;

    // Of the stream that is being read: a later event may write them again.
    private readonly Dictionary<(string Table, string Key), RowWrite> open = [];
    private readonly List<RowWrite> settled = [];
    private int openMax = OpenMax;

    public void Expect(RowWrite row)
    {
        if (tables.Contains(row.Table)) open[(row.Table, row.Key)] = row;
    }

    public void StreamEnds()
    {
        settled.AddRange(open.Values);
        open.Clear();
        openMax = OpenMax;
    }

    /// <summary>Compares what has gathered, where that is much.</summary>
    public async Task Pause()
    {
        if (settled.Count >= Page) await Settle();
        if (open.Count < openMax) return;
        // In a long stream few rows are yet to change: those that are as they should be can be forgotten, since they
        // are looked at again where a later event writes them.
        foreach (var page in open.Values.ToArray().Chunk(Page))
        {
            var right = new List<RowWrite>();
            await Compare(page, right.Add, _ => { }, (_, _) => { }, _ => { });
            foreach (var row in right) open.Remove((row.Table, row.Key));
            await Remember(right);
        }
        openMax = Math.Max(OpenMax, open.Count * 2);
    }

    /// <summary>After the last stream: what is left, and the rows that follow from no event.</summary>
    public async Task Finish()
    {
        await Settle();
        foreach (var table in tables)
        {
            var strays = view.Stream($"""
                select key from {table} where not exists
                (select 1 from verify_rows where verify_rows.name = @p0 and verify_rows.key = {table}.key) order by key
                """, row => row.GetString(0), table);
            await foreach (var key in strays) drift.Stray(table, key);
            await drift.Pause();
        }
    }

    private async Task Settle()
    {
        foreach (var page in settled.Chunk(Page))
        {
            await Compare(
                page, _ => { }, drift.Missing, drift.Differs, row => drift.Stray(row.Table, row.Key));
            await Remember(page);
            await drift.Pause();
        }
        settled.Clear();
    }

    private async Task Compare(
        IEnumerable<RowWrite> page, Action<RowWrite> right, Action<RowWrite> missing,
        Action<RowWrite, IReadOnlyList<ColumnDrift>> differs, Action<RowWrite> stray)
    {
        foreach (var rows in page.GroupBy(row => row.Table))
        {
            var there = await Rows(rows.Key, [.. rows.Select(row => row.Key)]);
            foreach (var row in rows)
            {
                var isThere = there.TryGetValue(row.Key, out var found);
                if (row.Columns is null) (isThere ? stray : right)(row);
                else if (!isThere) missing(row);
                else if (view.Database.Drift(row, found!) is { Count: > 0 } columns) differs(row, columns);
                else right(row);
            }
        }
    }

    private async Task<Dictionary<string, IDictionary<string, object?>>> Rows(string table, string[] keys)
    {
        // Named one by one: the databases do not agree on how a list is passed.
        var parameters = new DynamicParameters();
        for (var index = 0; index < keys.Length; index++) parameters.Add($"k{index}", keys[index]);
        var names = string.Join(", ", keys.Select((_, index) => $"@k{index}"));
        return (await view.Query<dynamic>($"select * from {table} where key in ({names})", parameters))
            .Cast<IDictionary<string, object?>>().ToDictionary(row => (string)row["key"]!);
    }

    private async Task Remember(IEnumerable<RowWrite> rows)
    {
        foreach (var page in rows.Chunk(Page))
        {
            var parameters = new DynamicParameters();
            for (var index = 0; index < page.Length; index++)
            {
                parameters.Add($"t{index}", page[index].Table);
                parameters.Add($"k{index}", page[index].Key);
            }
            var values = string.Join(", ", page.Select((_, index) => $"(@t{index}, @k{index})"));
            await view.Execute(
                $"insert into verify_rows (name, key) values {values} on conflict do nothing", parameters);
        }
    }
}
