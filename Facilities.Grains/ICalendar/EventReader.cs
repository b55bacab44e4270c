using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.ICalendar;

/// <summary>Reads one VEVENT (RFC 5545, 3.6.1).</summary>
internal sealed class EventReader(Component component, CalendarZones zones, List<CalendarProblem> problems)
{
    private const string TimeShape = "is no date such as 20270131 and no time such as 20270131T090000";

    /// <summary>The event.</summary>
    /// <exception cref="BadEventException">A property that decides when it takes place cannot be used.</exception>
    internal CalendarEvent Read()
    {
        if (component.Line("DTSTART") is not { } first)
            throw new BadEventException(
                component.Number, "DTSTART", "The event has no DTSTART: nobody knows when it is.");
        var start = Time(first);
        var replaced = component.Line("RECURRENCE-ID");
        if (component.Line("EXRULE") is { } exceptions)
            problems.Add(new(exceptions.Number, "EXRULE",
                "EXRULE was taken out of the standard and is not read: those times stay busy.", IsLeftOut: false));
        var duration = component.Line("DURATION");
        return new(
            component.Number, Uid(start), Sequence(), Text("SUMMARY"), Text("CLASS") is { Length: > 0 } c
                ? c.ToUpperInvariant()
                : "PUBLIC",
            Status(), Word("TRANSP") == "TRANSPARENT", start, End(start), duration is null ? null : Length(duration),
            Rules(), Added(), [.. component.All("EXDATE").SelectMany(Times)],
            replaced is null ? null : Time(replaced), AndLater(replaced));
    }

    private CalendarTime? End(CalendarTime start)
    {
        if (component.Line("DTEND") is not { } line) return null;
        var end = Time(line);
        if (end.IsDate != start.IsDate)
            throw Bad(line, "DTEND and DTSTART must both be dates or both be times.");
        var zone = start.Zone ?? end.Zone ?? DateTimeZone.Utc;
        return end.ToInstant(zone) >= start.ToInstant(zone)
            ? end
            : throw Bad(line, "DTEND lies before DTSTART.");
    }

    private ImmutableArray<RecurrenceRule> Rules() => [.. component.All("RRULE").Select(line =>
    {
        var (rule, faults) = RecurrenceRule.Read(line.Value.Trim().TrimEnd(';'));
        return rule ?? throw Bad(line, string.Join(' ', faults));
    })];

    private ImmutableArray<AddedTime> Added() => [.. component.All("RDATE").SelectMany(line =>
        line.Value.Split(',').Select(text =>
        {
            var parts = text.Split('/');
            var start = Time(line, parts[0]);
            if (parts.Length == 1) return new AddedTime(start);
            if (CalendarValues.Duration(parts[1]) is { } length) return new AddedTime(start, length);
            var zone = start.Zone ?? DateTimeZone.Utc;
            var elapsed = Time(line, parts[1]).ToInstant(zone) - start.ToInstant(zone);
            return elapsed >= Duration.Zero
                ? new AddedTime(start, new(0, elapsed))
                : throw Bad(line, $"The period {text} ends before it begins.");
        }))];

    private static bool AndLater(ContentLine? replaced)
    {
        if (replaced?.Parameter("RANGE") is not { } range) return false;
        return range.Equals("THISANDFUTURE", StringComparison.OrdinalIgnoreCase)
            ? true
            : throw Bad(replaced, $"RANGE={range} is not supported; RFC 5545 knows THISANDFUTURE alone.");
    }

    private EventStatus Status() => Word("STATUS") switch
    {
        "CANCELLED" or "CANCELED" => EventStatus.Cancelled,
        "TENTATIVE" => EventStatus.Tentative,
        _ => EventStatus.Confirmed,
    };

    private int Sequence() =>
        int.TryParse(Word("SEQUENCE"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    // The standard demands a UID. Without one the content stands for it, so that every reading gives the same.
    private string Uid(CalendarTime start)
    {
        if (component.Line("UID")?.Value.Trim() is { Length: > 0 } uid) return uid;
        var content = Encoding.UTF8.GetBytes($"{CalendarValues.Text(start.Local)} {start.Zone?.Id} {Text("SUMMARY")}");
        return $"no-uid-{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}";
    }

    private IEnumerable<CalendarTime> Times(ContentLine line) => line.Value.Split(',').Select(text => Time(line, text));

    private CalendarTime Time(ContentLine line) => Time(line, line.Value);

    private CalendarTime Time(ContentLine line, string text)
    {
        if (CalendarValues.Time(text) is not var (local, isDate, isUtc))
            throw Bad(line, $"'{Shortened(text)}' {TimeShape}.");
        if (isDate) return new(local, null, IsDate: true);
        var zone = isUtc ? DateTimeZone.Utc : line.Parameter("TZID") is { } name ? zones.Of(name, line) : null;
        return new(local, zone);
    }

    private static CalendarDuration Length(ContentLine line) => CalendarValues.Duration(line.Value)
        ?? throw Bad(line, $"'{Shortened(line.Value)}' is no duration such as P1D or PT1H30M.");

    private string Text(string name) =>
        component.Line(name) is { } line ? Shortened(CalendarText.Unescape(line.Value), Limits.TextLength) : "";

    private string Word(string name) => component.Line(name)?.Value.Trim().ToUpperInvariant() ?? "";

    private static string Shortened(string text, int most = 60) => text.Length <= most ? text : text[..most] + "…";

    private static BadEventException Bad(ContentLine line, string reason) => new(line.Number, line.Name, reason);
}
