using System.Text.Json.Serialization;
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
    /// <summary>How it ended; null while it runs, and left out of rows then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VoucherEnding? End { get; init; }

    /// <summary>Of how many days before its last one the SME was reminded last; null before the first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Reminded { get; init; }

    /// <summary>How often something lapsed since it ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Lapses { get; init; }

    /// <summary>The zone of its dates.</summary>
    [JsonIgnore]
    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb[Programme.TimeZone];

    /// <summary>The first instant at which it is over.</summary>
    [JsonIgnore]
    public Instant EndOfLastDay => ExpiresOn.PlusDays(1).AtStartOfDayInZone(Zone).ToInstant();

    /// <summary>What can still be reserved.</summary>
    public Money Available => FaceValue - Reserved - Redeemed - Lapsed;

    /// <summary>Whether the voucher may be reserved at an instant.</summary>
    public bool IsValidAt(Instant now) =>
        now.InZone(Zone).Date <= ExpiresOn && End is null;

    /// <summary>Why nothing can be reserved any more, as a sentence.</summary>
    public string WhyOver(VoucherEnding? ended) => ended?.How switch
    {
        VoucherEnd.Revoked => $"The voucher {Programme.Name} was revoked by its funder: {ended.Reason}",
        VoucherEnd.Returned => $"The voucher {Programme.Name} was given back: {ended.Reason}",
        _ => $"The voucher {Programme.Name} was valid until {Words.Day(ExpiresOn)}.",
    };
}
