using System.Text;
using System.Text.Json.Nodes;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using Facilities.Silo.Calendars;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.ICalendar.Calendars;

namespace Facilities.Tests.Calendars;

/// <summary>Feeds that are followed: read by the hour, once, and kept where they cannot be had.</summary>
public sealed class FollowedCalendarTests
{
    private const string Imaging = "/platforms/biopmed-imaging";

    private static readonly string Busy = Event(
        "UID:a", "DTSTART:20270201T080000Z", "DTEND:20270201T083000Z", "RRULE:FREQ=WEEKLY");

    private string body = Calendar(Busy);
    private string? failure;

    private CalendarServer Serve() => new(async (head, stream, cancellation) =>
    {
        var tag = $"\"{body.GetHashCode(StringComparison.Ordinal)}\"";
        var text = failure ?? (head.Contains($"If-None-Match: {tag}", StringComparison.Ordinal)
            ? "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
            : CalendarServer.Ok(body, $"ETag: {tag}\r\n"));
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation);
    });

    private static async Task<ApiHost> Start() => ApiHost.Start(
        await CatalogueDatabase.Sqlite(), calendars: new CalendarFetching { InternalHosts = ["127.0.0.1"] });

    [Fact]
    public async Task I11_a_feed_that_is_read_ten_times_leaves_the_same_rows_and_no_event()
    {
        await using var server = Serve();
        using var host = await Start();
        var (sme, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        var added = await Follow(manager, server);
        Assert.Equal("127.0.0.1", added.Text("host"));
        Assert.False(await sme.IsListed(Wish.Mri("2027-02-08")));
        var events = await Events(host);
        var busy = added["busyTimes"]!.GetValue<int>();
        for (var time = 0; time < 10; time++)
        {
            var again = (await manager.Post($"{Imaging}/calendars/{added.Text("calendarId")}/sync")).Expect(200);
            Assert.Equal(busy, again["busyTimes"]!.GetValue<int>());
        }
        Assert.Equal(events, await Events(host));
        Assert.Equal(11, server.Requests.Count);
        Assert.Equal(10, server.Requests.Count(head => head.Contains("If-None-Match", StringComparison.Ordinal)));
        Assert.False(await sme.IsListed(Wish.Mri("2027-02-08")));
    }

    [Fact]
    public async Task A_feed_is_read_by_the_hour_and_what_changed_in_it_changes_the_slots()
    {
        await using var server = Serve();
        using var host = await Start();
        var (sme, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        await Follow(manager, server);
        body = Calendar(Event("UID:a", "DTSTART:20270202T080000Z", "DTEND:20270202T083000Z"));
        Assert.Equal(0, await host.Service<CalendarPump>().RunOnce());
        host.Clock.Advance(Duration.FromMinutes(61));
        Assert.Equal(1, await host.Service<CalendarPump>().RunOnce());
        Assert.True(await sme.IsListed(Wish.Mri("2027-02-08")));
        Assert.False(await sme.IsListed(Wish.Mri("2027-02-02")));
    }

    [Fact]
    public async Task What_cannot_be_had_stays_busy_is_shown_as_old_and_tried_less_and_less_often()
    {
        await using var server = Serve();
        using var host = await Start();
        var (sme, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        await Follow(manager, server);
        foreach (var (answer, words) in new[]
        {
            ("HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n", "The server answered 500."),
            (CalendarServer.Ok("<html>Sign in to go on</html>"), "no iCalendar file"),
            (CalendarServer.Ok("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"), "The answer broke off"),
        })
        {
            failure = answer;
            var before = await host.Service<CalendarBook>().Of(new PlatformId("biopmed-imaging"));
            host.Clock.Advance(before[0].DueAt - host.Clock.GetCurrentInstant());
            Assert.Equal(1, await host.Service<CalendarPump>().RunOnce());
            var stale = (await manager.Get($"{Imaging}/calendars")).Expect(200)["items"]![0]!;
            Assert.Equal("stale", stale.Text("state"));
            Assert.Contains(words, stale.Text("fault"), StringComparison.Ordinal);
            Assert.False(await sme.IsListed(Wish.Mri("2027-02-08")));
        }
        Assert.Equal(
            [10, 20, 40, 80], Enumerable.Range(1, 4).Select(failures => (int)(CalendarSync.NextOf(
                true, failures, Instant.MinValue) - Instant.MinValue).TotalMinutes));
        Assert.Equal(CalendarSync.AtLeastEvery, CalendarSync.NextOf(true, 99, Instant.MinValue) - Instant.MinValue);
        failure = null;
        host.Clock.Advance(Duration.FromHours(13));
        Assert.Equal(1, await host.Service<CalendarPump>().RunOnce());
        await manager.SignIn("manager.biopmed-imaging");
        Assert.Equal("good", (await manager.Get($"{Imaging}/calendars")).Expect(200)["items"]![0]!.Text("state"));
    }

    [Fact]
    public async Task A_file_goes_on_making_busy_the_days_that_come_into_reach()
    {
        using var host = await Start();
        var manager = await host.As("manager.biopmed-imaging");
        (await manager.Send(HttpMethod.Post, $"{Imaging}/calendars?resourceId=mri-7t&name=File",
            ImportApiTests.Ics(Busy))).Expect(201);
        var first = (await Times(host))[^1];
        host.Clock.Advance(Duration.FromDays(30));
        Assert.Equal(1, await host.Service<CalendarPump>().RunOnce());
        var last = (await Times(host))[^1];
        Assert.InRange((last.Start - first.Start).TotalDays, 27, 35);
    }

    private static async Task<JsonNode> Follow(ApiClient manager, CalendarServer server) => (await manager.Post(
        $"{Imaging}/calendars", new { name = "Google", resourceId = "mri-7t", url = server.Address.ToString() }))
        .Expect(201);

    private static async Task<System.Collections.Immutable.ImmutableArray<TimeRange>> Times(ApiHost host) =>
        (await host.Service<Orleans.IGrainFactory>()
            .GetGrain<Facilities.Grains.Platforms.IPlatformGrain>("biopmed-imaging").Calendars(Actor.System))
        .Single().Times;

    private static Task<long> Events(ApiHost host) => host.Service<IDialect>().Read(connection =>
        Dapper.SqlMapper.ExecuteScalarAsync<long>(
            connection, "select count(*) from events where stream = 'platform/biopmed-imaging'"));
}
