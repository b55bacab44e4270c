using System.Text;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using NodaTime;
using static Facilities.Tests.ICalendar.Calendars;

namespace Facilities.Tests.ICalendar;

public sealed class CalendarReaderTests
{
    [Fact]
    public void I1_the_zone_of_an_event_is_its_own()
    {
        var (helsinki, london) = (Start("DTSTART;TZID=Europe/Helsinki:20270201T100000"),
            Start("DTSTART;TZID=\"Europe/London\":20270201T100000"));

        Assert.Equal(Duration.FromHours(2), london - helsinki);
        Assert.Equal(Instant.FromUtc(2027, 2, 1, 10, 0), Start("DTSTART:20270201T100000Z"));
        Assert.Equal(Instant.FromUtc(2027, 2, 1, 9, 0), Start("DTSTART:20270201T100000"));
        Assert.Equal(Instant.FromUtc(2027, 1, 31, 23, 0), Start("DTSTART;VALUE=DATE:20270201"));
    }

    [Theory]
    [InlineData("W. Europe Standard Time", "Europe/Berlin")]
    [InlineData("GMT Standard Time", "Europe/London")]
    [InlineData("FLE Standard Time", "Europe/Kiev")]
    [InlineData("/mozilla.org/20050126_1/Europe/Helsinki", "Europe/Helsinki")]
    [InlineData("/freeassociation.sourceforge.net/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires")]
    [InlineData("europe/berlin", "Europe/Berlin")]
    [InlineData("UTC", "UTC")]
    public void I2_names_of_other_systems_are_known(string name, string zone)
    {
        var file = Good(Calendar(Event($"DTSTART;TZID=\"{name}\":20270701T100000", "DURATION:PT1H")));

        Assert.Empty(file.Problems);
        Assert.Equal(DateTimeZoneProviders.Tzdb[zone].AtLeniently(new(2027, 7, 1, 10, 0)).ToInstant(),
            file.Events.Single().Start.ToInstant(Rome));
    }

    [Fact]
    public void I2_an_unknown_zone_is_the_platforms_with_one_warning()
    {
        var file = Good(Calendar(
            Event("DTSTART;TZID=Mars/Olympus:20270201T100000", "DTEND;TZID=Mars/Olympus:20270201T110000"),
            Event("UID:two", "DTSTART;TZID=Mars/Olympus:20270202T100000", "DURATION:PT1H")));

        var warning = Assert.Single(file.Problems);
        Assert.Equal((6, "DTSTART", false), (warning.Line, warning.Property, warning.IsLeftOut));
        Assert.Contains("'Mars/Olympus' is unknown", warning.Reason, StringComparison.Ordinal);
        Assert.Equal(["2027-02-01T09:00:00Z", "2027-02-02T09:00:00Z"],
            file.Events.Select(e => e.Start.ToInstant(Rome).ToString()));
    }

    [Theory]
    // By the rules of the calendar's own VTIMEZONE, as Outlook writes it: from the last Sundays of March and October.
    [InlineData("20270201T100000", "2027-02-01T08:00:00Z")]
    [InlineData("20270328T015900", "2027-03-27T23:59:00Z")]
    [InlineData("20270328T030000", "2027-03-28T00:00:00Z")]
    [InlineData("20270701T100000", "2027-07-01T07:00:00Z")]
    [InlineData("20271031T040000", "2027-10-31T02:00:00Z")]
    public void I2_a_zone_that_the_calendar_declares_is_taken_from_it(string local, string instant)
    {
        const string zone = """
            BEGIN:VTIMEZONE
            TZID:Customised Time Zone
            BEGIN:STANDARD
            DTSTART:16010101T040000
            TZOFFSETFROM:+0300
            TZOFFSETTO:+0200
            RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
            END:STANDARD
            BEGIN:DAYLIGHT
            DTSTART:16010101T020000
            TZOFFSETFROM:+0200
            TZOFFSETTO:+0300
            RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
            END:DAYLIGHT
            END:VTIMEZONE
            """;

        var file = Good(Calendar(
            Event($"DTSTART;TZID=Customised Time Zone:{local}", "DURATION:PT1H"), zone.ReplaceLineEndings("\r\n")));

        Assert.Empty(file.Problems);
        Assert.Equal(instant, file.Events.Single().Start.ToInstant(Rome).ToString());
    }

    [Fact]
    public void Zones_whose_rules_explode_are_as_unknown_ones_and_cost_no_more_than_a_few()
    {
        var zones = Enumerable.Range(0, 200).Select(n => $"BEGIN:VTIMEZONE\nTZID:z{n}\nBEGIN:STANDARD\n"
            + "DTSTART:19700101T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0545\nRRULE:FREQ=MINUTELY\nEND:STANDARD\n"
            + "END:VTIMEZONE\n");
        var events = Enumerable.Range(0, 200).Select(n => Event(
            $"UID:{n}", $"DTSTART;TZID=z{n}:20270201T100000", "DURATION:PT1H"));

        var file = Good(Calendar([.. zones, .. events]));

        Assert.Equal(200, file.Events.Length);
        Assert.All(file.Events, e => Assert.Null(e.Start.Zone));
        Assert.Contains(file.Problems, p => p.Reason.Contains("more than 50,000 times", StringComparison.Ordinal));
        Assert.Contains(file.Problems, p => p.Reason.Contains("5,000,000 steps", StringComparison.Ordinal));
    }

    [Fact]
    public void A_bad_event_is_listed_with_its_line_and_the_others_are_read()
    {
        var file = Good(Calendar(
            Event("UID:one", "DTSTART:20270201T100000Z"),
            Event("UID:two", "SUMMARY:No start"),
            Event("UID:three", "DTSTART:20270231T100000Z"),
            Event("UID:four", "DTSTART:20270201T100000Z", "DTEND:20270201T090000Z"),
            Event("UID:five", "DTSTART:20270201T100000Z", "RRULE:FREQ=WEEKLY;BYMONTHDAY=1"),
            Event("UID:six", "DTSTART:20270201T100000Z", "DURATION:-PT1H"),
            Event("UID:seven", "DTSTART:20270201T100000Z", "RECURRENCE-ID;RANGE=THISANDPRIOR:20270201T100000Z"),
            Event("UID:eight", "DTSTART;VALUE=DATE:20270201"),
            Event("UID:nine", "DTSTART:99990201T100000Z")));

        Assert.Equal(["one", "eight"], file.Events.Select(e => e.Uid));
        Assert.Equal(
            ["8 DTSTART", "14 DTSTART", "19 DTEND", "24 RRULE", "29 DURATION", "34 RECURRENCE-ID", "42 DTSTART"],
            file.Problems.Select(problem => $"{problem.Line} {problem.Property}"));
        Assert.All(file.Problems, problem => Assert.True(problem.IsLeftOut));
        Assert.StartsWith("BYMONTHDAY does not stand", file.Problems[3].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_cut_off_is_listed_and_what_came_before_is_read()
    {
        var whole = Calendar(
            Event("UID:one", "DTSTART:20270201T100000Z"), Event("UID:two", "DTSTART:20270202T100000Z"));
        var cut = whole[..whole.LastIndexOf("END:VEVENT", StringComparison.Ordinal)];

        var file = Good(cut);

        Assert.Equal("one", Assert.Single(file.Events).Uid);
        Assert.Equal((8, "BEGIN:VEVENT has no END.", true), file.Problems
            .Where(problem => problem.IsLeftOut).Select(p => (p.Line, p.Reason, p.IsLeftOut)).Single());
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public void Lines_are_unfolded_also_within_a_character(string end)
    {
        var summary = "Größe der Probe";
        var octets = Encoding.UTF8.GetBytes(Calendar(
            Event("DTSTART:20270201T100000Z", $"SUMMARY:{summary}")).ReplaceLineEndings(end)).ToList();
        // Between the two octets of the ö.
        var place = octets.IndexOf(0xC3) + 1;
        octets.InsertRange(place, Encoding.ASCII.GetBytes($"{end} "));

        Assert.Equal(summary, Good(octets.ToArray()).Events.Single().Summary);
    }

    [Fact]
    public void Text_and_parameters_are_decoded()
    {
        var file = Good(Calendar(Event(
            "UID:a,b", "DTSTART;X-NOTE=\"a;b:c\";TZID=Europe/Rome:20270201T100000", "DURATION:P1DT2H",
            "SUMMARY;LANGUAGE=en:One\\, two\\; three\\nfour \\\\ five \\x", "CLASS:private", "SEQUENCE:7",
            "X-ALT-DESC;FMTTYPE=text/html:<p>no</p>")));

        var read = Assert.Single(file.Events);
        Assert.Equal("One, two; three\nfour \\ five \\x", read.Summary);
        Assert.Equal(("PRIVATE", 7), (read.Class, read.Sequence));
        Assert.Equal(Instant.FromUtc(2027, 2, 2, 11, 0), read.Length(Rome).After(read.Start, Rome));
    }

    [Fact]
    public void The_name_of_a_zone_is_text_in_its_declaration_and_a_parameter_in_an_event()
    {
        const string zone = """
            BEGIN:VTIMEZONE
            TZID:(UTC+05:45) Here\, "there"
            BEGIN:STANDARD
            DTSTART:19700101T000000
            TZOFFSETFROM:+0530
            TZOFFSETTO:+0545
            END:STANDARD
            END:VTIMEZONE
            """;

        var file = Good(Calendar(
            Event("DTSTART;TZID=\"(UTC+05:45) Here, ^'there^'\":20270201T100000"), zone.ReplaceLineEndings("\r\n")));

        Assert.Empty(file.Problems);
        Assert.Equal(Instant.FromUtc(2027, 2, 1, 4, 15), file.Events.Single().Start.ToInstant(Rome));
    }

    [Fact]
    public void An_event_without_a_UID_has_the_same_one_on_every_reading()
    {
        var file = Good(Calendar("BEGIN:VEVENT\nDTSTART:20270201T100000Z\nSUMMARY:x\nEND:VEVENT\n"));
        var uid = Assert.Single(file.Events).Uid;

        Assert.StartsWith("no-uid-", uid, StringComparison.Ordinal);
        Assert.Equal(uid, Good(Calendar(
            Event("UID:z", "DTSTART:20270201T100000Z"),
            "BEGIN:VEVENT\nSUMMARY:x\nDTSTART:20270201T100000Z\nEND:VEVENT\n")).Events[1].Uid);
    }

    [Fact]
    public void What_is_too_much_is_refused_by_a_stated_limit()
    {
        Assert.Contains("no line BEGIN:VCALENDAR", Refused("<html>Sign in</html>"), StringComparison.Ordinal);
        var events = string.Concat(Enumerable.Repeat("BEGIN:VEVENT\nDTSTART:20270201\nEND:VEVENT\n", 100_000));
        Assert.Contains("more than 20,000 events", Refused(Calendar(events)), StringComparison.Ordinal);
        var large = new string('x', Limits.CalendarBytes + 1);
        Assert.Contains("more than 20 MB", Refused(large), StringComparison.Ordinal);
        var file = Good(Calendar(Event(
            "DTSTART:20270201T100000Z", $"ATTACH:{new string('x', Limits.CalendarLine)}", "no property")));
        Assert.Single(file.Events);
        Assert.Equal([7, 8], file.Problems.Select(problem => problem.Line));

        static string Refused(string content) => CalendarReader.Read(content).Refusal!.Reason;
    }

    private static Instant Start(string line) => Good(Calendar(Event(line))).Events.Single().Start.ToInstant(Rome);
}
