using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Rates;

/// <summary>The reference rates that the European Central Bank published.</summary>
public interface IRateBook
{
    /// <summary>
    /// The rates that may hold on a day, on the one before or on the one after, wherever the platform is; none of the
    /// euro.
    /// </summary>
    Task<ImmutableArray<DayRate>> Around(IEnumerable<Currency> currencies, LocalDate day);
}
