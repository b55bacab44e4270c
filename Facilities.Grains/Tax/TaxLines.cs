using System.Collections.Immutable;
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

    private static TaxLine Line(VatDecision decision, Money net) => On(new TaxLine(
        decision.Country, decision.Category, decision.Rate, net, Money.Zero(net.Currency), decision.Reason), net);

    private static (string, string, decimal) Key(VatDecision decision) =>
        (decision.Country, decision.Category, decision.Rate);
}
