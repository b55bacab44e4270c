using System.Collections.Immutable;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;

namespace Facilities.Grains.Tax;

/// <summary>VAT by country, category and rate: one line each, rounded once on the sum of its items (EN 16931
/// BR-CO-17).</summary>
public static class TaxLines
{
    /// <summary>The tax lines of several supplies, and which line each belongs to.</summary>
    public static (ImmutableArray<TaxLine> Lines, ImmutableArray<int> Index) Of(
        IReadOnlyList<(VatDecision Decision, Money Net)> supplies)
    {
        var groups = supplies.GroupBy(s => Key(s.Decision)).ToList();
        var keys = groups.ConvertAll(g => g.Key);
        return ([.. groups.Select(g =>
            Line(g.First().Decision, Money.Sum(g.Select(s => s.Net), g.First().Net.Currency)))],
            [.. supplies.Select(s => keys.IndexOf(Key(s.Decision)))]);
    }

    /// <summary>The same treatment on another base.</summary>
    public static TaxLine On(TaxLine line, Money newBase) =>
        line with { Base = newBase, Amount = newBase.Times(line.Rate / 100) };

    /// <summary>The tax of each item: the tax of its line in proportion to the net, not a cent lost.</summary>
    public static ImmutableArray<Money> ByItem(ImmutableArray<TaxLine> lines, ImmutableArray<QuotedItem> items)
    {
        var vat = new Money[items.Length];
        foreach (var (line, index) in lines.Select((line, index) => (line, index)))
        {
            int[] mine = [.. Enumerable.Range(0, items.Length).Where(i => items[i].TaxIndex == index)];
            var parts = ProRata.Split(line.Amount, [.. mine.Select(i => items[i].Net)]);
            foreach (var (item, part) in mine.Zip(parts)) vat[item] = part;
        }
        return [.. vat];
    }

    private static TaxLine Line(VatDecision decision, Money net) => On(new TaxLine(
        decision.Country, decision.Category, decision.Rate, net, Money.Zero(net.Currency), decision.Reason), net);

    private static (string, string, decimal) Key(VatDecision decision) =>
        (decision.Country, decision.Category, decision.Rate);
}
