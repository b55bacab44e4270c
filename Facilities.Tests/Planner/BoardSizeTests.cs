using System.Collections.Immutable;
using System.Text;
using Facilities.Api.Planner;
using Facilities.Api.Shell;
using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Grains.Waitlist;
using Facilities.Tests.Pricing;
using Facilities.Tests.TestKit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using static Facilities.Tests.Availability.Samples;

namespace Facilities.Tests.Planner;

public sealed class BoardSizeTests
{
    private static readonly LocalDate Monday = new(2027, 2, 1);

    /// <summary>The frame and the tools around it are some ten more.</summary>
    [Fact]
    public async Task A_week_with_two_hundred_bookings_of_two_resources_each_stays_below_300_kB()
    {
        var board = BoardOf(200);
        Assert.Equal(200, board.Entries.Length);
        var html = await Rendered<WeekBoard>(new()
        {
            [nameof(WeekBoard.Board)] = board,
            [nameof(WeekBoard.At)] = CalendarAddress.Read("p", null, null, null, Monday),
            [nameof(WeekBoard.Today)] = Monday,
        });
        Assert.Equal(400, html.Split("class=\"chip entry").Length - 1);
        Assert.InRange(Encoding.UTF8.GetByteCount(html), 100_000, 280_000);
    }

    [Fact]
    public void A_booking_stands_in_the_lane_of_the_unit_that_it_has()
    {
        var board = BoardOf(12);
        var track = BoardTrack.Of(board.Rows[0].Days[0], board.Rows[0].Resource, board);
        Assert.Equal(16, track.Lanes);
        Assert.Equal([0, 1], track.Bars.Take(2).Select(bar => bar.Lane));
        Assert.All(track.Bars, bar => Assert.Equal((60, 90), (bar.Width, bar.BufferWidth)));
    }

    [Fact]
    public void Offers_and_busy_time_from_elsewhere_have_their_own_form_and_are_not_booked()
    {
        var plain = DaysOf(12);
        var slot = plain.Slots[0].Slot;
        var (from, to) = (slot.Busy.Start + Duration.FromHours(4), slot.Busy.End + Duration.FromHours(4));
        var days = plain with
        {
            Offers =
            [
                new WaitlistEntry(
                    new("w1"), new("a1"), "Ada", slot.Service, Length.OfMinutes(60), 1, from, to, 1, from, from)
                {
                    Offer = new(slot with { Busy = new(from, from, to, to) }, to),
                },
            ],
            Imported = [new(new("c1"), "Lab calendar", [Bed.Id], [3], [new(from, to)])],
        };
        var (board, before) = (
            CalendarBoard.Of(days, [], Monday, 7, names: new Dictionary<AccountId, string> { [new("a1")] = "Adalab" }),
            BoardOf(12));
        Assert.Equal(before.Entries.Length + 2, board.Entries.Length);
        Assert.Equal(before.Rows[0].Used.Booked, board.Rows[0].Used.Booked);
        Assert.Equal(before.Rows[0].Used.Held + Duration.FromHours(1), board.Rows[0].Used.Held);
        var bars = BoardTrack.Of(board.Rows[0].Days[0], board.Rows[0].Resource, board).Bars;
        Assert.Equal(3, bars.Single(bar => bar.Entry.Look == EntryLook.Imported).Lane);
        Assert.Equal("Adalab", bars.Single(bar => bar.Entry.Look == EntryLook.Offer).Entry.Who);
    }

    [Fact]
    public void A_resource_that_is_used_for_a_part_of_a_booking_is_drawn_and_counted_for_that_part()
    {
        var plain = DaysOf(1);
        var slot = plain.Slots[0].Slot;
        var (start, until) = (slot.Busy.Start, slot.Busy.Start + Duration.FromMinutes(20));
        var last = slot.Busy.End - Duration.FromMinutes(10);
        var parts = plain with
        {
            Slots = [plain.Slots[0] with { Slot = slot with { Units =
            [
                slot.Units[0],
                slot.Units[1] with { Part = new(slot.Busy.BlockedFrom, start, until, until) },
                slot.Units[1] with { Part = new(last, last, slot.Busy.End, slot.Busy.BlockedUntil) },
            ] } }],
        };
        // Opened for the first part and the last alone: nothing lies outside.
        var room = StudyRoom with { Hours = [Hours(AllDays, "08:00", "08:20"), Hours(AllDays, "08:50", "09:00")] };
        var board = CalendarBoard.Of(
            parts with { Platform = parts.Platform with { Resources = [Bed, room] } }, [], Monday, 7);
        var (whole, divided) = (Bars(0), Bars(1));
        Assert.Equal([(60, 90)], whole.Select(bar => (bar.Width, bar.BufferWidth)));
        Assert.Equal([(20, 35, true), (10, 25, false)],
            divided.Select(bar => (bar.Width, bar.BufferWidth, bar.IsFirst)));
        Assert.Equal(whole[0].X, divided[0].X);
        Assert.Equal(Duration.FromMinutes(30), board.Rows[1].Used.Booked);
        Assert.False(board.Rows[1].Days[0].IsOutside(board.Entries[0], room.Id));

        ImmutableArray<TrackBar> Bars(int row) =>
            BoardTrack.Of(board.Rows[row].Days[0], board.Rows[row].Resource, board).Bars;
    }

    private static CalendarBoard BoardOf(int count) => CalendarBoard.Of(DaysOf(count), [], Monday, 7);

    private static PlatformDays DaysOf(int count)
    {
        var (beds, rooms) = (Bed, StudyRoom with { Units = 16 });
        var service = Service("infusion-with-monitoring", [beds, rooms], "PT1H",
            ("PT1H", "PT1H", "PT1H"), "PT1H", ("PT15M", "PT15M"), "P1D", "P100D");
        var profile = PriceSamples.Imaging;
        var slots = Enumerable.Range(0, count).Select(index =>
        {
            var start = Rome.AtStartOfDay(Monday.PlusDays(index % 7)).ToInstant()
                + Duration.FromHours(8 + index / 7 % 3);
            ImmutableArray<int> units = [index / 7 % 16];
            return new PlacedSlot(
                new BookingId($"b{index:00000000000000000}"), new AccountId("a-company-with-a-name"), true,
                new HeldSlot(new ItemId("i1"), service.Id, [new(beds.Id, units), new(rooms.Id, units)],
                    Busy.Around(new(start, start + Duration.FromHours(1)), service.Buffer, Rome)));
        });
        return new PlatformDays(
            new PlatformView(profile, [beds, rooms], [service], null, 1), PlatformClosings.None, [.. slots]);
    }

    private static async Task<string> Rendered<T>(Dictionary<string, object?> parameters) where T : IComponent
    {
        var services = new ServiceCollection()
            .AddSingleton<IHttpContextAccessor, HttpContextAccessor>()
            .AddSingleton<IClock>(new FakeClock(CatalogueDatabase.Opening)).AddScoped<Say>().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }
}
