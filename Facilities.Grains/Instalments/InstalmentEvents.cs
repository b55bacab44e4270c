using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;

namespace Facilities.Grains.Instalments;

/// <summary>
/// What happens to an advance, in the order of its life. It is approved, paid and returned by the bank as claims are.
/// </summary>
public abstract record InstalmentEvent : ProgrammeEvent;

/// <summary>A booking was confirmed: a part of what it reserved is to be paid in advance.</summary>
public sealed record AdvanceOpened(Claim Claim) : InstalmentEvent;

/// <summary>
/// The advance will not be paid: the officer said no, the delivery came first, or the booking is over. What was set
/// aside for it stays with the booking.
/// </summary>
public sealed record AdvanceClosed(ClaimId Claim, string Reason, string ByName) : InstalmentEvent;

/// <summary>The booking is over and claims nothing.</summary>
public sealed record AdvanceOver(ClaimId Claim, string Reason) : InstalmentEvent;

/// <summary>The claim for the delivery was approved: this much of the advance is earned.</summary>
public sealed record AdvanceUsed(ClaimId Claim, ClaimId Rest, Money Amount) : InstalmentEvent;

/// <summary>Of what was earned so much was credited since.</summary>
public sealed record AdvanceUnearned(ClaimId Claim, ClaimId Rest, Money Amount) : InstalmentEvent;

/// <summary>
/// The bank returned an advance that was earned or paid back in part: what was earned is to be paid again.
/// </summary>
/// <param name="Claim">The advance.</param>
/// <param name="Earned">What the delivery had earned of it.</param>
/// <param name="Refund">What the company had paid back of money that it never had.</param>
/// <param name="Reason">As the bank says.</param>
public sealed record AdvanceCameBack(ClaimId Claim, Money Earned, Money Refund, string Reason) : InstalmentEvent;

/// <summary>What was drawn of the voucher for the advance and is not needed: the wallet is to be told.</summary>
public sealed record AdvanceFreed(ClaimId Claim, int Number, Money Amount, bool ForGood) : InstalmentEvent;

/// <summary>The wallet knows.</summary>
public sealed record AdvanceGivenBack(ClaimId Claim, int Number) : InstalmentEvent;
