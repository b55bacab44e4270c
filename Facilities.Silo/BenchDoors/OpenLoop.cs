using System.Diagnostics;
using Facilities.Silo.Bench;

namespace Facilities.Silo.BenchDoors;

/// <summary>
/// Work that comes at a steady rate whether or not earlier work is done. Each wait is counted from the moment at which
/// the work was due, not from when there was time to send it, so that a pause of the server is felt by all who came
/// during it (G. Tene: coordinated omission).
/// </summary>
internal static class OpenLoop
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    /// <summary>Runs it for a time and waits for the last answer.</summary>
    /// <param name="perSecond">How many come in a second.</param>
    /// <param name="time">For how long they come.</param>
    /// <param name="act">One of them, by its number.</param>
    public static async Task<Samples> Run(double perSecond, TimeSpan time, Func<int, Task> act)
    {
        var all = new Task<double>[Math.Max(1, (int)(perSecond * time.TotalSeconds))];
        var started = Stopwatch.GetTimestamp();
        for (var number = 0; number < all.Length; number++)
        {
            var due = TimeSpan.FromSeconds(number / perSecond);
            while (Stopwatch.GetElapsedTime(started) < due) await Task.Delay(Step);
            all[number] = One(number, due);
        }
        return new(await Task.WhenAll(all));

        async Task<double> One(int number, TimeSpan due)
        {
            await Task.Yield();
            await act(number);
            return (Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds;
        }
    }
}
