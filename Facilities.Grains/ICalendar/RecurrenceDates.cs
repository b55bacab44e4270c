using NodaTime;
using NodaTime.Calendars;

namespace Facilities.Grains.ICalendar;

/// <summary>Which dates belong to a rule, the interval apart: those that satisfy every part that is stated.</summary>
internal sealed class RecurrenceDates
{
    private readonly RecurrenceRule _rule;
    private readonly uint _months;
    private readonly uint _weekdays;
    private readonly WeekdayNumber[] _numbered;
    private readonly IWeekYearRule _weekRule;

    internal RecurrenceDates(RecurrenceRule rule, LocalDate first)
    {
        _rule = Completed(rule, first);
        foreach (var month in _rule.Months) _months |= 1u << month;
        foreach (var day in _rule.Days) if (day.Number == 0) _weekdays |= 1u << (int)day.Day;
        _numbered = [.. _rule.Days.Where(day => day.Number != 0)];
        _weekRule = WeekYearRules.ForMinDaysInFirstWeek(4, rule.WeekStart);
        ChoosesAmongDates = _rule.HasDateParts();
    }

    /// <summary>Whether the rule leaves any date out.</summary>
    internal bool ChoosesAmongDates { get; }

    internal bool HasMonth(int month) => _months == 0 || (_months & (1u << month)) != 0;

    internal bool Matches(LocalDate date) => !ChoosesAmongDates || (HasMonth(date.Month)
        && (_rule.Days.IsEmpty || (_weekdays & (1u << (int)date.DayOfWeek)) != 0 || IsNumbered(date))
        && (_rule.MonthDays.IsEmpty || Is(_rule.MonthDays.AsSpan(), date.Day, DaysInMonth(date)))
        && (_rule.YearDays.IsEmpty || Is(_rule.YearDays.AsSpan(), date.DayOfYear, DaysInYear(date)))
        && (_rule.Weeks.IsEmpty || IsInWeek(date)));

    // What the rule leaves open is as in the first start. BYWEEKNO alone means the same weekday of those weeks.
    private static RecurrenceRule Completed(RecurrenceRule rule, LocalDate first)
    {
        if (!rule.YearDays.IsEmpty || !rule.MonthDays.IsEmpty || !rule.Days.IsEmpty) return rule;
        return rule.Frequency switch
        {
            Frequency.Yearly when rule.Weeks.IsEmpty => rule with
            {
                Months = rule.Months.IsEmpty ? [first.Month] : rule.Months,
                MonthDays = [first.Day],
            },
            Frequency.Monthly => rule with { MonthDays = [first.Day] },
            Frequency.Weekly or Frequency.Yearly => rule with { Days = [new(first.DayOfWeek)] },
            _ => rule,
        };
    }

    private bool IsNumbered(LocalDate date)
    {
        if (_numbered.Length == 0) return false;
        var inMonth = _rule.Frequency == Frequency.Monthly || _months != 0;
        var day = inMonth ? date.Day : date.DayOfYear;
        var days = inMonth ? DaysInMonth(date) : DaysInYear(date);
        var (fromStart, fromEnd) = ((day - 1) / 7 + 1, -((days - day) / 7 + 1));
        foreach (var (weekday, number) in _numbered)
            if (weekday == date.DayOfWeek && (number == fromStart || number == fromEnd)) return true;
        return false;
    }

    private bool IsInWeek(LocalDate date)
    {
        var weeks = _weekRule.GetWeeksInWeekYear(_weekRule.GetWeekYear(date), CalendarSystem.Iso);
        return Is(_rule.Weeks.AsSpan(), _weekRule.GetWeekOfWeekYear(date), weeks);
    }

    private static bool Is(ReadOnlySpan<int> stated, int number, int most) =>
        stated.Contains(number) || stated.Contains(number - most - 1);

    private static int DaysInMonth(LocalDate date) => CalendarSystem.Iso.GetDaysInMonth(date.Year, date.Month);

    private static int DaysInYear(LocalDate date) => CalendarSystem.Iso.GetDaysInYear(date.Year);
}
