using Dapper;
using Facilities.Grains.Bookings;
using Facilities.Silo.Delivery;
using Facilities.Silo.Programmes;
using Facilities.Silo.Storage;
using NodaTime;
using Orleans;

namespace Facilities.Silo.Demonstration;

/// <summary>Lets the months of the history pass: people act, deadlines fall due, all in the order of time.</summary>
internal sealed class HistoryRun(
    IGrainFactory grains, QuoteDesk quotes, BookingDesk desk, ProgrammeLists programmes, DuePump pump,
    IDatabase database, HistoryClock clock)
{
    public async Task Make(HistoryDays days)
    {
        var acts = new HistoryActs(grains, quotes, desk, programmes, new HistorySlots(grains, days));
        foreach (var day in new HistorySteps(acts).All(HistoryPlan.All).GroupBy(s => s.Day))
        {
            await PassUntil(days.At(day.Key, 0));
            await Pass(days, [.. day.GroupBy(s => s.Plan).Select(g => g.ToArray())]);
        }
        await PassUntil(days.LoadedAt);
    }

    /// <summary>Wakes what falls due on the way, each at its own instant.</summary>
    private async Task PassUntil(Instant instant)
    {
        var last = Instant.MinValue;
        while (await NextDue(instant) is { } due && due > last)
        {
            clock.Now = last = due;
            await pump.RunOnce();
        }
        clock.Now = instant;
    }

    private Task<Instant?> NextDue(Instant until) => database.Read(async connection =>
        (await connection.QueryAsync<Instant>(
            "select at from due where at <= @until order by at limit 1", new { until }))
        .Select(at => (Instant?)at).FirstOrDefault());

    /// <summary>
    /// One day: what is done for different bookings is done at once, so that it shares commits. Bookings that could
    /// want the same slot or the same voucher follow each other, so that the history is the same every time.
    /// </summary>
    private async Task Pass(HistoryDays days, HistoryStep[][] bookings)
    {
        await Task.WhenAll(bookings.Where(steps => !steps[0].Books).Select(steps => Take(days, steps)));
        var gates = new List<Task>();
        foreach (var round in Rounds(bookings.Where(steps => steps[0].Books)))
        {
            await Task.WhenAll(round.Select(steps => Take(days, steps[..1])));
            gates.AddRange(round.Select(steps => Take(days, steps[1..])));
        }
        await Task.WhenAll(gates);
    }

    private async Task Take(HistoryDays days, HistoryStep[] steps)
    {
        foreach (var step in steps)
            await clock.At(days.At(step.Day, step.Minute, step.Plan.Number), () => step.Act(step.Plan));
    }

    private static IEnumerable<List<HistoryStep[]>> Rounds(IEnumerable<HistoryStep[]> bookings)
    {
        var round = new List<HistoryStep[]>();
        foreach (var steps in bookings)
        {
            var plan = steps[0].Plan;
            if (round.Any(s => s[0].Plan.Platform == plan.Platform || s[0].Plan.Account == plan.Account))
            {
                yield return round;
                round = [];
            }
            round.Add(steps);
        }
        yield return round;
    }
}
