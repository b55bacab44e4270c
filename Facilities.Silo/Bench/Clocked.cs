using System.Diagnostics;

namespace Facilities.Silo.Bench;

/// <summary>Measures how long things take.</summary>
internal static class Clocked
{
    // Enough for the runtime to compile what is measured as well as it ever will.
    private const int WarmUp = 60;

    /// <summary>
    /// Milliseconds of each call, for a time; two things by turns, so that whatever else the machine does meets both.
    /// </summary>
    public static (Samples Ours, Samples Rival) Both(TimeSpan time, Action<int> ours, Action<int> rival)
    {
        var (one, other) = (new List<double>(), new List<double>());
        for (var index = 0; index < WarmUp; index++)
        {
            ours(index);
            rival(index);
        }
        var started = Stopwatch.GetTimestamp();
        for (var index = 0; Stopwatch.GetElapsedTime(started) < time; index++)
        {
            one.Add(Of(ours, index));
            other.Add(Of(rival, index));
        }
        return (new(one), new(other));
    }

    /// <summary>Milliseconds of each call, for a time.</summary>
    public static Samples One(TimeSpan time, Action<int> ours) => Both(time, ours, _ => { }).Ours;

    /// <summary>Milliseconds of each call, so many times.</summary>
    public static async Task<Samples> Times(int count, Func<int, Task> act)
    {
        var times = new List<double>(count);
        for (var index = 0; index < count; index++)
        {
            var started = Stopwatch.GetTimestamp();
            await act(index);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return new(times);
    }

    private static double Of(Action<int> act, int index)
    {
        var started = Stopwatch.GetTimestamp();
        act(index);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
