using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>What was so when, of one stream, by the order and the true time of commits.</summary>
internal sealed class History<TFacts>(TFacts first)
{
    private readonly List<(Instant From, TFacts Facts)> _all = [(Instant.MinValue, first)];

    public TFacts Last => _all[^1].Facts;

    public void Add(Instant from, TFacts facts) => _all.Add((from, facts));

    /// <summary>All that was so at any time from one instant through another.</summary>
    public IEnumerable<TFacts> During(Instant from, Instant to)
    {
        for (var index = 0; index < _all.Count && _all[index].From <= to; index++)
            if (index == _all.Count - 1 || _all[index + 1].From >= from) yield return _all[index].Facts;
    }

    /// <summary>What was so when an instant was over.</summary>
    public TFacts At(Instant instant) => _all.Last(entry => entry.From <= instant).Facts;
}

/// <summary>Histories by key.</summary>
internal sealed class Histories<TFacts>(Func<string, TFacts> first)
{
    private readonly SortedDictionary<string, History<TFacts>> _all = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, History<TFacts>>> All => _all;

    public History<TFacts> this[string key] =>
        _all.TryGetValue(key, out var history) ? history : _all[key] = new History<TFacts>(first(key));
}
