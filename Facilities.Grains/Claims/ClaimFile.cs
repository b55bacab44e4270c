using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Credits;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Claims;

/// <summary>What an officer looks at: a claim with the booking that it rests on.</summary>
/// <param name="Standing">The claim with how far it has come.</param>
/// <param name="Booking">The booking that was accepted.</param>
/// <param name="Account">The SME as it is today.</param>
public sealed record ClaimFile(ClaimStanding Standing, BookingState Booking, AccountProfile Account)
{
    private const string PaidBack = "reimbursement: the SME pays all and is paid back";

    /// <summary>The voucher as the SME had it when it booked, with the rules that it was awarded under.</summary>
    public Voucher Voucher => Booking.Vouchers.First(v => v.Id == Standing.Claim.Voucher);

    /// <summary>Every rule of the programme, held against what happened.</summary>
    public ImmutableArray<RuleCheck> Checks => Standing.Claim.Advance is { } advance
        ? [Provider(), Kind(), .. AdvanceChecks.Of(this, advance), Stated()]
        :
    [
        .. ClaimChecks.Of(Voucher.Programme, Moments, new Places(Account.Nuts)), Provider(), Kind(), Amount(),
        .. PaysAccount ? [Paid(), Stated()] : Array.Empty<RuleCheck>(),
    ];

    /// <summary>Whom the funder pays: the SME where it paid all before, else the facilities.</summary>
    public string Payee => PaysAccount
        ? Account.Name
        : Words.List([.. Booking.Platforms.Select(p => p.Provider.LegalName)]);

    /// <summary>Whether the SME paid all before and is paid back.</summary>
    public bool PaysAccount => Voucher.Programme.PaymentMode.PaysAccount();

    private ClaimMoments Moments => new(
        null, Voucher.AwardedAt, Voucher.ExpiresOn, Booking.CreatedAt, Booking.Signatures.Max(s => s.At),
        // The invoice follows the acceptance at once; what a crash delays is not held against anybody.
        Booking.DeliveredAt!.Value, Booking.AcceptedAt!.Value, Booking.AcceptedAt.Value, Standing.OpenedAt,
        !Booking.Usage.IsEmpty && Booking.AcceptedBy != Actor.System.Name);

    private RuleCheck Paid()
    {
        var proof = PaymentProof.Of(Booking);
        return new(
            "paymentEvidence", proof.IsWhole, proof.Text, PaidBack,
            proof.IsWhole ? null : "The facility records the payment when it arrives.");
    }

    private RuleCheck Stated()
    {
        var holder = Standing.Payout?.Account?.Name;
        return new(
            "payoutAccount", holder is not null,
            holder is null ? $"{Account.Name} did not say on which account it is paid."
                : $"An account of {holder} was stated.",
            Standing.Claim.Advance is null ? PaidBack : AdvanceChecks.BeforeDelivery,
            holder is null ? "Somebody who pays for the company states it on the claim's page." : null);
    }

    private RuleCheck Provider()
    {
        var outside = Booking.Platforms
            .Where(p => !Voucher.Programme.Accepts(p.Id, p.Cluster, p.Nuts)).Select(p => p.Name).ToArray();
        // A booking across platforms may have items that the voucher does not pay: those are no part of the claim.
        var passed = outside.Length < Booking.Platforms.Length;
        return new(
            "providerScope", passed, outside.Length == 0
                ? $"{Words.List([.. Booking.Platforms.Select(p => $"{p.Name} ({p.Nuts})")])} may be paid."
                : $"{Words.List(outside)} may not be paid with it.",
            "providers of the programme", passed ? null : "The facility must be one that the programme accepts.");
    }

    private RuleCheck Kind()
    {
        ImmutableArray<string> kinds = [.. Booking.Quote!.Items.Select(i => i.Category).Distinct()];
        var passed = kinds.Any(Voucher.Programme.Funds);
        return new(
            "category", passed, $"It was {Words.List([.. kinds.Select(Words.Kind)])}.",
            "kinds of service of the programme",
            passed ? null : "The programme does not pay for this kind of service.");
    }

    private RuleCheck Amount()
    {
        // Of a rejected claim nothing is credited: the company owes less instead.
        var price = Standing.Status == ClaimStatus.Rejected ? Booking.Final! : Crediting.LeftOf(Booking)!;
        var zero = Money.Zero(Standing.Claim.Amount.Currency);
        var share = price.Funding.Shares.FirstOrDefault(s => s.Id == Standing.Claim.Voucher.Value)?.OfVoucher ?? zero;
        var reserved = Booking.Quote!.Funding.FirstOrDefault(s => s.Id == Standing.Claim.Voucher.Value)?.OfVoucher
            ?? zero;
        var claimed = Standing.Claim.Amount + (Standing.Claim.Advanced ?? zero);
        var passed = claimed <= share && claimed <= reserved;
        var advanced = Standing.Claim.Advanced is { } paid ? $" beside an advance of {Words.Money(paid)}" : "";
        return new(
            "amount", passed,
            $"{(Standing.Claim.Advanced is null ? Standing.Claim.InWords : Words.Money(Standing.Claim.Amount))} is "
                + $"claimed{advanced}. By the prices as delivered"
                + (Booking.Credits is null ? " the voucher pays " : " and credited the voucher pays ")
                + $"{Words.Money(share)}; {Words.Money(reserved)} was reserved.",
            "rate and caps of the programme", passed ? null : "More is claimed than the rules give.");
    }
}
