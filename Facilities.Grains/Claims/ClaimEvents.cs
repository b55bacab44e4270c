using System.Text.Json.Serialization;
using Facilities.Grains.Banking;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Claims;

/// <summary>What happens to a claim between its opening and its end, and what it does to its voucher.</summary>
public abstract record ClaimEvent : ProgrammeEvent;

/// <summary>An officer asked the facility and the SME something before deciding.</summary>
/// <param name="Claim">Which claim.</param>
/// <param name="ByName">Who asks.</param>
/// <param name="Question">In words.</param>
/// <param name="AnswerBy">The last day for the answer, in the programme's zone.</param>
public sealed record ClaimQueried(ClaimId Claim, string ByName, string Question, LocalDate AnswerBy) : ClaimEvent;

/// <summary>The facility or the SME answered; an officer decides again.</summary>
/// <param name="Claim">Which claim.</param>
/// <param name="Party">The account or platform that answered.</param>
/// <param name="ByName">Who of it.</param>
/// <param name="Text">In words.</param>
public sealed record ClaimAnswered(ClaimId Claim, string Party, string ByName, string Text) : ClaimEvent;

/// <summary>The SME said on which account it is to be paid back; the claim is approved with that account.</summary>
/// <param name="Claim">Which claim.</param>
/// <param name="Account">Holder and number.</param>
/// <param name="ByName">Who of the SME.</param>
public sealed record ClaimAccountStated(ClaimId Claim, BankParty Account, string ByName) : ClaimEvent;

/// <summary>With its approval: how it is known that the SME paid the invoices that it is paid back for.</summary>
/// <param name="Claim">Which claim.</param>
/// <param name="Proof">In words.</param>
public sealed record ClaimPaymentProven(ClaimId Claim, string Proof) : ClaimEvent;

/// <summary>
/// An amount of a voucher will never be used: it is free budget again, and the aid that counts is to be lowered by it.
/// </summary>
/// <param name="Voucher">Which voucher.</param>
/// <param name="Amount">What comes back.</param>
/// <param name="Cause">Why.</param>
/// <param name="Reason">The same in words, for the aid register.</param>
/// <param name="Claim">The claim that was rejected; null for other causes.</param>
public sealed record VoucherReduced(
    VoucherId Voucher, Money Amount, ReductionCause Cause, string Reason, ClaimId? Claim) : ClaimEvent
{
    /// <summary>Which lapse of the voucher it is; null where a claim was rejected.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Lapse { get; init; }
}

/// <summary>The aid register counts no more than what was left after so many reductions.</summary>
public sealed record AidLowered(VoucherId Voucher, int Number) : ClaimEvent;

/// <summary>Why an amount of a voucher comes back.</summary>
public enum ReductionCause
{
    /// <summary>The funder rejected a claim for it.</summary>
    ClaimRejected,
    /// <summary>The voucher's last day passed.</summary>
    Expired,
    /// <summary>The funder revoked the voucher.</summary>
    Revoked,
    /// <summary>The SME gave the voucher back.</summary>
    Returned,
}
