using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>Somebody of the facility.</summary>
public sealed record Colleague(PersonId Person, string Name);

/// <summary>Who decides on requests for some services, and who does so in their place.</summary>
/// <param name="Who">The approver.</param>
/// <param name="Services">For which services; none means all.</param>
/// <param name="Deputy">Who decides in their place; null for nobody.</param>
/// <param name="AwayFrom">The first day on which the deputy decides at once; null where they are not away.</param>
/// <param name="AwayUntil">The last such day.</param>
public sealed record Approver(
    Colleague Who, ImmutableArray<ServiceId> Services, Colleague? Deputy, LocalDate? AwayFrom, LocalDate? AwayUntil)
{
    /// <summary>Whether they are away on a day.</summary>
    public bool IsAway(LocalDate day) => AwayFrom is { } from && AwayUntil is { } until && from <= day && day <= until;
}

/// <summary>Who approves at a platform. Where nobody is named for a service, every manager may.</summary>
/// <param name="Approvers">The approvers; where several are named for a service, any of them decides.</param>
/// <param name="DeputyAfterDays">Working days after which a deputy may decide, and is asked to.</param>
public sealed record ApprovalRules(ImmutableArray<Approver> Approvers, int DeputyAfterDays)
{
    /// <summary>Every manager decides.</summary>
    public static readonly ApprovalRules Anybody = new([], 1);

    /// <summary>Approvers in one list: more than any facility has managers.</summary>
    public const int ApproversMax = 50;
}

/// <summary>The facility said who approves from now on; requests that wait are decided by them.</summary>
public sealed record ApproversChosen(ApprovalRules Rules) : PlatformEvent;

/// <summary>Says who approves, who deputises, and who is away until when.</summary>
public sealed record ChooseApprovers(CommandId Id, Actor By, ApprovalRules Rules, long? Edition = null)
    : EditCommand(Id, By, Edition);

public static partial class PlatformDecisions
{
    /// <summary>Decides <see cref="ChooseApprovers"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, ChooseApprovers command, Instant now)
    {
        if (NotManaged(platform, command, null) is { } refusal) return refusal;
        var faults = ApproverFaults.Of(command.Rules, id => platform.Services.ContainsKey(id.Value));
        if (faults.FirstOrDefault() is { } fault) return No(PlatformRefusal.NotValid, fault.Message, fault.Pointer);

        // From here on it must succeed.
        return new ApproversChosen(command.Rules);
    }
}

/// <summary>What is wrong with the naming of approvers, each with the part that is wrong.</summary>
public static class ApproverFaults
{
    /// <summary>Every fault, in the order of the list.</summary>
    public static IEnumerable<Fault> Of(ApprovalRules rules, Func<ServiceId, bool> isOffered)
    {
        var (approvers, days) = rules;
        if (approvers.Length > ApprovalRules.ApproversMax)
        {
            yield return new("/approvers", $"Name at most {ApprovalRules.ApproversMax} approvers.");
            yield break;
        }
        if (days < 1 || days >= Limits.ApprovalWorkingDays)
            yield return new("/deputyAfterDays",
                $"A deputy decides after 1 to {Limits.ApprovalWorkingDays - 1} working days: a request waits "
                + $"{Limits.ApprovalWorkingDays}.");
        foreach (var (approver, index) in approvers.Select((approver, index) => (approver, index)))
            foreach (var fault in Of(approver, isOffered))
                yield return fault with { Pointer = $"/approvers/{index}{fault.Pointer}" };
    }

    private static IEnumerable<Fault> Of(Approver approver, Func<ServiceId, bool> isOffered)
    {
        foreach (var (service, index) in approver.Services.Select((service, index) => (service, index)))
            if (!isOffered(service))
                yield return new($"/services/{index}", $"The platform offers no service {service}.");
        if (approver.Deputy?.Person == approver.Who.Person)
            yield return new("/deputy", "Nobody deputises for themselves. Name somebody else.");
        if (approver.AwayFrom is null != approver.AwayUntil is null || approver.AwayUntil < approver.AwayFrom)
            yield return new("/awayUntil", "An absence has a first and a last day, in this order.");
    }
}
