using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Services;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Pricing;

/// <summary>Orders of one to four items at two platforms, with up to three vouchers, from a seed.</summary>
internal static class RandomOrders
{
    private static readonly string[] Categories = ["imaging", "sequencing", "structural"];

    public static QuoteRequest Next(Random random)
    {
        AccountProfile[] accounts = [Spree, Seine, Langhe, Spree with { Vat = new(null, VatAnswer.NotChecked, null) }];
        var biocat = BiopmedBiotop with
        {
            Id = new("biocat-biotop"),
            First = new("biocat"),
            CoFinancing = new(new(random.Next(0, 101)), new(random.Next(0, 101)), Cents(random, 90_000)),
        };
        return Request(
            accounts[random.Next(accounts.Length)],
            [.. Enumerable.Range(0, random.Next(1, 5)).Select(i => Item(random, i))],
            [.. Enumerable.Range(0, random.Next(0, 4)).Select(i => Award(random, i))],
            agreements: [BiopmedBiotop, biocat]);
    }

    private static OrderedItem Item(Random random, int index)
    {
        var service = Plain(
            Cents(random, 300_000), random.Next(2) == 0 ? null : Length.OfMinutes(random.Next(1, 500)),
            random.Next(2) == 0 ? null : Cents(random, 20_000), random.Next(2) == 0 ? null : Cents(random, 9_000),
            (Occupies)random.Next(2)) with
        { Category = Categories[random.Next(Categories.Length)] };
        ImmutableArray<ChosenOption> options = random.Next(2) == 0 ? [] : [new(new("contrast"), random.Next(1, 9))];
        return Ordered(service, random.Next(2) == 0 ? Imaging : Structural, Length.OfMinutes(random.Next(1, 900)),
            random.Next(1, 6), $"item-{index}", options);
    }

    private static Voucher Award(Random random, int index)
    {
        var scope = random.Next(3) == 0 ? new ProviderScope(false, ["ITC"], []) : new ProviderScope(true, [], []);
        var programme = Programme($"programme-{index}", random.Next(0, 10_001) / 100m, scope,
            random.Next(3) == 0 ? Cents(random, 200_000) : null,
            random.Next(2) == 0 ? [] : [Categories[random.Next(Categories.Length)]]);
        return PriceSamples.Voucher($"voucher-{index}", Cents(random, 500_000), programme,
            new(2027, random.Next(1, 13), 1));
    }

    private static Money Cents(Random random, int most) => new(random.Next(1, most), Currency.Eur);
}
