using System.Collections.Immutable;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>How a wallet follows from what happens to its vouchers beside their use.</summary>
public static class VoucherLife
{
    /// <summary>The state after an event.</summary>
    public static AccountState Apply(AccountState state, VoucherLifeEvent happened, Instant at) => happened switch
    {
        VouchersWatched e => state with { Watched = state.Watched.Union(e.Vouchers.Select(v => v.Value)) },
        VoucherReminded e => state.Change(e.Voucher, v => v with { Reminded = e.Days }),
        RedemptionReturned e => state.Change(e.Voucher, v => v with
        {
            Redeemed = v.Redeemed - e.Amount,
            Lapsed = v.Lapsed + e.Amount,
        }) with
        {
            Returned = state.Returned.Add(e.Claim.Value, new VoucherPart(e.Voucher, e.Amount)),
        },
        RedemptionCredited e => state.Change(e.Voucher, v => v with { Redeemed = v.Redeemed - e.Amount }) with
        {
            Credited = [.. state.Credited ?? [], e.Key],
        },
        VoucherEnded e => state.Change(
            e.Voucher, v => v with { End = new VoucherEnding(e.How, e.Reason, e.ByName, at) }),
        VoucherLapsed e => state.Change(e.Voucher, v => v with
        {
            Lapsed = v.Lapsed + e.Amount,
            Lapses = e.Number,
        }) with
        {
            ToTell = state.ToTell.Add(e),
        },
        LapseTold e => state with
        {
            ToTell = state.ToTell.RemoveAll(l => l.Voucher == e.Voucher && l.Number == e.Number),
        },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to a voucher."),
    };

    /// <summary>
    /// The events of a decision, and what lapses with them: of a voucher that ended, all that is set aside for nobody.
    /// </summary>
    public static ImmutableArray<AccountEvent> WithLapses(
        AccountState state, ImmutableArray<AccountEvent> events, Instant now)
    {
        var next = events.Aggregate(state, (before, happened) => AccountState.Evolve(before, happened, now));
        return
        [
            .. events,
            .. next.Vouchers.Values.Where(v => v.End is not null && v.Available.IsPositive)
                .Select(v => new VoucherLapsed(v.Id, v.Available, v.Lapses + 1)),
        ];
    }

    private static AccountState Change(this AccountState state, VoucherId voucher, Func<Voucher, Voucher> change) =>
        state with { Vouchers = state.Vouchers.SetItem(voucher.Value, change(state.Vouchers[voucher.Value])) };
}
