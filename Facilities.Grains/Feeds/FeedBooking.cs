using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Feeds;

/// <summary>
/// What a feed reads of a booking's row. Prices, contracts and vouchers are left unread: a platform's feed has
/// thousands of bookings.
/// </summary>
/// <param name="Id">The booking.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Account">Who booked.</param>
/// <param name="Platforms">Where its items take place.</param>
/// <param name="Items">Its items at their present times.</param>
/// <param name="Purpose">What it is for, in the company's words.</param>
/// <param name="EndedAt">When it was cancelled, rejected or expired, or nobody turned up.</param>
/// <param name="WasFirm">Whether it was ever confirmed.</param>
/// <param name="History">What happened, which only ever grows.</param>
public sealed record FeedBooking(
    BookingId Id, BookingStatus Status, FeedAccount Account, ImmutableArray<FeedPlatform> Platforms,
    ImmutableArray<BookedItem> Items, string Purpose, Instant? EndedAt, bool WasFirm,
    ImmutableArray<HistoryEntry> History)
{
    /// <summary>Items that were cancelled on their own.</summary>
    public ImmutableArray<DroppedItem>? Dropped { get; init; }

    /// <summary>The person of the company whom the facility expects; null where nobody was named.</summary>
    public Contact? Responsible { get; init; }
}

/// <summary>Who booked.</summary>
public sealed record FeedAccount(AccountId Id, string Name);

/// <summary>Where an item takes place.</summary>
public sealed record FeedPlatform(PlatformId Id, string Name, string City);
