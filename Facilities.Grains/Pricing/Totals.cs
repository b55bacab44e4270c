using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Tax;

namespace Facilities.Grains.Pricing;

/// <summary>The sums of a price. The account's part is the remainder and is never reckoned on its own.</summary>
/// <param name="Net">Sum of the items.</param>
/// <param name="Tax">Sum of the tax.</param>
/// <param name="Gross">Net and tax.</param>
/// <param name="AccountPays">Gross less funding: what it costs the account in the end.</param>
public sealed record Totals(Money Net, Money Tax, Money Gross, Money AccountPays)
{
    /// <summary>Adds up, and asserts that every part fits to the cent.</summary>
    /// <exception cref="InvalidOperationException">A part does not fit.</exception>
    public static Totals Of(
        ImmutableArray<QuotedItem> items, ImmutableArray<FundingShare> funding, ImmutableArray<TaxLine> tax)
    {
        var currency = items[0].Net.Currency;
        var net = Money.Sum(items.Select(i => i.Net), currency);
        var taxed = Money.Sum(tax.Select(t => t.Amount), currency);
        var funded = Money.Sum(funding.Select(f => f.Amount), currency);
        Assert(items.All(i => i.Net == Money.Sum(i.Lines.Select(l => l.Amount), currency)), "lines and items");
        Assert(net == Money.Sum(tax.Select(t => t.Base), currency), "net and tax bases");
        Assert(tax.All(t => t == TaxLines.On(t, t.Base)), "tax and its rate");
        Assert(funding.All(f => f.Amount.IsPositive) && funded <= net + taxed, "funding and gross");
        Assert(items.All(i => i.TaxIndex >= 0 && i.TaxIndex < tax.Length), "items and tax lines");
        return new Totals(net, taxed, net + taxed, net + taxed - funded);
    }

    private static void Assert(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException($"A price does not add up: {what}.");
    }
}
