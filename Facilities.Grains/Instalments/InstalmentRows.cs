using Facilities.Grains.Banking;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Grains.Instalments;

/// <summary>What an advance posts, where that is something.</summary>
public sealed record AdvancePosting(RowWrite? Row);

/// <summary>What lists and the ledger see of advances.</summary>
public static class InstalmentRows
{
    /// <summary>The claim that changed.</summary>
    public static ClaimId ClaimOf(InstalmentEvent happened) => happened switch
    {
        AdvanceOpened e => e.Claim.Id,
        AdvanceClosed e => e.Claim,
        AdvanceOver e => e.Claim,
        AdvanceUsed e => e.Claim,
        AdvanceUnearned e => e.Claim,
        AdvanceCameBack e => e.Claim,
        AdvanceFreed e => e.Claim,
        AdvanceGivenBack e => e.Claim,
        _ => throw new InvalidOperationException($"{happened.GetType().Name} is about no claim."),
    };

    /// <summary>
    /// The posting of an event about an advance; null where the event is about something else. Between the wallet and
    /// the advance lies what is redeemed: the wallet draws into it and takes back out of it.
    /// </summary>
    public static AdvancePosting? PostingOf(
        ProgrammeState after, ProgrammeEvent happened, string key, string owner, Instant at)
    {
        if (AboutOf(happened) is not { } id || after.Claims.GetValueOrDefault(id.Value) is not
            { Claim: { Advance: not null } claim } standing) return null;
        AdvancePosting Move(string debit, string credit, string text, Money? amount = null) => new(
            amount is { IsZero: true } ? null : Posting.Row(
                key, owner, at, debit, credit, amount ?? claim.Amount, text, claim.Booking, claim.Voucher));
        return happened switch
        {
            AdvanceOpened => Move("redeemed", "advance", "Booking confirmed, advance to pay"),
            AdvanceClosed e => Move("advance", "redeemed", $"No advance: {e.Reason}"),
            ClaimPaid e => Move("advance", "advanced", $"Advance paid, reference {e.Reference}", standing.Kept),
            AdvanceCameBack e => Move("paid", "advance", "The payment came back", e.Earned),
            ClaimPaymentReturned { WasPaid: true } => Move(
                (standing.Debts ?? []).Any(d => d.SettledAt == at) ? "owed" : "advanced", "advance",
                "The payment came back"),
            AdvanceUsed e => Move("advanced", "paid", "Earned by the delivery", e.Amount),
            AdvanceUnearned e => Move(
                standing.Status == ClaimStatus.Paid ? "paid" : "advance", "advanced", "Credited by the facility",
                e.Amount),
            _ => new(null),
        };
    }

    private static ClaimId? AboutOf(ProgrammeEvent happened) => happened switch
    {
        InstalmentEvent e => ClaimOf(e),
        ClaimApproved e => e.Claim,
        ClaimPaid e => e.Claim,
        ClaimPaymentReturned e => e.Claim,
        _ => null,
    };
}
