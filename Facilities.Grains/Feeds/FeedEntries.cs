using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Facilities.Grains.Availability;
using Facilities.Grains.Bookings;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Feeds;

/// <summary>A feed as it is asked for.</summary>
/// <param name="For">Its maker, with the memberships of now.</param>
/// <param name="Scope">Whose bookings it shows.</param>
/// <param name="Audience">How much it tells.</param>
/// <param name="Name">As a calendar program shows it.</param>
/// <param name="Site">Where the pages stand; bookings are found below it.</param>
public sealed record FeedRequest(Actor For, FeedScope Scope, FeedAudience Audience, string Name, Uri Site);

/// <summary>How bookings become the events of a feed.</summary>
public static class FeedEntries
{
    /// <summary>What stands for a booking whose names are not the reader's.</summary>
    public const string BusyWord = "Busy";

    /// <summary>What a feed says of itself that may not hold all.</summary>
    public static readonly string CutNote = string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"This calendar shows the {Limits.FeedBookings:N0} bookings that start last. Earlier ones are left out.");

    /// <summary>The calendar.</summary>
    /// <param name="request">What was asked for, by somebody who may.</param>
    /// <param name="bookings">Bookings of the scope, each once.</param>
    /// <param name="uses">
    /// Services that use the resource, where the scope is one, each with the part of the booking in which it does.
    /// </param>
    /// <param name="now">Decides which past and ended bookings still stand in it.</param>
    public static CalendarFeed Feed(
        FeedRequest request, IReadOnlyCollection<FeedBooking> bookings,
        ImmutableDictionary<ServiceId, PartialUse?> uses, Instant now)
    {
        var since = now - Limits.FeedPast;
        var entries =
            from booking in bookings
            where IsKept(booking, now)
            from item in booking.Items.Concat((booking.Dropped ?? []).Select(d => d.Item))
            where item.End > since && IsIn(request, booking, item, uses)
            from entry in Entries(request, booking, item, uses)
            orderby entry.Start, booking.Id.Value, item.Id.Value
            select entry.Entry;
        return new CalendarFeed(request.Name, [.. entries], Limits.FeedRefresh)
        {
            Note = bookings.Count < Limits.FeedBookings ? null : CutNote,
        };
    }

    /// <summary>
    /// The UID of an item: the same for ever and in every feed, and no way back to the booking for those who are not
    /// to know it.
    /// </summary>
    public static string Uid(BookingId booking, ItemId item) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{booking}/{item}")).AsSpan(0, 16)) + "@facilities";

    /// <summary>
    /// What ended is shown as cancelled until every program has read so: one that was only held for two days.
    /// </summary>
    private static bool IsKept(FeedBooking booking, Instant now) =>
        StatusOf(booking.Status) != EventStatus.Cancelled
        || (booking.EndedAt ?? booking.History[^1].At) + (booking.WasFirm ? Limits.FeedPast : Limits.FeedEnded) > now;

    private static bool IsIn(
        FeedRequest request, FeedBooking booking, BookedItem item, ImmutableDictionary<ServiceId, PartialUse?> uses) =>
        request.Scope switch
        {
            FeedScope.Account => true,
            FeedScope.Platform platform => item.Platform == platform.Id,
            FeedScope.Resource resource => item.Platform == resource.At && uses.ContainsKey(item.Service),
            _ => IsAtOwnPlatform(request.For, item)
                || (IsOwn(request.For, booking) && IsFor(request, booking.Responsible)),
        };

    // One event, or in the feed of a resource one for each part of the booking in which it is used.
    private static IEnumerable<(Instant Start, CalendarEntry Entry)> Entries(
        FeedRequest request, FeedBooking booking, BookedItem item, ImmutableDictionary<ServiceId, PartialUse?> uses)
    {
        var entry = Entry(request, booking, item);
        if (request.Scope is not FeedScope.Resource || uses[item.Service] is not { } part)
            return [(item.Start, entry)];
        return ResourceUse.Of(part, new(item.Start, item.Start, item.End, item.End)).Select((use, index) => (
            use.Start, entry with
            {
                Uid = index == 0 ? entry.Uid : Uid(booking.Id, new ItemId($"{item.Id}/last")),
                Time = new EntryTime.Once(use.Start, use.End),
            }));
    }

    /// <summary>A person's own bookings are those they are responsible for; a company's are in the full feed.</summary>
    private static bool IsFor(FeedRequest request, Contact? responsible) =>
        request.Audience != FeedAudience.Own || responsible is null || responsible.Person == request.For.Person;

    private static bool IsOwn(Actor reader, FeedBooking booking) =>
        reader.BelongsTo(OrganisationKind.Sme, booking.Account.Id.Value);

    private static bool IsAtOwnPlatform(Actor reader, BookedItem item) =>
        reader.BelongsTo(OrganisationKind.Facility, item.Platform.Value);

    private static CalendarEntry Entry(FeedRequest request, FeedBooking booking, BookedItem item)
    {
        var isOwn = IsOwn(request.For, booking);
        var isShown = request.Audience switch
        {
            FeedAudience.Full => isOwn || IsAtOwnPlatform(request.For, item),
            FeedAudience.Own => isOwn,
            _ => false,
        };
        var status = booking.Dropped?.Any(d => d.Item.Id == item.Id) == true
            ? BookingStatus.Cancelled
            : booking.Status;
        // Every change of time or status adds to the history, which never shrinks.
        var bare = new CalendarEntry(
            Uid(booking.Id, item.Id), booking.History.Length, booking.History[^1].At, StatusOf(status),
            new EntryTime.Once(item.Start, item.End), BusyWord);
        if (!isShown) return bare;
        var platform = booking.Platforms.First(p => p.Id == item.Platform);
        return bare with
        {
            Summary = isOwn ? item.Name : $"{item.Name} · {booking.Account.Name}",
            Description = Description(booking, status, isOwn),
            Location = $"{platform.Name}, {platform.City}",
            Page = new Uri(request.Site, $"/bookings/{booking.Id}"),
            IsPrivate = true,
        };
    }

    private static string Description(FeedBooking booking, BookingStatus status, bool isOwn) => string.Join('\n', new[]
    {
        StateWord(status),
        isOwn ? null : $"Booked by {booking.Account.Name}",
        booking.Responsible is not { } person ? null : isOwn ? $"Responsible: {person.Name}" : $"Expect {person.Name}",
        booking.Purpose.Length == 0 ? null : $"For: {booking.Purpose}",
    }.OfType<string>());

    private static EventStatus StatusOf(BookingStatus status) => status switch
    {
        BookingStatus.Held or BookingStatus.AwaitingApproval or BookingStatus.AwaitingSignature
            or BookingStatus.AwaitingPayment => EventStatus.Tentative,
        BookingStatus.Confirmed or BookingStatus.Delivered or BookingStatus.Accepted or BookingStatus.Settled =>
            EventStatus.Confirmed,
        BookingStatus.Rejected or BookingStatus.Cancelled or BookingStatus.Expired or BookingStatus.NoShow =>
            EventStatus.Cancelled,
        _ => throw new InvalidOperationException($"A booking that is {status} stands in no list."),
    };

    private static string StateWord(BookingStatus status) => status switch
    {
        BookingStatus.AwaitingApproval => "Waiting for approval",
        BookingStatus.AwaitingSignature => "To sign",
        BookingStatus.AwaitingPayment => "To pay",
        BookingStatus.NoShow => "Not turned up",
        BookingStatus.Rejected => "Refused",
        _ => status.ToString(),
    };
}
