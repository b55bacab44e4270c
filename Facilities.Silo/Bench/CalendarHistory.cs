using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;
using Orleans;

namespace Facilities.Silo.Bench;

/// <summary>
/// Gives a platform a past and a future, day by day through its grain: everything is held and made firm, what is over
/// is invoiced, and one in ten is cancelled in time and booked by somebody else.
/// </summary>
internal sealed class CalendarHistory(IPlatformGrain platform, string id, BenchClock clock)
{
    /// <summary>What a busy day of the past has: nearly all that the platform has to give.</summary>
    public const int PerDay = 110;

    /// <summary>How far ahead bookings lie: a little nearer than the service's horizon.</summary>
    public const int DaysAhead = 178;

    private const int NoticeDays = 7;

    /// <summary>All of it; the clock ends at a given day.</summary>
    public async Task Write(LocalDate today, int past, int future, TextWriter progress)
    {
        var days = (past + PerDay - 1) / PerDay;
        for (var index = -days; index < 0; index++)
        {
            var count = Math.Min(PerDay, past - (days + index) * PerDay);
            await Day(today.PlusDays(index), Enumerable.Range(0, count));
            if ((days + index) % 200 == 199)
                await progress.WriteLineAsync($"{(days + index + 1) * PerDay:#,0} past bookings");
        }
        clock.Now = At(today);
        for (var day = 1; day <= DaysAhead; day++)
        {
            var (from, to) = (future * (day - 1) / DaysAhead, future * day / DaysAhead);
            await Book(today.PlusDays(day), Enumerable.Range(0, to - from));
        }
    }

    private async Task Day(LocalDate day, IEnumerable<int> numbers)
    {
        var all = numbers.ToArray();
        clock.Now = At(day.PlusDays(-NoticeDays));
        await Book(day, all);
        clock.Now = At(day.PlusDays(1));
        await All(all, n => platform.IssueInvoice(
            BenchPlatform.Invoice(id, Name(day, n), BenchPlatform.PlaceOf(day, n))));
    }

    private async Task Book(LocalDate day, IEnumerable<int> numbers)
    {
        var all = numbers.ToArray();
        var cancelled = all.Where(n => n % 10 == 0).ToArray();
        await All(cancelled, n => platform.HoldSlots(
            BenchPlatform.Hold(Name(day, n) + "-gone", BenchPlatform.PlaceOf(day, n))));
        await All(cancelled, n => platform.ReleaseSlots(BenchPlatform.Release(Name(day, n) + "-gone")));
        await All(all, n => platform.HoldSlots(
            BenchPlatform.Hold(Name(day, n), BenchPlatform.PlaceOf(day, n))));
        await All(all, n => platform.FirmSlots(BenchPlatform.Firm(Name(day, n))));
    }

    // All at once, as many companies would: the store gathers them.
    private static async Task All(int[] numbers, Func<int, Task<Reply<PlatformRefusal>>> tell)
    {
        foreach (var reply in await Task.WhenAll(numbers.Select(tell)))
            if (reply.Refusal is { } refusal) throw new InvalidOperationException(refusal.Reason);
    }

    private static Instant At(LocalDate day) => day.AtMidnight().InZoneLeniently(BenchPlatform.Zone).ToInstant();

    private static string Name(LocalDate day, int number) => $"b-{day:yyyyMMdd}-{number}";
}
