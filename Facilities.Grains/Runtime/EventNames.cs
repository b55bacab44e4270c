using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Runtime;

/// <summary>Stored event names. They are not class names: a class may be renamed, a stored name never.</summary>
public static partial class EventNames
{
    // A member that this version does not know would be dropped in silence, and what it says with it.
    private static readonly JsonSerializerOptions Strictly =
        new(Json.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private static readonly FrozenDictionary<string, Type> ByName = Table.ToFrozenDictionary(e => e.Name, e => e.Type);
    private static readonly FrozenDictionary<Type, string> ByType = Table.ToFrozenDictionary(e => e.Type, e => e.Name);

    /// <summary>Every stored name with its type.</summary>
    public static IEnumerable<KeyValuePair<string, Type>> All => ByName;

    /// <summary>An event as it is stored.</summary>
    /// <exception cref="InvalidOperationException">The event has no stored name.</exception>
    public static EventData Write(object happened) => ByType.TryGetValue(happened.GetType(), out var name)
        ? new EventData(name, JsonSerializer.Serialize(happened, happened.GetType(), Json.Remembering))
        : throw new InvalidOperationException($"{happened.GetType().Name} has no stored name.");

    /// <summary>An event that was stored, as this version knows it.</summary>
    /// <inheritdoc cref="AsStored" path="/exception"/>
    public static object Read(EventData stored) =>
        AsStored(stored) is var happened && happened is IFormerEvent former ? former.Now() : happened;

    /// <summary>An event as it was stored.</summary>
    /// <exception cref="UnreadableDataException">
    /// The name or a member is unknown: written by a newer version, or damaged.
    /// </exception>
    public static object AsStored(EventData stored)
    {
        if (!ByName.TryGetValue(stored.Name, out var type))
            throw new UnreadableDataException($"The stored event {stored.Name} is unknown to this version.");
        try
        {
            return JsonSerializer.Deserialize(stored.Json, type, Strictly)
                ?? throw new UnreadableDataException($"{stored.Name} is empty.");
        }
        catch (JsonException fault)
        {
            throw new UnreadableDataException(
                $"The stored event {stored.Name} has a form that this version does not know: {fault.Message}", fault);
        }
    }
}
