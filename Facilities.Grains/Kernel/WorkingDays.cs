using NodaTime;

namespace Facilities.Grains.Kernel;

/// <summary>Days from Monday to Friday. Public holidays are not known here.</summary>
public static class WorkingDays
{
    /// <summary>The end of the working day that lies a number of working days after a day, in a zone.</summary>
    public static Instant EndAfter(Instant from, int workingDays, DateTimeZone zone)
    {
        var day = from.InZone(zone).Date;
        for (var left = workingDays; left > 0;)
        {
            day = day.PlusDays(1);
            if (day.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday)) left--;
        }
        return day.PlusDays(1).AtStartOfDayInZone(zone).ToInstant();
    }
}
