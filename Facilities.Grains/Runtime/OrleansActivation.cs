#if ORLEANS
using Orleans;

namespace Facilities.Grains.Runtime;

// Orleans lets callers of an activation that failed wait for five seconds. So activating never fails here: the call
// that finds nothing loaded loads, and is told at once where the database is away.
public abstract partial class EventSourcedGrain<TState, TEvent, TRefusal> : IIncomingGrainCallFilter
{
    /// <inheritdoc/>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (_durable is null) await Reload();
        await context.Invoke();
    }
}
#endif
