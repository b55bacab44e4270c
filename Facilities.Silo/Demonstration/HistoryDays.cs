using NodaTime;

namespace Facilities.Silo.Demonstration;

/// <summary>
/// The days of the history as instants: mornings before the day of loading, and the last minutes before it.
/// </summary>
internal sealed class HistoryDays(Instant loadedAt)
{
    /// <summary>Nothing of the history lies later than this many days after loading.</summary>
    public const int LastDay = 42;

    private const int FirstDay = -92;
    private const int SpreadMinutes = 240;
    private static readonly LocalTime Morning = new(8, 30);
    private static readonly Duration BeforeLoading = Duration.FromMinutes(24);
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/Berlin"];

    public Instant LoadedAt => loadedAt;

    public Instant Beginning => At(FirstDay, 0);

    /// <summary>The last instant at which a slot of the history may end.</summary>
    public Instant End => loadedAt + Duration.FromDays(LastDay);

    public LocalDate Date(int day) => loadedAt.InZone(Zone).Date.PlusDays(day);

    /// <summary>Minutes after the morning of a day; on the day of loading they pass six times as fast.</summary>
    public Instant At(int day, int minute) => day < 0
        ? Date(day).At(Morning).InZoneLeniently(Zone).ToInstant() + Duration.FromMinutes(minute)
        : loadedAt - BeforeLoading + Duration.FromSeconds(minute * 10);

    /// <summary>The same with minutes of a booking's own, so that not everybody acts at once.</summary>
    public Instant At(int day, int minute, int booking) => At(day, minute)
        + (day < 0 ? Duration.FromMinutes(booking * 37 % SpreadMinutes) : Duration.FromSeconds(booking % 30));
}
