using System.Collections.Immutable;
using Facilities.Grains.Banking;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Claims;

/// <summary>Where an SME is paid back, and how it is known that it had paid.</summary>
/// <param name="Account">As the SME stated it; null as long as it did not.</param>
/// <param name="ByName">Who of the SME stated it.</param>
/// <param name="At">When.</param>
/// <param name="Proof">With the approval of the account: how the payment of the invoices is known, in words.</param>
public sealed record ClaimPayout(BankParty? Account, string? ByName, Instant? At, string? Proof)
{
    /// <summary>Whether the last payment to the account came back.</summary>
    public bool CameBack { get; init; }

    /// <summary>Nothing is known yet.</summary>
    public static readonly ClaimPayout Nothing = new(null, null, null, null);
}

/// <summary>What a booking says of the SME's payment of its invoices.</summary>
/// <param name="Open">Numbers of invoices of which no payment is known.</param>
/// <param name="Text">How the payment of all of them is known, or of which it is not.</param>
public sealed record PaymentProof(ImmutableArray<string> Open, string Text)
{
    /// <summary>Whether every invoice is known to be paid.</summary>
    public bool IsWhole => Open.IsEmpty;

    /// <summary>
    /// The proof of a booking: what the marketplace saw itself of a payment before confirmation, and what each facility
    /// recorded as arrived.
    /// </summary>
    public static PaymentProof Of(BookingState booking)
    {
        ImmutableArray<string> open =
            [.. booking.Invoices.Where(i => !i.Paid && i.ToPay.IsPositive).Select(i => i.Number)];
        if (booking.Invoices.IsEmpty) return new(["of this booking"], "No invoice was issued yet.");
        if (open.Length > 0)
            return new(open, $"The payment of {Words.List(open)} was not recorded by the facility.");
        var before = booking.Counted is { Received: { } received } counted
            ? $"{Words.Money(received)} paid by {PaymentEvolution.Word(counted.Method)} before confirmation"
            : null;
        var after = booking.Invoices.Where(i => i.Paid && i.ToPay.IsPositive)
            .Select(i => $"{Words.Money(i.ToPay)} of invoice {i.Number} recorded as arrived by "
                + booking.PlatformOf(i.Platform).Name);
        return new([], $"{booking.Account!.Name} paid: "
            + $"{Words.List([.. new[] { before }.OfType<string>(), .. after])}.");
    }

    /// <summary>Why a claim that pays the SME may not be approved yet; null where it may.</summary>
    public static Refused<ProgrammeRefusal>? MayNotApprove(
        ProgrammeTerms terms, ClaimStanding claim, PaymentProof? proof) =>
        !terms.PaymentMode.PaysAccount() ? null
        : MayNotPay(terms, claim, proof) is { } unproven ? unproven
        : claim.Payout?.Account is null
            ? new(
                ProgrammeRefusal.AccountMissing,
                "The company is to be paid back and did not say on which account. It does so on the claim's page.")
            : null;

    /// <summary>Why a claim may not be paid to the SME yet: it is not known that the SME paid.</summary>
    public static Refused<ProgrammeRefusal>? MayNotPay(
        ProgrammeTerms terms, ClaimStanding claim, PaymentProof? proof) =>
        !terms.PaymentMode.PaysAccount() || claim.Claim.Advance is not null || claim.Payout?.Proof is not null
            || proof is { IsWhole: true }
            ? null
            : new(
                ProgrammeRefusal.PaymentNotProven,
                $"The company is paid back once it has paid. {proof?.Text ?? "Nothing is known of that yet."} The "
                    + "facility records the payment when it arrives.");
}
