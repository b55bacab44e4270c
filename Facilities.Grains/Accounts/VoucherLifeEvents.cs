using Facilities.Grains.Kernel;

namespace Facilities.Grains.Accounts;

/// <summary>What happens to a voucher beside its use by bookings.</summary>
public abstract record VoucherLifeEvent : AccountEvent;

/// <summary>The funder rejected the claim for what was redeemed: the amount went back to the programme.</summary>
public sealed record RedemptionReturned(VoucherId Voucher, ClaimId Claim, Money Amount) : VoucherLifeEvent;
