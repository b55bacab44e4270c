using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>Declares the size of an SME with its owners and what it owns.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">A person entitled to sign for it.</param>
/// <param name="Ownership">The enterprises with their accounts, and who holds what.</param>
/// <param name="Name">The signer's name as typed.</param>
/// <param name="TextHash">Of the text that the signer saw.</param>
public sealed record DeclareSize(
    CommandId Id, Actor By, Ownership Ownership, string Name, string TextHash) : Command(Id, By);

public static partial class AccountDecisions
{
    /// <summary>Decides <see cref="DeclareSize"/>. What is signed is what the signer saw, by its hash.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(AccountState account, DeclareSize command, Instant now)
    {
        if (account.Profile is not { } profile) return Unknown();
        if (MaySign(profile, command) is { } refused) return refused;
        if (command.Ownership.Subject.Value != profile.Id.Value)
            return Invalid("An account declares for its own enterprise.", "/enterprises");
        var today = now.InUtc().Date;
        if (command.Ownership.Faults(today) is [var fault, ..]) return Invalid(fault.Message, fault.Pointer);
        if (NameFault(command.Name) is { } nameless) return Invalid(nameless, "/name");
        var draft = SizeDeclaration.Draft(profile, command.Ownership, today);
        if (draft.TextHash != command.TextHash) return Changed();
        if (account.Declared.Size is { } before && before.TextHash == draft.TextHash && before.SignedOn == today)
            return Decision<AccountEvent, AccountRefusal>.Nothing;

        // From here on it must succeed.
        return new SizeDeclared(draft with { ByName = command.Name.Trim() });
    }

    /// <summary>Why a name does not do as a signature; null where it does.</summary>
    public static string? NameFault(string name) => string.IsNullOrWhiteSpace(name)
        ? "Type your name to sign."
        : name.Length > Limits.DeclaredName ? $"Type at most {Limits.DeclaredName} characters." : null;

    private static Refused<AccountRefusal>? MaySign(AccountProfile account, Command command) =>
        command.By.Has(OrganisationKind.Sme, account.Id.Value, Role.Signatory)
            ? null
            : No(AccountRefusal.NotAllowed, $"Only a person entitled to sign for {account.Name} signs this.");

    private static Refused<AccountRefusal> Invalid(string reason, string pointer) =>
        new(AccountRefusal.InvalidDeclaration, reason, pointer);

    private static Refused<AccountRefusal> Changed() => No(
        AccountRefusal.TextChanged,
        "What would be signed is not the text that you saw. Look at it again, then sign it as it is now.");
}
