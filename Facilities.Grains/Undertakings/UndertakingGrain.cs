using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;
using Orleans;
using Orleans.Concurrency;

namespace Facilities.Grains.Undertakings;

/// <summary>
/// One single undertaking in one granting country: the only writer of the aid that it had there, so that two funders
/// who award at one instant cannot exceed the ceiling together. The key is <see cref="KeyOf"/>.
/// </summary>
public interface IUndertakingGrain : IGrainWithStringKey
{
    /// <summary>The key of an undertaking in a country, such as <c>DE/DE999100018</c>.</summary>
    static string KeyOf(string country, string undertaking) => $"{country}/{undertaking}";

    /// <summary>See <see cref="GrantAid"/>.</summary>
    Task<Reply<UndertakingRefusal>> Grant(GrantAid command);
    /// <summary>See <see cref="ReduceAid"/>.</summary>
    Task<Reply<UndertakingRefusal>> Reduce(ReduceAid command);
    /// <summary>See <see cref="RegisterAid"/>.</summary>
    Task<Reply<UndertakingRefusal>> Register(RegisterAid command);
    /// <summary>See <see cref="DeclareAid"/>.</summary>
    Task<Reply<UndertakingRefusal>> Declare(DeclareAid command);
    /// <summary>See <see cref="JoinUndertaking"/>.</summary>
    Task<Reply<UndertakingRefusal>> Join(JoinUndertaking command);
    /// <summary>See <see cref="CloseUndertaking"/>; what stands in the register then is final.</summary>
    Task<Reply<UndertakingRefusal>> Close(CloseUndertaking command);
    /// <summary>See <see cref="RecordAid"/>.</summary>
    Task<Reply<UndertakingRefusal>> Record(RecordAid command);
    /// <summary>The undertakings that became part of it.</summary>
    Task<ImmutableArray<string>> Joined();
    /// <summary>The undertaking that it became part of; null while it stands for itself.</summary>
    Task<string?> ClosedInto();
    /// <summary>The register.</summary>
    Task<ImmutableArray<RegisteredAid>> Entries();
    /// <summary>One entry; null where the register has none of this id.</summary>
    Task<AidEntry?> Entry(string id);
    /// <summary>Whether so much more would fit on a day; null where the act has no ceiling.</summary>
    Task<AidAnswer?> Preview(AidBasis basis, Money asked, LocalDate day);
}

/// <inheritdoc cref="IUndertakingGrain"/>
[Reentrant]
public sealed class UndertakingGrain(GrainServices services)
    : EventSourcedGrain<UndertakingState, UndertakingEvent, UndertakingRefusal>(services), IUndertakingGrain
{
    /// <inheritdoc/>
    protected override StreamName Stream => StreamName.Of("undertaking", this.GetPrimaryKeyString());
    /// <inheritdoc/>
    protected override UndertakingState Initial => UndertakingState.Nothing;

    /// <inheritdoc/>
    public Task<Reply<UndertakingRefusal>> Grant(GrantAid command) => Tell(command, UndertakingDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<UndertakingRefusal>> Reduce(ReduceAid command) => Tell(command, UndertakingDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<UndertakingRefusal>> Register(RegisterAid command) => Tell(command, UndertakingDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<UndertakingRefusal>> Declare(DeclareAid command) => Tell(command, UndertakingDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<UndertakingRefusal>> Join(JoinUndertaking command) => Tell(command, UndertakingDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<UndertakingRefusal>> Close(CloseUndertaking command) =>
        Tell(command, UndertakingDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<UndertakingRefusal>> Record(RecordAid command) => Tell(command, UndertakingDecisions.Decide);
    /// <inheritdoc/>
    public Task<ImmutableArray<string>> Joined() => Read(state => state.Joined.ToImmutableArray());
    /// <inheritdoc/>
    public Task<string?> ClosedInto() => Read(state => state.ClosedInto);
    /// <inheritdoc/>
    public Task<ImmutableArray<RegisteredAid>> Entries() =>
        Read(state => state.Entries.Values.OrderBy(held => held.Entry.GrantedOn).ToImmutableArray());
    /// <inheritdoc/>
    public Task<AidEntry?> Entry(string id) => Read(state => state.Entries.GetValueOrDefault(id)?.Entry);
    /// <inheritdoc/>
    public Task<AidAnswer?> Preview(AidBasis basis, Money asked, LocalDate day)
    {
        var country = this.GetPrimaryKeyString().Split('/')[0];
        return Read(state => AidCeiling.Of(basis) is null ? null
            : AidCeiling.Check(state.Entries.Values.Select(held => held.Entry), basis, country, asked, day));
    }

    /// <inheritdoc/>
    protected override UndertakingState Evolve(UndertakingState state, UndertakingEvent happened, Instant at) =>
        UndertakingState.Evolve(state, happened, at);

    /// <inheritdoc/>
    protected override Effects EffectsOf(
        UndertakingState before, UndertakingState after, ImmutableArray<Placed<UndertakingEvent>> events, Instant at) =>
        Effects.Of(UndertakingRows.Of(this.GetPrimaryKeyString(), before, after));

    /// <inheritdoc/>
    protected override void Assert(UndertakingState state)
    {
        foreach (var held in state.Entries.Values)
            if (held.Entry.Counts.IsNegative || held.Entry.Counts > held.Entry.Euros)
                throw new InvalidOperationException($"{held.Entry.Id} counts more than was granted, or below zero.");
    }
}
