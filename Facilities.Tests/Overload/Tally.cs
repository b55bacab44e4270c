using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Facilities.Tests.Overload;

/// <summary>One request as its sender saw it.</summary>
/// <param name="Step">What was asked for, such as <c>quote</c>.</param>
/// <param name="Status">The status; 0 where the connection broke.</param>
/// <param name="Refusal">The machine name of a problem.</param>
/// <param name="Took">From sending until the whole answer was there.</param>
/// <param name="Wrong">What is wrong with the answer as such, where something is.</param>
public sealed record Sent(string Step, int Status, string? Refusal, TimeSpan Took, string? Wrong)
{
    /// <summary>Turned away, to come back later.</summary>
    public bool IsShed => Status is 429 or 503;
}

/// <summary>Counts what many clients at once were answered.</summary>
public sealed class Tally
{
    private readonly ConcurrentQueue<Sent> sent = [];

    public ImmutableArray<Sent> All => [.. sent];

    public ImmutableArray<Sent> Served => [.. sent.Where(s => !s.IsShed)];

    public ImmutableArray<Sent> Shed => [.. sent.Where(s => s.IsShed)];

    /// <summary>Answers that nobody may get: broken connections, faults, and no word of when to come back.</summary>
    public string[] Wrong => [.. sent.Where(s => s.Wrong is not null)
        .GroupBy(s => $"{s.Step} {s.Status} {s.Refusal}: {s.Wrong}").Select(g => $"{g.Count()} × {g.Key}")];

    public void Add(Sent one) => sent.Enqueue(one);

    /// <summary>Takes what was counted so far, and begins anew.</summary>
    public ImmutableArray<Sent> Take()
    {
        var taken = ImmutableArray.CreateBuilder<Sent>();
        while (sent.TryDequeue(out var one)) taken.Add(one);
        return taken.ToImmutable();
    }

    /// <summary>The time within which a share of them was answered, in milliseconds; 0 of none.</summary>
    public static double Within(IEnumerable<Sent> some, double share)
    {
        var sorted = some.Select(s => s.Took.TotalMilliseconds).Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];
    }

    public override string ToString() => string.Join(", ", sent.GroupBy(s => $"{s.Step} {s.Status} {s.Refusal}".Trim())
        .OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} × {g.Key}"));
}
