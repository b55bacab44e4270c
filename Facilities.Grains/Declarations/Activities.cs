using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>An activity of an SME beside its main one.</summary>
/// <param name="Nace">NACE class, such as <c>72.11</c>.</param>
/// <param name="IsSeparated">
/// Whether its accounts are kept apart from those of the others (Regulation (EU) 2023/2831, Article 1(2)).
/// </param>
public sealed record Activity(string Nace, bool IsSeparated);

/// <summary>Declares what an SME does: its main activity and all further ones.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">A person entitled to sign for it.</param>
/// <param name="Main">NACE class of the main activity.</param>
/// <param name="Further">The others; none where it does nothing else.</param>
public sealed record DeclareActivities(
    CommandId Id, Actor By, string Main, ImmutableArray<Activity> Further) : Command(Id, By);

/// <summary>Somebody entitled to sign declared what the SME does; replaces what was declared before.</summary>
public sealed record ActivitiesDeclared(
    string Main, ImmutableArray<Activity> Further, string ByName) : DeclarationEvent;

/// <summary>What an SME may declare as its activities.</summary>
public static partial class Activities
{
    /// <summary>Every fault of a declaration, each with where it stands.</summary>
    public static ImmutableArray<Fault> Faults(string main, ImmutableArray<Activity> further)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        if (!IsNace(main)) faults.Add(new("/main", Shape));
        if (further.Length > Limits.Activities)
            faults.Add(new("/further", $"Name at most {Limits.Activities} further activities."));
        foreach (var (activity, index) in further.Take(Limits.Activities).Select((a, index) => (a, index)))
            if (!IsNace(activity.Nace)) faults.Add(new($"/further/{index}/nace", Shape));
            else if (activity.Nace == main || further.Take(index).Any(other => other.Nace == activity.Nace))
                faults.Add(new($"/further/{index}/nace", "Name each activity once."));
        return faults.ToImmutable();
    }

    private const string Shape = "A NACE class has two digits, or two and one or two after a dot, such as 72.11.";

    private static bool IsNace(string? nace) => nace is not null && Nace().IsMatch(nace);

    [GeneratedRegex(@"^[0-9]{2}(\.[0-9]{1,2})?$", RegexOptions.CultureInvariant)]
    private static partial Regex Nace();
}

public static partial class AccountDecisions
{
    /// <summary>Decides <see cref="DeclareActivities"/>.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, DeclareActivities command, Instant now)
    {
        if (account.Profile is not { } profile) return Unknown();
        if (MaySign(profile, command) is { } refused) return refused;
        if (Activities.Faults(command.Main, command.Further) is [var fault, ..])
            return Invalid(fault.Message, fault.Pointer);
        if (command.Main == profile.Nace && command.Further.SequenceEqual(profile.Further ?? []))
            return Decision<AccountEvent, AccountRefusal>.Nothing;

        // From here on it must succeed.
        return new ActivitiesDeclared(command.Main, command.Further, command.By.Name);
    }
}
