using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>The dates that hours and closures may name. Far outside them local times have no instants.</summary>
internal static class DateRange
{
    internal const string Reason = "A date lies between 1970-01-01 and 2999-12-31.";

    private static readonly LocalDate First = new(1970, 1, 1);
    private static readonly LocalDate Last = new(2999, 12, 31);

    internal static bool Holds(LocalDate date) => date >= First && date <= Last;
}
