using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Bookings;

/// <summary>Which bookings are looked for; each part null where it does not matter.</summary>
/// <param name="Before">A place in the list to go on from: start and id of the last one seen.</param>
public sealed record BookingFilter(
    AccountId? Account, PlatformId? Platform, string? Status, Instant? From, Instant? To,
    (Instant Start, string Id)? Before, int Limit);

/// <summary>Lists of bookings, newest start first.</summary>
public sealed class BookingLists(IDatabase database)
{
    public Task<ImmutableArray<BookingState>> Find(BookingFilter filter) => database.Bodies<BookingState>($"""
        select body from bookings as b
        where (@account is null or account_id = @account)
          and (@platform is null
            or exists (select 1 from booking_items as i where i.booking_id = b.key and i.platform_id = @platform))
          and (@status is null or status = @status)
          {(filter.From is null ? "" : "and ends_at > @from")}
          {(filter.To is null ? "" : "and starts_at < @to")}
          {(filter.Before is null
              ? ""
              : "and (starts_at < @beforeStart or (starts_at = @beforeStart and key < @beforeId))")}
        order by starts_at desc, key desc limit @limit
        """, new
              {
                  account = filter.Account?.Value,
                  platform = filter.Platform?.Value,
                  status = filter.Status,
                  from = database.Param(filter.From ?? default),
                  to = database.Param(filter.To ?? default),
                  beforeStart = database.Param(filter.Before?.Start ?? default),
                  beforeId = filter.Before?.Id,
                  limit = filter.Limit,
              });

    /// <summary>Bookings that wait for somebody of an account or a platform, soonest deadline first.</summary>
    public Task<ImmutableArray<BookingState>> Waiting(AccountId? account, PlatformId? platform, Instant now) =>
        database.Bodies<BookingState>("""
            select body from bookings as b
            where (@account is null or (account_id = @account and waits_for in ('account', 'both')))
              and (@platform is null or (waits_for in ('facility', 'both')
                and exists (select 1 from booking_items as i where i.booking_id = b.key and i.platform_id = @platform)))
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
