using Facilities.Grains.Kernel;

namespace Facilities.Grains.Funding;

/// <summary>Splits an amount by weights so that not a cent is lost.</summary>
public static class ProRata
{
    /// <summary>
    /// The parts of an amount in proportion to weights. Each running total is rounded half up, so the parts add up
    /// exactly, and none is larger than its weight where the whole is not larger than all weights together.
    /// </summary>
    /// <param name="whole">What is split; not below zero.</param>
    /// <param name="weights">In the same currency; none below zero.</param>
    public static Money[] Split(Money whole, IReadOnlyList<Money> weights)
    {
        var parts = new Money[weights.Count];
        var all = Money.Sum(weights, whole.Currency);
        if (all.IsZero && !whole.IsZero) throw new InvalidOperationException("Nothing to split by.");
        var (sum, given) = (Money.Zero(whole.Currency), Money.Zero(whole.Currency));
        for (var i = 0; i < parts.Length; i++)
        {
            sum += weights[i];
            var reached = all.IsZero ? sum : Money.Rounded(whole.Amount * sum.Amount / all.Amount, whole.Currency);
            parts[i] = reached - given;
            given = reached;
        }
        return parts;
    }
}
