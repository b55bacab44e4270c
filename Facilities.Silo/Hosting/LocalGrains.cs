#if !ORLEANS
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Orleans;
using Orleans.Runtime;

namespace Facilities.Silo.Hosting;

/// <summary>
/// Hosts grains in this process: finds them by key, runs each activation's turns one at a time, and lets idle ones go.
/// </summary>
/// <param name="services">What grains are made with.</param>
/// <param name="clock">Tells which grains are idle.</param>
/// <param name="scheduler">What turns run on; the thread pool where null. A simulation decides their order.</param>
/// <param name="path">Between callers and grains; nothing where null. A simulation loses messages there.</param>
public sealed class LocalGrains(
    IServiceProvider services, IClock clock, TaskScheduler? scheduler = null, ILocalPath? path = null) : IGrainFactory
{
    private static readonly FrozenDictionary<Type, Type> Classes = typeof(Facilities.Grains.Kernel.Money).Assembly
        .GetTypes()
        .Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(Grain)))
        .SelectMany(t => t.GetInterfaces().Where(i => i != typeof(IGrainWithStringKey)
            && i.IsAssignableTo(typeof(IGrainWithStringKey))).Select(i => (Contract: i, Class: t)))
        .GroupBy(p => p.Contract).Where(g => g.Count() == 1)
        .ToFrozenDictionary(g => g.Key, g => g.Single().Class);

    private readonly ConcurrentDictionary<(Type Class, string Key), LocalActivation> _activations = new();

    /// <inheritdoc/>
    public TGrain GetGrain<TGrain>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrain : IGrainWithStringKey =>
        (TGrain)(object)First<TGrain>.Proxy.CopyFor(this, Classes[typeof(TGrain)], primaryKey);

    // To copy one is much cheaper than to have the runtime look for its class again.
    private static class First<TGrain> where TGrain : IGrainWithStringKey
    {
        public static readonly LocalProxy Proxy = (LocalProxy)(object)DispatchProxy.Create<TGrain, LocalProxy>();
    }

    /// <summary>How many grains are in memory.</summary>
    public int Count => _activations.Count;

    /// <summary>Brings one call to the grain's activation.</summary>
    internal Task<TAnswer> Run<TAnswer>(LocalCall call, Func<Grain, Task<TAnswer>> turn) =>
        path is null
            ? Deliver(call.Class, call.Key, turn)
            : path.Carry(call, () => Deliver(call.Class, call.Key, turn));

    /// <summary>Runs one call on the grain's activation, making it where there is none.</summary>
    private Task<TAnswer> Deliver<TAnswer>(Type type, string key, Func<Grain, Task<TAnswer>> call)
    {
        while (true)
        {
            var activation = _activations.GetOrAdd((type, key), id => new LocalActivation(
                () => (Grain)ActivatorUtilities.CreateInstance(services, id.Class), id.Key, this,
                scheduler));
            if (activation.TryRun(call, clock.GetCurrentInstant()) is { } running) return running;
            // It is on its way out: wait until it has left, then make another.
            _activations.TryRemove(new((type, key), activation));
        }
    }

    /// <summary>
    /// Lets go of activations that nobody called for a while. A call that comes later makes them anew from the log.
    /// </summary>
    public async Task Collect(Duration idle)
    {
        var before = clock.GetCurrentInstant() - idle;
        // In an order that does not hang on hashes, so that a simulated run can be repeated.
        foreach (var (id, activation) in _activations
            .OrderBy(a => a.Key.Class.Name, StringComparer.Ordinal).ThenBy(a => a.Key.Key, StringComparer.Ordinal))
        {
            if (!activation.TryEnd(before)) continue;
            _activations.TryRemove(new(id, activation));
            await activation.Deactivate(new DeactivationReason("idle"));
        }
    }
}
#endif
