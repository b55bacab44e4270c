using Facilities.Grains.Kernel;

namespace Facilities.Grains.Undertakings;

/// <summary>What is granted instead of an aid that would pass the ceiling of its act at its full rate.</summary>
/// <param name="Rate">The highest share of the cost that it may pay.</param>
/// <param name="Amount">What is granted, in the currency of the grant.</param>
/// <param name="Euros">What of it counts, in the currency of the ceiling.</param>
public sealed record LesserAid(Percentage Rate, Money Amount, Money Euros);
