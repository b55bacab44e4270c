using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;

namespace Facilities.Api.Shell;

/// <summary>Opening hours in words: "every first Monday of the month, 08:00 to 12:00, from 1 June to 31 August 2027".
/// Every part of a rule that the calendar reads has its words; a rule that it cannot read stands as it is.</summary>
public static class HoursWords
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>The same at the beginning of a line.</summary>
    public static string Line(HoursRule rule) =>
        Of(rule) is { Length: > 0 } text ? char.ToUpperInvariant(text[0]) + text[1..] : "";

    public static string Of(HoursRule rule)
    {
        var (recurrence, _) = RecurrenceRule.Read(rule.Rrule);
        if (recurrence is null) return rule.Rrule;
        var parts = new[]
        {
            Days(recurrence, rule.ValidFrom), Times(recurrence, rule), Dates(recurrence, rule),
            recurrence.Count is { } count ? $"{Words.Count(count, "time")} in all" : "",
        };
        return string.Join(", ", parts.Where(part => part.Length > 0));
    }

    private static string Days(RecurrenceRule rule, LocalDate first)
    {
        var text = rule.Frequency switch
        {
            Frequency.Yearly => Yearly(rule, first),
            Frequency.Monthly => Monthly(rule, first) + Months(rule),
            Frequency.Weekly => Weekly(rule, first) + Months(rule),
            Frequency.Daily => Daily(rule) + Months(rule),
            _ => Within(rule) + Months(rule),
        };
        if (rule.Positions.IsEmpty) return text;
        var (which, period) = (Words.List([.. InOrder(rule.Positions).Select(Ordinal)]), rule.Frequency switch
        {
            Frequency.Yearly => "year",
            Frequency.Monthly => "month",
            Frequency.Weekly => "week",
            Frequency.Daily => "day",
            Frequency.Hourly => "hour",
            _ => "minute",
        });
        return $"{text}, but of these only the {which} of each {period}";
    }

    private static string Yearly(RecurrenceRule rule, LocalDate first)
    {
        var every = rule.Interval == 1 ? "every year" : $"every {rule.Interval} years";
        var months = rule.Months.IsEmpty ? "" : Words.List([.. rule.Months.Select(Month)]);
        var weeks = rule.Weeks.IsEmpty ? "" : rule.Weeks.Length == 1 ? $"week {Signed(rule.Weeks[0])} of the year"
            : $"weeks {Words.List([.. InOrder(rule.Weeks).Select(Signed)])} of the year";
        var starts = rule.WeekStart == IsoDayOfWeek.Monday || weeks.Length == 0
            ? "" : $" (weeks begin on {rule.WeekStart})";
        var scope = string.Join(" and ", new[] { months, weeks }.Where(s => s.Length > 0));
        List<string> days = [];
        if (!rule.YearDays.IsEmpty)
            days.Add($"{Words.List([.. InOrder(rule.YearDays).Select(d => $"the {Ordinal(d)} day")])} of the year");
        if (!rule.MonthDays.IsEmpty)
            days.Add(Words.List([.. InOrder(rule.MonthDays).Select(DayOfMonth)])
                + (months.Length > 0 ? $" of {months}" : " of every month"));
        if (!rule.Days.IsEmpty)
            days.Add(DaysOf(rule.Days) + (days.Count > 0 ? "" : InScope(HasOrdinalsIn(rule.Days), scope)));
        if (days.Count == 0)
            days.Add(weeks.Length > 0 ? $"{first.DayOfWeek} in {scope}"
                : $"{DayOfMonth(first.Day)} of {(months.Length > 0 ? months : Month(first.Month))}");
        else if (days.Count > 0 && weeks.Length > 0 && rule.Days.IsEmpty) days.Add($"a day in {weeks}");
        return $"{every} on {string.Join(", where that is ", days)}{starts}";
    }

    private static string InScope(bool areCounted, string scope) =>
        (areCounted, scope.Length > 0) switch
        {
            (true, true) => $" of {scope}",
            (true, false) => " of the year",
            (false, true) => $" in {scope}",
            _ => "",
        };

    private static string Monthly(RecurrenceRule rule, LocalDate first)
    {
        var period = rule.Interval == 1 ? "every month" : $"every {rule.Interval} months";
        var dates = rule.MonthDays.IsEmpty ? "" : Words.List([.. InOrder(rule.MonthDays).Select(DayOfMonth)]);
        if (rule is { Interval: 1, Days: [{ Number: not 0 } only], MonthDays.IsEmpty: true })
            return $"every {Ordinal(only.Number)} {only.Day} of the month";
        if (rule.Days.IsEmpty)
            return $"{period} on {(dates.Length > 0 ? dates : DayOfMonth(first.Day))}";
        return dates.Length > 0
            ? $"{period} on {DaysOf(rule.Days)}, where that is {dates}"
            : $"{period} on {DaysOf(rule.Days)}";
    }

    private static string Weekly(RecurrenceRule rule, LocalDate first)
    {
        var days = rule.Days.IsEmpty ? [first.DayOfWeek] : rule.Days.Select(d => d.Day).ToArray();
        if (rule.Interval == 1) return Every(days);
        return $"every {rule.Interval} weeks on {Names(days)}"
            + (rule.WeekStart == IsoDayOfWeek.Monday ? "" : $" (weeks begin on {rule.WeekStart})");
    }

    private static string Daily(RecurrenceRule rule)
    {
        var days = rule.Days.Select(d => d.Day).ToArray();
        var text = rule.Interval > 1 ? $"every {rule.Interval} days"
            : days.Length > 0 ? Every(days) : "every day";
        if (rule.Interval > 1 && days.Length > 0) text += $", where that is {Names(days, "or")}";
        return text + DateLimit(rule);
    }

    // Hours and minutes: BYHOUR and BYMINUTE leave out what they do not name.
    private static string Within(RecurrenceRule rule)
    {
        var unit = rule.Frequency == Frequency.Hourly ? "hour" : "minute";
        var text = rule.Interval == 1 ? $"every {unit}" : $"every {rule.Interval} {unit}s";
        if (!rule.Days.IsEmpty) text += $" on {Names([.. rule.Days.Select(d => d.Day)])}";
        if (!rule.Hours.IsEmpty) text += $", in the {(rule.Hours.Length == 1 ? "hour" : "hours")} from "
            + Words.List([.. rule.Hours.Order().Select(hour => Clock(hour, 0))]);
        if (!rule.Minutes.IsEmpty && rule.Frequency == Frequency.Hourly)
            text += $", at {Words.List([.. rule.Minutes.Order().Select(m => $"minute {Words.Number(m)}")])}";
        else if (!rule.Minutes.IsEmpty)
            text += $", only in {Words.List([.. rule.Minutes.Order().Select(m => $"minute {Words.Number(m)}")])}";
        return text + DateLimit(rule);
    }

    private static string DateLimit(RecurrenceRule rule) =>
        (rule.MonthDays.IsEmpty ? ""
            : $", only on {Words.List([.. InOrder(rule.MonthDays).Select(DayOfMonth)])} of the month")
        + (rule.YearDays.IsEmpty
            ? ""
            : $", only on {Words.List([.. InOrder(rule.YearDays).Select(d => $"the {Ordinal(d)} day")])} of the year");

    private static string Months(RecurrenceRule rule) =>
        rule.Months.IsEmpty ? "" : $", only in {Words.List([.. rule.Months.Select(Month)])}";

    private static string Times(RecurrenceRule rule, HoursRule hours)
    {
        var length = Words.Length(Length.OfMinutes(hours.To.Minutes - hours.From.Minutes));
        if (rule.Frequency >= Frequency.Hourly) return $"beginning at {hours.From}, for {length} each time";
        if (rule.Hours.IsEmpty && rule.Minutes.IsEmpty)
            return hours is { From.Minutes: 0, To.Minutes: 24 * 60 } ? "all day" : $"{hours.From} to {hours.To}";
        var starts = from hour in rule.Hours.IsEmpty ? [hours.From.Minutes / 60] : rule.Hours.Order().ToArray()
                     from minute in rule.Minutes.IsEmpty ? [hours.From.Minutes % 60] : rule.Minutes.Order().ToArray()
                     select Clock(hour, minute);
        return $"from {Words.List([.. starts])} for {length} each";
    }

    private static string Dates(RecurrenceRule recurrence, HoursRule rule)
    {
        var last = rule.ValidUntil;
        var until = recurrence.Until is { } end ? UntilOf(end) : null;
        var says = rule.ValidFrom != HoursRule.DefaultValidFrom || recurrence.Interval > 1
            || recurrence.Count is not null;
        var from = !says ? "" : $"from {Date(rule.ValidFrom, last?.Year == rule.ValidFrom.Year)}";
        var to = last is { } day ? $"{(says ? "to" : "until")} {Date(day, false)}" : "";
        return string.Join(", ", new[] { $"{from} {to}".Trim(), until is null ? "" : $"until {until}" }
            .Where(part => part.Length > 0));
    }

    private static string UntilOf(Until end) => end switch
    {
        { Date: { } date } => Date(date, false),
        { Local: { } local } => $"{Date(local.Date, false)}, {Clock(local.Hour, local.Minute)}",
        _ when end.Instant!.Value.InUtc() is var utc => $"{Date(utc.Date, false)}, {Clock(utc.Hour, utc.Minute)} UTC",
        _ => "",
    };

    private static string Date(LocalDate date, bool withoutYear) =>
        date.ToString(withoutYear ? "d MMMM" : "d MMMM uuuu", English);

    private static string Clock(int hour, int minute) =>
        string.Create(CultureInfo.InvariantCulture, $"{hour:00}:{minute:00}");

    private static string DaysOf(ImmutableArray<WeekdayNumber> days) => HasOrdinalsIn(days)
        ? Words.List([.. days.Select(d => d.Number == 0 ? $"every {d.Day}" : $"the {Ordinal(d.Number)} {d.Day}")])
        : Every([.. days.Select(d => d.Day)]);

    private static bool HasOrdinalsIn(ImmutableArray<WeekdayNumber> days) => days.Any(day => day.Number != 0);

    private static string Every(IsoDayOfWeek[] days) => days.Distinct().Count() switch
    {
        7 => "every day",
        _ when IsRun(days) => $"every day from {Names(days)}",
        _ => $"every {Names(days)}",
    };

    private static bool IsRun(IsoDayOfWeek[] days) =>
        days.Distinct().Count() is > 2 and var count && (int)days.Max() - (int)days.Min() == count - 1;

    private static string Names(IsoDayOfWeek[] days, string and = "and")
    {
        if (IsRun(days)) return $"{days.Min()} to {days.Max()}";
        var names = days.Distinct().Order().Select(day => day.ToString()).ToArray();
        return and == "and" ? Words.List(names) : string.Join($" {and} ", names);
    }

    private static string Month(int month) => new LocalDate(2000, month, 1).ToString("MMMM", English);

    // What is counted from the end comes last.
    private static IEnumerable<int> InOrder(ImmutableArray<int> numbers) =>
        numbers.OrderBy(number => number < 0).ThenBy(number => number);

    private static string DayOfMonth(int day) => day switch
    {
        -1 => "the last day",
        < 0 => $"the {Ordinal(day)} day",
        _ => $"the {Counted(day)}",
    };

    private static string Signed(int number) =>
        number < 0 ? $"{Words.Number(-number)} from the end" : Words.Number(number);

    private static string Ordinal(int number) => number switch
    {
        -1 => "last",
        -2 => "second to last",
        -3 => "third to last",
        < 0 => $"{Counted(-number)} to last",
        1 => "first",
        2 => "second",
        3 => "third",
        4 => "fourth",
        5 => "fifth",
        _ => Counted(number),
    };

    private static string Counted(int number) => Words.Number(number) + (number % 100 is >= 11 and <= 13 ? "th"
        : (number % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" });
}
