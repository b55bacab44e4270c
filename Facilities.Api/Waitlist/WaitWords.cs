using Facilities.Api.Platforms;
using Facilities.Api.Shell;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Waitlist;
using Microsoft.AspNetCore.Http.Extensions;
using NodaTime;

namespace Facilities.Api.Waitlist;

/// <summary>How a wish is said, and where it is made.</summary>
public static class WaitWords
{
    public static string When(WaitlistEntry entry, DateTimeZone zone, Say say) => entry.IsOneSlot
        ? say.Range(entry.From, entry.Duration.After(entry.From, zone), zone)
        : $"any start, {say.At(entry.From, zone)} – {say.At(entry.To, zone)}";

    /// <summary>The page that asks before joining; opening it changes nothing.</summary>
    public static string Join(
        PlatformId platform, ServiceId service, Length duration, int quantity, Instant start, DateTimeZone zone) =>
        "/waitlist/join" + new QueryBuilder
        {
            { "platform", platform.Value },
            { "service", service.Value },
            { "duration", duration.ToString() },
            { "quantity", quantity.ToString(System.Globalization.CultureInfo.InvariantCulture) },
            { "start", Addresses.Start(start, zone) },
        };
}
