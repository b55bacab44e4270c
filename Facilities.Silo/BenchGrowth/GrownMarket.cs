using System.Globalization;
using Dapper;
using Facilities.Grains.Bookings;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Runtime;
using Facilities.Silo.Bench;
using Facilities.Silo.Bookings;
using Facilities.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Silo.BenchGrowth;

/// <summary>A marketplace of a given size on a database of its own, and what is done there.</summary>
internal sealed class GrownMarket : IAsyncDisposable
{
    // The days after the last booking: whatever is held there finds its place.
    private const int FreeFrom = Growth.DaysAhead + 1, FreeDays = 140, WeekDays = 7, Page = 5;

    private static readonly LocalDate Today = new(2026, 11, 2);
    private static readonly Instant Now = Today.AtMidnight().InZoneLeniently(BenchPlatform.Zone).ToInstant();

    private readonly BenchHost host;
    private readonly Dictionary<string, List<double>> times = [];

    private GrownMarket(BenchHost host, int platforms, int bookings, double bytes) =>
        (this.host, Platforms, Bookings, BytesPerBooking) = (host, platforms, bookings, bytes);

    public int Platforms { get; }

    public int Bookings { get; }

    /// <summary>What the database grew by, platforms included, for each booking.</summary>
    public double BytesPerBooking { get; }

    public string Words => string.Create(
        CultureInfo.InvariantCulture, $"{Platforms:#,0} platforms, {Bookings:#,0} bookings");

    public static async Task<GrownMarket> Grow(BenchSettings settings, int platforms, int bookings)
    {
        var host = await BenchHost.Start(settings, new BenchClock(Now));
        var before = await Bytes(host);
        await new Growth(
            host.Services.GetRequiredService<IEventStore>(), host.Services.GetRequiredService<IQuoteBook>(), Today)
            .Write(platforms, bookings);
        return new(host, platforms, bookings, (await Bytes(host) - before) / (double)bookings);
    }

    public void Add(string operation, double milliseconds)
    {
        if (!times.TryGetValue(operation, out var known)) times[operation] = known = [];
        known.Add(milliseconds);
    }

    public Samples Times(string operation) => new(times[operation]);

    /// <summary>A hold as somebody who books meets it: answered when it is on the disk.</summary>
    public async Task Hold(int number)
    {
        var reply = await PlatformAt(number).HoldSlots(BenchPlatform.Hold(
            string.Create(CultureInfo.InvariantCulture, $"h-{number}"), Free(number)));
        if (reply.Refusal is { } refusal) throw new InvalidOperationException(refusal.Reason);
    }

    /// <summary>The free slots of the week from tomorrow, where bookings lie.</summary>
    public Task Slots(int number) => PlatformAt(number).FreeSlots(
        new(BenchPlatform.Microscope.Id, null, 1, Today.PlusDays(1), Today.PlusDays(1 + WeekDays)));

    public async Task Quote(int number)
    {
        var company = Growth.CompanyOf(0);
        var answer = await host.Services.GetRequiredService<QuoteDesk>().Make(
            new(string.Create(CultureInfo.InvariantCulture, $"quote-{number}")), Growth.BookerOf(company), new(company),
            [
                new(new(NameAt(number)), BenchPlatform.Microscope.Id, InstantPattern.General.Format(Free(number)),
                    BenchPlatform.Hour),
            ],
            new VoucherChoice.None());
        if (answer.Refusal is { } refusal) throw new InvalidOperationException(refusal.Reason);
    }

    /// <summary>The first page of a platform's bookings.</summary>
    public Task List(int number) => host.Services.GetRequiredService<BookingLists>().Find(
        new(null, new(NameAt(number)), null, null, null, null, Page));

    /// <summary>What a grain does that is made anew on the same database.</summary>
    public Task Wake(int number) => CalendarBench.StateOf(host, NameAt(number));

    /// <summary>Has the grain of a platform awake.</summary>
    public Task Rouse(int number) => PlatformAt(number).View();

    /// <summary>Thousands of bytes that each of so many platforms takes when it is awake.</summary>
    public async Task<double> Memory(int most)
    {
        var count = Math.Min(most, Platforms);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var number = 0; number < count; number++) await PlatformAt(number).View();
        return Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - before) / 1_000.0 / count;
    }

    // Spread over all of them, so that no few are always in the cache.
    private string NameAt(int number) => Growth.PlatformOf((int)(number * 7_919L % Platforms));

    private IPlatformGrain PlatformAt(int number) => host.Grains.GetGrain<IPlatformGrain>(NameAt(number));

    private static Instant Free(int number) => BenchPlatform.PlaceOf(
        Today.PlusDays(FreeFrom + number % FreeDays), number / FreeDays % BenchPlatform.PlacesPerDay);

    private static Task<long> Bytes(BenchHost host) => host.Services.GetRequiredService<IDatabase>().Read(connection =>
        connection.ExecuteScalarAsync<long>(host.Storage.Provider == StorageProvider.Postgres
            ? """
              select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint from pg_class
              where relnamespace = current_schema()::regnamespace and relkind = 'r'
              """
            : "select page_count * page_size from pragma_page_count(), pragma_page_size()"));

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
