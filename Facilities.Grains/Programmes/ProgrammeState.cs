using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>How far a claim has come.</summary>
public enum ClaimStatus
{
    /// <summary>An officer must decide.</summary>
    Open,
    /// <summary>Approved, to be paid.</summary>
    Approved,
    /// <summary>Rejected; the SME owes the amount.</summary>
    Rejected,
    /// <summary>Paid to the provider.</summary>
    Paid,
}

/// <summary>A claim with where it stands.</summary>
public sealed record ClaimStanding(
    Claim Claim, ClaimStatus Status, Instant OpenedAt, Instant? DecidedAt, string? Note, string? Reference);

/// <summary>An award with where it stands.</summary>
public sealed record Award(
    VoucherId Voucher, AccountId Account, Money Amount, LocalDate ExpiresOn, Instant At, bool HandedOver)
{
    /// <summary>What counts in the aid register for it; null where no register was asked.</summary>
    public Money? Aid { get; init; }
}

/// <summary>An award that waits for the aid register of the SME's undertaking.</summary>
public sealed record PreparedAward(
    VoucherId Voucher, AccountId Account, Money Amount, LocalDate GrantedOn, Money Euros, LocalDate ExpiresOn,
    string Note);

/// <summary>A programme: its budget, awards and claims.</summary>
public sealed record ProgrammeState(
    ProgrammeTerms? Terms, ImmutableSortedDictionary<string, Award> Awards,
    ImmutableSortedDictionary<string, ClaimStanding> Claims, ImmutableSortedSet<string> ToReport, long AwardedMinor)
{
    /// <summary>A programme that nobody published.</summary>
    public static readonly ProgrammeState Nobody = new(
        null, ImmutableSortedDictionary<string, Award>.Empty, ImmutableSortedDictionary<string, ClaimStanding>.Empty,
        [], 0);

    /// <summary>Vouchers that were awarded and do not lie in a wallet yet.</summary>
    public ImmutableSortedSet<string> ToHandOver { get; init; } = [];

    /// <summary>Awards that wait for an aid register.</summary>
    public ImmutableSortedDictionary<string, PreparedAward> Prepared { get; init; } =
        ImmutableSortedDictionary<string, PreparedAward>.Empty;

    /// <summary>Why awards were withdrawn, by their voucher: for those who ask again.</summary>
    public ImmutableSortedDictionary<string, string> Withdrawn { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether a register, a wallet or a booking has still to be told something.</summary>
    [JsonIgnore]
    public bool IsOpen => Prepared.Count > 0 || ToHandOver.Count > 0 || ToReport.Count > 0;

    /// <summary>Budget that no award took yet, nor waits for.</summary>
    public Money Free => Terms!.Budget - new Money(AwardedMinor, Terms.Budget.Currency)
        - Money.Sum(Prepared.Values.Select(p => p.Amount), Terms.Budget.Currency);

    /// <summary>The state after an event.</summary>
    public static ProgrammeState Evolve(ProgrammeState state, ProgrammeEvent happened, Instant at) => happened switch
    {
        ProgrammePublished e => state with { Terms = e.Terms },
        AwardPrepared e => state with
        {
            Prepared = state.Prepared.Add(e.Voucher.Value, new PreparedAward(
                e.Voucher, e.Account, e.Amount, e.GrantedOn, e.Euros, e.ExpiresOn, e.Note)),
        },
        AwardWithdrawn e => state with
        {
            Prepared = state.Prepared.Remove(e.Voucher.Value),
            Withdrawn = state.Withdrawn.SetItem(e.Voucher.Value, e.Reason),
        },
        VoucherAwarded e => state with
        {
            Prepared = state.Prepared.Remove(e.Voucher.Value),
            Awards = state.Awards.Add(
                e.Voucher.Value, new Award(e.Voucher, e.Account, e.Amount, e.ExpiresOn, at, false)
                {
                    Aid = state.Prepared.GetValueOrDefault(e.Voucher.Value)?.Euros,
                }),
            AwardedMinor = state.AwardedMinor + e.Amount.Minor,
            ToHandOver = state.ToHandOver.Add(e.Voucher.Value),
        },
        VoucherHandedOver e => state with
        {
            Awards = state.Awards.SetItem(e.Voucher.Value, state.Awards[e.Voucher.Value] with { HandedOver = true }),
            ToHandOver = state.ToHandOver.Remove(e.Voucher.Value),
        },
        ClaimOpened e => state with
        {
            Claims = state.Claims.Add(
                e.Claim.Id.Value, new ClaimStanding(e.Claim, ClaimStatus.Open, at, null, null, null)),
        },
        ClaimApproved e =>
            state.Settle(e.Claim, c => c with { Status = ClaimStatus.Approved, DecidedAt = at, Note = e.Note }),
        ClaimRejected e => state
            .Settle(e.Claim, c => c with { Status = ClaimStatus.Rejected, DecidedAt = at, Note = e.Note })
            .ToBeReported(e.Claim),
        ClaimPaid e => state
            .Settle(e.Claim, c => c with { Status = ClaimStatus.Paid, Reference = e.Reference })
            .ToBeReported(e.Claim),
        ClaimReported e => state with { ToReport = state.ToReport.Remove(e.Claim.Value) },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to a programme."),
    };

    private ProgrammeState ToBeReported(ClaimId claim) => this with { ToReport = ToReport.Add(claim.Value) };

    private ProgrammeState Settle(ClaimId claim, Func<ClaimStanding, ClaimStanding> change) =>
        this with { Claims = Claims.SetItem(claim.Value, change(Claims[claim.Value])) };
}
