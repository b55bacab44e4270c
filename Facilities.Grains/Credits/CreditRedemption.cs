using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Credits;

/// <summary>
/// What a booking had used of a voucher is less by a credit: it can be used again, or lapses with a voucher that ended.
/// </summary>
/// <param name="Voucher">Which voucher.</param>
/// <param name="Booking">The booking that was credited.</param>
/// <param name="Number">The credit within the booking.</param>
/// <param name="Amount">How much.</param>
public sealed record RedemptionCredited(VoucherId Voucher, BookingId Booking, int Number, Money Amount)
    : VoucherLifeEvent
{
    /// <summary>By which it is known never to count twice.</summary>
    internal string Key => $"{Booking}/{Number}/{Voucher}";
}

/// <summary>Gives a voucher back what was credited; sent by its programme.</summary>
public sealed record CreditRedemption(
    CommandId Id, Actor By, VoucherId Voucher, BookingId Booking, int Number, Money Amount) : Command(Id, By);

/// <summary>The rules of vouchers that get something back.</summary>
public static class RedemptionDecisions
{
    /// <summary>Decides <see cref="CreditRedemption"/>. Each credit counts once, however often it is told.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, CreditRedemption command, Instant now)
    {
        if (!command.By.IsSystem)
            return new Refused<AccountRefusal>(AccountRefusal.NotAllowed, "Only a programme gives a voucher back.");
        if (!account.Vouchers.TryGetValue(command.Voucher.Value, out var voucher))
            return new Refused<AccountRefusal>(
                AccountRefusal.VoucherUnknown, $"There is no voucher {command.Voucher} in this wallet.");
        var credited = new RedemptionCredited(command.Voucher, command.Booking, command.Number, command.Amount);
        if (account.Credited?.Contains(credited.Key) == true) return Decision<AccountEvent, AccountRefusal>.Nothing;
        if (voucher.Redeemed < command.Amount)
            throw new InvalidOperationException($"{command.Booking} is credited by more than was redeemed.");
        return credited;
    }
}
