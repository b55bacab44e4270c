using Facilities.Grains.ICalendar;
using NodaTime;

namespace Facilities.Tests.ICalendar;

/// <summary>A rule to expand, with the window that is asked for.</summary>
internal sealed record AskedRule(
    int Id, string Rule, LocalDateTime First, string Zone, LocalDateTime From, LocalDateTime To);

/// <summary>Valid recurrence rules of every kind, from a seed.</summary>
internal sealed class RandomRules(int seed, string[] zones)
{
    private static readonly string[] Weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    private readonly Random _random = new(seed);

    internal AskedRule Next(int id)
    {
        var zone = zones[id % zones.Length];
        var frequency = (Frequency)_random.Next(6);
        var first = new LocalDate(2024, 1, 1).PlusDays(_random.Next(900)).At(
            new LocalTime(_random.Next(24), _random.Next(12) * 5, Chance(10) ? _random.Next(60) : 0));
        var from = first.PlusHours(_random.Next(3) == 0 ? 0 : _random.Next(Reach(frequency)));
        var to = from.PlusHours(Span(frequency));
        return new(id, Rule(frequency, first, zone, to), first, zone, from, to);
    }

    // How far after the first start a window begins, and how long it is, in hours: Python has to walk there.
    private static int Reach(Frequency frequency) => frequency switch
    {
        Frequency.Minutely => 36,
        Frequency.Hourly => 24 * 40,
        _ => 24 * 365 * 3,
    };

    private static int Span(Frequency frequency) => frequency switch
    {
        Frequency.Minutely => 30,
        Frequency.Hourly => 24 * 20,
        Frequency.Daily => 24 * 250,
        Frequency.Weekly => 24 * 365,
        Frequency.Monthly => 24 * 365 * 3,
        _ => 24 * 365 * 8,
    };

    private string Rule(Frequency frequency, LocalDateTime first, string zone, LocalDateTime to)
    {
        List<string> parts = [$"FREQ={frequency.ToString().ToUpperInvariant()}"];
        if (Chance(50)) parts.Add($"INTERVAL={_random.Next(1, frequency == Frequency.Minutely ? 100 : 7)}");
        var weekStart = Weekdays[_random.Next(7)];
        var dates = frequency <= Frequency.Daily ? 45 : 15;
        var byWeek = frequency == Frequency.Yearly && Chance(25);
        if (Chance(dates)) parts.Add($"BYMONTH={Numbers(1, 12, signed: false, max: 4)}");
        // dateutil takes week 52 or 53 at the start or end of a year for the wrong year; RecurrenceTests has them.
        if (byWeek) parts.Add($"BYWEEKNO={Numbers(1, 51, signed: true, max: 5)}");
        if (frequency is Frequency.Yearly or >= Frequency.Hourly && Chance(dates / 2))
            parts.Add($"BYYEARDAY={Numbers(1, 366, signed: true, max: 20)}");
        if (frequency != Frequency.Weekly && Chance(dates))
            parts.Add($"BYMONTHDAY={Numbers(1, 31, signed: true, max: 8)}");
        // dateutil takes BYWEEKNO alone for all seven days; by the RFC the weekday is that of DTSTART: written out.
        var alone = byWeek && !parts.Any(part => part.StartsWith("BYYEARDAY", StringComparison.Ordinal)
            || part.StartsWith("BYMONTHDAY", StringComparison.Ordinal));
        if (Chance(50)) parts.Add($"BYDAY={Days(frequency, byWeek)}");
        else if (alone) parts.Add($"BYDAY={Weekdays[(int)first.DayOfWeek - 1]}");
        if (Chance(frequency == Frequency.Minutely ? 40 : 25)) parts.Add($"BYHOUR={Numbers(0, 23, false, 6)}");
        if (Chance(25)) parts.Add($"BYMINUTE={Numbers(0, 59, signed: false, max: 3)}");
        if (Chance(5)) parts.Add($"BYSECOND={Numbers(0, 59, signed: false, max: 2)}");
        if (Chance(25) && parts.Any(part => part.StartsWith("BY", StringComparison.Ordinal)))
        {
            // Where no hour has so many occurrences, dateutil looks through every minute of a year.
            var most = frequency switch { Frequency.Minutely => 1, Frequency.Hourly => 3, _ => Chance(80) ? 4 : 366 };
            parts.Add($"BYSETPOS={Numbers(1, most, signed: true, max: 3)}");
            // dateutil counts positions in the first week from DTSTART on, instead of from the week's first day.
            if (frequency == Frequency.Weekly) weekStart = Weekdays[(int)first.DayOfWeek - 1];
        }
        if (frequency <= Frequency.Weekly || Chance(20)) parts.Add($"WKST={weekStart}");
        if (Chance(25)) parts.Add($"COUNT={_random.Next(1, 60)}");
        else if (Chance(30)) parts.Add($"UNTIL={Until(first, zone, to)}");
        return string.Join(';', parts);
    }

    private string Until(LocalDateTime first, string zone, LocalDateTime to)
    {
        var last = first.PlusMinutes(_random.NextInt64(
            Math.Max(1, Period.Between(first, to, PeriodUnits.Minutes).Minutes)));
        return _random.Next(3) switch
        {
            0 => last.ToString("uuuuMMdd", null),
            1 => last.ToString("uuuuMMdd'T'HHmmss", null),
            _ => Recurrence.ToInstant(last, DateTimeZoneProviders.Tzdb[zone]).ToString("uuuuMMdd'T'HHmmss'Z'", null),
        };
    }

    // dateutil demands both a plain weekday and a numbered one where both stand in one BYDAY, so they do not mix here.
    private string Days(Frequency frequency, bool byWeek)
    {
        var days = Weekdays.OrderBy(_ => _random.Next()).Take(_random.Next(1, 4));
        if (frequency > Frequency.Monthly || byWeek || Chance(40)) return string.Join(',', days);
        var most = frequency == Frequency.Monthly || Chance(50) ? 5 : 53;
        return string.Join(',', days.Select(day => $"{(Chance(40) ? -1 : 1) * _random.Next(1, most + 1)}{day}"));
    }

    private string Numbers(int least, int most, bool signed, int max) => string.Join(',', Enumerable
        .Range(0, _random.Next(1, max + 1))
        .Select(_ => _random.Next(least, most + 1) * (signed && Chance(30) ? -1 : 1)).Distinct());

    private bool Chance(int percent) => _random.Next(100) < percent;
}
