using System.Data.Common;
using System.Globalization;
using Dapper;
using Facilities.Silo.Bench;
using Facilities.Silo.Storage;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Facilities.Silo.BenchSearch;

/// <summary>
/// The customary way to look for free time: a table of bookings and a table of starts, joined where nothing overlaps,
/// by the indexes that suit it best. It is spared zones, opening hours, units, buffers and notice: each platform has
/// one thing to book, at the same hours of the day.
/// </summary>
internal sealed class SearchRival : IAsyncDisposable
{
    public const int Limit = 50;

    private const string Free = """
        where s.start >= @from and s.start < @to and not exists (
          select 1 from rival_bookings b
          where b.platform = p.id and b.start < s.start + 3600 and b."end" > s.start)
        """;

    private readonly DbConnection connection;

    private SearchRival(DbConnection connection) => this.connection = connection;

    public static async Task<SearchRival> Start(StorageOptions storage, SearchCrowd crowd, LocalDate today)
    {
        var connection = await RivalConnection.Open(storage);
        await connection.ExecuteAsync("""
            create table rival_platforms (id integer primary key, price bigint not null);
            create index rival_prices on rival_platforms (price);
            create table rival_starts (start bigint primary key);
            create table rival_bookings (platform integer not null, start bigint not null, "end" bigint not null)
            """);
        await Fill(connection, "rival_platforms", crowd.Prices.Select((price, id) => $"({id}, {price})"));
        await Fill(connection, "rival_starts",
            from day in Enumerable.Range(0, SearchCrowd.Days)
            from half in Enumerable.Range(0, 19)
            select string.Create(CultureInfo.InvariantCulture,
                $"({today.PlusDays(day).At(new(7, 0)).InUtc().ToInstant().ToUnixTimeSeconds() + half * 1_800})"));
        await Fill(connection, "rival_bookings", crowd.Booked.Select(b => string.Create(CultureInfo.InvariantCulture,
            $"({b.Platform}, {b.Start.ToUnixTimeSeconds()}, {b.End.ToUnixTimeSeconds()})")));
        await connection.ExecuteAsync("""
            create index rival_times on rival_bookings (platform, start, "end");
            analyze
            """);
        return new(connection);
    }

    /// <summary>The earliest free starts.</summary>
    public Task<int> Earliest(Instant from, Instant to) => Ask(
        "rival_starts s cross join rival_platforms p", "s.start, p.id", from, to);

    /// <summary>The cheapest, of one platform after the other.</summary>
    public Task<int> Cheapest(Instant from, Instant to) => Ask(
        "rival_platforms p cross join rival_starts s", "p.price, p.id, s.start", from, to);

    private async Task<int> Ask(string tables, string order, Instant from, Instant to)
    {
        var found = await connection.QueryAsync<(long, long)>(
            $"select p.id, s.start from {tables} {Free} order by {order} limit {Limit}",
            new { from = from.ToUnixTimeSeconds(), to = to.ToUnixTimeSeconds() });
        return found.AsList().Count;
    }

    private static async Task Fill(DbConnection connection, string table, IEnumerable<string> rows)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var some in rows.Chunk(1_000))
            await connection.ExecuteAsync($"insert into {table} values {string.Join(',', some)}", null, transaction);
        await transaction.CommitAsync();
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
