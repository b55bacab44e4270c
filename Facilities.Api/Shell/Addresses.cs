using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Shell;

/// <summary>Where pages stand, so that links agree.</summary>
public static class Addresses
{
    public static string Service(PlatformId platform, ServiceId service) => $"/platforms/{platform}/services/{service}";

    /// <summary>The slot picker with a start already chosen.</summary>
    public static string Slot(
        PlatformId platform, ServiceId service, Instant start, DateTimeZone zone, Length? duration, int quantity = 1) =>
        Service(platform, service) + QueryString.Create(new Dictionary<string, string?>
        {
            ["start"] = Start(start, zone),
            ["duration"] = duration?.ToString(),
            ["quantity"] = quantity == 1 ? null : quantity.ToString(System.Globalization.CultureInfo.InvariantCulture),
        }.Where(p => p.Value is not null));

    /// <summary>A start as requests write it, in platform time.</summary>
    public static string Start(Instant start, DateTimeZone zone) =>
        OffsetDateTimePattern.ExtendedIso.Format(start.InZone(zone).ToOffsetDateTime());

    public static string Date(LocalDate date) => LocalDatePattern.Iso.Format(date);
}
