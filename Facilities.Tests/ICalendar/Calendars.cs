using System.Text;
using Facilities.Grains.ICalendar;
using NodaTime;

namespace Facilities.Tests.ICalendar;

/// <summary>Calendars as other programs write them.</summary>
internal static class Calendars
{
    internal static readonly DateTimeZone Rome = DateTimeZoneProviders.Tzdb["Europe/Rome"];

    /// <summary>A calendar; its first component begins on line 4.</summary>
    internal static string Calendar(params string[] components) => "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
        + $"PRODID:-//Test//EN\r\n{string.Concat(components.Select(End))}END:VCALENDAR\r\n";

    /// <summary>An event with a UID unless it states one.</summary>
    internal static string Event(params string[] lines) => string.Join("\r\n", [
        "BEGIN:VEVENT", .. lines.Any(l => l.StartsWith("UID:", StringComparison.Ordinal)) ? [] : new[] { "UID:one" },
        .. lines, "END:VEVENT", ""]);

    internal static CalendarFile Good(string content) => Good(Encoding.UTF8.GetBytes(content));

    internal static CalendarFile Good(byte[] content)
    {
        var (file, refusal) = CalendarReader.Read(content);
        Assert.Null(refusal);
        return file!;
    }

    private static string End(string component) => component.EndsWith('\n') ? component : component + "\r\n";
}
