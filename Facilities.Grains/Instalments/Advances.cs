using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Banking;
using Facilities.Grains.Claims;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Instalments;

/// <summary>The rules of advances, as other rules ask for them.</summary>
public static class Advances
{
    /// <summary>The id of the advance that a booking has of a voucher.</summary>
    public static ClaimId IdOf(BookingId booking, VoucherId voucher) => new($"a-{booking}-{voucher}");

    /// <summary>The advance that was paid on the booking of a claim; null where there is none.</summary>
    public static ClaimStanding? Of(ProgrammeState programme, Claim claim) =>
        programme.Claims.GetValueOrDefault(IdOf(claim.Booking, claim.Voucher).Value);

    /// <summary>Whether it is an advance whose booking is over: it is not paid any more.</summary>
    public static bool IsOver(ClaimStanding claim) => claim.Advance?.Over is not null;

    /// <summary>Whether anything is paid of it once it is approved.</summary>
    public static bool IsPayable(ClaimStanding claim) => claim.Advance?.Refund is { } refund
        ? (claim.Kept + refund).IsPositive
        : !IsOver(claim);

    /// <summary>
    /// What follows when a booking claims its delivery: a payment that the bank made, or was asked for, is set off;
    /// any other advance is closed, and what is not needed of it is the voucher's again.
    /// </summary>
    public static (Claim Claim, ImmutableArray<ProgrammeEvent> First) Rest(ProgrammeState programme, Claim claim)
    {
        if (Of(programme, claim) is not { } advance) return (claim, []);
        var amount = advance.Claim.Amount;
        var covered = Money.Min(amount, claim.Amount);
        if (advance.Status == ClaimStatus.Paid || programme.Banking.Waiting.ContainsKey(advance.Claim.Id.Value))
            return (claim with { Amount = claim.Amount - covered, Advanced = covered }, []);
        return (claim,
        [
            .. advance.Status == ClaimStatus.Lapsed ? Array.Empty<ProgrammeEvent>()
                : [new AdvanceClosed(advance.Claim.Id, "The delivery came first.", Actor.System.Name)],
            .. Freed(advance, amount - covered),
        ]);
    }

    /// <summary>Why the claim for a delivery may not be decided yet; null where it may.</summary>
    public static Refused<ProgrammeRefusal>? MayNotDecide(ProgrammeState programme, Claim claim, bool approve)
    {
        if (claim.Advanced is null || Of(programme, claim) is not { Status: not ClaimStatus.Paid } advance) return null;
        return programme.Banking.Waiting.ContainsKey(advance.Claim.Id.Value)
            ? new(
                ProgrammeRefusal.AdvanceUnderWay,
                "The bank was asked to pay the advance; its statement says whether it did. Decide then.")
            : approve && advance.Status == ClaimStatus.Approved
                ? new(
                    ProgrammeRefusal.AdvanceUnderWay,
                    $"The claim counts on the advance {advance.Claim.Id}, whose payment came back. Pay that first.")
                : null;
    }

    /// <summary>Whether an advance was earned or paid back in part: its payment cannot come back any more.</summary>
    public static bool IsSettled(ClaimStanding advance) => advance.Advance?.Used is not null
        || (advance.Debts ?? []).Any(d => d.Repaid.IsPositive);

    /// <summary>
    /// What follows where the bank returns an advance that was earned or paid back in part. What was still owed came
    /// with it; what was earned is paid again, and what the company had paid back of it with that.
    /// </summary>
    public static ImmutableArray<ProgrammeEvent> CameBack(
        ProgrammeState programme, ClaimStanding advance, string entry, string reason)
    {
        var zero = Money.Zero(advance.Claim.Amount.Currency);
        var refund = advance.Advance!.Refund ?? advance.Claim.Amount - advance.Kept;
        var (state, events) = (programme, ImmutableArray.CreateBuilder<ProgrammeEvent>());
        foreach (var debt in advance.OpenDebts)
        {
            var settled = DebtDecisions.Repaid(
                state.Claims[advance.Claim.Id.Value], debt, debt.OpenTransfer, entry, null);
            events.AddRange(settled);
            state = settled.Aggregate(
                state, (before, happened) => ProgrammeState.Evolve(before, happened, advance.OpenedAt));
        }
        return [.. events, new AdvanceCameBack(advance.Claim.Id, advance.Advance.Used ?? zero, refund, reason)];
    }

    /// <summary>What is transferred for a claim: also what a company paid back of money that it never had.</summary>
    public static Money Payable(ClaimStanding claim, PaymentMode mode) => claim.Advance?.Refund is { } refund
        ? claim.Kept + refund
        : claim.Claim.PayableBy(mode);

    /// <summary>What follows from a payment: an advance that is paid again was earned before.</summary>
    public static ImmutableArray<ProgrammeEvent> Paid(ClaimStanding claim, string reference)
    {
        var paid = new ClaimPaid(claim.Claim.Id, reference);
        return claim is { Advance.Refund: not null, Kept.IsPositive: true }
            ? [paid, new AdvanceUsed(
                claim.Claim.Id, Credit.ClaimOf(claim.Claim.Booking, claim.Claim.Voucher.Value), claim.Kept)]
            : [paid];
    }

    /// <summary>What follows from the approval of the claim for a delivery.</summary>
    public static ImmutableArray<ProgrammeEvent> Earned(ProgrammeState programme, Claim claim, Instant now)
    {
        if (claim.Advanced is not { } covered || Of(programme, claim) is not { } advance) return [];
        var over = advance.Claim.Amount - covered;
        return
        [
            new AdvanceUsed(advance.Claim.Id, claim.Id, covered),
            .. over.IsPositive
                ? [Reclaimed(
                    programme, advance, over, Money.Zero(over.Currency), "Less was delivered than was advanced.", now)]
                : Array.Empty<ProgrammeEvent>(),
            .. claim.Amount.IsZero
                ? [PaidWith(programme.Claims[claim.Id.Value], advance)]
                : Array.Empty<ProgrammeEvent>(),
        ];
    }

    /// <summary>What follows from the rejection of the claim for a delivery.</summary>
    public static ImmutableArray<ProgrammeEvent> Lost(ProgrammeState programme, Claim claim, Instant now)
    {
        if (claim.Advanced is not { } covered || Of(programme, claim) is not { } advance) return [];
        return advance.Status == ClaimStatus.Paid
            ? [Reclaimed(
                programme, advance, advance.Claim.Amount, covered, "The claim for the delivery was rejected.", now)]
            :
            [
                new AdvanceClosed(advance.Claim.Id, "The claim for the delivery was rejected.", Actor.System.Name),
                .. Freed(advance, advance.Claim.Amount),
            ];
    }

    /// <summary>
    /// What follows from a credit on the claim for the delivery, which is lowered first: only what is more than that
    /// had come in advance. Until the claim is approved nothing of it is earned, so that the approval reclaims it.
    /// </summary>
    public static ImmutableArray<ProgrammeEvent> Credited(
        ProgrammeState programme, ClaimStanding claim, ClaimCredited credit, Instant now)
    {
        if (claim.Claim.Advanced is not { } before || credit.Effect == CreditEffect.None
            || Of(programme, claim.Claim) is not { } advance) return [];
        var zero = Money.Zero(before.Currency);
        var (less, rest) = (credit.OfAdvance ?? zero, claim.Claim.Amount - credit.OfClaim);
        var reason = $"Credit note {credit.Note}: {credit.Reason}";
        if (claim.Status is ClaimStatus.Open or ClaimStatus.Queried)
            return less == before ? Ended(programme, advance, reason, now) : [];
        return
        [
            .. less.IsPositive
                ? Unearned(programme, claim, advance, less, reason, now)
                : ImmutableArray<ProgrammeEvent>.Empty,
            .. claim.Status == ClaimStatus.Approved && rest.IsZero && less < before
                && credit.Effect != CreditEffect.FileOwed
                    ? [PaidWith(claim, advance)]
                    : Array.Empty<ProgrammeEvent>(),
        ];
    }

    /// <summary>What is not earned any more is owed back, or not paid where the bank had returned it.</summary>
    private static ImmutableArray<ProgrammeEvent> Unearned(
        ProgrammeState programme, ClaimStanding claim, ClaimStanding advance, Money less, string reason, Instant now)
    {
        ProgrammeEvent[] events =
        [
            new AdvanceUnearned(advance.Claim.Id, claim.Claim.Id, less),
            Reclaimed(programme, advance, less, Money.Zero(less.Currency), reason, now),
        ];
        if (advance.Status == ClaimStatus.Paid) return [.. events];
        var after = events.Aggregate(programme, (state, happened) => ProgrammeState.Evolve(state, happened, now))
            .Claims[advance.Claim.Id.Value];
        return [.. events, .. DebtDecisions.Repaid(after, after.Debts!.Value[^1], less, "It is not paid again", null)];
    }

    /// <summary>The booking claims nothing: what was paid is owed back, the rest is the voucher's again.</summary>
    internal static ImmutableArray<ProgrammeEvent> Ended(
        ProgrammeState programme, ClaimStanding advance, string reason, Instant now) =>
        [new AdvanceOver(advance.Claim.Id, reason), .. Settled(programme, advance, reason, now)];

    /// <summary>Of a claim that its advance covers nothing is left to be paid.</summary>
    internal static ClaimPaid PaidWith(ClaimStanding claim, ClaimStanding? advance) =>
        new(claim.Claim.Id, $"Paid with the advance {advance?.Reference}.");

    /// <summary>
    /// What follows where the booking is over: what was paid is owed back, what was not is the voucher's again. What
    /// the bank was asked to pay stays until it answered.
    /// </summary>
    public static ImmutableArray<ProgrammeEvent> Settled(
        ProgrammeState programme, ClaimStanding advance, string reason, Instant now)
    {
        // What is paid again was settled before the bank returned it.
        if (programme.Banking.Waiting.ContainsKey(advance.Claim.Id.Value) || advance.Advance?.Refund is not null)
            return [];
        var amount = advance.Claim.Amount;
        return advance.Status switch
        {
            ClaimStatus.Paid => [Reclaimed(programme, advance, amount, Money.Zero(amount.Currency), reason, now)],
            ClaimStatus.Lapsed => Freed(advance, amount),
            _ => [new AdvanceClosed(advance.Claim.Id, reason, Actor.System.Name), .. Freed(advance, amount)],
        };
    }

    /// <summary>Has the wallet take back an amount, in the order of the telling.</summary>
    internal static ImmutableArray<ProgrammeEvent> Freed(ClaimStanding advance, Money amount, bool forGood = false) =>
        amount.IsPositive
            ? [new AdvanceFreed(advance.Claim.Id, advance.Advance!.Freed + 1, amount, forGood)]
            : [];

    private static DebtArose Reclaimed(
        ProgrammeState programme, ClaimStanding advance, Money amount, Money forGood, string reason, Instant now)
    {
        var (terms, number) = (programme.Terms!, 1 + (advance.Debts?.Length ?? 0));
        return new(
            advance.Claim.Id, number, amount, forGood,
            ProgrammeDecisions.DayOf(terms, now).PlusDays(terms.Instalments!.RepaidWithinDays), reason,
            PaymentBatch.NameOf(
                "RC", terms.Id.Value, advance.Claim.Id.Value, number.ToString(CultureInfo.InvariantCulture))[..14]);
    }
}
