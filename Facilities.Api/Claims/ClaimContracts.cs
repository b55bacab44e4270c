using System.Collections.Immutable;
using Facilities.Api.Credits;
using Facilities.Api.Debts;
using Facilities.Api.Http;
using Facilities.Grains.Banking;
using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Rates;
using NodaTime;

namespace Facilities.Api.Claims;

public enum ClaimDecisionWord { Approve, Reject, Query }

/// <summary>A decision; of a query the note is the question, and <c>answerBy</c> the last day for its answer.</summary>
public sealed record ClaimDecisionBody(ClaimDecisionWord Decision, string Note = "", LocalDate? AnswerBy = null);

public sealed record ClaimReplyBody(string Text);

public sealed record ClaimPaymentBody(string Reference);

/// <summary>On which account the company is paid back.</summary>
public sealed record ClaimAccountBody(string Name, string Iban);

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

/// <summary>What is paid in advance of a delivery, and what became of it.</summary>
/// <param name="Share">Percent of what the booking reserved.</param>
/// <param name="Reserved">What the booking reserved of the voucher.</param>
/// <param name="PayBy">The last day on which the funder pays it.</param>
/// <param name="Earned">What the approved claim for the delivery uses of it.</param>
public sealed record AdvanceAnswer(Percentage Share, Money Reserved, LocalDate PayBy, Money? Earned)
{
    public static AdvanceAnswer? Of(ClaimStanding standing) => standing.Claim.Advance is { } terms
        ? new(terms.Share, terms.Reserved, terms.PayBy, standing.Advance!.Used)
        : null;
}

/// <summary>A claim with its evidence; one that is asked for alone has every rule with what was found.</summary>
public sealed record ClaimAnswer(
    ClaimId ClaimId, BookingId BookingId, VoucherId VoucherId, AccountId AccountId,
    ImmutableArray<PlatformId> PlatformIds, Money Amount, ClaimStatus Status, Instant OpenedAt, Instant? DecidedAt,
    string? Note, string? Reference, ClaimEvidence Evidence)
{
    public ImmutableArray<ClaimQuestionAnswer> Questions { get; init; } = [];

    /// <summary>The share of an order in another currency; null where it is the amount.</summary>
    public Money? Share { get; init; }

    /// <summary>At which rates, from the order's currency to the programme's; null where none is needed.</summary>
    public RatePair? Conversion { get; init; }

    /// <summary>Every rule with whether it is met, why, and what would change it; null in lists.</summary>
    public ImmutableArray<RuleCheck>? Checks { get; init; }

    /// <summary>Whom the funder pays, in words; null in lists.</summary>
    public string? Payee { get; init; }

    /// <summary>The account of the company that is paid back; null where it is none, or not the reader's.</summary>
    public BankParty? Account { get; init; }

    /// <summary>That it is paid in advance of the delivery, and what became of it; null for other claims.</summary>
    public AdvanceAnswer? Advance { get; init; }

    /// <summary>What an advance pays of the delivery, beside the amount; null where none was paid.</summary>
    public Money? Advanced { get; init; }

    /// <summary>From the approval on, how it is known that a company that is paid back had paid.</summary>
    public string? PaymentProof { get; init; }

    /// <summary>What the provider credited of it.</summary>
    public ImmutableArray<ClaimCreditAnswer> Credits { get; init; } = [];

    /// <summary>What is or was owed back of it, by whom and until when.</summary>
    public ImmutableArray<OwedAnswer> Owed { get; init; } = [];

    public static ClaimAnswer Of(ClaimStanding standing) => new(
        standing.Claim.Id, standing.Claim.Booking, standing.Claim.Voucher, standing.Claim.Account,
        standing.Claim.Platforms, standing.Claim.Amount, standing.Status, standing.OpenedAt, standing.DecidedAt,
        standing.Note, standing.Reference, standing.Claim.Evidence)
    {
        Questions = [.. (standing.Questions ?? []).Select(ClaimQuestionAnswer.Of)],
        Share = standing.Claim.OfOrder?.Amount,
        Conversion = standing.Claim.OfOrder?.Rates,
        Account = standing.Payout?.Account,
        PaymentProof = standing.Payout?.Proof,
        Credits = [.. (standing.Credits ?? []).Select(ClaimCreditAnswer.Of)],
        Advance = AdvanceAnswer.Of(standing),
        Advanced = standing.Claim.Advanced,
        Owed = [.. (standing.Debts ?? []).Select(OwedAnswer.Of)],
    };

    /// <summary>A claim as a reader sees it: a facility sees no account of the company.</summary>
    public static ClaimAnswer Of(ClaimFile file, Actor reader) => Of(file.Standing) with
    {
        Checks = file.Checks,
        Payee = file.Payee,
        Account = ClaimDoor.SeesAccount(reader, file) ? file.Standing.Payout?.Account : null,
    };
}
