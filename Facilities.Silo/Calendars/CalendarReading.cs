using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Facilities.Grains.Feeds;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Silo.Feeds;
using NodaTime;

namespace Facilities.Silo.Calendars;

/// <summary>What was found in a calendar for one platform.</summary>
/// <param name="Times">Every busy time of the window, in order, joined where they touch.</param>
/// <param name="Window">The time that was looked at.</param>
/// <param name="Events">Events that make busy in it.</param>
/// <param name="Problems">What is wrong, by line; the first of many.</param>
public sealed record CalendarFinding(
    ImmutableArray<TimeRange> Times, TimeRange Window, int Events, ImmutableArray<CalendarProblem> Problems)
{
    /// <summary>More than anybody mends at a time; each bad event takes a line on the page.</summary>
    private const int ProblemsMax = 200;

    public string ProblemsJson => JsonSerializer.Serialize(
        Problems.OrderByDescending(p => p.IsLeftOut).Take(ProblemsMax).OrderBy(p => p.Line), Json.Options);
}

/// <summary>Finds busy times in the bytes of a calendar.</summary>
public sealed class CalendarReading(FeedBookings bookings, IClock clock)
{
    /// <summary>From the platform's midnight, so that readings of one day look at the same time.</summary>
    private const int WindowDays = Limits.CalendarHorizonDays - 2;

    private const string OwnUids = "@facilities";

    /// <summary>
    /// Whether bytes begin as a calendar does, after a byte order mark or blank lines: what a server calls them says
    /// little.
    /// </summary>
    public static bool IsCalendar(ReadOnlySpan<byte> content) =>
        Encoding.UTF8.GetString(content[..Math.Min(content.Length, 256)])
            .TrimStart('\uFEFF', ' ', '\t', '\r', '\n')
            .StartsWith("BEGIN:VCALENDAR", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether nothing of a calendar is missing at its end: what is missing would be shown as free.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> content) =>
        Encoding.UTF8.GetString(content[^Math.Min(content.Length, 256)..])
            .TrimEnd('\0', ' ', '\t', '\r', '\n', '\u001a')
            .EndsWith("END:VCALENDAR", StringComparison.OrdinalIgnoreCase);

    public async Task<Answer<CalendarFinding>> Of(
        ReadOnlyMemory<byte> content, PlatformProfile platform, CancellationToken cancellation = default)
    {
        var (file, refusal) = CalendarReader.Read(content);
        if (refusal is not null) return refusal;
        var zone = DateTimeZoneProviders.Tzdb[platform.TimeZone];
        var first = zone.AtStartOfDay(clock.GetCurrentInstant().InZone(zone).Date).ToInstant();
        var window = new TimeRange(first, first + Duration.FromDays(WindowDays));
        var (times, tooLarge) = BusyTimes.Of(await WithoutOurs(file!, platform.Id, cancellation), zone, window);
        if (tooLarge is not null) return tooLarge;
        return new CalendarFinding(
            [.. times!.Busy.Select(time => time.Intersect(window)).OfType<TimeRange>()], window,
            times.Occurrences.DistinctBy(o => o.Uid).Count(), times.Problems);
    }

    /// <summary>
    /// Without the platform's own bookings, which come back from programs that follow our feeds: they stand in the
    /// calendar already, and would keep a slot busy after its booking is cancelled.
    /// </summary>
    private async Task<CalendarFile> WithoutOurs(
        CalendarFile file, PlatformId platform, CancellationToken cancellation)
    {
        if (!file.Events.Any(e => e.Uid.EndsWith(OwnUids, StringComparison.Ordinal))) return file;
        var ours = (await bookings.After(
                [], [platform], clock.GetCurrentInstant() - Limits.FeedPast, cancellation))
            .SelectMany(b => b.Items, (b, item) => FeedEntries.Uid(b.Id, item.Id)).ToHashSet();
        return file with { Events = [.. file.Events.Where(e => !ours.Contains(e.Uid))] };
    }
}
