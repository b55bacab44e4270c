using System.Collections.Immutable;
using Facilities.Grains.Availability;
using NodaTime;

namespace Facilities.Grains.Closures;

/// <summary>A public holiday.</summary>
/// <param name="Date">The day, in the region.</param>
/// <param name="Name">In English.</param>
/// <param name="LocalName">As the region calls it.</param>
public sealed record Holiday(LocalDate Date, string Name, string LocalName);

/// <summary>A country, or a part of one, with public holidays of its own.</summary>
/// <param name="Code">ISO 3166-1 or 3166-2, such as <c>DE-BE</c>.</param>
/// <param name="Name">In English.</param>
/// <param name="Nuts">How the NUTS 2024 codes of its places begin.</param>
/// <param name="Source">The law that names the holidays.</param>
public sealed record HolidayRegion(string Code, string Name, string Nuts, string Source)
{
    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string Country => Code[..2];

    internal ImmutableArray<HolidayRule> Rules { get; init; } = [];
}

/// <summary>One holiday of every year: on a date, or so many days after Easter Sunday.</summary>
internal sealed record HolidayRule(int Month, int Day, int Easter, string Name, string LocalName, int Since)
{
    internal LocalDate In(int year) =>
        Month == 0 ? PublicHolidays.Easter(year).PlusDays(Easter) : new(year, Month, Day);
}

/// <summary>
/// The public holidays of the regions that platforms stand in, reckoned from the rules in force. What a law names for a
/// single year, and holidays of single towns, are left to closures.
/// </summary>
public static class PublicHolidays
{
    /// <summary>Every region that is known.</summary>
    public static ImmutableArray<HolidayRegion> Regions { get; } = HolidayTable.Regions;

    /// <summary>A region by its code; null where it is unknown.</summary>
    public static HolidayRegion? Find(string code) => Regions.FirstOrDefault(region => region.Code == code);

    /// <summary>The region that a place lies in; null where its holidays are not known here.</summary>
    public static HolidayRegion? Of(string country, string nuts) => Regions.FirstOrDefault(region =>
        region.Country == country && nuts.StartsWith(region.Nuts, StringComparison.Ordinal));

    /// <summary>
    /// The holidays of a region with <paramref name="from"/> ≤ date &lt; <paramref name="to"/>, in order; none of an
    /// unknown region. Two on one day are one holiday with both names.
    /// </summary>
    public static IEnumerable<Holiday> Between(string region, LocalDate from, LocalDate to)
    {
        if (Find(region) is not { } known || from >= to) return [];
        return Enumerable.Range(from.Year, to.Year - from.Year + 1)
            .SelectMany(year => In(known, year))
            .Where(holiday => holiday.Date >= from && holiday.Date < to);
    }

    private static IEnumerable<Holiday> In(HolidayRegion region, int year) =>
        from rule in region.Rules
        where rule.Since <= year
        group rule by rule.In(year) into day
        orderby day.Key
        select new Holiday(day.Key, string.Join(" and ", day.Select(rule => rule.Name)),
            string.Join(" / ", day.Select(rule => rule.LocalName)));

    /// <summary>Easter Sunday of the Gregorian calendar.</summary>
    public static LocalDate Easter(int year)
    {
        // Golden number, century and epact as in Butcher's table of 1876.
        var (golden, century, rest) = (year % 19, year / 100, year % 100);
        var correction = (century - (century + 8) / 25 + 1) / 3;
        var epact = (19 * golden + century - century / 4 - correction + 15) % 30;
        var weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
        var late = (golden + 11 * epact + 22 * weekday) / 451;
        var days = epact + weekday - 7 * late + 114;
        return new(year, days / 31, days % 31 + 1);
    }
}
