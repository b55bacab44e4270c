using Facilities.Api.Platforms;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Grains.Waitlist;
using NodaTime;

namespace Facilities.Api.Waitlist;

/// <summary>
/// A wish for one slot (<c>start</c>), or for any that starts in a window (<c>from</c> ≤ start &lt; <c>to</c>).
/// </summary>
public sealed record WaitlistBody(
    PlatformId PlatformId, ServiceId ServiceId, Length? Duration = null, int Quantity = 1, OffsetDateTime? Start = null,
    OffsetDateTime? From = null, OffsetDateTime? To = null);

/// <summary>A slot that is held until an instant, once; a quote and a booking of it take it.</summary>
public sealed record OfferAnswer(OffsetDateTime Start, OffsetDateTime End, Instant Until);

/// <summary>
/// A wish: <c>waiting</c> with its place among those who wait for overlapping starts, or <c>offered</c>.
/// </summary>
public sealed record WaitlistAnswer(
    WaitlistEntryId EntryId, AccountId AccountId, string? AccountName, PlatformId PlatformId, ServiceId ServiceId,
    string ServiceName, Length Duration, int Quantity, OffsetDateTime From, OffsetDateTime To, Instant JoinedAt,
    string Status, int? Place, Instant EndsAt, OfferAnswer? Offer)
{
    public static WaitlistAnswer Of(PlatformView platform, WaitingWish wish, string? accountName = null)
    {
        var zone = DateTimeZoneProviders.Tzdb[platform.Profile.TimeZone];
        var entry = wish.Entry;
        OffsetDateTime Local(Instant instant) => instant.InZone(zone).ToOffsetDateTime();
        return new(
            entry.Id, entry.Account, accountName, platform.Profile.Id, entry.Service,
            platform.Services.FirstOrDefault(s => s.Id == entry.Service)?.Name ?? entry.Service.Value, entry.Duration,
            entry.Quantity, Local(entry.From), Local(entry.To), entry.JoinedAt,
            entry.Offer is null ? "waiting" : "offered", wish.Place > 0 ? wish.Place : null,
            entry.Offer?.Until ?? entry.ClosesAt,
            entry.Offer is { } offer
                ? new OfferAnswer(Local(offer.Slot.Busy.Start), Local(offer.Slot.Busy.End), offer.Until)
                : null);
    }
}
