using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace Facilities.Grains.Kernel;

/// <summary>Something remembered since an instant.</summary>
/// <param name="Key">By what it is asked for.</param>
/// <param name="Since">When it was added.</param>
/// <param name="Value">What is remembered.</param>
public sealed record Remembered<T>(string Key, Instant Since, T Value);

/// <summary>
/// What is remembered by key for a while. It is added in the order of time, so the oldest is forgotten first and adding
/// costs the same however much there is.
/// </summary>
/// <remarks>Immutable; the default is empty. Two are never equal unless they are the same.</remarks>
public sealed class Recent<T>
{
    /// <summary>Nothing.</summary>
    public static readonly Recent<T> Nothing = new();

    private readonly ImmutableDictionary<string, T> _values = ImmutableDictionary<string, T>.Empty;
    private readonly ImmutableQueue<Remembered<T>> _inOrder = [];

    /// <summary>For reading what was stored: see <see cref="Entries"/>.</summary>
    public Recent() { }

    private Recent(ImmutableDictionary<string, T> values, ImmutableQueue<Remembered<T>> inOrder) =>
        (_values, _inOrder) = (values, inOrder);

    /// <summary>All of it, the oldest first.</summary>
    [JsonInclude]
    public ImmutableArray<Remembered<T>> Entries
    {
        get => [.. _inOrder];
        private init => (_values, _inOrder) =
            (value.ToImmutableDictionary(entry => entry.Key, entry => entry.Value), [.. value]);
    }

    /// <summary>How much is remembered.</summary>
    [JsonIgnore]
    public int Count => _values.Count;

    /// <summary>Whether a key is remembered.</summary>
    public bool ContainsKey(string key) => _values.ContainsKey(key);

    /// <summary>What is remembered by a key; the default where nothing is.</summary>
    public T? GetValueOrDefault(string key) => _values.GetValueOrDefault(key);

    /// <summary>Remembers something, in place of what its key stood for, and forgets what is too old.</summary>
    /// <param name="key">By what it is asked for.</param>
    /// <param name="value">What is remembered.</param>
    /// <param name="at">Now; never before what was added last.</param>
    /// <param name="memory">How long things are remembered.</param>
    public Recent<T> Add(string key, T value, Instant at, Duration memory)
    {
        var (values, inOrder) = (_values, _inOrder);
        if (values.ContainsKey(key)) inOrder = [.. inOrder.Where(entry => entry.Key != key)];
        while (!inOrder.IsEmpty && inOrder.Peek().Since + memory < at)
        {
            inOrder = inOrder.Dequeue(out var oldest);
            values = values.Remove(oldest.Key);
        }
        return new(values.SetItem(key, value), inOrder.Enqueue(new(key, at, value)));
    }
}
