using System.Text.Json.Nodes;
using Dapper;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Verification;

/// <summary>Compares rows that follow from the events with the rows that are there.</summary>
internal sealed class ProjectionCheck(IDatabase database, Faults faults)
{
    /// <summary>Tables whose rows follow from events alone.</summary>
    private static readonly string[] Tables =
    [
        "bookings", "booking_items", "vouchers", "claims", "invoices", "postings",
        "platforms", "accounts", "programmes",
        "clusters", "agreements",
    ];

    private readonly Dictionary<string, long> counts = [];

    public async Task Compare(IReadOnlyDictionary<(string Table, string Key), RowWrite> expected)
    {
        foreach (var table in expected.Values.GroupBy(r => r.Table))
        {
            counts[table.Key] = counts.GetValueOrDefault(table.Key) + table.Count(r => r.Columns is not null);
            foreach (var page in table.Chunk(200)) await Compare(table.Key, page);
        }
    }

    /// <summary>Rows that follow from no event show in the numbers.</summary>
    public async Task Finish()
    {
        foreach (var table in Tables)
        {
            var there = await database.Read(
                connection => connection.ExecuteScalarAsync<long>($"select count(*) from {table}"));
            if (there > counts.GetValueOrDefault(table))
                faults.Add(
                    "projectionExtra", table,
                    $"{there} rows are there, {counts.GetValueOrDefault(table)} follow from the events.");
        }
    }

    private async Task Compare(string table, RowWrite[] page)
    {
        // Named one by one: the databases do not agree on how a list is passed.
        var keys = new DynamicParameters();
        foreach (var (row, index) in page.Select((row, index) => (row, index))) keys.Add($"k{index}", row.Key);
        var names = string.Join(", ", page.Select((_, index) => $"@k{index}"));
        var there = await database.Read(async connection =>
            (await connection.QueryAsync($"select * from {table} where key in ({names})", keys))
            .Cast<IDictionary<string, object?>>().ToDictionary(r => (string)r["key"]!));
        foreach (var row in page)
        {
            if (!there.TryGetValue(row.Key, out var found))
            {
                if (row.Columns is not null)
                    faults.Add("projectionMissing", $"{table}/{row.Key}", "the row is not there.");
                continue;
            }
            foreach (var (column, value) in row.Columns ?? [])
                if (!Same(value, found[column]))
                    faults.Add(
                        "projectionDiffers", $"{table}/{row.Key}",
                        $"{column} is {Short(found[column])}; by the events it is {Short(value)}.");
        }
    }

    private bool Same(object? expected, object? found) => (expected, found) switch
    {
        (null, null or DBNull) => true,
        (null, _) or (_, null or DBNull) => false,
        (Instant instant, _) => database.InstantOf(found) == database.InstantOf(database.Param(instant)),
        (string text, string other) => text == other || SameJson(text, other),
        (bool flag, _) => flag == Convert.ToBoolean(found, System.Globalization.CultureInfo.InvariantCulture),
        _ => Convert.ToInt64(expected, System.Globalization.CultureInfo.InvariantCulture)
            == Convert.ToInt64(found, System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>A body that a newer version writes in another order says the same.</summary>
    private static bool SameJson(string one, string other) =>
        one.StartsWith('{') && other.StartsWith('{') && JsonNode.DeepEquals(JsonNode.Parse(one), JsonNode.Parse(other));

    private static string Short(object? value) =>
        value?.ToString() is { } text ? text.Length <= 60 ? $"'{text}'" : $"'{text[..57]}...'" : "nothing";
}
