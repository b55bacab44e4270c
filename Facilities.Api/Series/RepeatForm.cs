using System.Collections.Immutable;
using System.Globalization;
using Facilities.Api.Bookings;
using Facilities.Grains.Kernel;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Series;

/// <summary>What a person chose about a series, kept as chosen.</summary>
/// <param name="Every">Which of <see cref="Choices"/>.</param>
/// <param name="Days">Weekdays, where it is by weeks; those of the first date where none is chosen.</param>
/// <param name="Times">How many dates.</param>
/// <param name="Until">The last day, in place of a number.</param>
public sealed record RepeatForm(string Every, ImmutableArray<IsoDayOfWeek> Days, string Times, string Until)
{
    /// <summary>How often, in the form's words.</summary>
    public static readonly ImmutableArray<(string Value, string Text)> Choices =
        [("week", "Every week"), ("fortnight", "Every two weeks"), ("day", "Every day"), ("month", "Every month")];

    private const int UsualTimes = 10;

    public static RepeatForm Read(IQueryCollection query) => new(
        query["every"].ToString() is { Length: > 0 } every ? every : Choices[0].Value,
        [
            .. query["on"].OfType<string>()
                .Select(d => Enum.TryParse<IsoDayOfWeek>(d, out var day) ? day : IsoDayOfWeek.None)
                .Where(d => d is >= IsoDayOfWeek.Monday and <= IsoDayOfWeek.Sunday).Distinct().Order(),
        ],
        query["times"].ToString(), query["until"].ToString());

    /// <summary>The number that the form shows.</summary>
    public string TimesShown => Times.Length > 0 || Until.Length > 0
        ? Times
        : UsualTimes.ToString(CultureInfo.InvariantCulture);

    /// <summary>The rule; what cannot be read of it is left for the reader of rules to refuse by name.</summary>
    public string Rule(LocalDate first)
    {
        var end = LocalDatePattern.Iso.Parse(Until) is { Success: true, Value: var last }
            ? $"UNTIL={last.ToString("uuuuMMdd", CultureInfo.InvariantCulture)}"
            : $"COUNT={TimesShown}";
        var on = Days.IsEmpty ? [first.DayOfWeek] : Days;
        var days = string.Join(',', on.Select(d => d.ToString()[..2].ToUpperInvariant()));
        return Every switch
        {
            "fortnight" => $"FREQ=WEEKLY;INTERVAL=2;BYDAY={days};{end}",
            "day" => $"FREQ=DAILY;{end}",
            // The fifth Monday of a month is its last; most months have no fifth.
            "month" => string.Create(CultureInfo.InvariantCulture,
                $"FREQ=MONTHLY;BYDAY={((first.Day - 1) / 7 is var week && week < 4 ? week + 1 : -1)}")
                + $"{first.DayOfWeek.ToString()[..2].ToUpperInvariant()};{end}",
            _ => $"FREQ=WEEKLY;BYDAY={days};{end}",
        };
    }
}
