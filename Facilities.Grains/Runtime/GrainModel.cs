#if !ORLEANS
// The few names of the Orleans programming model that the grains use, for the build that carries no cluster packages.
using Orleans.Runtime;

namespace Orleans
{
    /// <summary>A grain as its callers see it.</summary>
    public interface IGrain;

    /// <summary>A grain that is found by a text.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>Finds grains; none needs to be made first.</summary>
    public interface IGrainFactory
    {
        /// <summary>The grain with a key; activated by its first call.</summary>
        TGrain GetGrain<TGrain>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrain : IGrainWithStringKey;
    }

    /// <summary>What every grain derives from. One activation runs one turn at a time.</summary>
    public abstract class Grain
    {
        private string? _key;
        private Action? _deactivate;

        /// <summary>Finds other grains.</summary>
        protected IGrainFactory GrainFactory { get; private set; } = null!;

        /// <summary>Runs before the first call.</summary>
        public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        /// <summary>Runs after the last call.</summary>
        public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        /// <summary>The key that the grain was called by.</summary>
        public string GetPrimaryKeyString() =>
            _key ?? throw new InvalidOperationException("A grain has a key once it is activated.");

        /// <summary>Lets go of this activation as soon as no call runs.</summary>
        protected void DeactivateOnIdle() => _deactivate?.Invoke();

        /// <summary>The host gives an activation its key before anything runs.</summary>
        public void Bind(string key, IGrainFactory factory, Action deactivate) =>
            (_key, GrainFactory, _deactivate) = (key, factory, deactivate);
    }
}

namespace Orleans.Runtime
{
    /// <summary>Why an activation ends.</summary>
    public readonly record struct DeactivationReason(string Description);
}

namespace Orleans.Concurrency
{
    /// <summary>Turns of different calls may interleave where one awaits.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class ReentrantAttribute : Attribute;
}
#endif
