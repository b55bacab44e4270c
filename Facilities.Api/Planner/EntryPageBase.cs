using Facilities.Api.Shell;
using Facilities.Grains.Availability;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Microsoft.AspNetCore.Components;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Planner;

/// <summary>A page that asks before one item of a booking is changed, for managers of its facility.</summary>
public abstract class EntryPageBase : PageBase
{
    /// <summary>Local times as fields of forms write them.</summary>
    protected static readonly LocalDateTimePattern Minutes =
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");

    [Parameter] public string PlatformId { get; set; } = "";

    [SupplyParameterFromQuery(Name = "booking")] public string? BookingKey { get; set; }

    [SupplyParameterFromQuery(Name = "item")] public string? ItemKey { get; set; }

    protected BookingState? Booking { get; private set; }

    protected BookedItem? Item { get; private set; }

    protected DateTimeZone Zone { get; private set; } = DateTimeZone.Utc;

    protected string City => Booking!.PlatformOf(Item!.Platform).City;

    protected string Company => Booking!.Account!.Name;

    /// <summary>The day of the calendar on which the item stands.</summary>
    protected string Day(Instant instant) =>
        $"/manage/{PlatformId}/calendar?day={Words.IsoDay(instant.InZone(Zone).Date)}";

    /// <summary>Finds the item; false, and no such page, where it is not of this facility or they are not.</summary>
    protected async Task<bool> Find()
    {
        var booking = Actor.BelongsTo(OrganisationKind.Facility, PlatformId) && Id.IsValid(BookingKey)
            ? await Grains.GetGrain<IBookingGrain>(BookingKey!).View(Actor)
            : null;
        Item = booking?.Items.FirstOrDefault(i => i.Id.Value == ItemKey && i.Platform.Value == PlatformId);
        if (Item is null)
        {
            NotFound();
            return false;
        }
        Booking = booking;
        Zone = booking!.ZoneOf(Item.Id);
        return true;
    }

    /// <summary>A time as the calendar sends it, an instant, or as somebody typed it, in local time.</summary>
    protected (Instant? Time, string? Fault) Read(string? text)
    {
        if (text is null) return (null, null);
        if (InstantPattern.ExtendedIso.Parse(text) is { Success: true } instant) return (instant.Value, null);
        if (Minutes.Parse(text) is not { Success: true } local)
            return (null, "That is no day and time. Write one such as 2027-02-01 08:00.");
        var start = LocalStart.Resolve(local.Value, null, Zone);
        return (start.Instant, start.Fault?.Message);
    }

    /// <summary>An instant as a field of a form shows it.</summary>
    protected string Typed(Instant instant) => Minutes.Format(instant.InZone(Zone).LocalDateTime);
}
