using System.Collections.Immutable;
using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Instalments;

/// <summary>Records that the company paid back of an advance; by an officer, who saw it on the account.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">An officer of the programme.</param>
/// <param name="Claim">The advance.</param>
/// <param name="Amount">What came; null for all that is owed.</param>
/// <param name="Reference">By which the bank knows the transfer.</param>
public sealed record ReceiveRepayment(
    CommandId Id, Actor By, ClaimId Claim, Money? Amount, string Reference) : Command(Id, By);

public static partial class InstalmentDecisions
{
    /// <summary>Decides <see cref="ReceiveRepayment"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, ReceiveRepayment command, Instant now)
    {
        if (programme.Terms is null) return No(ProgrammeRefusal.ProgrammeUnknown, "There is no such programme.");
        if (!ProgrammeDecisions.IsOfficer(programme, command))
            return No(ProgrammeRefusal.NotAllowed, "Only the programme's officers record what was paid back.");
        if (!programme.Claims.TryGetValue(command.Claim.Value, out var claim))
            return No(ProgrammeRefusal.ClaimUnknown, $"This programme has no claim {command.Claim}.");
        if (claim.Advance?.Reclaim is not { Open.IsPositive: true } reclaim)
            return No(ProgrammeRefusal.NothingOwed, "Nothing is owed back for this claim.");
        var amount = command.Amount ?? reclaim.Open;
        var reference = command.Reference.Trim();
        if (reference.Length is 0 or > Limits.BankNameLength)
            return No(
                ProgrammeRefusal.NotValid,
                $"Give the bank's reference of the transfer, with at most {Limits.BankNameLength} characters.",
                "/reference");
        if (amount.Currency != reclaim.Open.Currency || !amount.IsPositive || amount > reclaim.Open)
            return No(
                ProgrammeRefusal.AmountNotAllowed,
                $"{Words.Money(reclaim.Open)} is owed: record an amount above zero and up to that.", "/amount");

        // From here on it must succeed.
        return (ProgrammeEvent[])[.. Repaid(claim, amount, reference, command.By.Name)];
    }

    /// <summary>
    /// What follows from a repayment: first comes the part that the voucher may use again, then the part that was
    /// rejected, which is free budget and no aid.
    /// </summary>
    public static ImmutableArray<ProgrammeEvent> Repaid(
        ClaimStanding advance, Money amount, string reference, string? byName)
    {
        var (id, reclaim) = (advance.Claim.Id, advance.Advance!.Reclaim!);
        var after = reclaim with { Repaid = reclaim.Repaid + amount };
        var back = after.RepaidToVoucher - reclaim.RepaidToVoucher;
        var lost = after.RepaidForGood - reclaim.RepaidForGood;
        var number = advance.Advance.Freed;
        var events = ImmutableArray.CreateBuilder<ProgrammeEvent>();
        if (back.IsPositive)
        {
            events.Add(new AdvanceRepaid(id, back, false, reference, byName));
            events.Add(new AdvanceFreed(id, ++number, back, false));
        }
        if (!lost.IsPositive) return events.ToImmutable();
        events.Add(new AdvanceRepaid(id, lost, true, reference, byName));
        events.Add(new AdvanceFreed(id, ++number, lost, true));
        events.Add(new VoucherReduced(
            advance.Claim.Voucher, lost, ReductionCause.ClaimRejected, $"The advance {id} was paid back.", id));
        return events.ToImmutable();
    }
}
