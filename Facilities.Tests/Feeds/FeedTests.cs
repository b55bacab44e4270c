using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Facilities.Grains.Feeds;
using Facilities.Grains.ICalendar;
using Facilities.Tests.ICalendar;
using Facilities.Tests.TestKit;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Tests.Feeds;

/// <summary>What a calendar program finds at a feed's address.</summary>
public sealed class FeedTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private static readonly object Account =
        new { kind = "account", accountId = ApiClient.Account, audience = "full" };

    private static readonly object Platform =
        new { kind = "platform", platformId = "biopmed-imaging", audience = "full" };

    private static readonly object Busy = new { kind = "platform", platformId = "biopmed-imaging", audience = "busy" };

    private readonly ApiHost host = api.Host;

    [Fact]
    public void I6_the_UID_of_an_item_is_what_it_always_was() =>
        Assert.Equal("e844d0313555d1b72c657f73c19e527b@facilities", FeedEntries.Uid(new("b1"), new("i1")));

    [Theory]
    [InlineData("account")]
    [InlineData("platform")]
    [InlineData("busy")]
    public async Task I6_a_booking_that_is_made_moved_and_cancelled_is_one_event_with_a_rising_SEQUENCE(string which)
    {
        var feed = which switch
        {
            "account" => await FeedReader.Of(host, "sme.berlin", Account),
            "platform" => await FeedReader.Of(host, "manager.biopmed-imaging", Platform),
            _ => await FeedReader.Of(host, "manager.biopmed-imaging", Busy),
        };
        var day = which switch { "account" => 11, "platform" => 13, _ => 15 };
        var sme = await host.As("sme.berlin");
        var booking = await sme.Hold(Wish.Mri($"2027-01-{day}"));
        var held = await feed.Event(booking);
        await sme.Confirm(booking);
        var confirmed = await feed.Event(booking);
        (await sme.Post($"/bookings/{booking.Id()}/reschedule", new
        {
            items = new[]
            {
                new { itemId = booking["items"]![0]!["itemId"], start = $"2027-01-{day + 7}T08:00:00+01:00" },
            },
        })).Expect(200);
        var moved = await feed.Event(booking);
        (await sme.Post($"/bookings/{booking.Id()}/cancellation", new { reason = "" })).Expect(200);
        var cancelled = await feed.Event(booking);

        Assert.Equal([EventStatus.Tentative, EventStatus.Confirmed, EventStatus.Confirmed, EventStatus.Cancelled],
            new[] { held, confirmed, moved, cancelled }.Select(e => e.Status));
        Assert.True(held.Sequence < confirmed.Sequence && confirmed.Sequence < moved.Sequence
            && moved.Sequence < cancelled.Sequence);
        var start = Instant.FromUtc(2027, 1, day, 7, 0);
        Assert.Equal([start, start, start + Duration.FromDays(7), start + Duration.FromDays(7)],
            new[] { held, confirmed, moved, cancelled }.Select(FeedReader.StartOf));
        Assert.False(cancelled.IsBusy);
    }

    [Fact]
    public async Task I6_what_ended_is_shown_as_cancelled_for_a_while_and_then_no_more()
    {
        await using var other = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var feed = await FeedReader.Of(other, "sme.berlin", Account);
        var sme = await other.As("sme.berlin");
        var lapsing = await sme.Hold(Wish.Mri("2027-03-15"));
        var firm = await sme.Confirm(await sme.Hold(Wish.Mri("2027-03-17")));
        (await sme.Post($"/bookings/{firm.Id()}/cancellation", new { reason = "" })).Expect(200);
        await other.Advance(Duration.FromHours(1));
        Assert.Equal([EventStatus.Cancelled, EventStatus.Cancelled], (await feed.Events()).Select(e => e.Status));
        await other.Advance(Duration.FromDays(2));
        Assert.Equal(FeedReader.UidOf(firm), Assert.Single(await feed.Events()).Uid);
        Assert.NotEqual(FeedReader.UidOf(lapsing), FeedReader.UidOf(firm));
        await other.Advance(Duration.FromDays(59));
        Assert.Empty(await feed.Events());
    }

    [Fact]
    public async Task I7_an_independent_parser_reads_what_was_booked_whatever_its_purpose_says()
    {
        Python.Needs("icalendar");
        const string purpose = "Größe; Menge, \"Proben\": 10\u00a0µl\nund Ärger 🧬 mit \\ und mehr als "
            + "fünfundsiebzig Oktetten in einer einzigen Zeile, die gefaltet wird";
        var sme = await host.As("sme.berlin");
        var booking = (await sme.Book((await sme.Quote(Wish.Mri("2027-02-01"))).Expect(201), purpose: purpose))
            .Expect(201);
        var feed = await FeedReader.Of(host, "manager.biopmed-imaging", Platform);
        var (_, text, answer) = await feed.Ask();
        Assert.Equal("text/calendar; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var lines = text.Split("\r\n");
        Assert.Equal("", lines[^1]);
        Assert.All(lines, line => Assert.True(
            Encoding.UTF8.GetByteCount(line) <= 75 && !line.Contains('\n', StringComparison.Ordinal), line));
        Assert.DoesNotContain(lines, line => line.StartsWith("METHOD", StringComparison.Ordinal));

        var read = (await Python.Run("icalendar_events.py", [text])).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(CalendarWriter.Product, read[0].Text("product"));
        var mine = Assert.Single(read.Skip(1), e => e.Text("uid") == FeedReader.UidOf(booking));
        const string company = "Spree Diagnostics GmbH (demonstration)";
        Assert.Equal($"MRI 7 T, half day with operator · {company}", mine.Text("summary"));
        Assert.Equal($"Held\nBooked by {company}\nExpect Jana Krüger\nFor: {purpose}", mine.Text("description"));
        Assert.Equal("TENTATIVE", mine.Text("status"));
        Assert.Equal("2027-02-01T07:00:00Z", mine["starts"]![0]!.GetValue<string>());
        Assert.Equal("2027-02-01T11:00:00Z", mine.Text("end"));
    }

    [Fact]
    public async Task What_is_unchanged_is_not_sent_again()
    {
        var feed = await FeedReader.Of(host, "sme.cuneo", new { kind = "person", audience = "full" });
        var (_, first, answer) = await feed.Ask();
        var tag = answer.Headers.ETag!.ToString();
        Assert.Equal("private, no-cache", string.Join(", ", answer.Headers.GetValues("Cache-Control")
            .SelectMany(v => v.Split(", ")).OrderDescending()));
        var again = await feed.Ask(tag);
        Assert.Equal((HttpStatusCode.NotModified, ""), (again.Status, again.Text));
        var head = await feed.Ask(method: HttpMethod.Head);
        Assert.Equal((HttpStatusCode.OK, "", tag), (head.Status, head.Text, head.Answer.Headers.ETag!.ToString()));
        var sme = await host.As("sme.cuneo");
        await sme.Hold(Wish.Mri("2027-02-08"), "langhe-biotech");
        var (status, changed, _) = await feed.Ask(tag);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEqual(first, changed);
    }

    [Fact]
    public async Task A_resource_shows_the_bookings_that_use_it_and_no_others()
    {
        var manager = "manager.biopmed-imaging";
        var scanner = await FeedReader.Of(host, manager, Resource("mri-7t"));
        var operators = await FeedReader.Of(host, manager, Resource("imaging-operator"));
        var camera = await FeedReader.Of(host, manager, Resource("pet-ct"));
        var booking = await (await host.As("sme.berlin")).Hold(Wish.Mri("2027-02-10"));
        var uid = FeedReader.UidOf(booking);
        Assert.Contains(await scanner.Events(), e => e.Uid == uid);
        Assert.Contains(await operators.Events(), e => e.Uid == uid);
        Assert.DoesNotContain(await camera.Events(), e => e.Uid == uid);

        static object Resource(string id) =>
            new { kind = "resource", platformId = "biopmed-imaging", resourceId = id, audience = "full" };
    }

    [Fact]
    public async Task A_person_who_belongs_to_nothing_has_an_empty_feed()
    {
        var feed = await FeedReader.Of(host, "funder.berlin", new { kind = "person", audience = "full" });
        Assert.Empty(await feed.Events());
    }
}
