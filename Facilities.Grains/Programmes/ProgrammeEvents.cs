using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Rates;
using Facilities.Grains.Services;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>What happens to a voucher programme, in the order of its life.</summary>
public abstract record ProgrammeEvent;

/// <summary>The funder published the programme with its budget.</summary>
public sealed record ProgrammePublished(ProgrammeTerms Terms) : ProgrammeEvent;

/// <summary>
/// An award is decided and its budget set aside, until the aid register of the SME's undertaking says that it fits.
/// </summary>
/// <param name="Voucher">The voucher to be.</param>
/// <param name="Account">For whom.</param>
/// <param name="Amount">What it will be worth.</param>
/// <param name="GrantedOn">The day of the decision, on which the aid counts.</param>
/// <param name="Euros">The amount in the currency that the ceiling counts in.</param>
/// <param name="ExpiresOn">Its last day.</param>
/// <param name="Note">Why.</param>
public sealed record AwardPrepared(
    VoucherId Voucher, AccountId Account, Money Amount, LocalDate GrantedOn, Money Euros, LocalDate ExpiresOn,
    string Note) : ProgrammeEvent
{
    /// <summary>The SME's undertaking on that day; null where it was not kept, left out of rows then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Undertaking { get; init; }

    /// <summary>Units of its currency for one euro; left out of rows where none was needed or kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? PerEuro { get; init; }

    /// <summary>NACE class that it is for; null, and left out of rows, where it is the SME's main one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Activity { get; init; }

    /// <summary>What is awarded where all of it does not fit; null, and left out of rows, where nothing is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LesserAid? Instead { get; init; }
}

/// <summary>The aid register refused: nothing was awarded, and the budget is free again.</summary>
public sealed record AwardWithdrawn(VoucherId Voucher, string Reason) : ProgrammeEvent
{
    /// <summary>Why, where it was not the ceiling; left out of rows otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProgrammeRefusal? Code { get; init; }
}

/// <summary>An SME was awarded a voucher; the legal right arises now.</summary>
public sealed record VoucherAwarded(
    VoucherId Voucher, AccountId Account, Money Amount, LocalDate ExpiresOn, string Note) : ProgrammeEvent
{
    /// <summary>The SME's undertaking at the decision; null where it was not kept, left out of rows then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Undertaking { get; init; }

    /// <summary>NACE class that it is for; null, and left out of rows, where it is the SME's main one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Activity { get; init; }

    /// <summary>What it replaced at a lower rate; null where it is what was decided, left out of rows then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LesserAward? Lesser { get; init; }
}

/// <summary>The voucher lies in the SME's wallet.</summary>
public sealed record VoucherHandedOver(VoucherId Voucher) : ProgrammeEvent;

/// <summary>A provider claims what the voucher pays of an accepted delivery.</summary>
public sealed record ClaimOpened(Claim Claim) : ProgrammeEvent;

/// <summary>An officer approved the claim: the funder will pay it.</summary>
public sealed record ClaimApproved(ClaimId Claim, string ByName, string Note) : ProgrammeEvent;

/// <summary>An officer rejected the claim: by the contract the SME owes the amount.</summary>
public sealed record ClaimRejected(ClaimId Claim, string ByName, string Note) : ProgrammeEvent;

/// <summary>The funder paid the claim.</summary>
public sealed record ClaimPaid(ClaimId Claim, string Reference) : ProgrammeEvent;

/// <summary>The booking knows how its claim ended.</summary>
public sealed record ClaimReported(ClaimId Claim) : ProgrammeEvent;

/// <summary>What a funder owes a provider for one accepted booking, with its evidence.</summary>
/// <param name="Id">The claim.</param>
/// <param name="Booking">The accepted booking.</param>
/// <param name="Voucher">The voucher that pays.</param>
/// <param name="Account">The SME.</param>
/// <param name="Platforms">Who delivered.</param>
/// <param name="Amount">What is claimed, in the programme's currency; never above what was reserved.</param>
/// <param name="Evidence">What it rests on.</param>
public sealed record Claim(
    ClaimId Id, BookingId Booking, VoucherId Voucher, AccountId Account, ImmutableArray<PlatformId> Platforms,
    Money Amount, ClaimEvidence Evidence)
{
    /// <summary>
    /// The share of the order where that is in another currency than the programme, at the rates of the quote; null,
    /// and left out of rows, where it is the amount itself.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Converted? OfOrder { get; init; }

    /// <summary>The share as the booking and the facility count it.</summary>
    [JsonIgnore]
    public Money InOrder => OfOrder?.Amount ?? Amount;

    /// <summary>The amount, after the share of the order where that is another.</summary>
    [JsonIgnore]
    public string InWords => OfOrder is { } share ? share.Rates.InWords(share.Amount, Amount) : Words.Money(Amount);

    /// <summary>
    /// What is transferred: to the facility the share of the order, which is what it is owed; to an SME that paid all
    /// before, the amount in the programme's own currency.
    /// </summary>
    public Money PayableBy(PaymentMode mode) => mode.PaysAccount() ? Amount : InOrder;

    /// <summary>What makes it an advance; null where it is for a delivery, and left out of rows then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AdvanceTerms? Advance { get; init; }

    /// <summary>
    /// What of the delivery the advance pays, beside the amount; null where none was paid, left out of rows then.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? Advanced { get; init; }
}

/// <summary>What a claim rests on; each part can be opened from the booking.</summary>
/// <param name="QuoteSeal">Seal of the price as agreed.</param>
/// <param name="ContractHash">Hash of the contract text that both sides signed.</param>
/// <param name="SignedAt">When the last side signed.</param>
/// <param name="Service">What was delivered, in words.</param>
/// <param name="DeliveredAt">When the facility recorded the delivery; null of an advance.</param>
/// <param name="AcceptedAt">When the SME accepted it, or it was deemed accepted; null of an advance.</param>
/// <param name="Accepted">By whom, in words; empty of an advance.</param>
/// <param name="Invoices">Numbers of the invoices.</param>
/// <param name="Net">The net price as delivered; of an advance as agreed.</param>
public sealed record ClaimEvidence(
    string QuoteSeal, string ContractHash, Instant SignedAt, string Service, Instant? DeliveredAt, Instant? AcceptedAt,
    string Accepted, ImmutableArray<string> Invoices, Money Net);
