using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>What happens to a voucher beside its use by bookings, in the order of its life.</summary>
public abstract record VoucherLifeEvent : AccountEvent;

/// <summary>From now on last days and the reminders before them wake the wallet, as with every new one.</summary>
public sealed record VouchersWatched(ImmutableArray<VoucherId> Vouchers) : VoucherLifeEvent;

/// <summary>The SME is told that a voucher ends in so many days.</summary>
public sealed record VoucherReminded(VoucherId Voucher, int Days) : VoucherLifeEvent;

/// <summary>The funder rejected the claim for what was redeemed: the amount went back to the programme.</summary>
public sealed record RedemptionReturned(VoucherId Voucher, ClaimId Claim, Money Amount) : VoucherLifeEvent;

/// <summary>Nothing more can be reserved. What live bookings had reserved stays set aside for them.</summary>
public sealed record VoucherEnded(VoucherId Voucher, VoucherEnd How, string Reason, string ByName) : VoucherLifeEvent;

/// <summary>What nobody can use any more of a voucher that ended goes back to the programme.</summary>
/// <param name="Voucher">Which voucher.</param>
/// <param name="Amount">How much.</param>
/// <param name="Number">From 1: a booking that ends later gives back what it had reserved.</param>
public sealed record VoucherLapsed(VoucherId Voucher, Money Amount, int Number) : VoucherLifeEvent;

/// <summary>The programme has what lapsed.</summary>
public sealed record LapseTold(VoucherId Voucher, int Number) : VoucherLifeEvent;

/// <summary>Why a voucher ended.</summary>
public enum VoucherEnd
{
    /// <summary>Its last day passed.</summary>
    Expired,
    /// <summary>The funder revoked it.</summary>
    Revoked,
    /// <summary>The SME gave it back.</summary>
    Returned,
}

/// <summary>How a voucher ended.</summary>
/// <param name="How">By time, by the funder or by the SME.</param>
/// <param name="Reason">In words.</param>
/// <param name="ByName">Who ended it.</param>
/// <param name="At">When.</param>
public sealed record VoucherEnding(VoucherEnd How, string Reason, string ByName, Instant At);
