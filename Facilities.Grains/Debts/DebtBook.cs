using System.Collections.Immutable;
using Facilities.Grains.Banking;
using Facilities.Grains.Credits;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Grains.Debts;

/// <summary>How a programme follows from what is owed back to it.</summary>
public static class DebtBook
{
    /// <summary>The state after an event.</summary>
    public static ProgrammeState Evolve(ProgrammeState state, DebtEvent happened, Instant at)
    {
        var claim = state.Claims[happened.Claim.Value];
        return happened switch
        {
            DebtArose e => Changed(state, Arisen(claim, new(
                e.Number, Debtor.Company, e.Amount, e.ForGood, e.DueOn, e.Reason, e.Reference))) with
            {
                Instalments = state.Instalments.Settled(e.Claim),
            },
            DebtRepaid e => Changed(state, Of(claim, e.Number, d => Repaid(d, e, at))).Settled(e),
            DebtLifted e => Changed(state, Of(claim, e.Number, d => d with { SettledAt = at, Settlement = e.Reason }))
                .Settled(e),
            _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to a debt."),
        };
    }

    /// <summary>A claim of which something is owed back.</summary>
    internal static ClaimStanding Arisen(ClaimStanding claim, Debt debt) =>
        claim with { Debts = [.. claim.Debts ?? [], debt] };

    /// <summary>The double entry of an event; between them, what is owed lies in an account of its own.</summary>
    public static RowWrite? PostingOf(
        ProgrammeState after, DebtEvent happened, string key, string owner, Instant at)
    {
        var standing = after.Claims[happened.Claim.Value];
        var (claim, debt) = (standing.Claim, standing.DebtOf(happened.Number)!);
        RowWrite? Post(string debit, string credit, Money amount, string text) => amount.IsZero ? null
            : Posting.Row(key, owner, at, debit, credit, amount, text, claim.Booking, claim.Voucher);
        return happened switch
        {
            DebtArose e => Post("advanced", "owed", e.Amount, e.Reason),
            DebtRepaid e => Post(
                "owed", e.ForGood ? "returned" : "redeemed", e.Amount ?? debt.Amount,
                $"Paid back, reference {e.Reference}"),
            DebtLifted e => Post("owed", "redeemed", debt.Amount - debt.Repaid, e.Reason),
            _ => null,
        };
    }

    /// <summary>
    /// What is owed no more because the bank did not pay, or the whole payment came back. Of an advance that is part of
    /// the return itself.
    /// </summary>
    public static ImmutableArray<ProgrammeEvent> WithLifted(
        ProgrammeState state, ImmutableArray<ProgrammeEvent> events, Instant now)
    {
        var claims = events.SelectMany(happened => happened switch
        {
            PaymentBatchWithdrawn e => state.Banking.Batches[e.Batch].Payments.Select(p => p.Claim),
            ClaimPaymentReturned e => [e.Claim],
            _ => [],
        }).Distinct().ToArray();
        if (claims.Length == 0) return events;
        var next = events.Aggregate(state, (before, happened) => ProgrammeState.Evolve(before, happened, now));
        var paid = from id in claims
                   let claim = next.Claims[id.Value]
                   where claim is
                   {
                       Status: ClaimStatus.Approved, Claim: { Amount.IsZero: true, Advanced.IsPositive: true },
                   } && !next.Banking.Waiting.ContainsKey(id.Value)
                   select Advances.PaidWith(claim, Advances.Of(next, claim.Claim));
        return
        [
            .. events,
            .. from id in claims
               let claim = next.Claims[id.Value]
               where claim.Status == ClaimStatus.Approved && !next.Banking.Waiting.ContainsKey(id.Value)
               from debt in claim.OpenDebts
               select new DebtLifted(id, debt.Number, "The claim is not paid, so nothing is owed back"),
            .. paid,
        ];
    }

    private static Debt Repaid(Debt debt, DebtRepaid e, Instant at)
    {
        var repaid = debt.Repaid + (e.Amount ?? debt.Open);
        var other = debt.OfOrder is null ? (Money?)null
            : debt.ToTransfer - debt.OpenTransfer + (e.OfOrder ?? debt.OpenTransfer);
        var isWhole = repaid == debt.Amount;
        return debt with
        {
            Repaid = repaid,
            RepaidOfOrder = other,
            SettledAt = isWhole ? at : null,
            Settlement = isWhole ? e.Reference : null,
        };
    }

    private static ClaimStanding Of(ClaimStanding claim, int number, Func<Debt, Debt> change) => claim with
    {
        Debts = [.. (claim.Debts ?? []).Select(d => d.Number == number ? change(d) : d)],
    };

    private static ProgrammeState Changed(ProgrammeState state, ClaimStanding claim) =>
        state with { Claims = state.Claims.SetItem(claim.Claim.Id.Value, ClaimCrediting.Closed(claim)) };

    /// <summary>Where a credit is the cause, wallet and booking are told once nothing is owed.</summary>
    private static ProgrammeState Settled(this ProgrammeState state, DebtEvent e) =>
        state.Claims[e.Claim.Value] is var claim && claim.CreditOf(e.Number) is not null
            && claim.DebtOf(e.Number) is { IsOpen: false }
            ? state with { ToCredit = (state.ToCredit ?? []).Add(ClaimCredit.KeyOf(e.Claim, e.Number)) }
            : state;
}
