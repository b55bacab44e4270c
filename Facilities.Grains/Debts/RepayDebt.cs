using System.Collections.Immutable;
using Facilities.Grains.Claims;
using Facilities.Grains.Debts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Debts
{
    /// <summary>Records that money came back; by an officer, who saw it on the account.</summary>
    /// <param name="Id">The command.</param>
    /// <param name="By">An officer of the programme.</param>
    /// <param name="Claim">The claim that was paid.</param>
    /// <param name="Number">Which of its debts.</param>
    /// <param name="Amount">What came; null for all that is owed.</param>
    /// <param name="Reference">By which the bank knows the transfer.</param>
    public sealed record RepayDebt(
        CommandId Id, Actor By, ClaimId Claim, int Number, Money? Amount, string Reference) : Command(Id, By);

    /// <summary>The rules of what is owed back.</summary>
    public static class DebtDecisions
    {
        /// <summary>Decides <see cref="RepayDebt"/>.</summary>
        public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
            ProgrammeState programme, RepayDebt command, Instant now)
        {
            if (programme.Terms is null) return No(ProgrammeRefusal.ProgrammeUnknown, "There is no such programme.");
            if (!ProgrammeDecisions.IsOfficer(programme, command))
                return No(ProgrammeRefusal.NotAllowed, "Only the programme's officers record what was paid back.");
            if (!programme.Claims.TryGetValue(command.Claim.Value, out var claim))
                return No(ProgrammeRefusal.ClaimUnknown, $"This programme has no claim {command.Claim}.");
            if (claim.DebtOf(command.Number) is not { IsOpen: true } debt)
                return No(ProgrammeRefusal.NothingOwed, "Nothing is owed back under this number.");
            if (programme.Banking.Waiting.ContainsKey(command.Claim.Value))
                return No(
                    ProgrammeRefusal.ClaimInBatch,
                    "A file of payments still pays the claim; what came back is recorded once the bank has paid.");
            var amount = command.Amount ?? debt.OpenTransfer;
            var reference = command.Reference.Trim();
            if (reference.Length is 0 or > Limits.BankNameLength)
                return No(
                    ProgrammeRefusal.NotValid,
                    $"Give the bank's reference of the transfer, with at most {Limits.BankNameLength} characters.",
                    "/reference");
            if (!IsOf(debt, amount))
                return No(
                    ProgrammeRefusal.AmountNotAllowed,
                    $"{Words.Money(debt.OpenTransfer)} is owed: record an amount above zero and up to that.",
                    "/amount");

            // From here on it must succeed.
            return (ProgrammeEvent[])[.. Repaid(claim, debt, amount, reference, command.By.Name)];
        }

        /// <summary>Whether an amount can be what somebody paid back of it.</summary>
        public static bool IsOf(Debt debt, Money amount) =>
            amount.Currency == debt.ToTransfer.Currency && amount.IsPositive && amount <= debt.OpenTransfer;

        /// <summary>
        /// What follows from a transfer: first comes the part that the voucher may use again, then the part that was
        /// rejected, which is free budget and no aid. What is for a credit comes to the voucher once it is whole.
        /// </summary>
        public static ImmutableArray<ProgrammeEvent> Repaid(
            ClaimStanding claim, Debt debt, Money transfer, string reference, string? byName)
        {
            var (id, counted) = (claim.Claim.Id, debt.Counted(transfer));
            if (claim.Advance is null)
                return
                [
                    new DebtRepaid(id, debt.Number, counted, false, reference, byName)
                    {
                        OfOrder = debt.OfOrder is null ? null : transfer,
                    },
                ];
            var after = debt with { Repaid = debt.Repaid + counted };
            var back = after.RepaidToVoucher - debt.RepaidToVoucher;
            var lost = after.RepaidForGood - debt.RepaidForGood;
            var number = claim.Advance.Freed;
            var events = ImmutableArray.CreateBuilder<ProgrammeEvent>();
            if (back.IsPositive)
            {
                events.Add(new DebtRepaid(id, debt.Number, back, false, reference, byName));
                events.Add(new AdvanceFreed(id, ++number, back, false));
            }
            if (!lost.IsPositive) return events.ToImmutable();
            events.Add(new DebtRepaid(id, debt.Number, lost, true, reference, byName));
            events.Add(new AdvanceFreed(id, ++number, lost, true));
            events.Add(new VoucherReduced(
                claim.Claim.Voucher, lost, ReductionCause.ClaimRejected, $"The advance {id} was paid back.", id));
            return events.ToImmutable();
        }

        private static Refused<ProgrammeRefusal> No(ProgrammeRefusal code, string reason, string? pointer = null) =>
            new(code, reason, pointer);
    }
}

namespace Facilities.Grains.Programmes
{
    public partial interface IProgrammeGrain
    {
        /// <summary>See <see cref="Debts.RepayDebt"/>; wallet and booking know when this answers.</summary>
        Task<Reply<ProgrammeRefusal>> RepayDebt(RepayDebt command);
    }

    public sealed partial class ProgrammeGrain
    {
        /// <inheritdoc/>
        public Task<Reply<ProgrammeRefusal>> RepayDebt(RepayDebt command) =>
            Then(Tell(command, DebtDecisions.Decide));
    }
}
