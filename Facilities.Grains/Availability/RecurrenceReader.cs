using System.Collections.Immutable;
using System.Globalization;
using NodaTime;

namespace Facilities.Grains.Availability;

/// <summary>Reads recurrence rules and names every part that is at fault.</summary>
internal sealed class RecurrenceReader
{
    /// <summary>The longest rule, in characters: all parts that we know with every weekday need fewer.</summary>
    internal const int LengthMax = 200;

    /// <summary>The largest INTERVAL: by days, once a year. Bounds the search for the last of COUNT.</summary>
    internal const int IntervalMax = 366;

    /// <summary>The largest COUNT: one a day for more than a century.</summary>
    internal const int CountMax = 50_000;

    private static readonly string[] Weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    private static readonly string[] OtherFrequencies = ["SECONDLY", "MINUTELY", "HOURLY", "MONTHLY", "YEARLY"];
    private static readonly string[] OtherParts =
        ["BYSECOND", "BYMINUTE", "BYHOUR", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS"];

    private readonly List<string> _faults = [];
    private readonly HashSet<string> _seen = [];
    private bool _byWeeks;
    private int _interval = 1;
    private ImmutableArray<IsoDayOfWeek> _days = [];
    private int? _count;
    private Until? _until;
    private IsoDayOfWeek _weekStart = IsoDayOfWeek.Monday;

    /// <summary>The rule, or every fault of it.</summary>
    internal static (Recurrence? Rule, ImmutableArray<string> Faults) Read(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > LengthMax)
            return (null,
                [$"A recurrence rule such as FREQ=WEEKLY;BYDAY=MO,TU is needed, of at most {LengthMax} characters."]);
        var reader = new RecurrenceReader();
        foreach (var part in text.ToUpperInvariant().Split(';')) reader.Part(part);
        if (!reader._seen.Contains("FREQ")) reader._faults.Add("FREQ is missing: write FREQ=DAILY or FREQ=WEEKLY.");
        if (reader is { _count: not null, _until: not null }) reader._faults.Add("COUNT and UNTIL exclude each other.");
        return reader._faults.Count > 0 ? (null, [.. reader._faults]) : (reader.Rule, []);
    }

    private Recurrence Rule => new(_byWeeks, _interval, _days, _count, _until, _weekStart);

    private void Part(string part)
    {
        var (name, value) = part.Split('=', 2) is [var left, var right] ? (left, right) : (part, "");
        if (value.Length == 0)
            _faults.Add($"'{part}' is no part of a recurrence rule: write NAME=value, parts separated by ';'.");
        else if (!_seen.Add(name)) _faults.Add($"{name} stands twice.");
        else if (OtherParts.Contains(name)) _faults.Add($"{name} is not supported yet.");
        else Read(name, value);
    }

    private void Read(string name, string value)
    {
        switch (name)
        {
            case "FREQ": Frequency(value); break;
            case "INTERVAL": _interval = Number(name, value, IntervalMax); break;
            case "COUNT": _count = Number(name, value, CountMax); break;
            case "BYDAY": _days = [.. value.Split(',').Select(day => Day(name, value, day))]; break;
            case "WKST": _weekStart = Day(name, value, value); break;
            case "UNTIL":
                _until = Until.Parse(value);
                if (_until is null)
                    _faults.Add($"UNTIL={value}: write a date such as 20271231 or a time such as 20271231T220000Z.");
                break;
            default: _faults.Add($"{name} is no part of a recurrence rule."); break;
        }
    }

    private void Frequency(string value)
    {
        _byWeeks = value == "WEEKLY";
        if (OtherFrequencies.Contains(value)) _faults.Add($"FREQ={value} is not supported yet.");
        else if (!_byWeeks && value != "DAILY")
            _faults.Add($"FREQ={value}: {value} is no frequency; write DAILY or WEEKLY.");
    }

    private int Number(string name, string value, int max)
    {
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= max) return number;
        _faults.Add($"{name}={value}: write a whole number from 1 to {max}.");
        return 1;
    }

    private IsoDayOfWeek Day(string name, string value, string day)
    {
        var index = Array.IndexOf(Weekdays, day);
        if (index >= 0) return (IsoDayOfWeek)(index + 1);
        _faults.Add(day.Length > 2 && Weekdays.Contains(day[^2..])
            ? $"{name}={value}: {day} has a number, which is not supported; write the weekday alone."
            : $"{name}={value}: {day} is no weekday; write MO, TU, WE, TH, FR, SA or SU.");
        return IsoDayOfWeek.None;
    }
}
