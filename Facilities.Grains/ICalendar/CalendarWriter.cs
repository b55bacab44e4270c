using System.Text;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.ICalendar;

/// <summary>
/// Writes calendars as RFC 5545 demands: CRLF, lines of at most 75 octets, escaped text. No METHOD: a feed is
/// published, never an invitation. Single events stand in UTC.
/// </summary>
public static class CalendarWriter
{
    /// <summary>PRODID of all that we write.</summary>
    public const string Product = "-//Facilities//Marketplace//EN";

    /// <summary>The calendar; the same feed gives the same text.</summary>
    public static string Write(CalendarFeed feed)
    {
        var output = new StringBuilder();
        Line("BEGIN", "VCALENDAR");
        Line("VERSION", "2.0");
        Line("PRODID", Product);
        Line("CALSCALE", "GREGORIAN");
        Line("NAME", CalendarText.Escape(feed.Name));
        Line("X-WR-CALNAME", CalendarText.Escape(feed.Name));
        if (feed.Note is { } note)
        {
            Line("DESCRIPTION", CalendarText.Escape(note));
            Line("X-WR-CALDESC", CalendarText.Escape(note));
        }
        Line("REFRESH-INTERVAL;VALUE=DURATION", CalendarValues.Text(feed.Refresh));
        Line("X-PUBLISHED-TTL", CalendarValues.Text(feed.Refresh));
        foreach (var series in feed.Entries.Select(entry => entry.Time).OfType<EntryTime.Series>()
            .GroupBy(series => series.Zone.Id).OrderBy(series => series.Key, StringComparer.Ordinal))
            ZoneWriter.Write(series, Line);
        foreach (var entry in feed.Entries) Write(entry, Line);
        Line("END", "VCALENDAR");
        return output.ToString();

        void Line(string name, string value) => CalendarText.Fold(output, $"{name}:{value}");
    }

    private static void Write(CalendarEntry entry, Action<string, string> line)
    {
        line("BEGIN", "VEVENT");
        line("UID", CalendarText.Escape(entry.Uid));
        line("SEQUENCE", CalendarText.Text(entry.Sequence));
        line("DTSTAMP", CalendarValues.Text(entry.Changed));
        line("LAST-MODIFIED", CalendarValues.Text(entry.Changed));
        Write(entry.Time, line);
        line("SUMMARY", CalendarText.Escape(Words(entry.Summary)));
        if (entry.Description is { } description) line("DESCRIPTION", CalendarText.Escape(Words(description)));
        if (entry.Location is { } location) line("LOCATION", CalendarText.Escape(Words(location)));
        if (entry.Page is { } page) line("URL", page.AbsoluteUri);
        line("STATUS", entry.Status.ToString().ToUpperInvariant());
        line("TRANSP", entry.IsTransparent || entry.Status == EventStatus.Cancelled ? "TRANSPARENT" : "OPAQUE");
        line("CLASS", entry.IsPrivate ? "PRIVATE" : "PUBLIC");
        line("END", "VEVENT");
    }

    private static void Write(EntryTime time, Action<string, string> line)
    {
        switch (time)
        {
            case EntryTime.Once(var start, var end):
                line("DTSTART", CalendarValues.Text(start));
                line("DTEND", CalendarValues.Text(end));
                break;
            case EntryTime.Days(var first, var end):
                line("DTSTART;VALUE=DATE", CalendarValues.Text(first));
                line("DTEND;VALUE=DATE", CalendarValues.Text(end));
                break;
            case EntryTime.Series(var start, var end, var zone, var rule, var removed):
                var zoned = $";TZID={CalendarText.Parameter(zone.Id)}";
                line("DTSTART" + zoned, CalendarValues.Text(start));
                line("DTEND" + zoned, CalendarValues.Text(end));
                line("RRULE", rule.ToString());
                foreach (var one in removed) line("EXDATE" + zoned, CalendarValues.Text(one));
                break;
            default:
                throw new InvalidOperationException($"{time.GetType().Name} is no time of an entry.");
        }
    }

    private static string Words(string text) =>
        text.Length <= Limits.TextLength ? text : text[..Limits.TextLength];
}
