using System.Collections.Immutable;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Tax;

namespace Facilities.Grains.Pricing;

/// <summary>The final figures of a booking after delivery.</summary>
/// <param name="Items">The items with the lines as delivered.</param>
/// <param name="Funding">Who pays part of it, with what is paid of each item.</param>
/// <param name="Tax">VAT by country and category.</param>
/// <param name="Totals">The sums.</param>
public sealed record Settlement(
    ImmutableArray<QuotedItem> Items, FundingOutcome Funding, ImmutableArray<TaxLine> Tax, Totals Totals);

/// <summary>Reckons final figures from a sealed quote and what was delivered. No price list is read again.</summary>
public static class Settlements
{
    /// <summary>The final figures. Items without a delivery are as booked.</summary>
    /// <param name="quote">The sealed quote.</param>
    /// <param name="delivered">What was delivered.</param>
    /// <param name="terms">
    /// The funding as it stood at the quote: account, agreements and vouchers; its items' prices are replaced.
    /// </param>
    public static Settlement Reckon(Quote quote, IEnumerable<DeliveredItem> delivered, FundingRequest terms)
    {
        var byItem = delivered.ToDictionary(d => d.Item);
        ImmutableArray<QuotedItem> items = [.. quote.Items.Select(item =>
        {
            if (!byItem.Remove(item.Id, out var what)) return item;
            var price = ItemPrices.Reprice(item, what);
            return item with { Lines = price.Lines, Net = price.Net };
        })];
        if (byItem.Count > 0) throw new InvalidOperationException("Something was delivered that is not in the quote.");
        return Of(quote, items, terms);
    }

    /// <summary>The final figures for items that were repriced, or of which something was credited.</summary>
    public static Settlement Of(Quote quote, ImmutableArray<QuotedItem> items, FundingRequest terms)
    {
        ImmutableArray<TaxLine> tax = [.. quote.Tax.Select((line, index) => TaxLines.On(
            line, Money.Sum(items.Where(i => i.TaxIndex == index).Select(i => i.Net), quote.Currency)))];
        var vat = TaxLines.ByItem(tax, items);
        var parts = items.Select((item, i) => (item.Id, item.Net, Vat: vat[i])).ToDictionary(part => part.Id);
        var unfunded = items.Where(i => i.Dropped).Select(i => i.Id).ToHashSet();
        var funding = FundingPlan.Settle(
            terms with
            {
                Items = [.. terms.Items.Select(i => unfunded.Contains(i.Id)
                    ? i with { Net = Money.Zero(quote.Currency), Vat = Money.Zero(quote.Currency) }
                    : i with { Net = parts[i.Id].Net, Vat = parts[i.Id].Vat })],
            }, quote.Funding);
        return new Settlement(items, funding, tax, Totals.Of(items, funding.Shares, tax));
    }
}
