using System.Text.Json.Serialization;
using Facilities.Grains.Claims;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>Opens the claim of an accepted booking; sent by the booking.</summary>
public sealed record OpenClaim(CommandId Id, Actor By, Claim Claim) : Command(Id, By);

/// <summary>Approves or rejects a claim.</summary>
public sealed record DecideClaim(CommandId Id, Actor By, ClaimId Claim, bool Approve, string Note) : Command(Id, By)
{
    /// <summary>What the booking says of the SME's payment; no part of what the caller says.</summary>
    [JsonIgnore]
    public PaymentProof? Proof { get; init; }
}

/// <summary>Records that an approved claim was paid.</summary>
public sealed record PayClaim(CommandId Id, Actor By, ClaimId Claim, string Reference) : Command(Id, By)
{
    /// <inheritdoc cref="DecideClaim.Proof"/>
    [JsonIgnore]
    public PaymentProof? Proof { get; init; }
}

/// <summary>Records that the booking knows how its claim ended.</summary>
public sealed record RecordClaimReport(CommandId Id, Actor By, ClaimId Claim) : Command(Id, By);

public static partial class ProgrammeDecisions
{
    /// <summary>Decides <see cref="OpenClaim"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, OpenClaim command, Instant now)
    {
        if (programme.Terms is null) return Unknown();
        if (!command.By.IsSystem) return No(ProgrammeRefusal.NotAllowed, "Only a booking opens a claim.");
        if (programme.Claims.ContainsKey(command.Claim.Id.Value))
            return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        if (!programme.Awards.ContainsKey(command.Claim.Voucher.Value))
            throw new InvalidOperationException($"Claim {command.Claim.Id} names a voucher of another programme.");
        var (claim, first) = Advances.Rest(programme, command.Claim);
        return (ProgrammeEvent[])[.. first, new ClaimOpened(claim)];
    }

    /// <summary>Decides <see cref="DecideClaim"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, DecideClaim command, Instant now)
    {
        if (programme.Terms is null) return Unknown();
        if (!IsOfficer(programme, command))
            return No(ProgrammeRefusal.NotAllowed, "Only the programme's officers decide claims.");
        if (!programme.Claims.TryGetValue(command.Claim.Value, out var claim)) return NoClaim(command.Claim);
        var isAccountAlone = command.Approve && ClaimAccountDecisions.IsToApprove(claim);
        if (claim.Status is not (ClaimStatus.Open or ClaimStatus.Queried) && !isAccountAlone)
            return No(
                ProgrammeRefusal.ClaimDecided, $"The claim is {claim.Status.ToString().ToLowerInvariant()} already.");
        if (Advances.MayNotDecide(programme, claim.Claim, command.Approve) is { } late) return late;
        if (command.Approve) return Approved(programme, claim, command, now);
        if (ClaimDecisions.MayNotReject(programme.Terms, claim, now) is { } wait) return wait;

        // From here on it must succeed. What was claimed will not be used: it is free budget again, and no aid. An
        // advance that is not paid stays set aside for the claim of the delivery.
        if (claim.Claim.Advance is not null)
            return new AdvanceClosed(command.Claim, command.Note, command.By.Name);
        return (ProgrammeEvent[])
        [
            new ClaimRejected(command.Claim, command.By.Name, command.Note),
            .. claim.Claim.Amount.IsZero ? Array.Empty<ProgrammeEvent>()
                : [new VoucherReduced(
                    claim.Claim.Voucher, claim.Claim.Amount, ReductionCause.ClaimRejected,
                    $"The claim {command.Claim} was rejected.", command.Claim)],
            .. Advances.Lost(programme, claim.Claim, now),
        ];
    }

    private static Decision<ProgrammeEvent, ProgrammeRefusal> Approved(
        ProgrammeState programme, ClaimStanding claim, DecideClaim command, Instant now)
    {
        var terms = programme.Terms!;
        if (PaymentProof.MayNotApprove(terms, claim, command.Proof) is { } wait) return wait;
        var approved = new ClaimApproved(command.Claim, command.By.Name, command.Note);
        if (!terms.PaymentMode.PaysAccount()) return approved;

        // From here on it must succeed. What proves the SME's payment stays with the approval.
        var proven = new ClaimPaymentProven(
            command.Claim, claim.Claim.Advance is null ? command.Proof!.Text : "Paid in advance, by the contract.");
        return claim.Status == ClaimStatus.Approved ? proven
            : (ProgrammeEvent[])[proven, approved, .. Advances.Earned(programme, claim.Claim, now)];
    }

    /// <summary>Decides <see cref="PayClaim"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, PayClaim command, Instant now)
    {
        if (programme.Terms is null) return Unknown();
        if (!IsOfficer(programme, command))
            return No(ProgrammeRefusal.NotAllowed, "Only the programme's officers record payments.");
        if (!programme.Claims.TryGetValue(command.Claim.Value, out var claim)) return NoClaim(command.Claim);
        if (claim.Status == ClaimStatus.Paid) return No(ProgrammeRefusal.ClaimDecided, "The claim is paid already.");
        if (claim.Status != ClaimStatus.Approved || !Advances.IsPayable(claim))
            return No(ProgrammeRefusal.ClaimNotApproved, "A claim is paid once it is approved. Approve it first.");
        if (programme.Banking.Waiting.ContainsKey(command.Claim.Value))
            return No(
                ProgrammeRefusal.ClaimInBatch,
                "A file of payments pays the claim; the bank's statement says when. Withdraw the file to pay by hand.");
        if (PaymentProof.MayNotPay(programme.Terms, claim, command.Proof) is { } unproven) return unproven;
        return (ProgrammeEvent[])[.. Advances.Paid(claim, command.Reference)];
    }

    /// <summary>Decides <see cref="RecordClaimReport"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, RecordClaimReport command, Instant now) =>
        programme.ToReport.Contains(command.Claim.Value)
            ? new ClaimReported(command.Claim)
            : Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;

    private static Refused<ProgrammeRefusal> NoClaim(ClaimId claim) =>
        new(ProgrammeRefusal.ClaimUnknown, $"This programme has no claim {claim}.");
}
