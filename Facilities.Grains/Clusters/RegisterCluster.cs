using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Clusters;

/// <summary>Brings a cluster into the marketplace, with what it sets aside for co-financing.</summary>
public sealed record RegisterCluster(
    CommandId Id, Actor By, ClusterProfile Profile, Money? CoFinancingBudget) : Command(Id, By);

/// <summary>Records a platform's selection by the seven criteria of the BIOCT report.</summary>
public sealed record SelectPlatform(
    CommandId Id, Actor By, PlatformId Platform,
    ImmutableSortedDictionary<string, int> Scores, string Note) : Command(Id, By);

/// <summary>Records the Model Contract between this cluster and another one.</summary>
public sealed record SignAgreement(CommandId Id, Actor By, Agreement Agreement) : Command(Id, By);

/// <summary>The rules of a cluster.</summary>
public static partial class ClusterDecisions
{
    /// <summary>Decides <see cref="RegisterCluster"/>.</summary>
    public static Decision<ClusterEvent, ClusterRefusal> Decide(
        ClusterState cluster, RegisterCluster command, Instant now)
    {
        if (!MayRun(command)) return No(ClusterRefusal.NotAllowed, "Only the operator registers a cluster.");
        if (cluster.Profile is not null) return Decision<ClusterEvent, ClusterRefusal>.Nothing;

        // From here on it must succeed.
        return command.CoFinancingBudget is { } budget
            ? [new ClusterRegistered(command.Profile), new CoFinancingBudgetSet(budget)]
            : new ClusterEvent[] { new ClusterRegistered(command.Profile) };
    }

    /// <summary>Decides <see cref="SelectPlatform"/>.</summary>
    public static Decision<ClusterEvent, ClusterRefusal> Decide(
        ClusterState cluster, SelectPlatform command, Instant now)
    {
        if (cluster.Profile is not { } profile) return Unknown();
        if (!MayRun(command) && !command.By.Has(OrganisationKind.Cluster, profile.Id.Value, Role.ClusterManager))
            return No(ClusterRefusal.NotAllowed, "Only the cluster's managers select its platforms.");
        return new PlatformSelected(command.Platform, command.Scores, command.Note);
    }

    /// <summary>Decides <see cref="SignAgreement"/>.</summary>
    public static Decision<ClusterEvent, ClusterRefusal> Decide(
        ClusterState cluster, SignAgreement command, Instant now)
    {
        if (cluster.Profile is not { } profile) return Unknown();
        if (!MayRun(command) && !command.By.Has(OrganisationKind.Cluster, profile.Id.Value, Role.ClusterManager))
            return No(ClusterRefusal.NotAllowed, "Only the cluster's managers sign its agreements.");
        if (cluster.Agreements.Any(a => a.Id == command.Agreement.Id))
            return Decision<ClusterEvent, ClusterRefusal>.Nothing;
        return new AgreementSigned(command.Agreement);
    }

    private static bool MayRun(Command command) => command.By.IsSystem || command.By.IsOperator;

    private static Refused<ClusterRefusal> No(ClusterRefusal code, string reason) => new(code, reason);

    private static Refused<ClusterRefusal> Unknown() => new(ClusterRefusal.ClusterUnknown, "There is no such cluster.");
}
