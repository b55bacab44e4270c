using System.Collections.Immutable;
using System.Reflection;
using Facilities.Grains.Clusters;
using Facilities.Grains.Platforms;
using Facilities.Grains.Search;
using NodaTime;
using Orleans;

namespace Facilities.Tests.Search;

/// <summary>The platforms of a world as grains; they answer what a search asks, and nothing else.</summary>
public class WorldGrains : DispatchProxy
{
    private SearchWorld _world = null!;
    private ImmutableArray<Agreement> _agreements = [];

    public static IGrainFactory Of(SearchWorld world, ImmutableArray<Agreement> agreements = default)
    {
        var factory = Create<IGrainFactory, WorldGrains>();
        ((WorldGrains)(object)factory)._world = world;
        ((WorldGrains)(object)factory)._agreements = agreements.IsDefault ? [] : agreements;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var grain = (WorldGrain)typeof(DispatchProxy)
            .GetMethods().Single(m => m.Name == nameof(Create) && m.GetGenericArguments().Length == 2)
            .MakeGenericMethod(targetMethod!.GetGenericArguments()[0], typeof(WorldGrain)).Invoke(null, null)!;
        grain.Answer = (method, asked) => method switch
        {
            nameof(IPlatformGrain.FreeSlots) => Task.FromResult(PlatformReads.FreeSlots(
                _world.Platforms[(string)args![0]!].State, (SlotsAsked)asked!, _world.Now)),
            nameof(IClusterGrain.Agreements) => Task.FromResult(_agreements),
            nameof(IClusterGrain.Terms) => Task.FromResult(new ClusterTerms(null, _agreements)),
            _ => throw new NotSupportedException(method),
        };
        return grain;
    }
}

public class WorldGrain : DispatchProxy
{
    public Func<string, object?, object> Answer { get; set; } = null!;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        Answer(targetMethod!.Name, args is { Length: > 0 } ? args[0] : null);
}

internal sealed class WorldTimes(FreeTimeIndex? index) : IFreeTimes
{
    public Task<FreeTimeIndex?> Fresh() => Task.FromResult(index);
}

internal sealed class WorldClock(SearchWorld world) : IClock
{
    public Instant GetCurrentInstant() => world.Now;
}
