using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

public partial interface IAccountGrain
{
    /// <summary>See <see cref="ReturnRedemption"/>.</summary>
    Task<Reply<AccountRefusal>> ReturnRedemption(ReturnRedemption command);
}

public sealed partial class AccountGrain
{
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> ReturnRedemption(ReturnRedemption command) =>
        Tell(command, AccountDecisions.Decide);
}

/// <summary>How a wallet follows from what happens to its vouchers beside their use.</summary>
public static class VoucherLife
{
    /// <summary>The state after an event.</summary>
    public static AccountState Apply(AccountState state, VoucherLifeEvent happened, Instant at) => happened switch
    {
        RedemptionReturned e => state.Change(e.Voucher, v => v with
        {
            Redeemed = v.Redeemed - e.Amount,
            Lapsed = v.Lapsed + e.Amount,
        }) with
        {
            Returned = state.Returned.Add(e.Claim.Value, new VoucherPart(e.Voucher, e.Amount)),
        },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to a voucher."),
    };

    private static AccountState Change(this AccountState state, VoucherId voucher, Func<Voucher, Voucher> change) =>
        state with { Vouchers = state.Vouchers.SetItem(voucher.Value, change(state.Vouchers[voucher.Value])) };
}
