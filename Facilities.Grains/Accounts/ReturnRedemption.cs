using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>Gives what a booking redeemed back to the programme, which rejected the claim; sent by it.</summary>
public sealed record ReturnRedemption(
    CommandId Id, Actor By, VoucherId Voucher, ClaimId Claim, Money Amount) : Command(Id, By);

public static partial class AccountDecisions
{
    /// <summary>Decides <see cref="ReturnRedemption"/>. A claim is given back once, however often it is told.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, ReturnRedemption command, Instant now)
    {
        if (!command.By.IsSystem) return No(AccountRefusal.NotAllowed, "Only a programme takes back what it rejected.");
        if (!account.Vouchers.TryGetValue(command.Voucher.Value, out var voucher))
            return No(AccountRefusal.VoucherUnknown, $"There is no voucher {command.Voucher} in this wallet.");
        if (account.Returned.ContainsKey(command.Claim.Value)) return Decision<AccountEvent, AccountRefusal>.Nothing;
        if (voucher.Redeemed < command.Amount)
            throw new InvalidOperationException($"{command.Claim} was for more than was redeemed.");
        return new RedemptionReturned(command.Voucher, command.Claim, command.Amount);
    }
}
