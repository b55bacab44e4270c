using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Funding;

/// <summary>
/// What must happen while a voucher is valid, foreseen when a price is made: nothing is delivered, invoiced or claimed
/// before its slot has ended. A claim is judged again by what happened.
/// </summary>
public static class InsideValidity
{
    /// <summary>Where the rule stands.</summary>
    public const string Clause = "validity of the voucher";

    /// <summary>Why a slot is too late for a voucher; null where it is not.</summary>
    /// <param name="voucher">With its last day, in the programme's zone.</param>
    /// <param name="ends">When the slot has ended; a slot that ends with the last day lies inside.</param>
    public static string? Refusal(Voucher voucher, Instant ends)
    {
        var what = voucher.Programme.EffectiveRules.Inside switch
        {
            UseInside.Delivered => "delivered",
            UseInside.Invoiced => "invoiced",
            UseInside.Claimed => "claimed",
            _ => null,
        };
        return what is null || ends <= voucher.EndOfLastDay ? null
            : $"it must be {what} while the voucher is valid, until {Words.Day(voucher.ExpiresOn)}, and the slot ends "
                + $"on {Words.Time(ends, voucher.Zone)} ({Clause}). Choose an earlier slot";
    }
}
