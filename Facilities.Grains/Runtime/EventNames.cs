using System.Collections.Frozen;
using System.Text.Json;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Runtime;

/// <summary>Stored event names. They are not class names: a class may be renamed, a stored name never.</summary>
public static partial class EventNames
{
    private static readonly FrozenDictionary<string, Type> ByName = Table.ToFrozenDictionary(e => e.Name, e => e.Type);
    private static readonly FrozenDictionary<Type, string> ByType = Table.ToFrozenDictionary(e => e.Type, e => e.Name);

    /// <summary>Every stored name with its type.</summary>
    public static IEnumerable<KeyValuePair<string, Type>> All => ByName;

    /// <summary>An event as it is stored.</summary>
    /// <exception cref="InvalidOperationException">The event has no stored name.</exception>
    public static EventData Write(object happened) => ByType.TryGetValue(happened.GetType(), out var name)
        ? new EventData(name, JsonSerializer.Serialize(happened, happened.GetType(), Json.Options))
        : throw new InvalidOperationException($"{happened.GetType().Name} has no stored name.");

    /// <summary>An event as it was stored.</summary>
    /// <exception cref="InvalidOperationException">
    /// The name is unknown: written by a newer version, or damaged.
    /// </exception>
    public static object Read(EventData stored) => ByName.TryGetValue(stored.Name, out var type)
        ? JsonSerializer.Deserialize(stored.Json, type, Json.Options)
            ?? throw new InvalidOperationException($"{stored.Name} is empty.")
        : throw new InvalidOperationException($"The stored event {stored.Name} is unknown to this version.");
}
