using System.Net;
using System.Text.RegularExpressions;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using Facilities.Silo.Bookings;
using Facilities.Tests.Pages;
using Facilities.Tests.TestKit;
using NodaTime;
using Orleans;

namespace Facilities.Tests.Planner;

/// <summary>The manager's calendar by week and day, on the demonstration data.</summary>
public sealed partial class CalendarPageTests(DemonstrationPages pages) : IClassFixture<DemonstrationPages>
{
    private const string Manager = "manager.biopmed-imaging";
    private const string Root = "/manage/biopmed-imaging/calendar";

    [Theory]
    [InlineData("")]
    [InlineData("?week=2027-W05")]
    [InlineData("?week=nonsense&resource=nobody")]
    [InlineData("?day=2027-02-01")]
    [InlineData("?day=2027-02-01&resource=optical")]
    [InlineData("?day=9999-99-99")]
    public async Task A_calendar_is_there_for_its_own_people_and_for_nobody_else(string query)
    {
        var own = await (await pages.As(Manager)).GetAsync(Root + query);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        var page = await own.Content.ReadAsStringAsync();
        Assert.Single(page.Split("<h1").Skip(1));
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
        foreach (var other in new[] { "sme.berlin", "manager.biocat-medchem", "funder.piemonte", "cluster.biopmed" })
        {
            var answer = await (await pages.As(other)).GetAsync(Root + query);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{query} for {other}: {answer.StatusCode}");
        }
        using var nobody = pages.CreateClient(new() { AllowAutoRedirect = false });
        nobody.DefaultRequestHeaders.Add("Accept", "text/html");
        Assert.NotEqual(HttpStatusCode.OK, (await nobody.GetAsync(Root + query)).StatusCode);
    }

    [Fact]
    public async Task A_week_shows_every_booking_of_it_in_words_and_the_share_of_each_resource()
    {
        var client = await pages.As(Manager);
        var bookings = await pages.Service<BookingLists>().Find(
            new BookingFilter(null, new PlatformId("biopmed-imaging"), null, null, null, null, 100));
        foreach (var status in new[] { "Confirmed", "Held", "AwaitingApproval", "Accepted" })
        {
            var booking = bookings.First(b => b.Status.ToString() == status);
            var date = booking.Items[0].Start.InZone(booking.Zone).Date;
            var page = await client.GetStringAsync($"{Root}?week={Words.IsoDay(date)}");
            Assert.Contains($"href=\"/bookings/{booking.Id}\"", page, StringComparison.Ordinal);
            var text = DemonstrationPages.TextOf(page);
            Assert.Contains(booking.Account!.Name, text, StringComparison.Ordinal);
            Assert.Contains("% booked", text, StringComparison.Ordinal);
            var day = await client.GetStringAsync($"{Root}?day={Words.IsoDay(date)}");
            Assert.Contains($"data-entry=\"{booking.Id}/{booking.Items[0].Id}\"", day, StringComparison.Ordinal);
            Assert.Contains("÷", DemonstrationPages.TextOf(day), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_closed_time_stands_in_week_and_day_with_its_reason()
    {
        var client = await pages.As(Manager);
        await DemonstrationPages.Post(client, "/manage/biopmed-imaging/closures", "plan", new()
        {
            ["from"] = "2027-06-08T09:00",
            ["to"] = "2027-06-08T12:00",
            ["reason"] = "fire drill",
            ["step"] = "close",
        });
        foreach (var query in new[] { "?week=2027-W23", "?day=2027-06-08" })
            Assert.Contains("Closed: fire drill", await client.GetStringAsync(Root + query), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "fire drill", await client.GetStringAsync(Root + "?day=2027-06-09"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2027-03-28", 23, "01 03")]
    [InlineData("2027-10-31", 25, "02 02")]
    public async Task A_day_on_which_the_clocks_change_is_as_long_as_it_is(string day, int hours, string around)
    {
        var client = await pages.As(Manager);
        var page = await client.GetStringAsync($"{Root}?day={day}");
        Assert.Contains($"{hours} hours", page, StringComparison.Ordinal);
        Assert.Contains($"data-minutes=\"{hours * 60}\"", page, StringComparison.Ordinal);
        var axis = string.Join(' ', Hour.Matches(page).Select(m => m.Groups[1].Value));
        Assert.Equal(hours, axis.Split(' ').Length);
        Assert.Contains(around, axis, StringComparison.Ordinal);
        var week = await client.GetStringAsync($"{Root}?week={day}");
        Assert.Contains($"{hours} hours", week, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_move_says_what_will_happen_before_it_does()
    {
        var client = await pages.As(Manager);
        var booking = await Confirmed("mri-half-day");
        var item = booking.Items[0];
        var address = $"{Root}/move?booking={booking.Id}&item={item.Id}&start=";
        var taken = await client.GetStringAsync(address + (item.Start + Duration.FromMinutes(7)));
        Assert.Contains("It cannot move there", taken, StringComparison.Ordinal);
        var near = Near.Match(taken).Groups[1].Value;
        Assert.NotEmpty(near);

        var shown = DemonstrationPages.TextOf(await client.GetStringAsync(address + near));
        Assert.Contains("The price stays as it was sealed", shown, StringComparison.Ordinal);
        Assert.Equal(item.Start, (await Read(booking)).Items[0].Start);
        foreach (var stranger in new[] { "sme.berlin", "manager.biocat-medchem" })
            Assert.Equal(
                HttpStatusCode.NotFound, (await (await pages.As(stranger)).GetAsync(address + near)).StatusCode);

        var moved = await DemonstrationPages.Post(client, address + near, "move", new() { ["start"] = near });
        Assert.Equal(HttpStatusCode.Redirect, moved.StatusCode);
        Assert.Equal(near, (await Read(booking)).Items[0].Start.ToString());
    }

    [Fact]
    public async Task An_end_says_who_may_change_the_price_and_gives_the_rest_back_at_the_same_price()
    {
        var client = await pages.As(Manager);
        var booking = await Confirmed("pet-ct-session");
        var item = booking.Items[0];
        var address = $"{Root}/length?booking={booking.Id}&item={item.Id}&end=";
        var longer = await client.GetStringAsync(address + (item.End + Duration.FromHours(1)));
        Assert.Contains("Only a person who books for the account", longer, StringComparison.Ordinal);
        Assert.DoesNotContain("Give the rest back", longer, StringComparison.Ordinal);

        var end = (item.End - Duration.FromHours(1)).ToString();
        Assert.Contains("At the same price", await client.GetStringAsync(address + end), StringComparison.Ordinal);
        var given = await DemonstrationPages.Post(client, address + end, "release", new() { ["end"] = end });
        Assert.Equal(HttpStatusCode.Redirect, given.StatusCode);
        Assert.Equal(end, (await Read(booking)).Items[0].End.ToString());
    }

    [Fact]
    public async Task A_time_chosen_in_the_calendar_fills_the_closure_form_and_shows_whom_it_meets()
    {
        var client = await pages.As(Manager);
        var booking = await Confirmed("optical-hour");
        var address = $"/manage/biopmed-imaging/closures?resource=optical&start={booking.Start}"
            + $"&end={booking.Start + Duration.FromHours(1)}";
        var page = await client.GetStringAsync(address);
        var from = booking.Start.InZone(booking.Zone).LocalDateTime.ToString("uuuu-MM-dd'T'HH:mm", null);
        Assert.Contains($"name=\"from\" value=\"{from}\"", page, StringComparison.Ordinal);
        Assert.Contains("1 booking would have to move", page, StringComparison.Ordinal);
        Assert.Contains($"name=\"acknowledged\" value=\"{booking.Id}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("would have to move",
            await client.GetStringAsync("/manage/biopmed-imaging/closures?resource=optical&start=x&end=y"),
            StringComparison.Ordinal);
    }

    private async Task<BookingState> Confirmed(string service) => (await pages.Service<BookingLists>().Find(
        new BookingFilter(null, new PlatformId("biopmed-imaging"), "confirmed", null, null, null, 50)))
        .First(b => b.Items[0].Service.Value == service && b.Start > SystemClock.Instance.GetCurrentInstant());

    private async Task<BookingState> Read(BookingState booking) =>
        (await pages.Service<IGrainFactory>().GetGrain<IBookingGrain>(booking.Id!.Value.Value).View(People.Imaging))!;

    [GeneratedRegex("start=([-0-9T:]+Z)\"")]
    private static partial Regex Near { get; }

    [GeneratedRegex("dx=\"2\">([0-9]{2})<")]
    private static partial Regex Hour { get; }
}
