using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Bookings;

/// <summary>Which bookings are looked for; each part null where it does not matter.</summary>
/// <param name="From">Only what ends later; of a platform, what lies there later.</param>
/// <param name="To">Only what starts earlier; of a platform, what lies there earlier.</param>
/// <param name="Before">A place in the list to go on from: see <see cref="PlaceOf"/>.</param>
public sealed record BookingFilter(
    AccountId? Account, PlatformId? Platform, string? Status, Instant? From, Instant? To,
    (Instant Start, string Id)? Before, int Limit)
{
    /// <summary>Where a booking stands in the list: by its start, of a platform by its first start there.</summary>
    public (Instant Start, string Id) PlaceOf(BookingState booking) => (
        Platform is { } platform
            ? booking.Items.Concat((booking.Dropped ?? []).Select(d => d.Item))
                .Where(i => i.Platform == platform).Select(i => i.Start).DefaultIfEmpty(booking.Start).Min()
            : booking.Start,
        booking.Id!.Value.Value);
}

/// <summary>Lists of bookings, newest start first.</summary>
public sealed class BookingLists(IDatabase database)
{
    /// <summary>No item lasts longer, so that an index on starts finds those that still go on.</summary>
    private static readonly Duration LongestItem = Duration.FromDays(Limits.SlotDays);

    public Task<ImmutableArray<BookingState>> Find(BookingFilter filter) => database.Bodies<BookingState>($"""
        {(filter.Platform is null ? Everywhere(filter) : AtPlatform(filter))}
          {(filter.Account is null ? "" : "and b.account_id = @account")}
          {(filter.Status is null ? "" : "and b.status = @status")}
        order by starts_at desc, key desc limit @limit
        """, new
    {
        account = filter.Account?.Value,
        platform = filter.Platform?.Value,
        status = filter.Status,
        from = database.Param(filter.From ?? default),
        earliest = database.Param((filter.From ?? default) - LongestItem),
        to = database.Param(filter.To ?? default),
        beforeStart = database.Param(filter.Before?.Start ?? default),
        beforeId = filter.Before?.Id,
        limit = filter.Limit,
    });

    private static string Everywhere(BookingFilter filter) => $"""
        select b.body, b.starts_at as starts_at, b.key as key from bookings as b where 1 = 1
          {(filter.From is null ? "" : "and b.ends_at > @from")}
          {(filter.To is null ? "" : "and b.starts_at < @to")}
          {(filter.Before is null
              ? ""
              : "and (b.starts_at < @beforeStart or (b.starts_at = @beforeStart and b.key < @beforeId))")}
        """;

    // From the platform's own index of starts, so that a page costs the same however many bookings there are here and
    // elsewhere. The joins name their order: SQLite may start at another table otherwise.
    private static string AtPlatform(BookingFilter filter) => $"""
        select b.body, i.starts_at as starts_at, b.key as key
        from {(filter.From is null ? "" : $"({Within(filter)}) as w cross join ")}
          booking_items as i cross join bookings as b
        where i.platform_id = @platform and b.key = i.booking_id
          {(filter.From is null ? "" : "and i.booking_id = w.booking_id")}
          {(filter.To is null || filter.From is not null ? "" : "and i.starts_at < @to")}
          and not exists (select 1 from booking_items as e
            where e.booking_id = i.booking_id and e.platform_id = @platform
              and (e.starts_at < i.starts_at or (e.starts_at = i.starts_at and e.key < i.key)))
          {(filter.Before is null
              ? ""
              : "and (i.starts_at < @beforeStart or (i.starts_at = @beforeStart and i.booking_id < @beforeId))")}
        """;

    private static string Within(BookingFilter filter) => $"""
        select distinct booking_id from booking_items
        where platform_id = @platform and starts_at > @earliest and ends_at > @from
          {(filter.To is null ? "" : "and starts_at < @to")}
        """;

    /// <summary>Bookings that wait for somebody of an account or a platform, soonest deadline first.</summary>
    public Task<ImmutableArray<BookingState>> Waiting(AccountId? account, PlatformId? platform, Instant now) =>
        database.Bodies<BookingState>($"""
            select body from bookings as b
            where {(account is null ? "1 = 1" : "account_id = @account and waits_for in ('account', 'both')")}
              {(platform is null
                  ? ""
                  : """
                    and waits_for in ('facility', 'both')
                    and key in (select i.booking_id from booking_items as i where i.platform_id = @platform)
                    """)}
              and (status <> 'confirmed' or starts_at <= @now)
            order by due_at is null, due_at, starts_at, key limit 200
            """, new { account = account?.Value, platform = platform?.Value, now = database.Param(now) });

    /// <summary>Bookings that were prepared for a company and are not confirmed, soonest deadline first.</summary>
    public async Task<ImmutableArray<BookingState>> Prepared() =>
    [
        .. (await database.Bodies<BookingState>("""
            select body from bookings
            where status in ('held', 'awaitingApproval', 'awaitingSignature', 'awaitingPayment')
              and body like '%"preparedBy":%'
            order by due_at is null, due_at, starts_at, key
            """, new { })).Where(b => b.PreparedBy is not null),
    ];

    public Task<long> Count() =>
        database.Read(connection => connection.ExecuteScalarAsync<long>("select count(*) from bookings"));
}
