using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Pricing;

/// <summary>The price of one item as the prices of two, which add up to it to the cent.</summary>
public static class SplitPrices
{
    /// <summary>
    /// Two parts of an item: time and operator by their lengths, split as <see cref="ProRata"/> does; set-up and
    /// options stay with the first.
    /// </summary>
    /// <param name="item">The item as agreed.</param>
    /// <param name="first">The length of the first part.</param>
    /// <param name="second">The length of the second; together they are that of the item.</param>
    /// <param name="id">The id of the second part.</param>
    public static (QuotedItem First, QuotedItem Second) Split(
        QuotedItem item, Length first, Length second, ItemId id)
    {
        var currency = item.Net.Currency;
        Money[] weights = [Weight(first), Weight(second)];
        var lines = item.Lines.Select(line => line.Kind is PriceLineKind.Setup or PriceLineKind.Option
            ? [line]
            : Parts(line)).ToArray();
        return (Part(item.Id, first, 0), Part(id, second, 1) with { Options = [] });

        Money Weight(Length length) => new(length.IsCalendarDays ? length.Days : length.Minutes, currency);

        PriceLine[] Parts(PriceLine line)
        {
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
            var mine = lines.Where(l => l.Length > index).Select(l => l[index]).ToArray();
            return item with
            {
                Id = part,
                Duration = duration,
                Lines = [.. mine],
                Net = Money.Sum(mine.Select(l => l.Amount), currency),
            };
        }
    }
}
