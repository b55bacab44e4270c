using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>Says for another account that it and this one are one single undertaking; sent to this one.</summary>
public sealed record ProposeUndertaking(
    CommandId Id, Actor By, AccountId From, string FromName) : Command(Id, By);

/// <summary>
/// Makes the undertakings of two accounts one (Regulation (EU) 2023/2831, Article 2(2)): somebody entitled to sign
/// confirms what the other account said, or the operator does it with evidence.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">A signatory of this account, or the operator.</param>
/// <param name="With">The other account.</param>
/// <param name="WithUndertaking">The undertaking that it belongs to now.</param>
/// <param name="Evidence">What the operator goes by; empty where both sides say so.</param>
public sealed record UniteUndertakings(
    CommandId Id, Actor By, AccountId With, string WithUndertaking, string Evidence = "") : Command(Id, By);

/// <summary>Records that the registers of every country have become one.</summary>
public sealed record RecordJoin(CommandId Id, Actor By, string Closing) : Command(Id, By);

/// <summary>Moves the account to another undertaking; sent by the account that united the two.</summary>
public sealed record ChangeUndertaking(CommandId Id, Actor By, string From, string Into) : Command(Id, By);

public static partial class AccountDecisions
{
    /// <summary>Decides <see cref="ProposeUndertaking"/>.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, ProposeUndertaking command, Instant now)
    {
        if (account.Profile is not { } profile) return Unknown();
        if (!command.By.Has(OrganisationKind.Sme, command.From.Value, Role.Signatory))
            return No(AccountRefusal.NotAllowed, "Only a person entitled to sign for the other company says so.");
        if (command.From == profile.Id)
            return Invalid("Name another company: yours is one undertaking with itself.", "/vatId");
        return account.Declared.Proposals.ContainsKey(command.From.Value)
            ? Decision<AccountEvent, AccountRefusal>.Nothing
            : new UndertakingProposed(command.From, command.FromName, command.By.Name);
    }

    /// <summary>
    /// Decides <see cref="UniteUndertakings"/>. The first by name stays, so that two that unite at one instant never
    /// close each other.
    /// </summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, UniteUndertakings command, Instant now)
    {
        if (account.Profile is not { } profile) return Unknown();
        if (!command.By.IsOperator && MaySign(profile, command) is { } refused) return refused;
        if (command.By.IsOperator && string.IsNullOrWhiteSpace(command.Evidence))
            return Invalid("Say what shows that the two are one undertaking.", "/evidence");
        if (command.Evidence.Length > Limits.TextLength)
            return Invalid($"Write at most {Limits.TextLength} characters.", "/evidence");
        if (!command.By.IsOperator && !account.Declared.Proposals.ContainsKey(command.With.Value))
            return No(
                AccountRefusal.ProposalUnknown,
                $"{command.With} has not said that it is one undertaking with you. Say so from your side instead.");
        if (account.Declared.Union is not null)
            return No(AccountRefusal.UnionUnderWay, "Registers are being joined already. Try again in a minute.");
        if (command.WithUndertaking == profile.UndertakingId) return Decision<AccountEvent, AccountRefusal>.Nothing;
        string[] both = [command.WithUndertaking, profile.UndertakingId];
        Array.Sort(both, StringComparer.Ordinal);

        // From here on it must succeed.
        return new UndertakingsUnited(command.With, both[1], both[0], command.By.Name, command.Evidence.Trim());
    }

    /// <summary>Decides <see cref="RecordJoin"/>.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, RecordJoin command, Instant now) =>
        account.Declared.Union?.Closing == command.Closing
            ? new UndertakingsJoined()
            : Decision<AccountEvent, AccountRefusal>.Nothing;

    /// <summary>Decides <see cref="ChangeUndertaking"/>; whoever moved elsewhere meanwhile stays there.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, ChangeUndertaking command, Instant now)
    {
        if (account.Profile is not { } profile) return Unknown();
        if (!command.By.IsSystem) return No(AccountRefusal.NotAllowed, "Only a declaration joins undertakings.");
        return profile.UndertakingId == command.From
            ? new UndertakingChanged(command.Into)
            : Decision<AccountEvent, AccountRefusal>.Nothing;
    }
}
