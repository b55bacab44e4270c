using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Facilities.Grains.Kernel;

namespace Facilities.Api.Http;

/// <summary>One member of a request's shape.</summary>
internal sealed record ShapeMember(string Name, Type Type, bool Nullable, bool HasDefault, object? Default)
{
    public bool Optional => Nullable || HasDefault;
}

/// <summary>How a type is read from JSON: as one value, as a list, or member by member.</summary>
internal sealed class Shape
{
    private static readonly ConcurrentDictionary<Type, Shape> Known = new();
    private readonly ConstructorInfo? constructor;
    private readonly Func<List<object?>, object>? makeList;

    private Shape(Type type)
    {
        Type = type;
        var info = Json.Options.GetTypeInfo(type);
        if (info.Kind == JsonTypeInfoKind.Enumerable && ListMaker(type) is { } maker)
            (Element, makeList) = (info.ElementType!, maker);
        else if (info.Kind == JsonTypeInfoKind.Object && LongestConstructor(type) is { } longest)
            (constructor, Members) = (longest, [.. longest.GetParameters().Select(Member)]);
    }

    public Type Type { get; }

    /// <summary>The type of a list's elements; null where this is no list.</summary>
    public Type? Element { get; }

    public ImmutableArray<ShapeMember> Members { get; } = [];

    public bool IsObject => constructor is not null;

    public static Shape Of(Type type) => Known.GetOrAdd(type, static t => new Shape(t));

    public object MakeObject(object?[] arguments) => constructor!.Invoke(arguments);

    public object MakeList(List<object?> elements) => makeList!(elements);

    private static ConstructorInfo? LongestConstructor(Type type) => type.GetConstructors()
        .Where(c => c.GetParameters().Length > 0).MaxBy(c => c.GetParameters().Length);

    private static ShapeMember Member(ParameterInfo parameter)
    {
        var underlying = Nullable.GetUnderlyingType(parameter.ParameterType);
        var nullable = underlying is not null
            || new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;
        var type = underlying ?? parameter.ParameterType;
        return new ShapeMember(
            JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!), type, nullable, parameter.HasDefaultValue,
            parameter.HasDefaultValue ? DefaultOf(parameter, type) : null);
    }

    private static object? DefaultOf(ParameterInfo parameter, Type type)
    {
        if (parameter.DefaultValue is { } value) return type.IsEnum ? Enum.ToObject(type, value) : value;
        if (!parameter.ParameterType.IsValueType || Nullable.GetUnderlyingType(parameter.ParameterType) is not null)
            return null;
        // The default of an immutable array cannot be counted; an absent list is an empty one.
        return ListMaker(type) is { } maker ? maker([]) : Activator.CreateInstance(type);
    }

    private static Func<List<object?>, object>? ListMaker(Type type)
    {
        if (type.IsArray) return Maker(nameof(MakeArray), type.GetElementType()!);
        if (!type.IsGenericType) return null;
        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(ImmutableArray<>)) return Maker(nameof(MakeImmutable), type.GenericTypeArguments[0]);
        return definition == typeof(IReadOnlyList<>) || definition == typeof(IEnumerable<>)
            ? Maker(nameof(MakeArray), type.GenericTypeArguments[0])
            : null;
    }

    private static Func<List<object?>, object> Maker(string method, Type element) =>
        typeof(Shape).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(element).CreateDelegate<Func<List<object?>, object>>();

    private static object MakeArray<T>(List<object?> elements) => elements.Cast<T>().ToArray();

    private static object MakeImmutable<T>(List<object?> elements) => elements.Cast<T>().ToImmutableArray();
}
