using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Claims;

/// <summary>A question of an officer with its answer, as the history of a claim keeps them.</summary>
/// <param name="Text">The question.</param>
/// <param name="ByName">Who asked.</param>
/// <param name="At">When.</param>
/// <param name="AnswerBy">The last day for the answer.</param>
/// <param name="Answer">Null while nobody answered.</param>
public sealed record ClaimQuestion(
    string Text, string ByName, Instant At, LocalDate AnswerBy, ClaimReply? Answer = null);

/// <summary>The answer to a question.</summary>
/// <param name="Party">The account or platform that answered.</param>
/// <param name="ByName">Who of it.</param>
/// <param name="At">When.</param>
/// <param name="Text">In words.</param>
public sealed record ClaimReply(string Party, string ByName, Instant At, string Text);

/// <summary>How a programme's state follows from the life of its claims.</summary>
public static class ClaimEvolution
{
    /// <summary>The state after an event.</summary>
    public static ProgrammeState Apply(ProgrammeState state, ClaimEvent happened, Instant at) => happened switch
    {
        ClaimQueried e => state.Change(e.Claim, c => c with
        {
            Status = ClaimStatus.Queried,
            Questions = [.. c.Questions ?? [], new ClaimQuestion(e.Question, e.ByName, at, e.AnswerBy)],
        }),
        ClaimAnswered e => state.Change(e.Claim, c => c with
        {
            Status = ClaimStatus.Open,
            Questions =
            [
                .. c.Questions!.Value[..^1],
                c.Questions.Value[^1] with { Answer = new ClaimReply(e.Party, e.ByName, at, e.Text) },
            ],
        }),
        ClaimAccountStated e => state.Change(e.Claim, c => c with
        {
            Payout = new ClaimPayout(e.Account, e.ByName, at, null),
        }),
        ClaimPaymentProven e => state.Change(e.Claim, c => c with
        {
            Payout = (c.Payout ?? ClaimPayout.Nothing) with { Proof = e.Proof },
        }),
        VoucherReduced e => state.Reduce(e),
        AidLowered e => state.Awards[e.Voucher.Value].Reductions == e.Number
            ? state with { ToLower = state.ToLower.Remove(e.Voucher.Value) }
            : state,
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to a claim."),
    };

    /// <summary>The claim whose payment came back: it is to be paid again.</summary>
    internal static ClaimStanding Returned(this ClaimStanding claim, string reason) => claim with
    {
        Status = ClaimStatus.Approved,
        Reference = null,
        Note = reason,
        Payout = claim.Payout is { } payout ? payout with { CameBack = true } : null,
    };

    private static ProgrammeState Change(
        this ProgrammeState state, ClaimId claim, Func<ClaimStanding, ClaimStanding> change) =>
        state with { Claims = state.Claims.SetItem(claim.Value, change(state.Claims[claim.Value])) };

    private static ProgrammeState Reduce(this ProgrammeState state, VoucherReduced e)
    {
        var award = state.Awards[e.Voucher.Value];
        var nothing = Money.Zero(award.Amount.Currency);
        var reduced = award with
        {
            Rejected = e.Claim is null ? award.Rejected : (award.Rejected ?? nothing) + e.Amount,
            Lapsed = e.Claim is null ? (award.Lapsed ?? nothing) + e.Amount : award.Lapsed,
            Reductions = award.Reductions + 1,
            Lapses = e.Lapse ?? award.Lapses,
            Why = e.Reason,
        };
        return state.Returned(award, e.Amount.Minor) with
        {
            Awards = state.Awards.SetItem(e.Voucher.Value, reduced),
            ToLower = reduced.Aid is null ? state.ToLower : state.ToLower.Add(e.Voucher.Value),
        };
    }
}
