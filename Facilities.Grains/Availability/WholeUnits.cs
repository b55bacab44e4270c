using System.Runtime.CompilerServices;
using Facilities.Grains.Platforms;

namespace Facilities.Grains.Availability;

/// <summary>
/// One unit of a resource, used throughout. Most items of most bookings use just that, so one instance serves them all
/// and a full calendar holds half as many.
/// </summary>
internal static class WholeUnits
{
    private static readonly ConditionalWeakTable<Resource, UnitsUsed[]> Known = [];

    /// <param name="resource">The resource.</param>
    /// <param name="unit">One of its units.</param>
    internal static UnitsUsed Of(Resource resource, int unit) => Known.GetValue(
        resource, static of => [.. Enumerable.Range(0, of.Units).Select(n => new UnitsUsed(of.Id, [n]))])[unit];
}
