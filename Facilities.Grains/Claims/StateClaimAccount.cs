using Facilities.Grains.Banking;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Claims;

/// <summary>States the account on which the SME is paid back for a claim; an officer approves it.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">Who pays for the SME.</param>
/// <param name="Claim">Which claim.</param>
/// <param name="Account">Holder and number.</param>
public sealed record StateClaimAccount(CommandId Id, Actor By, ClaimId Claim, BankParty Account) : Command(Id, By);

/// <summary>The rules of accounts that claims are paid to.</summary>
public static class ClaimAccountDecisions
{
    /// <summary>Decides <see cref="StateClaimAccount"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, StateClaimAccount command, Instant now)
    {
        if (programme.Terms is not { } terms)
            return No(ProgrammeRefusal.ProgrammeUnknown, "There is no such programme.");
        if (!programme.Claims.TryGetValue(command.Claim.Value, out var claim)
            || ClaimDecisions.PartyOf(claim.Claim, command.By) is null)
            return No(ProgrammeRefusal.ClaimUnknown, $"There is no claim {command.Claim} among yours.");
        if (!command.By.Has(OrganisationKind.Sme, claim.Claim.Account.Value, Role.Owner, Role.Finance))
            return No(ProgrammeRefusal.NotAllowed, "Only a person who pays for the company states its account.");
        if (!terms.PaymentMode.PaysAccount())
            return No(ProgrammeRefusal.NotValid, "This programme pays the facility: no account of yours is needed.");
        if (Iban.Fault(command.Account.Iban) is { } fault) return No(ProgrammeRefusal.NotValid, fault, "/iban");
        var name = command.Account.Name.Trim();
        if (name.Length is 0 or > Limits.BankNameLength)
            return No(
                ProgrammeRefusal.NotValid, $"The holder's name has 1 to {Limits.BankNameLength} characters.", "/name");
        var account = new BankParty(name, Iban.Plain(command.Account.Iban));
        if (claim.Payout?.Account == account) return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        if (programme.Banking.Waiting.ContainsKey(command.Claim.Value))
            return No(ProgrammeRefusal.ClaimInBatch, "A file of payments pays the claim; wait for the bank's answer.");
        if (!MayState(claim))
            return No(
                ProgrammeRefusal.ClaimDecided,
                $"The claim is {Refusal.NameOf(claim.Status)} already; the account that was stated stays.");

        // From here on it must succeed.
        return new ClaimAccountStated(command.Claim, account, command.By.Name);
    }

    /// <summary>
    /// Whether an account may be stated: until the approval, and where no payment can be made to what was approved.
    /// Then an officer approves the account anew.
    /// </summary>
    public static bool MayState(ClaimStanding claim) => claim.Status is ClaimStatus.Open or ClaimStatus.Queried
        || IsToApprove(claim) || claim is { Status: ClaimStatus.Approved, Payout: null or { CameBack: true } };

    /// <summary>Whether the claim was approved before its account was stated.</summary>
    public static bool IsToApprove(ClaimStanding claim) =>
        claim is { Status: ClaimStatus.Approved, Payout: { Account: not null, Proof: null } };

    private static Refused<ProgrammeRefusal> No(ProgrammeRefusal code, string reason, string? pointer = null) =>
        new(code, reason, pointer);
}
