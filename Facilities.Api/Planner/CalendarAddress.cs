using System.Globalization;
using Facilities.Grains.Kernel;
using NodaTime;
using NodaTime.Calendars;
using NodaTime.Text;

namespace Facilities.Api.Planner;

/// <summary>Which days of which resource the calendar shows, as its address says it.</summary>
/// <param name="Day">The one day; null where it is a week.</param>
/// <param name="Monday">The first day of the week that is shown, or that the day lies in.</param>
/// <param name="Resource">The one resource; null where all are shown.</param>
public sealed record CalendarAddress(string Platform, LocalDate? Day, LocalDate Monday, string? Resource)
{
    private static readonly LocalDate First = new(2001, 1, 1);
    private static readonly LocalDate Last = new(2899, 12, 31);

    public LocalDate From => Day ?? Monday;

    public int Count => Day is null ? 7 : 1;

    /// <summary>Reads an address; what is no day or week is today's.</summary>
    public static CalendarAddress Read(
        string platform, string? week, string? day, string? resource, LocalDate today)
    {
        var only = Id.IsValid(resource) ? resource : null;
        return day is not null
            ? new(platform, DateOf(day) ?? today, MondayOf(DateOf(day) ?? today), only)
            : new(platform, null, MondayOf(WeekOf(week) ?? DateOf(week) ?? today), only);
    }

    /// <summary>The same view further on or back.</summary>
    public string Step(int steps) => Day is { } day ? OfDay(day.PlusDays(steps)) : OfWeek(Monday.PlusWeeks(steps));

    public string OfDay(LocalDate day) => Root($"day={Words.IsoDay(day)}");

    public string OfWeek(LocalDate date) => Root(string.Create(CultureInfo.InvariantCulture,
        $"week={WeekYearRules.Iso.GetWeekYear(date):0000}-W{WeekYearRules.Iso.GetWeekOfWeekYear(date):00}"));

    private string Root(string query) =>
        $"/manage/{Platform}/calendar?{query}{(Resource is null ? "" : $"&resource={Resource}")}";

    private static LocalDate MondayOf(LocalDate date) => date.With(DateAdjusters.PreviousOrSame(IsoDayOfWeek.Monday));

    private static LocalDate? DateOf(string? text) =>
        LocalDatePattern.Iso.Parse(text ?? "") is { Success: true, Value: var date } && date >= First && date <= Last
            ? date : null;

    // As ISO 8601 writes a week: 2027-W05.
    private static LocalDate? WeekOf(string? text) =>
        text is { Length: 8 } && text[4..6] == "-W"
            && int.TryParse(text[..4], NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            && int.TryParse(text[6..], NumberStyles.None, CultureInfo.InvariantCulture, out var week)
            && year is > 2000 and < 2900 && week >= 1 && week <= WeekYearRules.Iso.GetWeeksInWeekYear(year)
            ? WeekYearRules.Iso.GetLocalDate(year, week, IsoDayOfWeek.Monday) : null;
}
