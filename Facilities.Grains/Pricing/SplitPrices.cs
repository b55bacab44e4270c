using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;

namespace Facilities.Grains.Pricing;

/// <summary>The price of one item as the prices of two, which add up to it to the cent.</summary>
public static class SplitPrices
{
    /// <summary>
    /// Two parts of an item: time and operator by their lengths, off-peak or peak hours by how much of these each part
    /// has, split as <see cref="ProRata"/> does; set-up and options stay with the first.
    /// </summary>
    /// <param name="item">The item as agreed.</param>
    /// <param name="first">The length of the first part.</param>
    /// <param name="second">The length of the second; together they are that of the item.</param>
    /// <param name="id">The id of the second part.</param>
    public static (QuotedItem First, QuotedItem Second) Split(
        QuotedItem item, Length first, Length second, ItemId id)
    {
        var currency = item.Net.Currency;
        Money[] lengths = [Weight(Amount(first)), Weight(Amount(second))];
        var special = Special(item, first, second) is var (one, two) && one + two > 0
            ? [Weight(one), Weight(two)]
            : lengths;
        var lines = item.Lines.Select(line => line.Kind is PriceLineKind.Setup or PriceLineKind.Option
            ? [line]
            : Parts(line)).ToArray();
        return (Part(item.Id, first, 0), Part(id, second, 1) with
        {
            Options = [],
            PartOf = item.PartOf ?? item.Id,
        });

        Money Weight(long amount) => new(amount, currency);

        PriceLine[] Parts(PriceLine line)
        {
            var weights = IsSpecial(line) ? special : lengths;
            var whole = line.Amount.IsNegative ? -line.Amount : line.Amount;
            return [.. ProRata.Split(whole, weights).Select((amount, index) => line with
            {
                Description = $"{line.Description}; {Words.Length(index == 0 ? first : second)} of "
                    + Words.Length(item.Duration),
                Quantity = line.Quantity * weights[index].Minor / (weights[0].Minor + weights[1].Minor),
                Amount = line.Amount.IsNegative ? -amount : amount,
            })];
        }

        QuotedItem Part(ItemId part, Length duration, int index)
        {
            var mine = lines.Where(l => l.Length > index).Select(l => l[index])
                .Where(l => !IsSpecial(l) || !l.Amount.IsZero).ToArray();
            return item with
            {
                Id = part,
                Duration = duration,
                Lines = [.. mine],
                Net = Money.Sum(mine.Select(l => l.Amount), currency),
            };
        }
    }

    private static bool IsSpecial(PriceLine line) => line.Kind is PriceLineKind.Discount or PriceLineKind.Surcharge;

    private static long Amount(Length length) => length.IsCalendarDays ? length.Days : length.Minutes;

    /// <summary>The minutes of each part in off-peak or peak hours, at the time that was priced.</summary>
    private static (long First, long Second) Special(QuotedItem item, Length first, Length second)
    {
        if (item.Terms is not { SpecialHours: { } hours, Zone: var zone }) return default;
        var middle = first.After(item.Start, zone);
        return (
            SpecialPrices.Minutes(hours, zone, new(item.Start, middle)),
            SpecialPrices.Minutes(hours, zone, new(middle, second.After(middle, zone))));
    }
}
