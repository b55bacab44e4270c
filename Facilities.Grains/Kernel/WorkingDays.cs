using NodaTime;

namespace Facilities.Grains.Kernel;

/// <summary>Days from Monday to Friday that are no public holidays of whom it concerns.</summary>
public static class WorkingDays
{
    /// <summary>The end of the working day that lies a number of working days after a day, in a zone.</summary>
    /// <param name="from">Some time of that day.</param>
    /// <param name="workingDays">How many.</param>
    /// <param name="zone">Where.</param>
    /// <param name="holidays">The public holidays that are kept there, as far as they matter; null for none.</param>
    public static Instant EndAfter(
        Instant from, int workingDays, DateTimeZone zone, IReadOnlyCollection<LocalDate>? holidays = null)
    {
        var day = from.InZone(zone).Date;
        for (var left = workingDays; left > 0;)
        {
            day = day.PlusDays(1);
            if (Is(day, holidays)) left--;
        }
        return day.PlusDays(1).AtStartOfDayInZone(zone).ToInstant();
    }

    /// <summary>
    /// How many there are from a day up to the day before another; below zero where that comes first.
    /// </summary>
    public static int Between(LocalDate from, LocalDate to, IReadOnlyCollection<LocalDate> holidays)
    {
        if (to < from) return -Between(to, from, holidays);
        var many = 0;
        for (var day = from; day < to; day = day.PlusDays(1)) if (Is(day, holidays)) many++;
        return many;
    }

    private static bool Is(LocalDate day, IReadOnlyCollection<LocalDate>? holidays) =>
        day.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) && holidays?.Contains(day) != true;
}
