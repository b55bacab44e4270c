using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Reports;

/// <summary>How fast a budget is awarded, and until when it lasts at that pace.</summary>
/// <param name="PerMonth">What was awarded in thirty days, on the average of the days looked at.</param>
/// <param name="LastsUntil">When nothing would be free any more; null where nothing was awarded.</param>
/// <param name="Method">How it is reckoned, in words.</param>
public sealed record BurnForecast(Money PerMonth, LocalDate? LastsUntil, string Method)
{
    /// <summary>How many days the pace is taken from.</summary>
    public const int Days = 90;

    private const int MonthDays = 30;

    // Beyond a century the pace says nothing.
    private const int DaysMax = 36_500;

    /// <summary>The forecast on a day.</summary>
    /// <param name="awarded">What was awarded in the days before, less what came back.</param>
    /// <param name="free">What is free now.</param>
    /// <param name="days">How many days those were: fewer than asked where the programme is younger.</param>
    /// <param name="today">The day in the programme's zone.</param>
    public static BurnForecast Of(Money awarded, Money free, int days, LocalDate today)
    {
        var over = Math.Clamp(days, 1, Days);
        var perDay = awarded.Amount / over;
        var method = $"What was awarded in the last {Words.Count(over, "day")} ({awarded}), less what came back, "
            + "divided by those days; the free budget divided by that pace. It knows nothing of calls to come.";
        var lasts = perDay <= 0 ? null
            : (LocalDate?)today.PlusDays((int)Math.Min(Math.Floor(free.Amount / perDay), DaysMax));
        return new(Money.Rounded(Math.Max(perDay, 0) * MonthDays, awarded.Currency), lasts, method);
    }
}

/// <summary>The middle of durations.</summary>
public static class Median
{
    /// <summary>The median in whole days, half days rounded up; null of nothing.</summary>
    public static int? Days(IEnumerable<Duration> durations)
    {
        var sorted = durations.Order().ToArray();
        if (sorted.Length == 0) return null;
        var middle = sorted.Length / 2;
        var days = sorted.Length % 2 == 1
            ? sorted[middle].TotalDays
            : (sorted[middle - 1].TotalDays + sorted[middle].TotalDays) / 2;
        return (int)Math.Round(days, MidpointRounding.AwayFromZero);
    }
}
