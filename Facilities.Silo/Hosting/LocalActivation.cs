#if !ORLEANS
using NodaTime;
using Orleans;
using Orleans.Runtime;

namespace Facilities.Silo.Hosting;

/// <summary>
/// One grain in memory. Its turns run on an exclusive scheduler, so two never run at once; awaits interleave them.
/// </summary>
internal sealed class LocalActivation
{
    private readonly ConcurrentExclusiveSchedulerPair _schedulers;
    private readonly Lazy<Task<Grain>> _grain;
    private readonly Lock _gate = new();
    private int _running;
    private bool _ended;
    private bool _endWhenIdle;
    private Instant _lastCall;

    /// <param name="make">Makes the grain, on its first turn.</param>
    /// <param name="key">The key it is called by.</param>
    /// <param name="factory">Where it finds others.</param>
    /// <param name="beneath">What turns run on in the end; gets them one by one. The thread pool where null.</param>
    public LocalActivation(Func<Grain> make, string key, IGrainFactory factory, TaskScheduler? beneath)
    {
        _schedulers = beneath is null
            ? new ConcurrentExclusiveSchedulerPair()
            : new ConcurrentExclusiveSchedulerPair(beneath, maxConcurrencyLevel: 1, maxItemsPerTask: 1);
        _grain = new Lazy<Task<Grain>>(() => OnTurn(async () =>
        {
            var grain = make();
            grain.Bind(key, factory, () => _endWhenIdle = true);
            await grain.OnActivateAsync(CancellationToken.None);
            return grain;
        }));
    }

    /// <summary>Runs a call; null where the activation has ended.</summary>
    public Task<TAnswer>? TryRun<TAnswer>(Func<Grain, Task<TAnswer>> call, Instant now)
    {
        lock (_gate)
        {
            if (_ended) return null;
            _running++;
            _lastCall = now;
        }
        return Counted(call);
    }

    /// <summary>Ends the activation where nothing runs and nobody called since.</summary>
    public bool TryEnd(Instant before)
    {
        lock (_gate)
        {
            if (_ended || _running > 0 || (_lastCall > before && !_endWhenIdle)) return false;
            return _ended = true;
        }
    }

    public async Task Deactivate(DeactivationReason reason)
    {
        if (!_grain.IsValueCreated || !_grain.Value.IsCompletedSuccessfully) return;
        var grain = await _grain.Value;
        await OnTurn(async () =>
        {
            await grain.OnDeactivateAsync(reason, CancellationToken.None);
            return true;
        });
    }

    private async Task<TAnswer> Counted<TAnswer>(Func<Grain, Task<TAnswer>> call)
    {
        try
        {
            var grain = await _grain.Value;
            return await OnTurn(() => call(grain));
        }
        catch when (_grain.Value.IsFaulted)
        {
            // An activation that could not load answers nobody; the next call makes another.
            lock (_gate) _ended = true;
            throw;
        }
        finally
        {
            lock (_gate) _running--;
        }
    }

    private Task<T> OnTurn<T>(Func<Task<T>> turn) =>
        Task.Factory.StartNew(
            turn, CancellationToken.None, TaskCreationOptions.DenyChildAttach,
            _schedulers.ExclusiveScheduler).Unwrap();
}
#endif
