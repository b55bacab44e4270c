using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Rates;

namespace Facilities.Grains.Credits;

/// <summary>Who pays what is left after a credit.</summary>
internal static class CreditFunding
{
    /// <summary>
    /// The final figures for reduced items. Where several facilities delivered, the others keep what they invoiced:
    /// each share is lowered at the one that credits, by as much as it is less in all.
    /// </summary>
    public static Settlement Settle(
        BookingState booking, Settlement before, ImmutableArray<QuotedItem> items, PlatformId platform)
    {
        // No share rises by a credit, whatever bracket or base the lower price falls into.
        var quote = booking.Agreed! with { Funding = before.Funding.Shares };
        var whole = Settlements.Of(quote, items, BookingDecisions.BasisOf(booking).Funding());
        if (items.All(i => i.Platform == platform)) return whole;

        var funding = Own(booking, before, whole, platform);
        return whole with { Funding = funding, Totals = Totals.Of(items, funding.Shares, whole.Tax) };
    }

    private static FundingOutcome Own(
        BookingState booking, Settlement before, Settlement whole, PlatformId platform)
    {
        var mine = whole.Items.Where(i => i.Platform == platform && !i.Dropped).ToArray();
        var ids = mine.Select(i => i.Id).ToHashSet();
        var shares = before.Funding.Shares;
        var part = shares.Select(s => PartOf(before, s, ids)).ToArray();
        var left = shares.Select((share, i) =>
        {
            var zero = Money.Zero(share.Amount.Currency);
            var now = whole.Funding.Shares.FirstOrDefault(s => Crediting.IsSame(s, share))?.Amount ?? zero;
            return Money.Min(
                Money.Max(part[i] - (share.Amount - now), zero),
                Most(booking, share, part[i], Net(before, platform), Net(whole, platform)));
        }).ToArray();

        // Public money never exceeds the price of what it pays for; the last that pays gives way first.
        var over = Sum(left, before) - Room(before, whole, platform, part);
        for (var i = left.Length - 1; i >= 0 && over.IsPositive; i--)
        {
            var cut = Money.Min(over, left[i]);
            (left[i], over) = (left[i] - cut, over - cut);
        }
        return new FundingOutcome(
            [.. shares.Select((s, i) => Lowered(s, s.Amount - part[i] + left[i]))
                .Where(s => s.Amount.IsPositive)],
            [
                .. before.Funding.Allocations.Where(a => !ids.Contains(a.Item)),
                .. shares.SelectMany((share, i) => mine.Zip(ProRata.Split(left[i], [.. mine.Select(m => m.Net)]))
                    .Where(of => of.Second.IsPositive)
                    .Select(of => new FundingAllocation(share.Kind, share.Id, share.Payer, of.First.Id, of.Second))),
            ], whole.Funding.Notes, []);
    }

    /// <summary>
    /// What a voucher pays at most of one facility's part: by the rate of its programme, or as much of it as before.
    /// Whatever another facility credits later, the programme then pays no more than its rate of what is left.
    /// </summary>
    private static Money Most(BookingState booking, FundingShare share, Money part, Money was, Money now)
    {
        if (share.Kind != FundingKind.Voucher || !was.IsPositive) return part;
        var terms = booking.Vouchers.First(v => v.Id.Value == share.Id).Programme;
        // Where VAT is funded, the rate is of more than the net price.
        var rate = terms.VatFundable != VatFundable.Never ? 100
            : terms.EffectiveRules.Brackets.Select(b => b.Rate.Value).DefaultIfEmpty(terms.Rate.Value).Max();
        return Money.Max(now.Times(rate / 100), part.Times(now.Amount / was.Amount));
    }

    /// <summary>What a facility's items cost now: with VAT where public money paid some of it before.</summary>
    private static Money Room(Settlement before, Settlement whole, PlatformId platform, Money[] part)
    {
        var net = Net(whole, platform);
        if (Sum(part, before) <= Net(before, platform)) return net;
        return net + Money.Sum(
            whole.Items.Where(i => i.Platform == platform && !i.Dropped).GroupBy(i => i.TaxIndex).Select(items =>
                Money.Sum(items.Select(i => i.Net), net.Currency).Times(whole.Tax[items.Key].Rate / 100)),
            net.Currency);
    }

    private static FundingShare Lowered(FundingShare share, Money amount) => share with
    {
        Amount = amount,
        Charged = share.Charged is { Rates: var rates, Amount.Currency: var currency }
            ? new Converted(rates.Convert(amount, currency), rates)
            : null,
    };

    private static Money Net(Settlement price, PlatformId platform) => Money.Sum(
        price.Items.Where(i => i.Platform == platform && !i.Dropped).Select(i => i.Net), price.Totals.Net.Currency);

    private static Money PartOf(Settlement price, FundingShare share, HashSet<ItemId> items) => Money.Sum(
        price.Funding.Allocations.Where(a => a.Kind == share.Kind && a.Id == share.Id && a.Payer == share.Payer
            && items.Contains(a.Item)).Select(a => a.Amount), share.Amount.Currency);

    private static Money Sum(Money[] amounts, Settlement price) => Money.Sum(amounts, price.Totals.Net.Currency);
}
