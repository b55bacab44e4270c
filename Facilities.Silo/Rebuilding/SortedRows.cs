
namespace Facilities.Silo.Rebuilding;

/// <summary>
/// Rows of a table that belong to streams, read a page at a time in the order of the streams, beside the log.
/// </summary>
/// <param name="read">The rows that come after one, in order; null begins.</param>
/// <param name="streamOf">Whose row it is.</param>
internal sealed class SortedRows<T>(Func<T?, Task<IReadOnlyList<T>>> read, Func<T, string> streamOf) where T : class
{
    private readonly Queue<T> page = [];
    private T? last;
    private bool ended;

    /// <summary>The rows of streams that come before one, which were asked for by nobody.</summary>
    public Task<IReadOnlyList<T>> Before(string stream) =>
        Take(row => string.CompareOrdinal(streamOf(row), stream) < 0);

    /// <summary>The rows of a stream.</summary>
    public Task<IReadOnlyList<T>> Of(string stream) => Take(row => streamOf(row) == stream);

    /// <summary>The rows that are left after the last stream.</summary>
    public Task<IReadOnlyList<T>> Rest() => Take(_ => true);

    private async Task<IReadOnlyList<T>> Take(Func<T, bool> wanted)
    {
        var taken = new List<T>();
        while (await Peek() is { } row && wanted(row)) taken.Add(page.Dequeue());
        return taken;
    }

    private async Task<T?> Peek()
    {
        if (page.Count == 0 && !ended)
        {
            foreach (var row in await read(last)) page.Enqueue(last = row);
            ended = page.Count == 0;
        }
        return page.TryPeek(out var first) ? first : null;
    }
}
