using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Facilities.Grains.ICalendar;
using Facilities.Tests.TestKit;
using NodaTime;
using NodaTime.Text;
using static Facilities.Tests.ICalendar.Calendars;

namespace Facilities.Tests.ICalendar;

public sealed class CalendarWriterTests
{
    private static readonly string Golden = Path.Combine(Repository.Root, "Facilities.Tests", "ICalendar", "feed.ics");

    [Fact]
    public void I5_and_I7_a_feed_is_written_to_the_octet_as_it_was()
    {
        // The file keeps line feeds alone; that ours end in CRLF is said below.
        var written = CalendarWriter.Write(Feeds.Sample).Replace("\r\n", "\n", StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("GOLDEN") == "add" && !File.Exists(Golden))
            File.WriteAllText(Golden, written);

        Assert.Equal(File.ReadAllText(Golden), written);
    }

    [Fact]
    public void I5_single_events_stand_in_UTC_and_every_zone_that_is_named_is_declared()
    {
        var lines = Unfolded(CalendarWriter.Write(Feeds.Sample));

        Assert.Contains("DTSTART:20270203T080000Z", lines);
        Assert.Contains("DTSTART;TZID=Europe/Rome:20270315T090000", lines);
        Assert.Equal("TZID:Europe/Rome", Assert.Single(lines, l => l.StartsWith("TZID:", StringComparison.Ordinal)));
        Assert.DoesNotContain(Unfolded(CalendarWriter.Write(Feeds.RandomFeed(1, 1) with { Entries = [] })), line =>
            line.Contains("VTIMEZONE", StringComparison.Ordinal));
    }

    [Fact]
    public void I6_create_move_and_cancel_leave_one_event_that_is_cancelled()
    {
        var start = Instant.FromUtc(2027, 2, 3, 8, 0);
        var created = Feeds.Entry("one", new EntryTime.Once(start, start + Duration.FromHours(1)), "MRI");
        var moved = created with
        {
            Sequence = 1,
            Time = new EntryTime.Once(start + Duration.FromDays(1), start + Duration.FromDays(2)),
        };
        var cancelled = moved with { Sequence = 2, Status = EventStatus.Cancelled };

        var texts = new[] { created, moved, cancelled }.Select(e => CalendarWriter.Write(Feeds.Feed(e))).ToArray();

        Assert.All(texts, text => Assert.Equal("one@facilities.example", Good(text).Events.Single().Uid));
        Assert.Equal([0, 1, 2], texts.Select(text => Good(text).Events.Single().Sequence));
        Assert.Equal(texts[2], CalendarWriter.Write(Feeds.Feed(cancelled)));
        // A program that kept all three has one event, cancelled.
        var (times, _) = BusyTimes.Of(new([.. texts.SelectMany(text => Good(text).Events)], []), Rome,
            new(start - Duration.FromDays(9), start + Duration.FromDays(9)));
        Assert.Empty(times!.Busy);
        Assert.Contains("STATUS:CANCELLED\r\nTRANSP:TRANSPARENT", texts[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void I7_lines_end_in_CRLF_have_75_octets_at_most_and_split_no_character(int seed)
    {
        var written = Encoding.UTF8.GetBytes(CalendarWriter.Write(Feeds.RandomFeed(seed, 200)));
        var longest = 0;
        foreach (var range in written.AsSpan().Split("\r\n"u8))
        {
            var line = written.AsSpan(range);
            longest = Math.Max(longest, line.Length);
            Assert.True(Utf8.IsValid(line));
            Assert.False(line.ContainsAny((byte)'\r', (byte)'\n'));
        }
        Assert.Equal(75, longest);
        Assert.DoesNotContain("METHOD", Encoding.UTF8.GetString(written), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void I7_what_is_written_is_read_back(int seed)
    {
        var feed = Feeds.RandomFeed(seed, 200);

        var file = Good(CalendarWriter.Write(feed));

        Assert.Empty(file.Problems);
        Assert.Equal(feed.Entries.Select(Expected), file.Events.Select(e => (
            e.Uid, e.Sequence, e.Status, e.Summary, e.Start.ToInstant(Rome), e.Length(Rome).After(e.Start, Rome),
            string.Join(';', e.Rules))));

        static (string, int, EventStatus, string, Instant, Instant, string) Expected(CalendarEntry entry)
        {
            var (start, end, rule) = entry.Time switch
            {
                EntryTime.Once(var first, var last) => (first, last, ""),
                EntryTime.Days(var first, var last) => (Midnight(first), Midnight(last), ""),
                EntryTime.Series series => (Recurrence.ToInstant(series.Start, series.Zone),
                    Recurrence.ToInstant(series.End, series.Zone), series.Rule.ToString()),
                _ => throw new InvalidOperationException(),
            };
            return (entry.Uid, entry.Sequence, entry.Status, entry.Summary.ReplaceLineEndings("\n"), start, end, rule);
        }

        static Instant Midnight(LocalDate date) => date.AtStartOfDayInZone(Rome).ToInstant();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task I7_an_independent_parser_reads_our_feeds_and_zones(int seed)
    {
        Python.Needs("icalendar");
        // python3-icalendar reads an escaped backslash before an n as the end of a line, so that these stand apart.
        var feed = seed == 0 ? Feeds.Sample : Feeds.RandomFeed(seed, 100, without: "\\n");
        var text = CalendarWriter.Write(feed);

        var answers = await Python.Run("icalendar_events.py", [text]);

        using var head = JsonDocument.Parse(answers[0]);
        Assert.Equal((CalendarWriter.Product, feed.Name, JsonValueKind.Null), (
            head.RootElement.GetProperty("product").GetString(), head.RootElement.GetProperty("name").GetString(),
            head.RootElement.GetProperty("method").ValueKind));
        Assert.Equal(feed.Entries.Select(Expected), answers.Skip(1).Select(answer =>
        {
            using var json = JsonDocument.Parse(answer);
            var read = json.RootElement;
            return (read.GetProperty("uid").GetString()!, read.GetProperty("sequence").GetInt32(),
                read.GetProperty("status").GetString()!, read.GetProperty("summary").GetString()!,
                read.GetProperty("description").GetString(),
                string.Join(' ', read.GetProperty("starts").EnumerateArray().Select(start => start.GetString())),
                read.GetProperty("end").GetString()!);
        }));

        static (string, int, string, string, string?, string, string) Expected(CalendarEntry entry) => (
            entry.Uid, entry.Sequence, entry.Status.ToString().ToUpperInvariant(),
            entry.Summary.ReplaceLineEndings("\n"), entry.Description?.ReplaceLineEndings("\n"), Starts(entry.Time),
            entry.Time switch
            {
                EntryTime.Once(_, var end) => end.ToString(),
                EntryTime.Days(_, var end) => LocalDatePattern.Iso.Format(end),
                EntryTime.Series series => Recurrence.ToInstant(series.End, series.Zone).ToString(),
                _ => throw new InvalidOperationException(),
            });
    }

    private static string Starts(EntryTime time) => time switch
    {
        EntryTime.Once(var start, _) => start.ToString(),
        EntryTime.Days(var first, _) => LocalDatePattern.Iso.Format(first),
        EntryTime.Series series => string.Join(' ', Recurrence
            .Starts(series.Rule, series.Start, series.Zone, series.Start, series.Start.PlusYears(5))
            .Where(start => !series.Removed.Contains(start))
            .Select(start => Recurrence.ToInstant(start, series.Zone).ToString())),
        _ => throw new InvalidOperationException(),
    };

    private static string[] Unfolded(string text) =>
        text.Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n");
}
