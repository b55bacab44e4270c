using System.Globalization;
using System.Text.Json.Nodes;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Rebuilding;

/// <summary>Compares a row that follows from events with the row that a database gave.</summary>
internal static class RowComparison
{
    /// <summary>The columns that are not as they should be; a column that is not written is empty.</summary>
    public static IReadOnlyList<ColumnDrift> Drift(
        this IDatabase database, RowWrite wanted, IDictionary<string, object?> found)
    {
        var cells = wanted.Columns!.Value;
        var drift = new List<ColumnDrift>();
        foreach (var (column, value) in cells)
            if (!found.TryGetValue(column, out var there) || !Same(database, value, there))
                drift.Add(new(column, there, value));
        if (found.Count == cells.Length + 1) return drift;
        foreach (var (column, value) in found)
            if (column != "key" && value is not (null or DBNull) && cells.All(c => c.Key != column))
                drift.Add(new(column, value, null));
        return drift;
    }

    private static bool Same(IDatabase database, object? expected, object? found) => (expected, found) switch
    {
        (null, null or DBNull) => true,
        (null, _) or (_, null or DBNull) => false,
        (Instant instant, _) => IsInstant(found) && database.InstantOf(found) == Kept(database, instant),
        (string text, string other) => text == other || SameJson(text, other),
        (string, _) => false,
        (bool flag, _) => flag == Convert.ToBoolean(found, CultureInfo.InvariantCulture),
        _ => found is long or int
            && Convert.ToInt64(expected, CultureInfo.InvariantCulture)
            == Convert.ToInt64(found, CultureInfo.InvariantCulture),
    };

    /// <summary>Instants are kept to the microsecond.</summary>
    private static Instant Kept(IDatabase database, Instant instant) => database.InstantOf(database.Param(instant));

    // SQLite keeps in a column whatever is put there.
    private static bool IsInstant(object found) => found is DateTime
        || (found is string text && NodaTime.Text.InstantPattern.ExtendedIso.Parse(text).Success);

    /// <summary>A body that a newer version writes in another order says the same.</summary>
    private static bool SameJson(string one, string other)
    {
        if (!one.StartsWith('{') || !other.StartsWith('{')) return false;
        try
        {
            return JsonNode.DeepEquals(JsonNode.Parse(one), JsonNode.Parse(other));
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }
}
