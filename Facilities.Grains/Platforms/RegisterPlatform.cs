using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>Brings a platform into the marketplace with what it offers.</summary>
public sealed record RegisterPlatform(
    CommandId Id, Actor By, PlatformProfile Profile,
    ImmutableArray<Resource> Resources, ImmutableArray<Service> Services)
    : Command(Id, By);

/// <summary>Signs the standard contract for every booking of the platform in advance.</summary>
public sealed record SignStandingOffer(CommandId Id, Actor By, string Name) : Command(Id, By);

public static partial class PlatformDecisions
{
    /// <summary>Decides <see cref="RegisterPlatform"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, RegisterPlatform command, Instant now)
    {
        if (!command.By.IsSystem && !command.By.IsOperator
            && !command.By.Has(OrganisationKind.Cluster, command.Profile.Cluster.Value, Role.ClusterManager))
            return No(
                PlatformRefusal.NotAllowed, "Only the operator, or a manager of its cluster, brings a platform in.");
        if (platform.Profile is not null) return Decision<PlatformEvent, PlatformRefusal>.Nothing;
        foreach (var service in command.Services)
            foreach (var used in service.Uses)
                if (command.Resources.All(r => r.Id != used))
                    return No(
                        PlatformRefusal.NotValid,
                        $"The service {service.Id} uses {used}, which is none of the platform's resources.");
        return new PlatformRegistered(command.Profile, command.Resources, command.Services);
    }

    /// <summary>Decides <see cref="SignStandingOffer"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, SignStandingOffer command, Instant now)
    {
        if (platform.Profile is not { } profile) return Unknown();
        if (!command.By.Has(OrganisationKind.Facility, profile.Id.Value, Role.Signatory))
            return No(
                PlatformRefusal.NotAllowed, "Only a person entitled to sign for the facility makes a standing offer.");
        return platform.Offer is null
            ? new StandingOfferSigned(command.Name, command.By.Person)
            : Decision<PlatformEvent, PlatformRefusal>.Nothing;
    }
}
