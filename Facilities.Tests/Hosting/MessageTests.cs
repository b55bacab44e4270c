using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Facilities.Grains.Accounts;
using Facilities.Grains.Availability;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Tests.Pricing;
using Orleans;

namespace Facilities.Tests.Hosting;

/// <summary>
/// What grains tell each other may have to pass between processes, as JSON, whichever host this was built for.
/// </summary>
public sealed class MessageTests
{
    public static TheoryData<string> Calls => [.. Methods.Keys.Order(StringComparer.Ordinal)];

    /// <summary>One of every sort: a command, answers, ids, lists, a view with all that is in it.</summary>
    internal static ImmutableArray<object> Samples =>
    [
        new RegisterAccount(new("register"), Actor.System, PriceSamples.Spree),
        new Reply<PlatformRefusal>(new Refused<PlatformRefusal>(
            PlatformRefusal.SlotTaken, "Somebody was first.", "/items/0")),
        Reply<BookingRefusal>.Done,
        new BookingId("b-1"),
        ImmutableArray.Create(new Slot(PriceSamples.Start, PriceSamples.Start, 2)),
        PlatformReads.View(PlatformState.Evolve(
            PlatformState.Nobody,
            new PlatformRegistered(PriceSamples.Imaging, [], [PriceSamples.HalfDay]), PriceSamples.Now))!,
    ];

    private static Dictionary<string, MethodInfo> Methods { get; } = typeof(Money).Assembly.GetTypes()
        .Where(t => t.IsInterface && t.IsAssignableTo(typeof(IGrainWithStringKey)))
        .SelectMany(t => t.GetMethods())
        .ToDictionary(Name);

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

    [Fact]
    public void A_message_reads_as_it_was_written() => Assert.All(Samples, sample =>
    {
        var written = JsonSerializer.Serialize(sample, Json.Options);
        Assert.Equal(written, JsonSerializer.Serialize(
            JsonSerializer.Deserialize(written, sample.GetType(), Json.Options), Json.Options));
    });

    // By its parameters as well: a name may stand for two calls.
    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}("
        + string.Join(", ", method.GetParameters().Select(p => p.ParameterType.Name)) + ")";

    private static void Follow(Type type, string path, HashSet<Type> seen)
    {
        if (!seen.Add(type)) return;
        var info = Json.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        if (info.ElementType is { } element) Follow(element, $"{path}[]", seen);
        if (info.Kind != JsonTypeInfoKind.Object) return;

        Assert.False(info.Type.IsAbstract, $"{path} is {type}, of which JSON does not say which kind it is.");
        AssertHasConstructor(info, path);
        // What is ignored is neither read nor written.
        foreach (var property in info.Properties.Where(p => p.Get is not null))
            Follow(property.PropertyType, $"{path}.{property.Name}", seen);
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
