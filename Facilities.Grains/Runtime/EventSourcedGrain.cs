using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Facilities.Grains.Kernel;
using NodaTime;
using Orleans;

namespace Facilities.Grains.Runtime;

/// <summary>What every event-sourced grain needs of its host.</summary>
/// <param name="Store">The log.</param>
/// <param name="Clock">The time at the edge.</param>
public sealed record GrainServices(IEventStore Store, IClock Clock);

/// <summary>
/// The shell around a grain's rules: load, decide, append, evolve, reply. Deciding runs on the newest state, durable or
/// not; a reply leaves only after all that it builds on is durable, a refusal only after the store was asked whether
/// the state it rests on is still the newest. An append that fails takes the speculative state back, and the turns
/// that waited decide again.
/// </summary>
/// <typeparam name="TState">Immutable state; written as JSON for snapshots.</typeparam>
/// <typeparam name="TEvent">The closed set of the grain's events.</typeparam>
/// <typeparam name="TRefusal">The closed set of its refusals; has the member <c>CommandIdReused</c>.</typeparam>
public abstract partial class EventSourcedGrain<TState, TEvent, TRefusal>(GrainServices services) : Grain
    where TState : class
    where TEvent : class
    where TRefusal : struct, Enum
{
    private const int AttemptsMax = 100;

    private Standing _durable = null!;
    private Standing _newest = null!;
    private Task<AppendAnswer>? _tail;
    private Task? _reloading;
    private long _epoch;

    private sealed record Standing(TState State, long Version, Instant At, long Kept);

    /// <summary>The stream of this grain.</summary>
    protected abstract StreamName Stream { get; }

    /// <summary>The state before any event.</summary>
    protected abstract TState Initial { get; }

    /// <summary>The state after an event. Pure; throws on an event that cannot follow.</summary>
    protected abstract TState Evolve(TState state, TEvent happened, Instant at);

    /// <summary>What must be stored together with the events. Pure.</summary>
    protected abstract Effects EffectsOf(
        TState before, TState after, ImmutableArray<Placed<TEvent>> events, Instant at);

    /// <summary>Completes a state read from a snapshot with what is derived and not stored.</summary>
    protected virtual TState Restored(TState state) => state;

    /// <summary>
    /// How many things a state holds of which there may be many. Snapshots of a large state are further apart, so that
    /// keeping it costs each event the same.
    /// </summary>
    protected virtual int SizeOf(TState state) => 0;

    /// <summary>The events of a decision with those that follow from them in the same turn. Pure.</summary>
    protected virtual ImmutableArray<TEvent> Following(TState state, ImmutableArray<TEvent> events, Instant now) =>
        events;

    /// <summary>Throws where what must always hold does not: before append and after load.</summary>
    protected virtual void Assert(TState state) { }

    /// <summary>
    /// Time for decisions: never before the stream's last event, so clocks that differ cannot reverse an order.
    /// </summary>
    /// <remarks>Cut to the microsecond that the log keeps, so that a replay ends in the very same state.</remarks>
    protected Instant Now => Instant.Max(
        Instant.FromUnixTimeTicks(services.Clock.GetCurrentInstant().ToUnixTimeTicks() / 10 * 10), _newest.At);

    /// <summary>The newest durable state, without asking the store. Only for deciding what to do next.</summary>
    protected TState Durable => _durable.State;

#if !ORLEANS
    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _durable = _newest = await Load();
        await base.OnActivateAsync(cancellationToken);
    }
#endif

    /// <summary>Carries out a command by its rule.</summary>
    /// <exception cref="StorageUnavailableException">
    /// Whether it was carried out is unknown; the same id may be sent again.
    /// </exception>
    protected async Task<Reply<TRefusal>> Tell<TCommand>(
        TCommand command, Func<TState, TCommand, Instant, Decision<TEvent, TRefusal>> decide) where TCommand : Command
    {
        var hash = HashOf(command);
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (_reloading is { } reloading) await reloading;
            var (epoch, basis, now) = (_epoch, _newest, Now);
            Decision<TEvent, TRefusal> decision;
            try
            {
                decision = decide(basis.State, command, now);
                if (!decision.Events.IsEmpty)
                    decision = decision with { Events = Following(basis.State, decision.Events, now) };
            }
            catch (InvalidOperationException)
            {
                // What a stale process takes for impossible another one may have made so: a bug only on the newest.
                if (await StillRight(epoch, (await services.Store.Check(Stream, null)).Version)) throw;
                continue;
            }
            if (decision.Events.IsEmpty)
            {
                var check = await services.Store.Check(Stream, command.Id);
                if (check.AnsweredHash is { } answered)
                {
                    await CatchUp(check.Version);
                    return answered == hash ? Reply<TRefusal>.Done : Reused();
                }
                if (await StillRight(epoch, check.Version)) return new Reply<TRefusal>(decision.Refusal);
                continue;
            }
            switch (await Append(command, hash, decision.Events, basis, epoch, now))
            {
                case AppendAnswer.Stored: return Reply<TRefusal>.Done;
                case AppendAnswer.Repeat:
                    await CatchUp((await services.Store.Check(Stream, null)).Version);
                    return Reply<TRefusal>.Done;
                case AppendAnswer.CommandIdReused: return Reused();
                case AppendAnswer.Conflict: continue;
            }
        }
        throw new StorageUnavailableException($"{Stream} is contended; try again.");
    }

    /// <summary>Answers from durable state, after the store was asked whether it is the newest.</summary>
    protected async Task<TAnswer> Read<TAnswer>(Func<TState, TAnswer> answer)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (_reloading is { } reloading) await reloading;
            var check = await services.Store.Check(Stream, null);
            if (check.Version <= _durable.Version) return answer(_durable.State);
            await StillRight(_epoch, check.Version);
        }
        throw new StorageUnavailableException($"{Stream} is contended; try again.");
    }

    private async Task<AppendAnswer> Append<TCommand>(
        TCommand command, string hash, ImmutableArray<TEvent> events, Standing basis, long epoch, Instant now)
        where TCommand : Command
    {
        var state = basis.State;
        foreach (var happened in events) state = Evolve(state, happened, now);
        Assert(state);
        var version = basis.Version + events.Length;
        var isKept = version - basis.Kept >= Math.Max(Limits.SnapshotEvery, SizeOf(state) / Limits.ThingsPerEventKept);
        var mine = new Standing(state, version, now, isKept ? version : basis.Kept);
        var append = new Append(
            Stream, basis.Version, command.Id, hash, command.By.Person, now, [.. events.Select(EventNames.Write)],
            [], [], [], isKept ? SnapshotOf(mine) : null, _tail);
        var placed = events.Select((e, i) => new Placed<TEvent>(basis.Version + 1 + i, e)).ToImmutableArray();
        var effects = EffectsOf(basis.State, state, placed, now);
        append = append with { Rows = effects.Rows, Due = effects.Due, Outbox = effects.Outbox };

        _newest = mine;
        var task = services.Store.Append(append);
        _tail = task;
        try
        {
            var answer = await task;
            if (answer == AppendAnswer.Stored)
            {
                if (mine.Version > _durable.Version) _durable = mine;
                if (ReferenceEquals(_tail, task)) _tail = null;
            }
            else await TakeBack(epoch);
            return answer;
        }
        catch
        {
            // Whatever it was, nothing may be decided on what is not known to be stored.
            await TakeBack(epoch);
            throw;
        }
    }

    /// <summary>
    /// Whether what was decided in an epoch is right although the store is at a version; where not, catches up.
    /// </summary>
    private async Task<bool> StillRight(long epoch, long version)
    {
        if (version > _newest.Version)
        {
            await Reload();
            return false;
        }
        while (_epoch == epoch && _tail is { } tail)
        {
            // The decision rests on events that are still on their way to the disk.
            await Task.WhenAny(tail);
            if (tail is not { IsCompletedSuccessfully: true, Result: AppendAnswer.Stored }) await TakeBack(epoch);
            else if (ReferenceEquals(_tail, tail)) break;
        }
        return _epoch == epoch;
    }

    /// <summary>Whoever answers a repeat may have to take up what followed from it.</summary>
    private async Task CatchUp(long version)
    {
        while (_durable.Version < version) await Reload();
    }

    private async Task TakeBack(long epoch)
    {
        if (_epoch == epoch) await Reload();
        else if (_reloading is { } reloading) await reloading;
    }

    private Task Reload()
    {
        return _reloading ?? Start();

        Task Start()
        {
            _epoch++;
            _tail = null;
            // Also where the load fails: what may not be stored must neither refuse anybody nor hide what is.
            _newest = _durable;
            return _reloading = Run();
        }

        async Task Run()
        {
            try
            {
                // Yields first, so that the field is set before it is cleared.
                await Task.Yield();
                var loaded = await Load();
                // An append that was on its way may have been stored after the load read the log.
                if (_durable is null || loaded.Version > _durable.Version) _durable = loaded;
                _newest = _durable;
            }
            finally
            {
                _reloading = null;
            }
        }
    }

    private async Task<Standing> Load()
    {
        var loaded = await services.Store.Load(Stream, KeptState<TState>.Shape);
        var standing = loaded.Snapshot is { } snapshot
            ? FromSnapshot(snapshot)
            : new Standing(Initial, 0, Instant.MinValue, 0);
        foreach (var stored in loaded.Events)
        {
            var state = Evolve(standing.State, (TEvent)EventNames.Read(stored.Event), stored.At);
            standing = standing with { State = state, Version = stored.Version, At = stored.At };
        }
        standing = standing with { State = Restored(standing.State) };
        Assert(standing.State);
        return standing;
    }

    private static Snapshot SnapshotOf(Standing standing) => new(
        standing.Version, KeptState<TState>.Shape, new KeptState<TState>(standing.At, standing.State).ToJson());

    private Standing FromSnapshot(Snapshot snapshot)
    {
        var kept = JsonSerializer.Deserialize<KeptState<TState>>(snapshot.Json, Json.Options)!;
        return new Standing(kept.State, snapshot.Version, kept.At, snapshot.Version);
    }

    private static Reply<TRefusal> Reused() => new(new Refused<TRefusal>(
        Enum.Parse<TRefusal>("CommandIdReused"),
        "This command id was used before for something else; make a new one."));

    private static string HashOf<TCommand>(TCommand command) where TCommand : Command =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(command, Json.Remembering)));
}
