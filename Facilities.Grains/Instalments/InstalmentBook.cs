using System.Collections.Immutable;
using Facilities.Grains.Banking;
using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Instalments;

/// <summary>What is still to follow from the advances of a programme.</summary>
/// <param name="ToSettle">Advances of bookings that are over, as long as the bank may still pay them.</param>
/// <param name="ToGiveBack">What wallets are still to be told, in order.</param>
public sealed record InstalmentBook(ImmutableSortedSet<string> ToSettle, ImmutableArray<FreedAdvance> ToGiveBack)
{
    /// <summary>Nothing.</summary>
    public static readonly InstalmentBook Empty = new([], []);

    /// <summary>Whether anything can be done now; what waits for the bank cannot.</summary>
    public bool IsOpen(BankingState bank) =>
        !ToGiveBack.IsEmpty || ToSettle.Any(claim => !bank.Waiting.ContainsKey(claim));

    /// <summary>Nothing of an advance waits for the bank any more.</summary>
    internal InstalmentBook Settled(ClaimId claim) => this with { ToSettle = ToSettle.Remove(claim.Value) };

    /// <summary>The state after an event.</summary>
    public static ProgrammeState Evolve(ProgrammeState state, InstalmentEvent happened, Instant at) => happened switch
    {
        AdvanceOpened e => state with
        {
            Claims = state.Claims.Add(
                e.Claim.Id.Value, new ClaimStanding(e.Claim, ClaimStatus.Open, at, null, null, null)
                {
                    Advance = AdvanceStanding.Nothing,
                }),
        },
        AdvanceClosed e => Change(state, e.Claim, c => c with
        {
            Status = ClaimStatus.Lapsed,
            DecidedAt = at,
            Note = e.Reason,
        }),
        AdvanceOver e => Change(
            state, e.Claim, c => With(c, a => a with { Over = e.Reason }), book => book with
            {
                ToSettle = book.ToSettle.Add(e.Claim.Value),
            }),
        AdvanceUsed e => Change(state, e.Claim, c => With(c, a => a with { Used = e.Amount })),
        AdvanceCameBack e => Change(state, e.Claim, c => With(c.Returned(e.Reason), a => a with
        {
            Used = null,
            Refund = e.Refund,
        })) with
        {
            Banking = state.Banking.Answered(e.Claim),
        },
        AdvanceUnearned e => Change(state, e.Claim, c => With(c, a => a with { Used = a.Used - e.Amount })),
        AdvanceFreed e => Change(
            state, e.Claim, c => With(c, a => a with { Freed = e.Number }), book => book.Settled(e.Claim) with
            {
                ToGiveBack = book.ToGiveBack.Add(new(e.Claim, e.Number, e.Amount, e.ForGood)),
            }),
        AdvanceGivenBack e => Change(state, e.Claim, c => c, book => book with
        {
            ToGiveBack = book.ToGiveBack.RemoveAll(f => f.Claim == e.Claim && f.Number == e.Number),
        }),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to an advance."),
    };

    /// <summary>The claim for a delivery that an advance was paid on starts with the account of that.</summary>
    internal static ClaimStanding Opened(ProgrammeState state, Claim claim, Instant at) => new(
        claim, ClaimStatus.Open, at, null, null, null)
    {
        Payout = claim.Advanced is not null
            && Advances.Of(state, claim)?.Payout is { Account: not null } payout
                ? payout with { Proof = null, CameBack = false }
                : null,
    };

    /// <summary>
    /// What was to be paid back is not any more once the bank returned the payment itself. It is not paid again: the
    /// booking is over, or its claim was rejected.
    /// </summary>
    internal static ProgrammeState CameBack(ProgrammeState state, ClaimPaymentReturned e, Instant at)
    {
        var claim = e.Claim;
        var before = state.Claims[claim.Value];
        var over = before.Advance!.Over ?? before.OpenDebts.FirstOrDefault()?.Reason;
        return Change(
            state, claim, c => With(c, a => a with { Over = over }) with
            {
                Debts = c.Debts is { } debts
                    ? [.. debts.Select(d => d.IsOpen ? d with { SettledAt = at, Settlement = e.Reason } : d)]
                    : null,
            }, book => over is null || before.Advance.Refund is not null
                ? book
                : book with { ToSettle = book.ToSettle.Add(claim.Value) });
    }

    private static ClaimStanding With(ClaimStanding claim, Func<AdvanceStanding, AdvanceStanding> change) =>
        claim with { Advance = change(claim.Advance!) };

    private static ProgrammeState Change(
        ProgrammeState state, ClaimId claim, Func<ClaimStanding, ClaimStanding> change,
        Func<InstalmentBook, InstalmentBook>? follow = null) => state with
        {
            Claims = state.Claims.SetItem(claim.Value, change(state.Claims[claim.Value])),
            Instalments = follow is null ? state.Instalments : follow(state.Instalments),
        };
}
