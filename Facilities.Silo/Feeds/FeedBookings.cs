using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Feeds;
using Facilities.Grains.Kernel;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Feeds;

/// <summary>The bookings of feeds, row by row: no feed keeps the whole of its bookings in memory.</summary>
public sealed class FeedBookings(IDatabase database)
{
    /// <summary>No item lasts longer, so that an index on starts finds those that still go on.</summary>
    private static readonly Duration LongestItem = Duration.FromDays(Limits.SlotDays);

    /// <summary>Bookings of accounts and at platforms that end after an instant, each once.</summary>
    public async Task<IReadOnlyCollection<FeedBooking>> After(
        ImmutableArray<AccountId> accounts, ImmutableArray<PlatformId> platforms, Instant after,
        CancellationToken cancellation = default)
    {
        var found = new Dictionary<BookingId, FeedBooking>();
        foreach (var account in accounts)
            await Read("b.account_id = @id and b.ends_at > @after", account.Value);
        foreach (var platform in platforms)
            await Read("""
                b.key in (select i.booking_id from booking_items as i
                  where i.platform_id = @id and i.starts_at > @earliest and i.ends_at > @after)
                """, platform.Value);
        return found.Values;

        Task<bool> Read(string which, string id) => database.Read(async connection =>
        {
            var rows = connection.QueryUnbufferedAsync<string>($"""
                select b.body from bookings as b where {which}
                order by b.starts_at desc limit @limit
                """, new
            {
                id,
                after = database.Param(after),
                earliest = database.Param(after - LongestItem),
                limit = Limits.FeedBookings - found.Count,
            });
            await foreach (var row in rows.WithCancellation(cancellation))
            {
                var booking = BodyQueries.Body<FeedBooking>(row);
                found[booking.Id] = booking;
            }
            return true;
        }, cancellation);
    }
}
