using Facilities.Grains.Kernel;

namespace Facilities.Grains.Rates;

/// <summary>What an amount is in another currency, with the rates that were sealed with it.</summary>
/// <param name="Amount">In the other currency.</param>
/// <param name="Rates">From the currency of the order to that of the programme, whichever of the two this is.</param>
public sealed record Converted(Money Amount, RatePair Rates);
