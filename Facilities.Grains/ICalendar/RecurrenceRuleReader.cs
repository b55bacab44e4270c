using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.ICalendar;

/// <summary>Reads recurrence rules and names every part that is at fault.</summary>
internal sealed class RecurrenceRuleReader
{
    private static readonly string[] Names =
    [
        "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY", "BYHOUR",
        "BYMINUTE", "BYSECOND", "BYSETPOS", "WKST",
    ];

    private readonly List<string> _faults = [];
    private readonly Dictionary<string, string> _values = [];

    /// <summary>The rule, or every fault of it.</summary>
    internal static (RecurrenceRule? Rule, ImmutableArray<string> Faults) Read(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > Limits.RecurrenceRuleLength)
            return (null, ["A recurrence rule such as FREQ=WEEKLY;BYDAY=MO,TU is needed, of at most "
                + $"{Limits.RecurrenceRuleLength} characters."]);
        var reader = new RecurrenceRuleReader();
        foreach (var part in text.ToUpperInvariant().Split(';')) reader.Part(part);
        var rule = reader.Rule();
        return reader._faults.Count > 0 ? (null, [.. reader._faults]) : (rule, []);
    }

    private void Part(string part)
    {
        var (name, value) = part.Split('=', 2) is [var left, var right] ? (left, right) : (part, "");
        if (value.Length == 0)
            _faults.Add($"'{part}' is no part of a recurrence rule: write NAME=value, parts separated by ';'.");
        else if (!Names.Contains(name)) _faults.Add($"{name} is no part of a recurrence rule.");
        else if (!_values.TryAdd(name, value)) _faults.Add($"{name} stands twice.");
    }

    private RecurrenceRule Rule()
    {
        var frequency = FrequencyPart();
        var rule = new RecurrenceRule
        {
            Frequency = frequency ?? default,
            Interval = Number("INTERVAL", Limits.RecurrenceInterval) ?? 1,
            Count = Number("COUNT", Limits.Occurrences),
            Until = UntilPart(),
            Months = Numbers("BYMONTH", 1, 12, signed: false),
            Weeks = Numbers("BYWEEKNO", 1, 53, signed: true),
            YearDays = Numbers("BYYEARDAY", 1, 366, signed: true),
            MonthDays = Numbers("BYMONTHDAY", 1, 31, signed: true),
            Days = DaysPart(),
            Hours = Numbers("BYHOUR", 0, 23, signed: false),
            Minutes = Numbers("BYMINUTE", 0, 59, signed: false),
            Seconds = Numbers("BYSECOND", 0, 59, signed: false),
            Positions = Numbers("BYSETPOS", 1, 366, signed: true),
            WeekStart = _values.TryGetValue("WKST", out var day) ? Day("WKST", day, day).Day : IsoDayOfWeek.Monday,
        };
        if (_values.ContainsKey("COUNT") && _values.ContainsKey("UNTIL"))
            _faults.Add("COUNT and UNTIL exclude each other.");
        if (_values.ContainsKey("BYSETPOS") && !_values.Keys.Any(n => n.StartsWith("BY", StringComparison.Ordinal)
            && n != "BYSETPOS"))
            _faults.Add("BYSETPOS needs another BY part to choose from.");
        if (frequency is not null) Combinations(rule);
        return rule;
    }

    // RFC 5545, 3.3.10: which parts a frequency admits.
    private void Combinations(RecurrenceRule rule)
    {
        var frequency = rule.Frequency;
        if (!rule.Weeks.IsEmpty && frequency != Frequency.Yearly)
            _faults.Add("BYWEEKNO stands only with FREQ=YEARLY.");
        if (!rule.YearDays.IsEmpty
            && frequency is Frequency.Monthly or Frequency.Weekly or Frequency.Daily)
            _faults.Add("BYYEARDAY stands only with FREQ=YEARLY, HOURLY or MINUTELY.");
        if (!rule.MonthDays.IsEmpty && frequency == Frequency.Weekly)
            _faults.Add("BYMONTHDAY does not stand with FREQ=WEEKLY: write FREQ=MONTHLY, or FREQ=DAILY with BYDAY.");
        var numbered = rule.Days.Where(day => day.Number != 0).ToArray();
        if (numbered.Length == 0) return;
        var byDay = $"BYDAY={_values["BYDAY"]}: {numbered[0]} has a number, which";
        if (frequency is not (Frequency.Monthly or Frequency.Yearly))
            _faults.Add($"{byDay} stands only with FREQ=MONTHLY or YEARLY.");
        if (!rule.Weeks.IsEmpty) _faults.Add($"{byDay} does not stand with BYWEEKNO.");
        if (frequency == Frequency.Monthly && numbered.Any(day => Math.Abs(day.Number) > 5))
            _faults.Add($"BYDAY={_values["BYDAY"]}: no weekday occurs more than five times in a month.");
    }

    private Frequency? FrequencyPart()
    {
        if (!_values.TryGetValue("FREQ", out var value))
            _faults.Add("FREQ is missing: write FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.");
        else if (value == "SECONDLY")
            _faults.Add("FREQ=SECONDLY is not supported: nothing here happens by the second; write MINUTELY or a "
                + "longer one.");
        else if (value.All(char.IsAsciiLetterUpper) && Enum.TryParse<Frequency>(value, ignoreCase: true, out var known))
            return known;
        else
            _faults.Add($"FREQ={value}: {value} is no frequency; write YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY or "
                + "MINUTELY.");
        return null;
    }

    private Until? UntilPart()
    {
        if (!_values.TryGetValue("UNTIL", out var value)) return null;
        if (Until.Parse(value) is { } until) return until;
        _faults.Add($"UNTIL={value}: write a date such as 20271231 or a time such as 20271231T220000Z.");
        return null;
    }

    private int? Number(string name, int max)
    {
        if (!_values.TryGetValue(name, out var value)) return null;
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= max) return number;
        _faults.Add($"{name}={value}: write a whole number from 1 to {max}.");
        return null;
    }

    private ImmutableArray<int> Numbers(string name, int least, int most, bool signed)
    {
        if (!_values.TryGetValue(name, out var value)) return [];
        var numbers = new SortedSet<int>();
        foreach (var text in value.Split(','))
        {
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && ((number >= least && number <= most) || (signed && -number >= least && -number <= most)))
                numbers.Add(number);
            else
                _faults.Add($"{name}: '{text}' is no whole number from {least} to {most}"
                    + (signed ? $" or from -{most} to -{least}." : "."));
        }
        return [.. numbers];
    }

    private ImmutableArray<WeekdayNumber> DaysPart() => _values.TryGetValue("BYDAY", out var value)
        ? [.. value.Split(',').Select(day => Day("BYDAY", value, day)).Distinct()]
        : [];

    private WeekdayNumber Day(string name, string value, string text)
    {
        var day = text.Length >= 2 ? WeekdayNumber.DayOf(text[^2..]) : IsoDayOfWeek.None;
        if (day == IsoDayOfWeek.None)
            _faults.Add($"{name}={value}: {text} is no weekday; write MO, TU, WE, TH, FR, SA or SU.");
        else if (text.Length > 2)
        {
            if (name == "BYDAY" && int.TryParse(
                text.AsSpan(0, text.Length - 2), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out var number) && number is >= -53 and <= 53 and not 0)
                return new(day, number);
            _faults.Add(name == "BYDAY"
                ? $"{name}={value}: the number of {text} is none from 1 to 53 or from -53 to -1."
                : $"{name}={value}: write the weekday alone.");
        }
        return new(day);
    }
}
