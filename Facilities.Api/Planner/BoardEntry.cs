using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Grains.Waitlist;
using NodaTime;

namespace Facilities.Api.Planner;

/// <summary>In which form something stands in the calendar; each form has a pattern and a word of its own.</summary>
public enum EntryLook
{
    /// <summary>Held, to be signed or to be paid.</summary>
    Held,
    /// <summary>Held until the facility has approved it.</summary>
    Approval,
    /// <summary>Confirmed.</summary>
    Firm,
    /// <summary>Delivered, accepted or settled.</summary>
    Done,
    /// <summary>Nobody turned up.</summary>
    NoShow,
    /// <summary>Held for somebody on the waitlist.</summary>
    Offer,
    /// <summary>Busy in a calendar that the facility follows.</summary>
    Imported,
}

/// <summary>Something that uses resources for a time: one item of a booking, or what came from elsewhere.</summary>
/// <param name="Who">The company.</param>
/// <param name="What">The service.</param>
/// <param name="Range">From the start to the end.</param>
/// <param name="Blocked">The same with its buffers.</param>
/// <param name="Units">Which units of which resources, where the platform still remembers them.</param>
/// <param name="Step">The service starts at whole multiples of so many minutes; 15 where it is counted in days.</param>
public sealed record BoardEntry(
    BookingId? Booking, ItemId? Item, EntryLook Look, string Who, string What, TimeRange Range, TimeRange Blocked,
    ImmutableArray<UnitsUsed> Units, long Step)
{
    /// <summary>Where it is looked at: the booking, or where what came from elsewhere is kept.</summary>
    public string? Address => Booking is { } id ? $"/bookings/{id}" : Elsewhere;

    internal string? Elsewhere { get; init; }

    /// <summary>Whether it is confirmed or was used; else it is held.</summary>
    public bool IsFirm => Look is EntryLook.Firm or EntryLook.Done or EntryLook.NoShow;

    /// <summary>Its state in a word.</summary>
    public string Word => Look switch
    {
        EntryLook.Held => "held",
        EntryLook.Approval => "to approve",
        EntryLook.Firm => "confirmed",
        EntryLook.Done => "delivered",
        EntryLook.NoShow => "not turned up",
        EntryLook.Offer => "offered",
        _ => "busy",
    };

    /// <summary>The name of its form in the style sheet.</summary>
    public string Style => Look switch
    {
        EntryLook.Held => "held",
        EntryLook.Approval => "approval",
        EntryLook.Firm => "firm",
        EntryLook.Done => "done",
        EntryLook.NoShow => "noshow",
        EntryLook.Offer => "offer",
        _ => "imported",
    };

    /// <summary>Whether it can still be changed: the booking decides, this only spares a useless question.</summary>
    public bool MayChange(Instant now) =>
        Booking is not null && Look is EntryLook.Held or EntryLook.Approval or EntryLook.Firm && Range.Start > now;

    /// <summary>Whether its end can still be changed.</summary>
    public bool MayResize(Instant now) => Booking is not null && Look == EntryLook.Firm && Range.End > now;

    /// <summary>
    /// When it uses a resource: throughout, or at its beginning and its end where the service needs it only then.
    /// </summary>
    public IEnumerable<BoardUse> UsesOf(ResourceId resource) =>
        from used in Units
        where used.Resource == resource
        select used.Part is { } part
            ? new BoardUse(new(part.Start, part.End), new(part.BlockedFrom, part.BlockedUntil), used.Units)
            : new BoardUse(Range, Blocked, used.Units);

    /// <summary>How many units of a resource it has; 1 where that is no longer known.</summary>
    public int UnitsOf(ResourceId resource) =>
        Units.FirstOrDefault(u => u.Resource == resource)?.Units.Length is int count && count > 0 ? count : 1;

    /// <summary>The form of a booking; null where it ended without being used and left its slot.</summary>
    public static EntryLook? LookOf(BookingState booking) => booking.Status switch
    {
        BookingStatus.AwaitingApproval => EntryLook.Approval,
        BookingStatus.Held or BookingStatus.AwaitingSignature or BookingStatus.AwaitingPayment => EntryLook.Held,
        BookingStatus.Confirmed => EntryLook.Firm,
        BookingStatus.Delivered or BookingStatus.Accepted or BookingStatus.Settled => EntryLook.Done,
        BookingStatus.NoShow => EntryLook.NoShow,
        _ => null,
    };

    /// <summary>A slot that the platform knows; its booking says in which state it is.</summary>
    internal static BoardEntry Of(PlatformView platform, PlacedSlot placed, BookingState? booking)
    {
        var service = platform.Services.FirstOrDefault(s => s.Id == placed.Slot.Service);
        var busy = placed.Slot.Busy;
        return new(
            placed.Booking, placed.Slot.Item,
            (booking is null ? null : LookOf(booking)) ?? (placed.Firm ? EntryLook.Firm : EntryLook.Held),
            booking?.Account?.Name ?? placed.Account.Value, service?.Name ?? placed.Slot.Service.Value,
            new(busy.Start, busy.End), new(busy.BlockedFrom, busy.BlockedUntil), placed.Slot.Units, StepOf(service));
    }

    /// <summary>An item whose slot the platform has forgotten, because it is long over.</summary>
    internal static BoardEntry Of(PlatformView platform, BookingState booking, BookedItem item, EntryLook look)
    {
        var service = platform.Services.FirstOrDefault(s => s.Id == item.Service);
        var range = new TimeRange(item.Start, item.End);
        return new(
            booking.Id, item.Id, look, booking.Account!.Name, item.Name, range, range,
            [.. (service?.Uses ?? []).Distinct().Select(resource => new UnitsUsed(resource, []))], StepOf(service));
    }

    /// <summary>What is held for somebody on the waitlist until the offer lapses.</summary>
    internal static BoardEntry Of(PlatformView platform, WaitlistEntry waiting, string company)
    {
        var (busy, service) = (
            waiting.Offer!.Slot.Busy, platform.Services.FirstOrDefault(s => s.Id == waiting.Service));
        return new(
            null, null, EntryLook.Offer, company, service?.Name ?? waiting.Service.Value,
            new(busy.Start, busy.End), new(busy.BlockedFrom, busy.BlockedUntil), waiting.Offer.Slot.Units,
            StepOf(service))
        {
            Elsewhere = $"/manage/{platform.Profile.Id}/waitlist",
        };
    }

    /// <summary>The times in which a calendar makes resources busy.</summary>
    internal static IEnumerable<BoardEntry> Of(PlatformView platform, ImportedCalendar calendar)
    {
        ImmutableArray<UnitsUsed> units =
        [
            .. from resource in platform.Resources
               where calendar.Resources.Contains(resource.Id)
               select new UnitsUsed(resource.Id,
                   calendar.Units.IsEmpty ? [.. Enumerable.Range(0, resource.Units)] : calendar.Units),
        ];
        return calendar.Times.Select(time => new BoardEntry(
            null, null, EntryLook.Imported, calendar.Name, "in a calendar you follow", time, time, units, 15)
        {
            Elsewhere = $"/manage/{platform.Profile.Id}/calendars",
        });
    }

    private static long StepOf(Service? service) =>
        service is { StartStep: { IsCalendarDays: false, IsZero: false } step } ? step.Minutes : 15;
}

/// <summary>One time in which an entry uses a resource.</summary>
/// <param name="Range">From the start to the end.</param>
/// <param name="Blocked">The same with its buffers.</param>
/// <param name="Units">Which units; empty where the platform has forgotten them.</param>
public sealed record BoardUse(TimeRange Range, TimeRange Blocked, ImmutableArray<int> Units);
