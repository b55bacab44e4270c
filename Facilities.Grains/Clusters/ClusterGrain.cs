using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;
using Orleans;
using Orleans.Concurrency;

namespace Facilities.Grains.Clusters;

/// <summary>One cluster: the only writer of its agreements and of its co-financing budget.</summary>
public partial interface IClusterGrain : IGrainWithStringKey
{
    /// <summary>See <see cref="RegisterCluster"/>.</summary>
    Task<Reply<ClusterRefusal>> Register(RegisterCluster command);
    /// <summary>See <see cref="SelectPlatform"/>.</summary>
    Task<Reply<ClusterRefusal>> SelectPlatform(SelectPlatform command);
    /// <summary>See <see cref="SignAgreement"/>.</summary>
    Task<Reply<ClusterRefusal>> SignAgreement(SignAgreement command);
    /// <summary>See <see cref="ReserveCoFinancing"/>.</summary>
    Task<Reply<ClusterRefusal>> ReserveCoFinancing(ReserveCoFinancing command);
    /// <summary>See <see cref="ReleaseCoFinancing"/>.</summary>
    Task<Reply<ClusterRefusal>> ReleaseCoFinancing(ReleaseCoFinancing command);
    /// <summary>See <see cref="OweCoFinancing"/>.</summary>
    Task<Reply<ClusterRefusal>> OweCoFinancing(OweCoFinancing command);
    /// <summary>The cluster as the catalogue shows it; null where nobody registered it.</summary>
    Task<ClusterProfile?> Profile();
    /// <summary>The agreements kept with this cluster.</summary>
    Task<ImmutableArray<Agreement>> Agreements();
    /// <summary>What a price rests on here.</summary>
    Task<ClusterTerms> Terms();
}

/// <summary>What a price rests on at a cluster.</summary>
/// <param name="Name">As it calls itself; null where nobody registered it.</param>
/// <param name="Agreements">The agreements kept with it.</param>
public sealed record ClusterTerms(string? Name, ImmutableArray<Agreement> Agreements);

/// <inheritdoc cref="IClusterGrain"/>
[Reentrant]
public sealed partial class ClusterGrain(GrainServices services)
    : EventSourcedGrain<ClusterState, ClusterEvent, ClusterRefusal>(services), IClusterGrain
{
    /// <inheritdoc/>
    protected override StreamName Stream => StreamName.Of("cluster", this.GetPrimaryKeyString());
    /// <inheritdoc/>
    protected override ClusterState Initial => ClusterState.Nobody;

    /// <inheritdoc/>
    public Task<Reply<ClusterRefusal>> Register(RegisterCluster command) => Tell(command, ClusterDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ClusterRefusal>> SelectPlatform(SelectPlatform command) => Tell(command, ClusterDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ClusterRefusal>> SignAgreement(SignAgreement command) => Tell(command, ClusterDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ClusterRefusal>> ReserveCoFinancing(ReserveCoFinancing command) =>
        Tell(command, ClusterDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ClusterRefusal>> ReleaseCoFinancing(ReleaseCoFinancing command) =>
        Tell(command, ClusterDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<ClusterRefusal>> OweCoFinancing(OweCoFinancing command) => Tell(command, ClusterDecisions.Decide);
    /// <inheritdoc/>
    public Task<ClusterProfile?> Profile() => Read(state => state.Profile);
    /// <inheritdoc/>
    public Task<ImmutableArray<Agreement>> Agreements() => Read(state => state.Agreements);
    /// <inheritdoc/>
    public Task<ClusterTerms> Terms() => Read(state => new ClusterTerms(state.Profile?.Name, state.Agreements));

    /// <inheritdoc/>
    protected override ClusterState Evolve(ClusterState state, ClusterEvent happened, Instant at) =>
        ClusterState.Evolve(state, happened, at);

    /// <inheritdoc/>
    protected override int SizeOf(ClusterState state) => state.Reserved.Count + state.Barred.Count;

    /// <inheritdoc/>
    protected override Effects EffectsOf(
        ClusterState before, ClusterState after, ImmutableArray<Placed<ClusterEvent>> events, Instant at) =>
        ClusterRows.Of(before, after, events, at);

    /// <inheritdoc/>
    protected override void Assert(ClusterState state)
    {
        if (state.Budget is { } budget && state.Left(budget.Currency) is { IsNegative: true })
            throw new InvalidOperationException(
                $"Cluster {this.GetPrimaryKeyString()} set aside more than its budget.");
    }
}
