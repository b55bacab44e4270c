using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using static Facilities.Tests.ICalendar.Calendars;

namespace Facilities.Tests.Calendars;

/// <summary>Calendars at the door: what a file makes busy is neither listed nor booked, from then on.</summary>
public sealed class ImportApiTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string Imaging = "/platforms/biopmed-imaging";

    /// <summary>A body that is a calendar of these components.</summary>
    internal static HttpContent Ics(params string[] components) => new ByteArrayContent(
        Encoding.UTF8.GetBytes(Calendar([.. components.Where(c => c.Length > 0)])))
    {
        Headers = { ContentType = new MediaTypeHeaderValue("text/calendar") { CharSet = "utf-8" } },
    };

    [Fact]
    public async Task I1_and_I2_and_I3_a_file_makes_busy_what_it_means_and_nothing_else()
    {
        var (sme, manager) = (await api.Host.As("sme.berlin"), await api.Host.As("manager.biopmed-imaging"));
        var before = await Listed(sme, "2027-04-01", "2027-05-01");
        var added = (await manager.Send(HttpMethod.Post, $"{Imaging}/calendars?resourceId=mri-7t&name=Service", Ics(
            // A weekly series of Tuesdays from 6 April, by Windows' name of the zone: the 13th moved to the
            // afternoon, the 20th cancelled, the 27th excluded.
            Event("UID:weekly", "DTSTART;TZID=W. Europe Standard Time:20270406T080000",
                "DTEND;TZID=W. Europe Standard Time:20270406T090000", "RRULE:FREQ=WEEKLY;COUNT=4",
                "EXDATE;TZID=W. Europe Standard Time:20270427T080000"),
            Event("UID:weekly", "RECURRENCE-ID;TZID=W. Europe Standard Time:20270413T080000",
                "DTSTART;TZID=W. Europe Standard Time:20270413T163000",
                "DTEND;TZID=W. Europe Standard Time:20270413T170000"),
            Event("UID:weekly", "RECURRENCE-ID;TZID=W. Europe Standard Time:20270420T080000", "STATUS:CANCELLED",
                "DTSTART;TZID=W. Europe Standard Time:20270420T080000"),
            // 10:00 in Helsinki is 09:00 in Torino; an unknown zone stays busy as the platform's time.
            Event("UID:helsinki", "DTSTART;TZID=Europe/Helsinki:20270407T130000",
                "DTEND;TZID=Europe/Helsinki:20270407T133000"),
            Event("UID:unknown", "DTSTART;TZID=Moon/Base:20270408T083000", "DTEND;TZID=Moon/Base:20270408T090000"),
            Event("UID:free", "DTSTART:20270409T060000Z", "DTEND:20270409T150000Z", "TRANSP:TRANSPARENT"),
            Event("UID:off", "DTSTART:20270409T060000Z", "DTEND:20270409T150000Z", "STATUS:CANCELLED"),
            Event("UID:bad", "DTSTART:20270499T060000Z"),
            Event("UID:day", "DTSTART;VALUE=DATE:20270412", "DTEND;VALUE=DATE:20270413")))).Expect(201);
        Assert.Equal("good", added.Text("state"));
        Assert.Equal([true, false], added["problems"]!.AsArray()
            .OrderByDescending(p => p!["isLeftOut"]!.GetValue<bool>()).Take(2)
            .Select(p => p!["isLeftOut"]!.GetValue<bool>()));

        var lost = before.Except(await Listed(sme, "2027-04-01", "2027-05-01")).ToArray();
        // What is lost lies exactly where the file is busy: half days of four hours, with half an hour on each side.
        var grain = api.Host.Service<Orleans.IGrainFactory>().GetGrain<IPlatformGrain>("biopmed-imaging");
        var calendar = (await grain.Calendars(Facilities.Grains.Kernel.Actor.System)).Single(c => c.Name == "Service");
        Assert.Equal(
            ["2027-04-06T06:00:00Z/2027-04-06T07:00:00Z", "2027-04-07T10:00:00Z/2027-04-07T10:30:00Z",
                "2027-04-08T06:30:00Z/2027-04-08T07:00:00Z", "2027-04-11T22:00:00Z/2027-04-12T22:00:00Z",
                "2027-04-13T14:30:00Z/2027-04-13T15:00:00Z"],
            calendar.Times.Select(time => time.ToString()));
        Assert.Equal(["2027-04-06", "2027-04-07", "2027-04-08", "2027-04-12", "2027-04-13"],
            lost.Select(start => start[..10]).Distinct());
        Assert.True(await sme.IsListed(Wish.Mri("2027-04-09", offset: "+02:00")));
        (await sme.Quote(Wish.Mri("2027-04-06", offset: "+02:00"))).Refused(409, "slotTaken");

        var id = added.Text("calendarId");
        await Remove(manager, $"{Imaging}/calendars/{id}");
        Assert.Equal(before, await Listed(sme, "2027-04-01", "2027-05-01"));
        await AssertSound();
    }

    [Fact]
    public async Task A_booking_in_imported_busy_time_stays_and_is_listed_until_it_is_moved()
    {
        var (sme, manager) = (await api.Host.As("sme.berlin"), await api.Host.As("manager.biopmed-imaging"));
        var firm = await sme.Confirm(await sme.Hold(Wish.Mri("2027-02-01")));
        HttpContent File() => Ics(Event("DTSTART:20270201T080000Z", "DTEND:20270201T090000Z"));
        var preview = (await manager.Send(
            HttpMethod.Post, $"{Imaging}/calendars/preview?resourceId=mri-7t&name=Visit", File())).Expect(200);
        Assert.Equal(firm.Id(), preview["collisions"]!.AsArray().Single()!.Id());
        Assert.Equal("2027-02-01T09:00:00+01:00", preview["times"]![0]!.Text("start"));
        Assert.Empty((await manager.Get($"{Imaging}/calendars")).Expect(200)["items"]!.AsArray());

        var added = (await manager.Send(
            HttpMethod.Post, $"{Imaging}/calendars?resourceId=mri-7t&name=Visit", File())).Expect(201);
        Assert.Equal(firm.Id(), added["collisions"]!.AsArray().Single()!.GetValue<string>());
        Assert.Equal("confirmed", (await sme.Booking(firm.Id())).Status());
        var collision = (await manager.Get($"{Imaging}/collisions")).Expect(200)["items"]!.AsArray()
            .Single(c => c!.Id() == firm.Id())!;
        Assert.Equal("busy in the calendar «Visit»", collision.Text("reason"));
        (await manager.Post($"/bookings/{firm.Id()}/reschedule", new
        {
            items = new[] { new { itemId = "i1", start = collision["alternatives"]![0]!.Text("start") } },
        })).Expect(200);
        Assert.Empty((await manager.Get($"{Imaging}/collisions")).Expect(200)["items"]!.AsArray());

        var id = added.Text("calendarId");
        var replaced = (await manager.Send(HttpMethod.Put, $"{Imaging}/calendars/{id}/file",
            Ics(Event("DTSTART:20270202T080000Z", "DTEND:20270202T090000Z")))).Expect(200);
        Assert.Equal(1, replaced["busyTimes"]!.GetValue<int>());
        Assert.True(await sme.IsListed(Wish.Mri("2027-02-01")));
        Assert.False(await sme.IsListed(Wish.Mri("2027-02-02")));
        (await manager.Send(HttpMethod.Put, $"{Imaging}/calendars/{id}/file",
            new StringContent("nothing", Encoding.UTF8, "text/calendar"))).Refused(422, "calendarNotReadable");
        Assert.False(await sme.IsListed(Wish.Mri("2027-02-02")));
        await Remove(manager, $"{Imaging}/calendars/{id}");
        (await manager.Send(HttpMethod.Delete, $"{Imaging}/calendars/{id}", null)).Refused(404, "calendarUnknown");
        await AssertSound();
    }

    [Fact]
    public async Task A_manager_who_moves_into_imported_busy_time_reads_which_calendar_it_is_and_a_company_does_not()
    {
        var (sme, manager) = (await api.Host.As("sme.berlin"), await api.Host.As("manager.biopmed-imaging"));
        var firm = await sme.Confirm(await sme.Hold(Wish.Mri("2027-03-08")));
        var added = (await manager.Send(HttpMethod.Post, $"{Imaging}/calendars?resourceId=mri-7t&name=Audit",
            Ics(Event("DTSTART:20270309T080000Z", "DTEND:20270309T090000Z")))).Expect(201);
        var move = new
        {
            items = new[] { new { itemId = firm["items"]![0]!.Text("itemId"), start = "2027-03-09T08:00:00+01:00" } },
        };
        var told = (await manager.Post($"/bookings/{firm.Id()}/reschedule", move)).Refused(409, "slotTaken");
        Assert.Contains("busy in the calendar «Audit»", told.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("«Audit»", told["errors"]![0]!.ToJsonString(new(System.Text.Json.JsonSerializerDefaults.Web)
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }), StringComparison.Ordinal);
        var taken = (await sme.Post($"/bookings/{firm.Id()}/reschedule", move)).Refused(409, "slotTaken");
        Assert.DoesNotContain("Audit", taken.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("taken", taken.Text("detail"), StringComparison.Ordinal);
        await Remove(manager, $"{Imaging}/calendars/{added.Text("calendarId")}");
    }

    [Fact]
    public async Task A_file_that_breaks_off_is_refused_with_the_reason_and_changes_nothing()
    {
        var manager = await api.Host.As("manager.biopmed-imaging");
        HttpContent CutOff() => new ByteArrayContent(Encoding.UTF8.GetBytes(Calendar(
            Event("DTSTART:20270312T080000Z", "DTEND:20270312T090000Z"))[..^"END:VCALENDAR\r\n".Length]))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("text/calendar") },
        };
        foreach (var way in new[] { "calendars", "calendars/preview" })
            Assert.Contains("does not end with END:VCALENDAR", (await manager.Send(
                HttpMethod.Post, $"{Imaging}/{way}?resourceId=mri-7t&name=Half", CutOff()))
                .Refused(422, "calendarNotReadable").Text("detail"), StringComparison.Ordinal);
        var added = (await manager.Send(HttpMethod.Post, $"{Imaging}/calendars?resourceId=mri-7t&name=Whole",
            Ics(Event("DTSTART:20270312T080000Z", "DTEND:20270312T090000Z")))).Expect(201);
        (await manager.Send(HttpMethod.Put, $"{Imaging}/calendars/{added.Text("calendarId")}/file", CutOff()))
            .Refused(422, "calendarNotReadable");
        Assert.Equal(1, (await manager.Get($"{Imaging}/calendars")).Expect(200)["items"]!.AsArray()
            .Single(c => c!.Text("name") == "Whole")!["busyTimes"]!.GetValue<int>());
        await Remove(manager, $"{Imaging}/calendars/{added.Text("calendarId")}");
    }

    [Fact]
    public async Task A_form_brings_a_file_and_faults_name_their_field()
    {
        var manager = await api.Host.As("manager.biopmed-imaging");
        using var form = new MultipartFormDataContent
        {
            { new StringContent("Form"), "name" },
            { new StringContent("imaging-operator"), "resourceId" },
            { new StringContent("1"), "units" },
            { Ics(Event("DTSTART:20270301T080000Z", "DTEND:20270301T090000Z")), "file", "a.ics" },
        };
        var added = (await manager.Send(HttpMethod.Post, $"{Imaging}/calendars", form)).Expect(201);
        Assert.Equal(1, added["units"]!.AsArray().Single()!.GetValue<int>());
        await Remove(manager, $"{Imaging}/calendars/{added.Text("calendarId")}");

        foreach (var (query, pointer) in new[]
        {
            ("name=x", "/resources"), ("name=x&resourceId=laser", "/resources/0"), ("resourceId=mri-7t", "/name"),
            ("name=x&resourceId=mri-7t&units=9", "/units"),
        })
            Assert.Equal(pointer, (await manager.Send(HttpMethod.Post, $"{Imaging}/calendars?{query}", Ics("")))
                .Refused(422, "notValid")["errors"]![0]!.Text("pointer"));
        (await manager.Post($"{Imaging}/calendars",
            new { name = "x", resourceId = "mri-7t", url = "file:///etc/hosts" })).Refused(422, "notValid");
        (await manager.Post("/platforms/nowhere/calendars", new { name = "x" })).Refused(404, "platformUnknown");
    }

    private static async Task Remove(ApiClient manager, string path) =>
        Assert.Equal(204, (await manager.Send(HttpMethod.Delete, path, null)).Status);

    private static async Task<string[]> Listed(ApiClient sme, string from, string to) =>
        [.. (await sme.Slots(Wish.Mri(from), from, to)).Select(slot => slot!.Text("start"))];

    private async Task AssertSound()
    {
        using var output = new StringWriter();
        var faults = await new Verifier(api.Host.Service<IDialect>(), api.Host.Clock, TimeProvider.System).Run(output);
        Assert.True(faults == 0, output.ToString());
    }
}
