using Facilities.Grains.Availability;
using Facilities.Grains.Closures;
using NodaTime;

namespace Facilities.Grains.Undertakings;

/// <summary>
/// When an award must stand in the central register: 20 working days after the grant (Regulation (EU) 2023/2831,
/// Article 6(1)), without Saturdays, Sundays and the holidays of the whole country.
/// </summary>
public static class RegisterDeadline
{
    /// <summary>Working days to register an award.</summary>
    public const int WorkingDays = 20;

    /// <summary>Working days after which an award that is not registered yet becomes urgent.</summary>
    public const int AlarmAfter = 15;

    /// <summary>The last day to register a grant; null where it was granted before the register began.</summary>
    public static LocalDate? Of(LocalDate grantedOn, string country) =>
        grantedOn < new LocalDate(2026, 1, 1) ? null : After(grantedOn, WorkingDays, country);

    /// <summary>The day that lies a number of working days after another.</summary>
    public static LocalDate After(LocalDate from, int workingDays, string country)
    {
        var holidays = NationalHolidays.Between(country, from, from.PlusDays(7 * workingDays)).ToHashSet();
        var day = from;
        for (var left = workingDays; left > 0;)
        {
            day = day.PlusDays(1);
            if (day.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) && !holidays.Contains(day)) left--;
        }
        return day;
    }
}

/// <summary>The public holidays that hold in the whole of a country.</summary>
public static class NationalHolidays
{
    /// <summary>
    /// The dates with <paramref name="from"/> ≤ date &lt; <paramref name="to"/> that are holidays in every known region
    /// of a country; none of a country whose holidays are not known here.
    /// </summary>
    public static IEnumerable<LocalDate> Between(string country, LocalDate from, LocalDate to)
    {
        var regions = PublicHolidays.Regions.Where(region => region.Country == country).ToArray();
        return regions
            .SelectMany(region => PublicHolidays.Between(region.Code, from, to).Select(day => day.Date).Distinct())
            .GroupBy(day => day).Where(day => day.Count() == regions.Length).Select(day => day.Key);
    }
}
