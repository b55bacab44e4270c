using Dapper;

namespace Facilities.Silo.Verification;

/// <summary>
/// What the grains say of each other: a booking says which slots, vouchers and shares it has, and the grains that hold
/// them say the same, or something is lost or held for ever. Both sides are kept in a temporary table while the log is
/// read, and compared there at its end.
/// </summary>
internal sealed class Statements(StillView view, Faults faults)
{
    private const int Page = 200;

    // The last word counts; null takes a statement back.
    private readonly Dictionary<(string About, string Part, Side Side), string?> said = [];

    /// <summary>Who says it.</summary>
    internal enum Side
    {
        /// <summary>The one whose process it is: only it decides.</summary>
        Owner,
        /// <summary>The one who holds a part of it.</summary>
        Holder,
        /// <summary>Either, of what is on its way: a part, or everything where the part is empty.</summary>
        UnderWay,
    }

    /// <summary>The booking or voucher it is about, the part with its kind as the first word, and how it is.</summary>
    public void Say(string about, string part, Side side, string what) => said[(about, part, side)] = what;

    /// <summary>Nothing is said of a part any more.</summary>
    public void TakeBack(string about, string part, Side side) => said[(about, part, side)] = null;

    /// <summary>Keeps what was said, where that is much.</summary>
    public async Task Pause()
    {
        if (said.Count >= Page) await Keep();
    }

    /// <summary>Compares what both sides said, except of what is under way.</summary>
    public async Task Finish()
    {
        await Keep();
        var differences = view.Stream($"""
            select about, part, max(case when side = '{Side.Owner}' then what end),
              max(case when side = '{Side.Holder}' then what end)
            from verify_said where side <> '{Side.UnderWay}' and not exists (
              select 1 from verify_said as moot where moot.about = verify_said.about
              and moot.side = '{Side.UnderWay}' and moot.part in ('', verify_said.part))
            group by about, part
            having coalesce(max(case when side = '{Side.Owner}' then what end), '')
              <> coalesce(max(case when side = '{Side.Holder}' then what end), '')
            order by about, part
            """, row => (
                About: row.GetString(0), Part: row.GetString(1), Owner: row.IsDBNull(2) ? null : row.GetString(2),
                Holder: row.IsDBNull(3) ? null : row.GetString(3)));
        await foreach (var (about, part, owner, holder) in differences)
        {
            var (kind, where) = part.IndexOf(' ', StringComparison.Ordinal) is var space and > 0
                ? (part[..space], part[(space + 1)..])
                : (part, "");
            if (holder is null) faults.Add($"{kind}Missing", about, $"says of {where}: {owner}; nothing is there.");
            else if (owner is null)
                faults.Add($"{kind}LeftBehind", about, $"says nothing of {where}, which still has: {holder}.");
            else faults.Add($"{kind}Differs", about, $"says of {where}: {owner}; there it is: {holder}.");
        }
    }

    private async Task Keep()
    {
        foreach (var page in said.Chunk(Page))
        {
            await Write(page, names => $"delete from verify_said where (about, part, side) in (values {names})",
                statement => statement.Value is null, withWhat: false);
            await Write(page, names => $"""
                insert into verify_said (about, part, side, what) values {names}
                on conflict (about, part, side) do update set what = excluded.what
                """, statement => statement.Value is not null, withWhat: true);
        }
        said.Clear();
    }

    private async Task Write(
        KeyValuePair<(string About, string Part, Side Side), string?>[] page, Func<string, string> sql,
        Func<KeyValuePair<(string About, string Part, Side Side), string?>, bool> which, bool withWhat)
    {
        var statements = page.Where(which).ToArray();
        if (statements.Length == 0) return;
        var parameters = new DynamicParameters();
        foreach (var (statement, index) in statements.Select((statement, index) => (statement, index)))
        {
            parameters.Add($"a{index}", statement.Key.About);
            parameters.Add($"p{index}", statement.Key.Part);
            parameters.Add($"s{index}", statement.Key.Side.ToString());
            if (withWhat) parameters.Add($"w{index}", statement.Value);
        }
        var names = string.Join(", ", statements.Select(
            (_, index) => $"(@a{index}, @p{index}, @s{index}{(withWhat ? $", @w{index}" : "")})"));
        await view.Execute(sql(names), parameters);
    }
}
