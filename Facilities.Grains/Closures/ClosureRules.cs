using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Closures;

/// <summary>What a closure must be like.</summary>
public static class ClosureRules
{
    /// <summary>Every fault of a closure at once; none where it can be used.</summary>
    /// <param name="from">The first closed local minute.</param>
    /// <param name="to">The first open local minute after it.</param>
    /// <param name="pointer">Where the closure stands in the request; empty for its root.</param>
    public static IReadOnlyList<Fault> Faults(LocalDateTime from, LocalDateTime to, string pointer)
    {
        List<Fault> faults = [];
        if (!DateRange.Holds(from.Date)) faults.Add(new($"{pointer}/from", DateRange.Reason));
        if (!DateRange.Holds(to.Date)) faults.Add(new($"{pointer}/to", DateRange.Reason));
        if (to <= from) faults.Add(new($"{pointer}/to", "A closure must end after it begins."));
        return faults;
    }
}
