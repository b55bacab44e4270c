using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>An award in an SME's wallet, with what is set aside and used of it.</summary>
/// <param name="Id">The voucher.</param>
/// <param name="Programme">The rules it was awarded under, as they stood then.</param>
/// <param name="FaceValue">What was awarded.</param>
/// <param name="AwardedAt">When the legal right arose.</param>
/// <param name="ExpiresOn">The last day on which it may be reserved, in the programme's zone.</param>
/// <param name="Reserved">Held and firm, for bookings that are not redeemed yet.</param>
/// <param name="Redeemed">Used by accepted bookings.</param>
/// <param name="Lapsed">Given back to the programme: what expired, or a claim for it was rejected.</param>
public sealed record Voucher(
    VoucherId Id, ProgrammeTerms Programme, Money FaceValue, Instant AwardedAt, LocalDate ExpiresOn,
    Money Reserved, Money Redeemed, Money Lapsed)
{
    /// <summary>What can still be reserved.</summary>
    public Money Available => FaceValue - Reserved - Redeemed - Lapsed;

    /// <summary>Whether the voucher may be reserved at an instant.</summary>
    public bool IsValidAt(Instant now) =>
        now.InZone(DateTimeZoneProviders.Tzdb[Programme.TimeZone]).Date <= ExpiresOn;
}
