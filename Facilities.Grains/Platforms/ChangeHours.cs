using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>A manager's change of what a platform offers.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">Who changes it.</param>
/// <param name="Edition">The edition that the manager saw; null where the newest is meant, whatever it is.</param>
public abstract record EditCommand(CommandId Id, Actor By, long? Edition) : Command(Id, By);

/// <summary>
/// Replaces a resource's opening hours. Bookings that now lie outside stay and are listed as collisions.
/// </summary>
public sealed record ChangeHours(
    CommandId Id, Actor By, ResourceId Resource, ImmutableArray<HoursRule> Hours, long? Edition = null)
    : EditCommand(Id, By, Edition);

/// <summary>Closes a resource for a time. Bookings inside stay and are listed as collisions.</summary>
public sealed record AddClosure(CommandId Id, Actor By, ResourceId Resource, Closure Closure, long? Edition = null)
    : EditCommand(Id, By, Edition);

/// <summary>Takes a closure back.</summary>
public sealed record RemoveClosure(CommandId Id, Actor By, ResourceId Resource, ClosureId Closure, long? Edition = null)
    : EditCommand(Id, By, Edition);

/// <summary>
/// Offers a service on other terms from now on. What was quoted and booked keeps its price and rules.
/// </summary>
public sealed record ChangeService(CommandId Id, Actor By, Service Service, long? Edition = null)
    : EditCommand(Id, By, Edition);

/// <summary>Changes a service's prices from now on. What was quoted and booked keeps its price.</summary>
public sealed record ChangePrices(CommandId Id, Actor By, ServiceId Service, Prices Prices, long? Edition = null)
    : EditCommand(Id, By, Edition);

public static partial class PlatformDecisions
{
    /// <summary>Decides <see cref="ChangeHours"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, ChangeHours command, Instant now)
    {
        if (NotManaged(platform, command, command.Resource) is { } refusal) return refusal;
        var faults = command.Hours.SelectMany((rule, index) => HoursRules.Faults(rule, $"/hours/{index}")).ToArray();
        if (faults.Length > 0) return No(PlatformRefusal.NotValid, faults[0].Message, faults[0].Pointer);
        return new HoursChanged(command.Resource, command.Hours);
    }

    /// <summary>Decides <see cref="AddClosure"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, AddClosure command, Instant now)
    {
        if (NotManaged(platform, command, command.Resource) is { } refusal) return refusal;
        if (command.Closure.To <= command.Closure.From)
            return No(PlatformRefusal.NotValid, "A closure ends after it begins.", "/to");
        return new ClosureAdded(command.Resource, command.Closure);
    }

    /// <summary>Decides <see cref="RemoveClosure"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, RemoveClosure command, Instant now)
    {
        if (NotManaged(platform, command, command.Resource) is { } refusal) return refusal;
        return platform.Resources[command.Resource.Value].Closures.Any(c => c.Id == command.Closure)
            ? new ClosureRemoved(command.Resource, command.Closure)
            : No(PlatformRefusal.ClosureUnknown, $"The resource has no closure {command.Closure}.");
    }

    /// <summary>Decides <see cref="ChangeService"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, ChangeService command, Instant now)
    {
        if (NotManaged(platform, command, null) is { } refusal) return refusal;
        if (command.Service.Uses.FirstOrDefault(used => !platform.Resources.ContainsKey(used.Value))
            is { Value: not null } missing)
            return No(PlatformRefusal.NotValid, $"The platform has no resource {missing}.", "/uses");
        if (OtherCurrency(platform, command.Service.Prices))
            return No(
                PlatformRefusal.NotValid, $"Prices of this platform are in {platform.Profile!.Currency}.", "/prices");
        return ServiceRuleFaults.Of(command.Service).FirstOrDefault() is { } fault
            ? No(PlatformRefusal.NotValid, fault.Message, fault.Pointer)
            : new ServiceChanged(command.Service);
    }

    /// <summary>Decides <see cref="ChangePrices"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, ChangePrices command, Instant now)
    {
        if (NotManaged(platform, command, null) is { } refusal) return refusal;
        if (!platform.Services.TryGetValue(command.Service.Value, out var service))
            return No(PlatformRefusal.NotOffered, $"{platform.Profile!.Name} offers no service {command.Service}.");
        if (OtherCurrency(platform, command.Prices))
            return No(
                PlatformRefusal.NotValid, $"Prices of this platform are in {platform.Profile!.Currency}.", "/prices");
        return new ServiceChanged(service with { Prices = command.Prices });
    }

    /// <summary>Bookings that lie outside the hours of a resource or inside a closure of it.</summary>
    public static ImmutableArray<BookingId> Collisions(PlatformState platform, ResourceId resource, Instant now) =>
        PlatformCollisions.Bookings(platform, resource, now);

    private static bool OtherCurrency(PlatformState platform, Prices prices) =>
        new[] { prices.Home, prices.Partner, prices.External, prices.Academic }
            .Any(p => p.Currency != platform.Profile!.Currency);

    private static Refused<PlatformRefusal>? NotManaged(
        PlatformState platform, EditCommand command, ResourceId? resource)
    {
        if (platform.Profile is not { } profile) return Unknown();
        if (!command.By.Has(OrganisationKind.Facility, profile.Id.Value, Role.Manager))
            return No(PlatformRefusal.NotAllowed, "Only a manager of the facility changes what it offers.");
        if (resource is { } id && !platform.Resources.ContainsKey(id.Value))
            return No(PlatformRefusal.ResourceUnknown, $"The platform has no resource {id}.");
        return command.Edition is { } seen && seen != platform.Edition
            ? No(
                PlatformRefusal.Stale,
                "Somebody changed the platform since you read it. Read it again, then repeat the change.")
            : null;
    }
}
