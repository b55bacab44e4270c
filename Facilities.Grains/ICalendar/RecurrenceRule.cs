using System.Collections.Immutable;
using System.Globalization;
using NodaTime;

namespace Facilities.Grains.ICalendar;

/// <summary>How often a rule looks for occurrences; SECONDLY is refused by name.</summary>
public enum Frequency
{
    /// <summary>Every INTERVAL calendar years.</summary>
    Yearly,
    /// <summary>Every INTERVAL calendar months.</summary>
    Monthly,
    /// <summary>Every INTERVAL weeks, which begin on WKST.</summary>
    Weekly,
    /// <summary>Every INTERVAL calendar days.</summary>
    Daily,
    /// <summary>Every INTERVAL hours of local time.</summary>
    Hourly,
    /// <summary>Every INTERVAL minutes of local time.</summary>
    Minutely,
}

/// <summary>A weekday of BYDAY.</summary>
/// <param name="Day">The weekday.</param>
/// <param name="Number">
/// The n-th of the month or year, counted from its end where negative; 0 where each such weekday is meant.
/// </param>
public readonly record struct WeekdayNumber(IsoDayOfWeek Day, int Number = 0)
{
    private static readonly ImmutableArray<string> Codes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    /// <summary>The weekday of a code such as <c>MO</c>; none where it is no code.</summary>
    internal static IsoDayOfWeek DayOf(string code) => (IsoDayOfWeek)(Codes.IndexOf(code) + 1);

    /// <summary>The code of a weekday, such as <c>MO</c>.</summary>
    internal static string CodeOf(IsoDayOfWeek day) => Codes[(int)day - 1];

    /// <inheritdoc/>
    public override string ToString() => Number == 0
        ? CodeOf(Day)
        : string.Create(CultureInfo.InvariantCulture, $"{Number}{CodeOf(Day)}");
}

/// <summary>
/// A recurrence rule of RFC 5545 (3.3.10): FREQ from YEARLY to MINUTELY with every other part. What the rule leaves
/// open (the month, day, weekday or time) comes from the first start. Rules are equal where they are written alike.
/// </summary>
public sealed record RecurrenceRule
{
    /// <summary>FREQ.</summary>
    public required Frequency Frequency { get; init; }

    /// <summary>INTERVAL, from 1.</summary>
    public int Interval { get; init; } = 1;

    /// <summary>COUNT, where stated; never together with <see cref="Until"/>.</summary>
    public int? Count { get; init; }

    /// <summary>UNTIL, where stated.</summary>
    public Until? Until { get; init; }

    /// <summary>BYMONTH: 1 to 12.</summary>
    public ImmutableArray<int> Months { get; init; } = [];

    /// <summary>BYWEEKNO: ±1 to ±53; week 1 has four days in the year. A date counts in its calendar year.</summary>
    public ImmutableArray<int> Weeks { get; init; } = [];

    /// <summary>BYYEARDAY: ±1 to ±366.</summary>
    public ImmutableArray<int> YearDays { get; init; } = [];

    /// <summary>BYMONTHDAY: ±1 to ±31.</summary>
    public ImmutableArray<int> MonthDays { get; init; } = [];

    /// <summary>BYDAY.</summary>
    public ImmutableArray<WeekdayNumber> Days { get; init; } = [];

    /// <summary>BYHOUR: 0 to 23.</summary>
    public ImmutableArray<int> Hours { get; init; } = [];

    /// <summary>BYMINUTE: 0 to 59.</summary>
    public ImmutableArray<int> Minutes { get; init; } = [];

    /// <summary>BYSECOND: 0 to 59; no clock here keeps leap seconds.</summary>
    public ImmutableArray<int> Seconds { get; init; } = [];

    /// <summary>BYSETPOS: ±1 to ±366.</summary>
    public ImmutableArray<int> Positions { get; init; } = [];

    /// <summary>WKST, on which the weeks of an interval and of BYWEEKNO begin.</summary>
    public IsoDayOfWeek WeekStart { get; init; } = IsoDayOfWeek.Monday;

    /// <summary>The rule, or every fault of it: each names the part that is wrong and what would be accepted.</summary>
    public static (RecurrenceRule? Rule, ImmutableArray<string> Faults) Read(string? text) =>
        RecurrenceRuleReader.Read(text);

    /// <summary>Reads a rule that is known to be right.</summary>
    /// <exception cref="FormatException">The rule has faults.</exception>
    public static RecurrenceRule Parse(string text)
    {
        var (rule, faults) = Read(text);
        return rule ?? throw new FormatException($"'{text}': {string.Join(' ', faults)}");
    }

    /// <summary>Whether every day has one occurrence, the end apart.</summary>
    internal bool IsEveryDay => Interval == 1 && !HasDateParts(exceptDays: true) && Hours.Length + Minutes.Length
        + Seconds.Length + Positions.Length == 0 && Frequency switch
        {
            Frequency.Daily => Days.IsEmpty || Days.Length == 7,
            Frequency.Weekly => Days.Length == 7,
            _ => false,
        };

    /// <summary>The most occurrences that a day can have.</summary>
    internal int MostPerDay
    {
        get
        {
            var hours = Hours.Length > 0 ? Hours.Length : Frequency >= Frequency.Hourly ? 24 : 1;
            var minutes = Minutes.Length > 0 ? Minutes.Length : Frequency == Frequency.Minutely ? 60 : 1;
            var perStep = (Frequency == Frequency.Hourly ? minutes : 1) * Math.Max(1, Seconds.Length);
            var byParts = hours * minutes * Math.Max(1, Seconds.Length);
            return Frequency switch
            {
                Frequency.Hourly => Math.Min(byParts, (24 + Interval - 1) / Interval * perStep),
                Frequency.Minutely => Math.Min(byParts, (24 * 60 + Interval - 1) / Interval * perStep),
                _ => byParts,
            };
        }
    }

    /// <summary>Whether the rule chooses among dates.</summary>
    internal bool HasDateParts(bool exceptDays = false) => Months.Length + Weeks.Length + YearDays.Length
        + MonthDays.Length > 0 || (!exceptDays && !Days.IsEmpty);

    /// <summary>Whether both rules are written alike.</summary>
    public bool Equals(RecurrenceRule? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>The rule as RFC 5545 writes it.</summary>
    public override string ToString()
    {
        List<string> parts = [$"FREQ={Frequency.ToString().ToUpperInvariant()}"];
        if (Until is not null) parts.Add($"UNTIL={Until}");
        if (Count is { } count) parts.Add(string.Create(CultureInfo.InvariantCulture, $"COUNT={count}"));
        if (Interval != 1) parts.Add(string.Create(CultureInfo.InvariantCulture, $"INTERVAL={Interval}"));
        Add("BYMONTH", Months);
        Add("BYWEEKNO", Weeks);
        Add("BYYEARDAY", YearDays);
        Add("BYMONTHDAY", MonthDays);
        Add("BYDAY", Days);
        Add("BYHOUR", Hours);
        Add("BYMINUTE", Minutes);
        Add("BYSECOND", Seconds);
        Add("BYSETPOS", Positions);
        if (WeekStart != IsoDayOfWeek.Monday) parts.Add($"WKST={WeekdayNumber.CodeOf(WeekStart)}");
        return string.Join(';', parts);

        void Add<T>(string name, ImmutableArray<T> values) where T : notnull
        {
            if (values.IsEmpty) return;
            var texts = values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value}"));
            parts.Add($"{name}={string.Join(',', texts)}");
        }
    }
}
