using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.ICalendar;

/// <summary>
/// Reads iCalendar files (RFC 5545) as programs write them. One bad event does not stop the others: it is left out and
/// listed with its line.
/// </summary>
public static class CalendarReader
{
    /// <summary>The events of a calendar and what is wrong with others; refused where too large or none.</summary>
    public static Answer<CalendarFile> Read(ReadOnlyMemory<byte> content)
    {
        if (content.Length > Limits.CalendarBytes)
            return Refusal.Of("calendarTooLarge", string.Create(CultureInfo.InvariantCulture,
                $"The calendar has more than {Limits.CalendarBytes / 1_000_000} MB. Export a shorter time of it."));
        var problems = new List<CalendarProblem>();
        var (root, refusal) = new ComponentReader(problems).Read(content);
        if (refusal is not null) return Refusal.Of("calendarNotReadable", refusal);
        // Files that hold several calendars occur; the zones of each count for all.
        var calendars = root.Children.Where(child => child.Name == "VCALENDAR").ToArray();
        var zones = new CalendarZones(
            calendars.SelectMany(calendar => calendar.Children).Where(child => child.Name == "VTIMEZONE"), problems);
        var events = ImmutableArray.CreateBuilder<CalendarEvent>();
        foreach (var component in calendars.SelectMany(c => c.Children).Where(child => child.Name == "VEVENT"))
        {
            try
            {
                events.Add(new EventReader(component, zones, problems).Read());
            }
            catch (BadEventException bad)
            {
                problems.Add(new(bad.Line, bad.Property, bad.Message, IsLeftOut: true));
            }
        }
        return new CalendarFile(events.DrainToImmutable(), [.. problems.OrderBy(problem => problem.Line)]);
    }

    /// <summary>The same of text.</summary>
    public static Answer<CalendarFile> Read(string content) => Read(Encoding.UTF8.GetBytes(content));
}

/// <summary>Ends the reading of one event; never leaves the reader.</summary>
internal sealed class BadEventException(int line, string property, string reason) : Exception(reason)
{
    internal int Line => line;

    internal string Property => property;
}
