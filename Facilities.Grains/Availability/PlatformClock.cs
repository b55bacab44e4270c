using System.Globalization;
using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;

namespace Facilities.Grains.Availability;

/// <summary>How local times of hours and closures become instants on the days the clocks change.</summary>
internal static class PlatformClock
{
    private static readonly ZoneLocalMappingResolver Earlier =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    private static readonly ZoneLocalMappingResolver Later =
        Resolvers.CreateMappingResolver(Resolvers.ReturnLater, Resolvers.ReturnStartOfIntervalAfter);

    private static readonly OffsetDateTimePattern Shape =
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:sso<+HH:mm>");

    /// <summary>A skipped time begins at the first instant after the gap, a doubled one the first time.</summary>
    internal static Instant Begins(LocalDateTime local, DateTimeZone zone) =>
        zone.ResolveLocal(local, Earlier).ToInstant();

    /// <summary>A skipped time ends at the first instant after the gap, a doubled one the second time.</summary>
    internal static Instant Ends(LocalDateTime local, DateTimeZone zone) => zone.ResolveLocal(local, Later).ToInstant();

    /// <summary>The first instant of a date.</summary>
    internal static Instant Midnight(LocalDate date, DateTimeZone zone) => zone.AtStartOfDay(date).ToInstant();

    /// <summary>The platform's date at an instant.</summary>
    internal static LocalDate DateAt(Instant instant, DateTimeZone zone) => instant.InZone(zone).Date;

    /// <summary>An instant as people and requests write it: platform time and its offset.</summary>
    internal static string Text(Instant instant, DateTimeZone zone) =>
        Shape.Format(instant.InZone(zone).ToOffsetDateTime());

    /// <summary>An offset such as <c>+01:00</c>.</summary>
    internal static string Text(Offset offset) => offset.ToString("+HH:mm", CultureInfo.InvariantCulture);
}
