using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>What happens to an SME's account, in the order of its life.</summary>
public abstract record AccountEvent;

/// <summary>The SME joined the marketplace.</summary>
public sealed record AccountRegistered(AccountProfile Profile) : AccountEvent;

/// <summary>A voucher came into the wallet.</summary>
public sealed record VoucherReceived(
    VoucherId Voucher, ProgrammeTerms Programme, Money FaceValue, Instant AwardedAt,
    LocalDate ExpiresOn) : AccountEvent
{
    /// <summary>Whether its last day wakes the wallet; so it is with all but those of older versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Watched { get; init; }
}

/// <summary>A booking of the account holds something; counts against the limit of live holds.</summary>
public sealed record VouchersReserved(BookingId Booking, ImmutableArray<VoucherPart> Parts) : AccountEvent;

/// <summary>The booking that holds something was prepared for the account: it counts for who did, not for it.</summary>
/// <param name="Booking">Which booking.</param>
/// <param name="PreparedBy">Whose it is: kind and id of the organisation.</param>
public sealed record HoldPrepared(BookingId Booking, string PreparedBy) : AccountEvent;

/// <summary>The booking was confirmed: its parts are firm and it is no live hold any more.</summary>
public sealed record VouchersFirmed(BookingId Booking) : AccountEvent;

/// <summary>The booking ended without delivery: its parts can be used again.</summary>
public sealed record VouchersReleased(BookingId Booking) : AccountEvent;

/// <summary>What a booking was held anew by was released: late messages of that time take nothing again.</summary>
public sealed record VoucherRevivalBarred(BookingId Booking, int Number) : AccountEvent;

/// <summary>
/// The delivery was accepted: these amounts are used, the rest of what was reserved can be used again.
/// </summary>
public sealed record VouchersRedeemed(BookingId Booking, ImmutableArray<VoucherPart> Parts) : AccountEvent
{
    /// <summary>What the delivery uses beside these, drawn in advance; null where nothing, and left out then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<VoucherPart>? Advanced { get; init; }
}

/// <summary>A part of a voucher.</summary>
/// <param name="Voucher">Which voucher.</param>
/// <param name="Amount">How much of it.</param>
public sealed record VoucherPart(VoucherId Voucher, Money Amount);
