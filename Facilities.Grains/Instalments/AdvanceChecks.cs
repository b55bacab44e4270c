using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Instalments;

/// <summary>What an officer would check of an advance, checked beforehand; each with what was found.</summary>
public static class AdvanceChecks
{
    /// <summary>Where the rules of an advance stand.</summary>
    public const string BeforeDelivery = "instalments: an advance is paid before the delivery";

    /// <summary>The checks that only an advance has.</summary>
    public static ImmutableArray<RuleCheck> Of(ClaimFile file, AdvanceTerms advance) =>
    [
        Contract(file, advance),
        // Of an advance that was paid or refused it says nothing what became of the booking later.
        .. file.Standing.Status is ClaimStatus.Open or ClaimStatus.Queried or ClaimStatus.Approved
            ? [Alive(file.Booking)] : ImmutableArray<RuleCheck>.Empty,
        Amount(file.Standing.Claim, advance),
    ];

    private static RuleCheck Contract(ClaimFile file, AdvanceTerms advance)
    {
        var (terms, signed) = (file.Voucher.Programme, file.Standing.Claim.Evidence.SignedAt);
        var passed = terms.EffectiveRules.Start == StartRule.Any || signed >= file.Voucher.AwardedAt;
        return new(
            "retroactiveStart", passed,
            $"The contract was accepted on {Words.Time(signed, DateTimeZoneProviders.Tzdb[terms.TimeZone])}; the "
                + $"advance is to be paid by {Words.Day(advance.PayBy)}.",
            "start rule of the programme", passed ? null : "Work that was ordered before the award cannot be funded.");
    }

    private static RuleCheck Alive(BookingState booking)
    {
        var passed = booking.Status == BookingStatus.Confirmed;
        return new(
            "booking", passed,
            passed ? "The booking is confirmed, nothing was delivered yet."
                : "The booking is not waiting for its delivery any more.",
            BeforeDelivery,
            passed ? null : "Without a delivery to come nothing is paid in advance.");
    }

    private static RuleCheck Amount(Claim claim, AdvanceTerms advance)
    {
        var most = advance.Share.Of(advance.Reserved);
        var passed = claim.Amount <= most;
        return new(
            "amount", passed,
            $"{Words.Money(claim.Amount)} is {advance.Share} of the {Words.Money(advance.Reserved)} that the booking "
                + "reserved.",
            "advance of the programme", passed ? null : "More is asked for than the programme advances.");
    }
}
