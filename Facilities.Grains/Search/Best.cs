namespace Facilities.Grains.Search;

/// <summary>
/// The earliest of what was offered, as many as are wanted; of equal starts the lower rank comes first.
/// </summary>
internal sealed class Best(int limit)
{
    // The worst stands first.
    private readonly PriorityQueue<int, (long Start, int Rank)> _kept =
        new(Comparer<(long, int)>.Create((one, other) => other.CompareTo(one)));

    internal bool IsFull => _kept.Count == limit;

    internal (long Start, int Rank) Worst => _kept.TryPeek(out _, out var worst)
        ? worst
        : throw new InvalidOperationException("Nothing was offered.");

    internal IEnumerable<(long Start, int Rank, int Number)> All =>
        _kept.UnorderedItems.Select(kept => (kept.Priority.Start, kept.Priority.Rank, kept.Element));

    internal void Offer(long start, int rank, int number)
    {
        if (!IsFull) _kept.Enqueue(number, (start, rank));
        else if ((start, rank).CompareTo(Worst) < 0) _kept.EnqueueDequeue(number, (start, rank));
    }
}
