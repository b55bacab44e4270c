using Facilities.Grains.Availability;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;

namespace Facilities.Grains.Closures;

/// <summary>What a planned closure, and a choice of public holidays, must be like.</summary>
public static class PlannedClosureRules
{
    /// <summary>Every fault at once, each with the part that is wrong; none where the closure can be used.</summary>
    /// <param name="closure">As received.</param>
    /// <param name="pointer">Where it stands in the request; empty for its root.</param>
    public static IReadOnlyList<Fault> Faults(PlannedClosure closure, string pointer)
    {
        List<Fault> faults = closure.Rrule is null
            ? [.. ClosureRules.Faults(closure.From, closure.To, pointer)]
            : [.. RecurringClosures.Faults(new(closure.Once, closure.Rrule), pointer)];
        if (closure.Rrule is { } text && RecurrenceRule.Read(text).Rule is { } rule)
        {
            if (!rule.Seconds.IsEmpty)
                faults.Add(new($"{pointer}/rrule", "BYSECOND does not stand in closures, which are to the minute."));
            if (rule.Until is { } until && until.WrittenDate < closure.From.Date)
                faults.Add(new($"{pointer}/rrule", "UNTIL lies before the first closed time."));
        }
        if (closure.ValidUntil is { } last)
        {
            if (closure.Rrule is null)
                faults.Add(new($"{pointer}/validUntil", "Only a closure that repeats has a last day: give an rrule."));
            if (!DateRange.Holds(last)) faults.Add(new($"{pointer}/validUntil", DateRange.Reason));
            if (last < closure.From.Date)
                faults.Add(new($"{pointer}/validUntil", "validUntil must not lie before the first closed day."));
        }
        if (string.IsNullOrWhiteSpace(closure.Reason) || closure.Reason.Length > Limits.TextLength)
            faults.Add(new($"{pointer}/reason",
                $"Say why, for those who wanted to book, in at most {Limits.TextLength} characters."));
        return faults;
    }

    /// <summary>Every fault of a choice of holidays at once; none where it can be used.</summary>
    /// <param name="holidays">As received.</param>
    /// <param name="platform">Whose holidays they are to be.</param>
    /// <param name="pointer">Where it stands in the request; empty for its root.</param>
    public static IReadOnlyList<Fault> Faults(HolidayChoice holidays, PlatformProfile platform, string pointer)
    {
        var known = PublicHolidays.Regions.Where(region => region.Country == platform.Country).ToArray();
        if (known.FirstOrDefault(region => region.Code == holidays.Region) is not { } chosen)
            return [new($"{pointer}/region", known.Length == 0
                ? $"The public holidays of {platform.Country} are not known here: plan closures for them."
                : $"Choose {string.Join(" or ", known.Select(region => $"{region.Code} ({region.Name})"))}.")];
        if (holidays.OpenOn.Length > Limits.OpenHolidays)
            return [new($"{pointer}/openOn", $"Name at most {Limits.OpenHolidays} days.")];
        return [.. from day in holidays.OpenOn.Index()
                   where !DateRange.Holds(day.Item)
                       || !PublicHolidays.Between(chosen.Code, day.Item, day.Item.PlusDays(1)).Any()
                   select new Fault($"{pointer}/openOn/{day.Index}",
                       $"{Words.IsoDay(day.Item)} is no public holiday in {chosen.Name}.")];
    }
}
