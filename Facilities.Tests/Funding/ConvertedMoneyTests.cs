using System.Collections.Immutable;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Rates;
using Facilities.Tests.Models;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Funding;

/// <summary>Whatever the order, the rates and the delivery: no cent is lost or made in either currency.</summary>
public sealed class ConvertedMoneyTests
{
    private static readonly LocalDate Day = new(2026, 11, 21);
    private static readonly Currency[] All = [Currency.Eur, Currency.Huf, new("GBP"), new("SEK")];

    [Fact]
    public void What_is_redeemed_and_released_is_what_was_reserved_in_the_currency_of_the_voucher()
    {
        ModelRuns.Play(runs: 1_000, steps: 10, (draws, counts) =>
        {
            if (draws is [var order, var price, var rest, ..]) Play(order, price, rest, draws[3..], counts);
        }, least: 100, "delivery: part", "delivery: all", "delivery: none", "limit: balance", "limit: order");
    }

    private static void Play(Draw order, Draw price, Draw rest, Draw[] deliveries, Tally tally)
    {
        var (ordered, charged) = (order.Pick(All), All[(order.A + 1 + order.B % 3) % 4]);
        ImmutableArray<DayRate> rates =
        [
            new(Day, Currency.Huf, 300 + price.A / 100m), new(Day, new("GBP"), 0.5m + price.B / 33_333m),
            new(Day, new("SEK"), 9 + price.C / 7_777m),
        ];
        ImmutableArray<FundingItem> items =
        [
            .. Enumerable.Range(0, 1 + order.C % 4).Select(i => new FundingItem(
                new($"i{i}"), new("biopmed"), "ITC11", "imaging",
                new(1 + (price.A * (i + 3L) + price.B * 7_919L * (order.B % 50)) % 9_000_000, ordered),
                new($"p{i % 2}"), Money.Zero(ordered))),
        ];
        var terms = Programme("p", 1 + rest.A % 100, new(true, [], [])) with
        {
            Budget = new(9_000_000_000, charged),
            CapPerVoucher = new(1 + rest.B * 20_000L, charged),
            CapPerOrder = rest.C % 3 == 0 ? new(1 + rest.B * 5_000L, charged) : null,
            Rules = new()
            {
                OtherCurrencies = OtherCurrencies.RateOfQuoteDay,
                Rounding = rest.C % 2 == 0 ? Rounding.Down : Rounding.HalfUp,
                OwnContribution = rest.C % 5 == 0 ? new(rest.A * 10L, charged) : null,
            },
        };
        var voucher = Voucher("v", terms.CapPerVoucher, terms);
        var request = new FundingRequest(Seine, items, [], [voucher], new VoucherChoice.Auto(), Now, Day)
        {
            Rates = rates,
        };
        var made = FundingPlan.Make(request);
        if (made.Shares is not [var reserved]) return;
        var net = Money.Sum(items.Select(i => i.Net), ordered);
        Assert.True(reserved.OfVoucher <= voucher.Available && reserved.Amount <= net);
        Assert.True(terms.CapPerOrder is not { } cap || reserved.OfVoucher <= cap);
        if (reserved.Reason.Contains("left on the voucher", StringComparison.Ordinal)) tally.Count("limit", "balance");
        if (reserved.Reason.Contains("an order", StringComparison.Ordinal)) tally.Count("limit", "order");
        Splits(made, items);

        var whole = FundingPlan.Settle(request with { Rates = [] }, made.Shares);
        Assert.Equal((reserved.Amount, reserved.Charged), (whole.Shares[0].Amount, whole.Shares[0].Charged));
        foreach (var delivery in deliveries)
        {
            var parts = items.Select(i => i with { Net = i.Net.Times(delivery.A % 6 * 20 / 100m) }).ToImmutableArray();
            var used = FundingPlan.Settle(request with { Items = parts, Rates = [] }, made.Shares);
            var redeemed = used.Shares.FirstOrDefault()?.OfVoucher ?? Money.Zero(charged);
            var released = reserved.OfVoucher - redeemed;
            Assert.True(!released.IsNegative && redeemed + released == reserved.OfVoucher);
            var share = used.Shares.FirstOrDefault()?.Amount ?? Money.Zero(ordered);
            Assert.True(share <= Money.Sum(parts.Select(i => i.Net), ordered) && share <= reserved.Amount);
            Splits(used, parts);
            tally.Count("delivery", redeemed.IsZero ? "none" : released.IsZero ? "all" : "part");
        }
    }

    /// <summary>What each facility is told adds up to the share, and what each takes of the voucher to that.</summary>
    private static void Splits(FundingOutcome outcome, ImmutableArray<FundingItem> items)
    {
        foreach (var share in outcome.Shares)
        {
            FundingShare[] parts =
            [
                .. items.GroupBy(i => i.Platform)
                    .SelectMany(at => outcome.SharesOf(at.Select(i => i.Id).ToHashSet())),
            ];
            Assert.Equal(share.Amount, Money.Sum(parts.Select(p => p.Amount), share.Amount.Currency));
            Assert.Equal(share.OfVoucher, Money.Sum(parts.Select(p => p.OfVoucher), share.OfVoucher.Currency));
            Assert.All(parts, part => Assert.False(part.OfVoucher.IsNegative));
        }
    }
}
