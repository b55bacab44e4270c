using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>
/// Kills processes, sets their clocks and lets idle grains go while clients work; then sees to a quiet end.
/// </summary>
internal static class Trouble
{
    private static readonly Duration Longest = Duration.FromDays(75);

    public static async Task Make(SimulatedRun run)
    {
        var jobs = Enumerable.Range(0, run.Weather.Crashes).Select(_ => Crash(run))
            .Concat(Enumerable.Range(0, run.Weather.ClockSteps).Select(_ => SetClock(run)))
            .Append(LetGo(run));
        await Task.WhenAll(jobs.ToArray());
    }

    /// <summary>
    /// Nothing goes wrong any more; what is due falls due. Whatever still waits after two months waits for ever.
    /// </summary>
    public static async Task End(SimulatedRun run)
    {
        run.Trace.Add("run", "quiet");
        run.Weather.Clear();
        foreach (var process in run.Processes)
        {
            process.SetClock(Duration.Zero);
            if (process.Current is null) process.Start();
        }
        // Late messages are still on their way.
        await run.Clock.Delay(Duration.FromHours(2));
        var last = run.Clock.Now + Longest;
        while (run.Database.NextToRest is { } due && run.Clock.Now < last)
            await run.Clock.Until(Instant.Max(due, run.Clock.Now) + Duration.FromMinutes(2));
        foreach (var (stream, name) in run.Database.AllDue) run.Find($"{stream} is due for ever: {name}.");
    }

    private static async Task Crash(SimulatedRun run)
    {
        await Wait(run);
        var process = run.Processes[run.Lots.Next(run.Processes.Count)];
        if (process.Current is null || run.Weather.IsCalm) return;
        run.Coverage.Count("fault: process killed");
        process.Kill();
        await run.Clock.Delay(Duration.FromMilliseconds(run.Lots.Next(100, 60_000)));
        if (process.Current is null) process.Start();
    }

    private static async Task SetClock(SimulatedRun run)
    {
        await Wait(run);
        var process = run.Processes[run.Lots.Next(run.Processes.Count)];
        var skew = run.Weather.Skew();
        run.Skews.Add(skew);
        run.Coverage.Count(skew < process.Clock.Skew ? "fault: clock set back" : "fault: clock set forward");
        process.SetClock(skew);
    }

    private static async Task LetGo(SimulatedRun run)
    {
        for (var times = 0; times < 3; times++)
        {
            await Wait(run);
            if (run.Processes[run.Lots.Next(run.Processes.Count)].Current is not { } incarnation) continue;
            var before = incarnation.Grains.Count;
            await Task.WhenAny(incarnation.Grains.Collect(Duration.FromMinutes(run.Lots.Next(20))), incarnation.Died);
            if (incarnation.Grains.Count < before) run.Coverage.Count("fault: idle grains let go");
        }
    }

    // Mostly in the first minutes, when many want the same.
    private static Task Wait(SimulatedRun run) => run.Clock.Delay(run.Lots.Next(4) == 0
        ? Duration.FromMinutes(run.Lots.Next(60 * 40))
        : Duration.FromMilliseconds(run.Lots.Next(15 * 60_000)));
}
