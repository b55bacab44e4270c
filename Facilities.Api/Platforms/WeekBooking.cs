using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Api.Platforms;

/// <summary>How a booking is drawn: held (hatched), firm (solid) or over (muted).</summary>
public enum WeekLook
{
    Held,
    Firm,
    Over,
}

/// <summary>One item of a booking in a platform's week.</summary>
/// <param name="Range">The slot.</param>
/// <param name="Blocked">The slot with its buffers.</param>
/// <param name="Units">How many units of each resource it takes.</param>
/// <param name="Uses">The resources it takes them of.</param>
public sealed record WeekBooking(
    BookingState Booking, BookedItem Item, WeekLook Look, TimeRange Range, TimeRange Blocked, int Units,
    ImmutableArray<ResourceId> Uses)
{
    public BookingId Id => Booking.Id!.Value;

    public string Company => Booking.Account!.Name;

    /// <summary>How a booking is drawn; null where it ended without being used and left its slot.</summary>
    public static WeekLook? LookOf(BookingState booking) => booking.Status switch
    {
        BookingStatus.Held or BookingStatus.AwaitingApproval or BookingStatus.AwaitingSignature
            or BookingStatus.AwaitingPayment => WeekLook.Held,
        BookingStatus.Confirmed => WeekLook.Firm,
        BookingStatus.Delivered or BookingStatus.Accepted or BookingStatus.Settled
            or BookingStatus.NoShow => WeekLook.Over,
        _ => null,
    };

    // What the service uses today: the unit itself is chosen in the platform's calendar and is nobody's business.
    internal static WeekBooking Of(PlatformView platform, BookingState booking, BookedItem item, DateTimeZone zone)
    {
        var range = new TimeRange(item.Start, item.End);
        var look = LookOf(booking) ?? WeekLook.Over;
        if (platform.Services.FirstOrDefault(s => s.Id == item.Service) is not { } service)
            return new WeekBooking(booking, item, look, range, range, 1, []);
        var quantity = booking.Quote!.Items.First(i => i.Id == item.Id).Quantity;
        var blocked = new TimeRange(
            service.Buffer.Before.Before(item.Start, zone), service.Buffer.After.After(item.End, zone));
        return new WeekBooking(booking, item, look, range, blocked,
            service.Quantity.Occupies == Occupies.PerQuantity ? quantity : 1, [.. service.Uses.Distinct()]);
    }
}
