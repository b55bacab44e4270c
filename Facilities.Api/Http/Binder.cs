using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Facilities.Grains.Kernel;

namespace Facilities.Api.Http;

/// <summary>Reads JSON into a request's type and collects every fault, each with the place it stands at.</summary>
internal sealed partial class Binder
{
    /// <summary>More faults than a person reads; ten thousand wrong items need not be answered whole.</summary>
    private const int FaultsMax = 100;

    private readonly ImmutableArray<Fault>.Builder faults = ImmutableArray.CreateBuilder<Fault>();

    public ImmutableArray<Fault> Faults => faults.ToImmutable();

    public void Fault(string pointer, string message)
    {
        if (faults.Count < FaultsMax) faults.Add(new Fault(pointer, message));
    }

    /// <summary>The value, or null where at least one fault was noted.</summary>
    public object? Read(JsonElement json, Type type, string pointer)
    {
        var shape = Shape.Of(type);
        if (shape.IsObject) return ReadObject(json, shape, pointer);
        return shape.Element is { } element ? ReadList(json, shape, element, pointer) : ReadValue(json, type, pointer);
    }

    private object? ReadObject(JsonElement json, Shape shape, string pointer)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Fault(pointer, "Write an object with " + string.Join(", ", shape.Members.Select(m => m.Name)) + ".");
            return null;
        }
        var before = faults.Count;
        var arguments = new object?[shape.Members.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            var member = shape.Members[i];
            var place = pointer + "/" + member.Name;
            if (!json.TryGetProperty(member.Name, out var value)) arguments[i] = Absent(member, place);
            else if (value.ValueKind != JsonValueKind.Null) arguments[i] = Read(value, member.Type, place);
            else if (!member.Nullable) Fault(place, $"{member.Name} may not be null. {Hints.For(member.Type)}");
        }
        return faults.Count > before ? null : Make(shape, arguments, pointer);
    }

    /// <summary>The default of a member that was left out; a fault where it has none.</summary>
    public object? Absent(ShapeMember member, string place)
    {
        if (!member.Optional) Fault(place, $"{member.Name} is missing. {Hints.For(member.Type)}");
        return member.Default;
    }

    /// <summary>A constructor may refuse what its parts allow, such as a reversed range.</summary>
    public object? Make(Shape shape, object?[] arguments, string pointer)
    {
        try
        {
            return shape.MakeObject(arguments);
        }
        catch (System.Reflection.TargetInvocationException fault) when (fault.InnerException is FormatException inner)
        {
            Fault(pointer, inner.Message);
            return null;
        }
    }

    private object? ReadList(JsonElement json, Shape shape, Type element, string pointer)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            Fault(pointer, "Write a list.");
            return null;
        }
        var before = faults.Count;
        var elements = new List<object?>(json.GetArrayLength());
        foreach (var item in json.EnumerateArray())
        {
            var place = $"{pointer}/{elements.Count}";
            if (item.ValueKind == JsonValueKind.Null) Fault(place, $"This may not be null. {Hints.For(element)}");
            elements.Add(item.ValueKind == JsonValueKind.Null ? null : Read(item, element, place));
        }
        return faults.Count > before ? null : shape.MakeList(elements);
    }

    private object? ReadValue(JsonElement json, Type type, string pointer)
    {
        try
        {
            var value = json.Deserialize(type, Json.Options);
            // PostgreSQL cannot keep this one character, and nobody means it.
            if (value is not string text || !text.Contains('\0', StringComparison.Ordinal)) return value;
            Fault(pointer, "Text may not hold the character U+0000.");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            Fault(pointer, Hints.From(fault, type));
        }
        return null;
    }

    /// <summary>What would be accepted, in words.</summary>
    private static partial class Hints
    {
        public static string For(Type type)
        {
            if (type == typeof(string)) return "Write text.";
            if (type == typeof(bool)) return "Write true or false.";
            if (type == typeof(int) || type == typeof(long)) return "Write a whole number.";
            if (type == typeof(decimal) || type == typeof(double)) return "Write a number.";
            if (type.IsEnum)
            {
                var names = Enum.GetNames(type).Select(Json.Options.PropertyNamingPolicy!.ConvertName);
                return $"Write one of {string.Join(", ", names)}.";
            }
            var shape = Shape.Of(type);
            if (shape.Element is not null) return "Write a list.";
            return shape.IsObject ? "Write an object." : OfConverter(type);
        }

        public static string From(Exception fault, Type type) =>
            fault is JsonException && fault.Message.StartsWith("Write ", StringComparison.Ordinal)
            || fault is JsonException && fault.Message.StartsWith("An id ", StringComparison.Ordinal)
                ? PathTail.Replace(fault.Message, "")
                : For(type);

        /// <summary>Our converters say themselves what they read; a value that none reads makes them.</summary>
        private static string OfConverter(Type type)
        {
            try
            {
                JsonSerializer.Deserialize("true", type, Json.Options);
            }
            catch (JsonException fault) when (fault.Message.StartsWith("Write ", StringComparison.Ordinal))
            {
                return PathTail.Replace(fault.Message, "");
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
            {
            }
            return "Write another value.";
        }

        [GeneratedRegex(@" Path: \$.*$", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
        private static partial Regex PathTail { get; }
    }
}
