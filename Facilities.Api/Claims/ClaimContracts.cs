using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Api.Claims;

public enum ClaimDecisionWord { Approve, Reject, Query }

/// <summary>A decision; of a query the note is the question, and <c>answerBy</c> the last day for its answer.</summary>
public sealed record ClaimDecisionBody(ClaimDecisionWord Decision, string Note = "", LocalDate? AnswerBy = null);

public sealed record ClaimReplyBody(string Text);

public sealed record ClaimPaymentBody(string Reference);

public sealed record ClaimQuery(
    ClaimStatus? Status = null, int Limit = Query.LimitDefault, string? Cursor = null);

/// <summary>A question about a claim with its answer, by whom and when.</summary>
public sealed record ClaimQuestionAnswer(
    string Question, string AskedBy, Instant AskedAt, LocalDate AnswerBy, string? Answer, string? Party,
    string? AnsweredBy, Instant? AnsweredAt)
{
    public static ClaimQuestionAnswer Of(ClaimQuestion asked) => new(
        asked.Text, asked.ByName, asked.At, asked.AnswerBy, asked.Answer?.Text, asked.Answer?.Party,
        asked.Answer?.ByName, asked.Answer?.At);
}

/// <summary>A claim with its evidence; one that is asked for alone has every rule with what was found.</summary>
public sealed record ClaimAnswer(
    ClaimId ClaimId, BookingId BookingId, VoucherId VoucherId, AccountId AccountId,
    ImmutableArray<PlatformId> PlatformIds, Money Amount, ClaimStatus Status, Instant OpenedAt, Instant? DecidedAt,
    string? Note, string? Reference, ClaimEvidence Evidence)
{
    public ImmutableArray<ClaimQuestionAnswer> Questions { get; init; } = [];

    /// <summary>Every rule with whether it is met, why, and what would change it; null in lists.</summary>
    public ImmutableArray<RuleCheck>? Checks { get; init; }

    public static ClaimAnswer Of(ClaimStanding standing) => new(
        standing.Claim.Id, standing.Claim.Booking, standing.Claim.Voucher, standing.Claim.Account,
        standing.Claim.Platforms, standing.Claim.Amount, standing.Status, standing.OpenedAt, standing.DecidedAt,
        standing.Note, standing.Reference, standing.Claim.Evidence)
    {
        Questions = [.. (standing.Questions ?? []).Select(ClaimQuestionAnswer.Of)],
    };

    public static ClaimAnswer Of(ClaimFile file) => Of(file.Standing) with { Checks = file.Checks };
}
