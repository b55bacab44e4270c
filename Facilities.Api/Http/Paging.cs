using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Facilities.Grains.Kernel;

namespace Facilities.Api.Http;

/// <summary>How every list is asked for page by page.</summary>
public sealed record PageQuery(int Limit = Query.LimitDefault, string? Cursor = null);

/// <summary>One page of a list, and where the next one starts.</summary>
public sealed record Page<T>(ImmutableArray<T> Items, string? NextCursor);

public static class Page
{
    /// <summary>A page of rows that were read one beyond the limit; the last row shown makes the cursor.</summary>
    public static Page<T> Of<T>(IReadOnlyList<T> rows, int limit, Func<T, string[]> position) => rows.Count <= limit
        ? new Page<T>([.. rows], null)
        : new Page<T>([.. rows.Take(limit)], Cursor.Of(position(rows[limit - 1])));

    /// <summary>The page that the query string asks for, of a list that is short enough to be read whole.</summary>
    public static Page<T> Cut<T>(HttpContext context, IEnumerable<T> items)
    {
        var query = Query.Read<PageQuery>(context);
        var from = Cursor.Read(query.Cursor, 1) is [var text]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : 0;
        var rows = items.Skip(from).Take(query.Limit + 1).ToArray();
        var next = (from + query.Limit).ToString(CultureInfo.InvariantCulture);
        return Of(rows, query.Limit, _ => [next]);
    }

    /// <summary>A whole list in one page.</summary>
    public static Page<T> Whole<T>(IEnumerable<T> items) => new([.. items], null);

    public static Page<TOther> Select<T, TOther>(this Page<T> page, Func<T, TOther> map) =>
        new([.. page.Items.Select(map)], page.NextCursor);
}

/// <summary>Where a page starts: the sort keys of the last row before it, opaque to callers.</summary>
public static class Cursor
{
    public static string Of(params string[] position) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(position, Json.Options));

    /// <summary>The position of a cursor, or null where none is given; a fault where it is none of ours.</summary>
    public static string[]? Read(string? cursor, int parts)
    {
        if (string.IsNullOrEmpty(cursor)) return null;
        try
        {
            var position = JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(cursor), Json.Options);
            if (position?.Length == parts && position.All(IsText)) return position;
        }
        catch (Exception fault) when (fault is FormatException or JsonException)
        {
        }
        throw new ProblemException(
            Problems.InvalidRequest("/cursor", "Send nextCursor of the page before, unchanged."));
    }

    private static bool IsText(string? part) => part is not null && !part.Contains('\0', StringComparison.Ordinal);
}
