using System.Collections.Immutable;
using Facilities.Grains.Availability;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Grains.Closures;

/// <summary>The public holidays that a platform keeps: no working days of its deadlines.</summary>
public static class ClosedDays
{
    /// <summary>How far ahead they are looked up: longer than any deadline in working days.</summary>
    private const int AheadDays = 60;

    /// <summary>Those of the weeks after an instant; none where the platform has switched none on.</summary>
    public static ImmutableArray<LocalDate> Of(HolidayChoice? holidays, DateTimeZone zone, Instant since) =>
        holidays is null ? [] :
        [
            .. from holiday in PublicHolidays.Between(
                   holidays.Region, PlatformClock.DateAt(since, zone),
                   PlatformClock.DateAt(since, zone).PlusDays(AheadDays))
               where !holidays.OpenOn.Contains(holiday.Date)
               select holiday.Date,
        ];
}
