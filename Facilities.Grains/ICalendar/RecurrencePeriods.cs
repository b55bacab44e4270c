using NodaTime;

namespace Facilities.Grains.ICalendar;

/// <summary>
/// The periods of a rule (years, months, weeks, days, hours or minutes) numbered by the calendar, and what occurs in
/// each. Only every INTERVAL-th, counted from that of the first start, belongs to the rule.
/// </summary>
internal sealed class RecurrencePeriods
{
    private static readonly LocalDate Epoch = new(1970, 1, 1);

    private readonly RecurrenceRule _rule;
    private readonly RecurrenceDates _dates;
    private readonly LocalTime[] _times;
    private readonly List<LocalDate> _matching = [];
    private readonly int _weekOffset;
    private readonly long _firstIndex;
    private (LocalDate Date, bool Matches)? _known;

    internal RecurrencePeriods(RecurrenceRule rule, LocalDateTime first)
    {
        _rule = rule;
        _dates = new(rule, first.Date);
        _times = Times(rule, first);
        _weekOffset = ((int)Epoch.DayOfWeek - (int)rule.WeekStart + 7) % 7;
        _firstIndex = IndexOf(first);
    }

    /// <summary>Whether every period but the first has as many occurrences as any other.</summary>
    internal bool AreUniform => _rule.Frequency switch
    {
        Frequency.Weekly => _rule.Months.IsEmpty,
        Frequency.Daily => !_dates.ChoosesAmongDates,
        Frequency.Hourly => !_dates.ChoosesAmongDates && _rule.Hours.IsEmpty,
        Frequency.Minutely => !_dates.ChoosesAmongDates && _rule.Hours.IsEmpty && _rule.Minutes.IsEmpty,
        _ => false,
    };

    /// <summary>The number of days, hours or minutes that looking into one period takes.</summary>
    internal int Effort => _rule.Frequency switch
    {
        Frequency.Yearly => 366,
        Frequency.Monthly => 31,
        Frequency.Weekly => 7,
        _ => 1,
    };

    /// <summary>The period that a time lies in.</summary>
    internal long IndexOf(LocalDateTime time)
    {
        var days = (long)Period.DaysBetween(Epoch, time.Date);
        return _rule.Frequency switch
        {
            Frequency.Yearly => time.Year,
            Frequency.Monthly => time.Year * 12L + time.Month - 1,
            Frequency.Weekly => FloorDivide(days + _weekOffset, 7),
            Frequency.Daily => days,
            Frequency.Hourly => days * 24 + time.Hour,
            _ => (days * 24 + time.Hour) * 60 + time.Minute,
        };
    }

    /// <summary>How many periods of the rule lie before the first one of it that is not before a period.</summary>
    internal long NumberFrom(long index) =>
        index <= _firstIndex ? 0 : (index - _firstIndex + _rule.Interval - 1) / _rule.Interval;

    /// <summary>The n-th period of the rule, counted from 0.</summary>
    internal long IndexAt(long number) => _firstIndex + number * _rule.Interval;

    /// <summary>
    /// Where a period of hours or minutes lies in a day, hour or minute that the rule leaves out: the period after
    /// those; null where it may hold occurrences.
    /// </summary>
    internal long? AfterGap(long index)
    {
        if (_rule.Frequency < Frequency.Hourly) return null;
        var (hourIndex, minute) = _rule.Frequency == Frequency.Hourly
            ? (index, 0)
            : (FloorDivide(index, 60), (int)(index - FloorDivide(index, 60) * 60));
        var day = FloorDivide(hourIndex, 24);
        if (!Matches(Epoch.PlusDays((int)day))) return InPeriods((day + 1) * 24, 0);
        var hour = (int)(hourIndex - day * 24);
        var nextHour = Next(_rule.Hours.AsSpan(), hour) ?? 24;
        if (nextHour != hour) return InPeriods(day * 24 + nextHour, 0);
        if (_rule.Frequency == Frequency.Hourly) return null;
        var nextMinute = Next(_rule.Minutes.AsSpan(), minute) ?? 60;
        return nextMinute == minute ? null : InPeriods(hourIndex, nextMinute);
    }

    /// <summary>What occurs in a period, in order.</summary>
    internal IEnumerable<LocalDateTime> Occurrences(long index)
    {
        Find(index);
        var size = _matching.Count * _times.Length;
        if (_rule.Positions.IsEmpty)
            for (var place = 0; place < size; place++) yield return At(index, place);
        else if (size > 0)
            foreach (var place in _rule.Positions.Select(p => p > 0 ? p - 1 : size + p)
                .Where(p => p >= 0 && p < size).Distinct().Order())
                yield return At(index, place);
    }

    private LocalDateTime At(long index, int place)
    {
        var time = _times[place % _times.Length];
        if (_rule.Frequency == Frequency.Hourly) time = time.PlusHours(index - FloorDivide(index, 24) * 24);
        if (_rule.Frequency == Frequency.Minutely) time = time.PlusMinutes(index - FloorDivide(index, 1440) * 1440);
        return _matching[place / _times.Length] + time;
    }

    private void Find(long index)
    {
        _matching.Clear();
        switch (_rule.Frequency)
        {
            case Frequency.Yearly:
                for (var month = 1; month <= 12; month++) FindInMonth((int)index, month);
                break;
            case Frequency.Monthly:
                var year = FloorDivide(index, 12);
                FindInMonth((int)year, (int)(index - year * 12) + 1);
                break;
            case Frequency.Weekly:
                var start = Epoch.PlusDays((int)(index * 7 - _weekOffset));
                for (var day = 0; day < 7; day++) Add(start.PlusDays(day));
                break;
            case Frequency.Daily:
                Add(Epoch.PlusDays((int)index));
                break;
            default:
                _matching.Add(Epoch.PlusDays((int)FloorDivide(index, _rule.Frequency == Frequency.Hourly ? 24 : 1440)));
                break;
        }
    }

    private void FindInMonth(int year, int month)
    {
        if (!_dates.HasMonth(month)) return;
        var days = CalendarSystem.Iso.GetDaysInMonth(year, month);
        for (var day = 1; day <= days; day++) Add(new(year, month, day));
    }

    private void Add(LocalDate date)
    {
        if (_dates.Matches(date)) _matching.Add(date);
    }

    // The hours of a day ask for the same date again and again.
    private bool Matches(LocalDate date)
    {
        if (_known is { } known && known.Date == date) return known.Matches;
        _known = (date, _dates.Matches(date));
        return _known.Value.Matches;
    }

    private long InPeriods(long hourIndex, int minute) =>
        _rule.Frequency == Frequency.Hourly ? hourIndex : hourIndex * 60 + minute;

    private static int? Next(ReadOnlySpan<int> stated, int from)
    {
        if (stated.IsEmpty) return from;
        foreach (var value in stated) if (value >= from) return value;
        return null;
    }

    // The times within a period: of the day, of the hour, or of the minute.
    private static LocalTime[] Times(RecurrenceRule rule, LocalDateTime first)
    {
        int[] hours = rule.Frequency >= Frequency.Hourly ? [0] : rule.Hours.IsEmpty ? [first.Hour] : [.. rule.Hours];
        int[] minutes = rule.Frequency == Frequency.Minutely ? [0]
            : rule.Minutes.IsEmpty ? [first.Minute] : [.. rule.Minutes];
        int[] seconds = rule.Seconds.IsEmpty ? [first.Second] : [.. rule.Seconds];
        return [.. from hour in hours
            from minute in minutes
            from second in seconds
            select new LocalTime(hour, minute, second)];
    }

    private static long FloorDivide(long dividend, long divisor)
    {
        var quotient = dividend / divisor;
        return dividend % divisor < 0 ? quotient - 1 : quotient;
    }
}
