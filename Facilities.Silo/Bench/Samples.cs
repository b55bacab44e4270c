using System.Collections.Immutable;

namespace Facilities.Silo.Bench;

/// <summary>Measurements of one thing, all in one unit.</summary>
internal sealed class Samples
{
    private readonly ImmutableArray<double> sorted;

    public Samples(IEnumerable<double> values)
    {
        sorted = [.. values.Order()];
        if (sorted.IsEmpty) throw new ArgumentException("Nothing was measured.");
    }

    public int Count => sorted.Length;

    public double Median => At(0.5);

    /// <summary>How far the middle half of the measurements reaches, as a share of the median.</summary>
    public double Spread => Median == 0 ? 0 : (At(0.75) - At(0.25)) / Median;

    /// <summary>The smallest measurement that a share of all does not exceed.</summary>
    public double At(double share) => sorted[Math.Max(1, (int)Math.Ceiling(share * sorted.Length)) - 1];
}
