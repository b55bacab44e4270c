using System.Net;
using Facilities.Api.Http;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Silo.Bookings;
using Facilities.Tests.Pages;
using NodaTime;
using Orleans;

namespace Facilities.Tests.Planner;

/// <summary>Hours are read and kept on a page, and a company learns that its time was closed.</summary>
public sealed class HoursPageTests(DemonstrationPages pages) : IClassFixture<DemonstrationPages>
{
    private const string Manager = "manager.biopmed-imaging";
    private const string Root = "/manage/biopmed-imaging/hours";

    private IPlatformGrain Grain => pages.Service<IGrainFactory>().GetGrain<IPlatformGrain>("biopmed-imaging");

    [Fact]
    public async Task Hours_are_previewed_saved_changed_and_removed_by_their_own_manager_alone()
    {
        var client = await pages.As(Manager);
        foreach (var other in new[] { "sme.berlin", "manager.biocat-medchem" })
            Assert.Equal(HttpStatusCode.NotFound, (await (await pages.As(other)).GetAsync(Root)).StatusCode);

        const string Add = Root + "?resource=optical&add=1";
        var preview = await DemonstrationPages.Post(client, Add, "hours", Fields("preview"), "day", "SA");
        var text = DemonstrationPages.TextOf(await preview.Content.ReadAsStringAsync());
        Assert.Contains("Nobody would lie outside", text, StringComparison.Ordinal);
        Assert.Single((await Optical()).Hours);

        await DemonstrationPages.Post(client, Add, "hours", Fields("save"), "day", "SA");
        Assert.Equal("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", (await Optical()).Hours[^1].Rrule);
        Assert.Contains("Every 2 weeks on Saturday, 09:00 to 13:00, from 5 June 2027",
            DemonstrationPages.TextOf(await client.GetStringAsync(Root)), StringComparison.Ordinal);

        var rule = Fields("save");
        rule["rule"] = "FREQ=MONTHLY;BYDAY=1SA";
        await DemonstrationPages.Post(client, Root + "?resource=optical&change=1", "hours", rule);
        Assert.Equal("FREQ=MONTHLY;BYDAY=1SA", (await Optical()).Hours[^1].Rrule);

        await DemonstrationPages.Post(
            client, Root + "?resource=optical&remove=1", "hours", new() { ["step"] = "save" });
        Assert.Single((await Optical()).Hours);
    }

    [Fact]
    public async Task A_rule_that_cannot_be_read_is_refused_with_the_part_that_is_wrong_and_kept_as_typed()
    {
        var fields = Fields("save");
        fields["rule"] = "FREQ=WEEKLY;BYDAY=XX";
        var answer = await DemonstrationPages.Post(
            await pages.As(Manager), Root + "?resource=optical&add=1", "hours", fields);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("BYDAY", page, StringComparison.Ordinal);
        Assert.Contains("value=\"FREQ=WEEKLY;BYDAY=XX\"", page, StringComparison.Ordinal);
        Assert.Single((await Optical()).Hours);
    }

    [Fact]
    public async Task A_removal_shows_the_bookings_that_would_lie_outside()
    {
        var page = await (await pages.As(Manager)).GetStringAsync(Root + "?resource=optical&remove=0");
        Assert.Contains("would lie outside", page, StringComparison.Ordinal);
        Assert.Contains("Not at all.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_company_reads_that_its_time_was_closed_and_where_to_choose_another()
    {
        var booking = (await pages.Service<BookingLists>().Find(new BookingFilter(
            null, new PlatformId("biopmed-imaging"), "confirmed", null, null, null, 50)))
            .First(b => b.Items.Length == 1 && b.Start > SystemClock.Instance.GetCurrentInstant());
        var manager = await pages.As(Manager);
        var address = $"/bookings/{booking.Id}";
        Assert.DoesNotContain("closed this time", await manager.GetStringAsync(address), StringComparison.Ordinal);
        var service = (await Grain.View())!.Services.First(s => s.Id == booking.Items[0].Service);
        (await Grain.AddClosure(new AddClosure(new CommandId("close-it"), TestKit.People.Imaging, service.Uses[0],
            new Closure(new ClosureId("c1"), booking.Start.InZone(booking.Zone).LocalDateTime,
                booking.Start.InZone(booking.Zone).LocalDateTime.PlusHours(1), "magnet quench")))).OrThrow();
        Assert.Contains("You have closed this time: magnet quench", await manager.GetStringAsync(address),
            StringComparison.Ordinal);
        var login = booking.Account!.Id.Value switch
        {
            "spree-diagnostics" => "sme.berlin",
            "havel-biologics" => "sme.potsdam",
            "seine-therapeutics" => "sme.paris",
            "langhe-biotech" => "sme.cuneo",
            _ => "sme.debrecen",
        };
        var page = await (await pages.As(login)).GetStringAsync(address);
        Assert.Contains("The facility has closed this time: magnet quench", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"/bookings/{booking.Id}/move?item={booking.Items[0].Id}\"", page,
            StringComparison.Ordinal);
    }

    private async Task<Resource> Optical() =>
        (await Grain.View())!.Resources.Single(resource => resource.Id.Value == "optical");

    private static Dictionary<string, string> Fields(string step) => new()
    {
        ["from"] = "09:00",
        ["to"] = "13:00",
        ["weeks"] = "2",
        ["validFrom"] = "2027-06-05",
        ["step"] = step,
    };
}
