using System.Collections.Immutable;
using System.Text.Json.Serialization;
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
    ImmutableArray<QuotedItem> Items, FundingOutcome Funding, ImmutableArray<TaxLine> Tax, Totals Totals)
{
    /// <summary>What funders pay the account back, once it has paid the providers.</summary>
    [JsonIgnore]
    public Money PaidBack => FundingShare.PaidBackOf(Funding.Shares, Totals.Gross.Currency);

    /// <summary>What the account pays the providers: its own part, and what it is paid back afterwards.</summary>
    [JsonIgnore]
    public Money PaysProviders => Totals.AccountPays + PaidBack;
}

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
        // Funding sees items as quoted: no cent goes from one payer to another because something was split.
        var quoted = items.GroupBy(i => i.PartOf ?? i.Id).ToDictionary(parts => parts.Key, parts => parts.ToArray());
        var vat = TaxLines.ByItem(tax, [.. quoted.Values.Select(parts => parts[0] with { Net = Net(parts) })]);
        var vatOf = quoted.Keys.Zip(vat).ToDictionary(of => of.First, of => of.Second);
        var funding = FundingPlan.Settle(
            terms with
            {
                Items = [.. terms.Items.Select(i => i with
                {
                    Net = Net(quoted[i.Id].Where(part => !part.Dropped)),
                    Vat = Kept(quoted[i.Id], ProRata.Split(vatOf[i.Id], [.. quoted[i.Id].Select(part => part.Net)])),
                })],
            }, quote.Funding);
        funding = funding with
        {
            Allocations = [.. funding.Allocations.SelectMany(a => ByPart(a, quoted[a.Item]))],
        };
        return new Settlement(items, funding, tax, Totals.Of(items, funding.Shares, tax));

        Money Net(IEnumerable<QuotedItem> parts) => Money.Sum(parts.Select(part => part.Net), quote.Currency);

        Money Kept(QuotedItem[] parts, Money[] amounts) => Money.Sum(
            parts.Zip(amounts).Where(of => !of.First.Dropped).Select(of => of.Second), quote.Currency);
    }

    /// <summary>What is paid of an item, by the parts of it that were not cancelled.</summary>
    private static IEnumerable<FundingAllocation> ByPart(FundingAllocation allocation, QuotedItem[] parts)
    {
        var kept = parts.Where(part => !part.Dropped).ToArray();
        return kept.Zip(ProRata.Split(allocation.Amount, [.. kept.Select(part => part.Net)]))
            .Select(of => allocation with { Item = of.First.Id, Amount = of.Second })
            .Where(of => parts.Length == 1 || !of.Amount.IsZero);
    }
}
