using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>How often each interesting thing happened: a simulation that saw none of it is not believed.</summary>
internal sealed class Coverage
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public void Count(string what, long times = 1) =>
        _counts[what] = _counts.GetValueOrDefault(what) + times;

    public long this[string what] => _counts.GetValueOrDefault(what);

    public void Add(Coverage other)
    {
        foreach (var (what, times) in other._counts) Count(what, times);
    }

    /// <summary>Those of a list that never happened.</summary>
    public ImmutableArray<string> Missing(IEnumerable<string> wanted) => [.. wanted.Where(what => this[what] == 0)];

    public override string ToString() => string.Join(
        '\n', _counts.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Value,9} {c.Key}")));
}

/// <summary>Everything that was stored, answered and read from a clock, in order.</summary>
internal sealed class Trace(VirtualClock clock)
{
    private readonly List<(Instant At, string Who, string What)> _lines = [];

    public void Add(string who, string what) => _lines.Add((clock.Now, who, what));

    /// <summary>The same for two runs only if they were the same.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in _lines)
            hash.AppendData(Encoding.UTF8.GetBytes($"{line.At.ToUnixTimeTicks()} {line.Who} {line.What}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (at, who, what) in _lines)
            text.Append(CultureInfo.InvariantCulture, $"{at:uuuu-MM-dd HH:mm:ss.ffffff} {who,-8} {what}\n");
        return text.ToString();
    }
}
