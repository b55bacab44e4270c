using System.Diagnostics;

namespace Facilities.Silo.Bench;

/// <summary>What clients that never rest came to.</summary>
/// <param name="PerSecond">What was answered in a second.</param>
/// <param name="Times">How long each waited, in milliseconds.</param>
internal sealed record Loaded(double PerSecond, Samples Times);

/// <summary>Many clients at once, each of which asks again as soon as it is answered.</summary>
internal static class Load
{
    private const double Faster = 1.05;

    private static readonly TimeSpan WarmUpStep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WarmUpMax = TimeSpan.FromSeconds(30);

    /// <summary>Runs clients for a time, and waits for the last answers.</summary>
    /// <param name="clients">How many.</param>
    /// <param name="time">For how long new questions are asked.</param>
    /// <param name="ask">One question of a client, by its number; it throws where the answer is wrong.</param>
    public static async Task<Loaded> Run(int clients, TimeSpan time, Func<int, Task> ask)
    {
        var started = Stopwatch.GetTimestamp();
        var waits = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => Ask(client))));
        var all = waits.SelectMany(wait => wait).ToArray();
        return new(all.Length / Stopwatch.GetElapsedTime(started).TotalSeconds, new(all));

        async Task<List<double>> Ask(int client)
        {
            var waits = new List<double>();
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var asked = Stopwatch.GetTimestamp();
                await ask(client);
                waits.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }
            return waits;
        }
    }

    /// <summary>
    /// Runs clients until they are answered no faster than before: the runtime compiles what is asked while it runs,
    /// and once more when it knows how it runs.
    /// </summary>
    public static async Task WarmUp(int clients, Func<int, Task> ask)
    {
        var (best, stale, started) = (0.0, 0, Stopwatch.GetTimestamp());
        while (stale < 3 && Stopwatch.GetElapsedTime(started) < WarmUpMax)
        {
            var rate = (await Run(clients, WarmUpStep, ask)).PerSecond;
            stale = rate > best * Faster ? 0 : stale + 1;
            best = Math.Max(best, rate);
        }
    }

    /// <summary>The number of clients at which most is answered.</summary>
    public static async Task<int> Best(IEnumerable<int> clients, TimeSpan time, Func<int, Func<int, Task>> asking)
    {
        var (best, most) = (0, 0.0);
        foreach (var count in clients)
        {
            var rate = (await Run(count, time, asking(count))).PerSecond;
            if (rate > most) (best, most) = (count, rate);
        }
        return best;
    }
}
