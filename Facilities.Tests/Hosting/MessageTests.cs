using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Facilities.Grains.Kernel;
using Orleans;

namespace Facilities.Tests.Hosting;

/// <summary>What grains tell each other may have to pass between processes, as JSON, whichever host this was built for.</summary>
public sealed class MessageTests
{
    public static TheoryData<string> Calls => [.. Methods.Keys.Order(StringComparer.Ordinal)];

    private static Dictionary<string, MethodInfo> Methods { get; } = typeof(Money).Assembly.GetTypes()
        .Where(t => t.IsInterface && t.IsAssignableTo(typeof(IGrainWithStringKey)))
        .SelectMany(t => t.GetMethods())
        .ToDictionary(m => $"{m.DeclaringType!.Name}.{m.Name}");

    [Theory]
    [MemberData(nameof(Calls))]
    public void All_that_a_call_carries_can_be_read_back(string call)
    {
        var method = Methods[call];
        var seen = new HashSet<Type>();
        foreach (var parameter in method.GetParameters()) Follow(parameter.ParameterType, call, seen);
        foreach (var answer in method.ReturnType.GetGenericArguments()) Follow(answer, call, seen);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_call_names_no_abstract_message(string call)
    {
        var method = Methods[call];
        Assert.All(method.GetParameters().Select(p => p.ParameterType).Concat(method.ReturnType.GetGenericArguments()),
            type => Assert.False(type.IsAbstract, $"{call} carries {type.Name}, which could be anything."));
    }

    private static void Follow(Type type, string path, HashSet<Type> seen)
    {
        if (!seen.Add(type)) return;
        var info = Json.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        if (info.ElementType is { } element) Follow(element, $"{path}[]", seen);
        if (info.Kind != JsonTypeInfoKind.Object) return;

        Assert.False(info.Type.IsAbstract, $"{path} is {type}, of which JSON does not say which kind it is.");
        AssertHasConstructor(info, path);
        // What is ignored is neither read nor written.
        foreach (var property in info.Properties.Where(p => p.Get is not null)) Follow(property.PropertyType, $"{path}.{property.Name}", seen);
    }

    private static void AssertHasConstructor(JsonTypeInfo info, string path)
    {
        try
        {
            JsonSerializer.Deserialize("{}", info);
        }
        catch (Exception fault) when (fault is NotSupportedException or InvalidOperationException)
        {
            Assert.Fail($"{path}: {fault.Message}");
        }
    }
}
