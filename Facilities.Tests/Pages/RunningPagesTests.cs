using System.Net;
using Facilities.Api.Programmes;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Programmes;
using Facilities.Grains.Services;
using Facilities.Silo.Accounts;
using Facilities.Silo.Bookings;
using Facilities.Silo.Programmes;
using Facilities.Tests.TestKit;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Orleans;

namespace Facilities.Tests.Pages;

/// <summary>The pages of managers, funders and clusters, on the demonstration data.</summary>
public sealed class RunningPagesTests(DemonstrationPages pages) : IClassFixture<DemonstrationPages>
{
    private const string Officer = "funder.berlin";
    private const string Manager = "manager.biopmed-imaging";
    private static readonly ProgrammeId Programme = new("berlin-abroad");

    public static TheoryData<string, string> Places => new()
    {
        { "/manage/biopmed-imaging", Manager },
        { "/manage/biopmed-imaging?week=2027-03-28", Manager },
        { "/manage/biopmed-imaging?week=nonsense", Manager },
        { "/manage/biopmed-imaging/services", Manager },
        { "/manage/biopmed-imaging/services?change=mri-half-day", Manager },
        { "/manage/biopmed-imaging/closures", Manager },
        { "/manage/biopmed-imaging/calendars", Manager },
        { "/manage/gnd-clinical", "manager.gnd-clinical" },
        { "/manage/biotop-phase1", "manager.biotop-phase1" },
        { "/programmes/berlin-abroad", Officer },
        { "/programmes/piemonte-innovation", "funder.piemonte" },
        { "/programmes/ile-de-france-advance", "funder.ile-de-france" },
        { "/programmes/ile-de-france-advance/claims/a-demo-69-v-demo-award-essonne-vectors", "sme.evry" },
        { "/programmes/catalonia-refund/claims/c-demo-70-v-demo-award-llobregat-peptides", "funder.catalonia" },
        { "/vouchers/v-demo-award-essonne-vectors/end", "sme.evry" },
        { "/bookings/demo-01/credit", Manager },
        { "/clusters/biotop", "cluster.biotop" },
        { "/clusters/genopole", "cluster.genopole" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_page_answers_those_whom_it_concerns_and_is_not_there_for_others(string address, string whose)
    {
        var own = await (await pages.As(whose)).GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        var page = await own.Content.ReadAsStringAsync();
        Assert.Single(page.Split("<h1").Skip(1));
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
        foreach (var other in new[] { "sme.berlin", "manager.biocat-medchem", "funder.piemonte", "cluster.biopmed" })
        {
            if (other == whose) continue;
            var answer = await (await pages.As(other)).GetAsync(address);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{address} for {other}: {answer.StatusCode}");
        }
    }

    [Theory]
    [InlineData("berlin-abroad")]
    [InlineData("piemonte-innovation")]
    public async Task The_parts_of_a_programmes_bar_add_up_to_its_budget(string id)
    {
        var lists = pages.Service<ProgrammeLists>();
        var terms = (await lists.Find(new ProgrammeId(id)))!;
        var parts = ProgrammeBudget.Of(
            terms, await pages.Service<LedgerReads>().Balances(new PostingFilter($"programme/{id}")));
        Assert.Equal(terms.Budget, Money.Sum(parts.Select(p => p.Amount), terms.Budget.Currency));
        Assert.All(parts, part => Assert.False(part.Amount.IsNegative, part.Name));
        Assert.Contains(parts, part => part.Name == "paid" && part.Amount.IsPositive);
    }

    [Fact]
    public async Task Every_booking_of_a_week_stands_in_it_once_for_each_resource_and_once_in_its_list()
    {
        var found = await pages.Service<BookingLists>().Find(
            new BookingFilter(null, new PlatformId("biopmed-imaging"), "confirmed", null, null, null, 10));
        var booking = found[0];
        var monday = booking.Start.InZone(booking.Zone).Date.With(DateAdjusters.PreviousOrSame(IsoDayOfWeek.Monday));
        var manager = await pages.As(Manager);
        var page = await manager.GetStringAsync($"/manage/biopmed-imaging?week={Words.IsoDay(monday)}");
        var platform = await Grain.View();
        var uses = platform!.Services.First(s => s.Id == booking.Items[0].Service).Uses.Length;
        Assert.Equal(uses + 1, page.Split($"href=\"/bookings/{booking.Id}\"").Length - 1);
        Assert.Contains(booking.Account!.Name, DemonstrationPages.TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closure_is_added_named_in_the_week_and_taken_back()
    {
        var client = await pages.As(Manager);
        const string Address = "/manage/biopmed-imaging?week=2027-06-07";
        var added = await DemonstrationPages.Post(client, Address, "close", new()
        {
            ["resource"] = "optical",
            ["from"] = "2027-06-08T09:00",
            ["to"] = "2027-06-08T12:00",
            ["reason"] = "laser alignment",
        });
        Assert.Equal(HttpStatusCode.Redirect, added.StatusCode);
        Assert.Contains("Closed: laser alignment", await client.GetStringAsync(Address), StringComparison.Ordinal);

        var closure = (await Grain.View())!.Resources.Single(r => r.Id.Value == "optical").Closures.Single();
        var removed = await DemonstrationPages.Post(client, Address, $"open-optical-{closure.Id}", new()
        {
            ["resource"] = "optical",
            ["closure"] = closure.Id.Value,
        });
        Assert.Equal(HttpStatusCode.Redirect, removed.StatusCode);
        Assert.DoesNotContain("laser alignment", await client.GetStringAsync(Address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closure_over_a_booking_is_shown_with_it_then_stands_and_the_booking_is_moved_from_the_page()
    {
        const string Address = "/manage/biopmed-imaging/closures";
        var client = await pages.As(Manager);
        var booking = (await pages.Service<BookingLists>().Find(new BookingFilter(
            null, new PlatformId("biopmed-imaging"), "confirmed", null, null, null, 50)))
            .Where(b => b.Items.Length == 1).MaxBy(b => b.Start)!;
        var day = booking.Start.InZone(booking.Zone).Date;
        Dictionary<string, string> Fields(string step) => new()
        {
            ["from"] = $"{Words.IsoDay(day)}T00:00",
            ["to"] = $"{Words.IsoDay(day.PlusDays(1))}T00:00",
            ["reason"] = "power test & drill",
            ["repeats"] = "year",
            ["step"] = step,
        };
        foreach (var step in new[] { "preview", "close" })
        {
            var shown = await (await DemonstrationPages.Post(client, Address, "plan", Fields(step)))
                .Content.ReadAsStringAsync();
            Assert.Contains($"name=\"acknowledged\" value=\"{booking.Id}\"", shown, StringComparison.Ordinal);
            Assert.Contains("would have to move", shown, StringComparison.Ordinal);
            Assert.Contains("value=\"power test &amp; drill\"", shown, StringComparison.Ordinal);
            Assert.Empty((await Grain.Closings()).Planned);
        }
        var ids = (await Grain.PreviewClosure(new PlanClosure(new("p"), People.Imaging, new PlannedClosure(
            new("c"), [], day.AtMidnight(), day.PlusDays(1).AtMidnight(), "x", "FREQ=YEARLY", null), [])))
            .Collisions.Select(c => c.Booking.Value).Distinct().ToArray();
        var closed = await DemonstrationPages.Post(client, Address, "plan", Fields("close"), "acknowledged", ids);
        Assert.Equal(HttpStatusCode.Redirect, closed.StatusCode);
        var page = await client.GetStringAsync(Address);
        Assert.Contains("to move", DemonstrationPages.TextOf(page), StringComparison.Ordinal);

        var collision = (await Grain.ToBeMoved(People.Imaging)).First(c => c.Booking == booking.Id);
        var moved = await DemonstrationPages.Post(client, Address, $"move-{booking.Id}-{collision.Item}", new()
        {
            ["booking"] = booking.Id!.Value.Value,
            ["item"] = collision.Item.Value,
            ["start"] = collision.Alternatives[0].Start.ToString(),
        });
        Assert.Equal(HttpStatusCode.Redirect, moved.StatusCode);
        Assert.DoesNotContain(await Grain.ToBeMoved(People.Imaging), c => c.Booking == booking.Id);

        var closure = (await Grain.Closings()).Planned.Single();
        var opened = await DemonstrationPages.Post(
            client, Address, $"open-{closure.Id}", new() { ["closure"] = closure.Id.Value });
        Assert.Equal(HttpStatusCode.Redirect, opened.StatusCode);
        Assert.Empty((await Grain.Closings()).Planned);
    }

    [Fact]
    public async Task Public_holidays_are_switched_on_but_for_the_days_unticked_and_off()
    {
        const string Address = "/manage/biopmed-imaging/closures";
        var client = await pages.As(Manager);
        var page = await client.GetStringAsync(Address);
        var days = System.Text.RegularExpressions.Regex.Matches(page, "name=\"closed\" value=\"([-0-9]+)\"")
            .Select(match => match.Groups[1].Value).ToArray();
        Assert.InRange(days.Length, 12, 14);
        var preview = await Grain.PreviewHolidays(
            new ChooseHolidays(new("p"), People.Imaging, new("IT", [], []), []));
        foreach (var booking in preview.Collisions) Assert.Equal("public holiday", booking.Reason[..14]);
        var chosen = await DemonstrationPages.Post(client, Address, "holidays", new()
        {
            ["closed"] = days[1],
            ["resource"] = "optical",
        }, "acknowledged", [.. preview.Collisions.Select(c => c.Booking.Value)]);
        Assert.Equal(HttpStatusCode.Redirect, chosen.StatusCode);
        var holidays = (await Grain.Closings()).Holidays!;
        Assert.Equal(days.Where((_, index) => index != 1), holidays.OpenOn.Select(Words.IsoDay));
        Assert.Contains("You are closed on the public holidays of Italy",
            await client.GetStringAsync(Address), StringComparison.Ordinal);
        await DemonstrationPages.Post(client, Address, "holidays-off", []);
        Assert.Null((await Grain.Closings()).Holidays);
    }

    [Fact]
    public async Task A_closure_that_ends_before_it_begins_is_refused_and_keeps_what_was_typed()
    {
        var answer = await DemonstrationPages.Post(
            await pages.As(Manager), "/manage/biopmed-imaging", "close", new()
            {
                ["resource"] = "optical",
                ["from"] = "2027-06-08T12:00",
                ["to"] = "2027-06-08T09:00",
                ["reason"] = "typed & kept",
            });
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("A closure must end after it begins.", page, StringComparison.Ordinal);
        Assert.Contains("value=\"typed &amp; kept\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prices_change_for_what_is_quoted_from_now_on()
    {
        const string Address = "/manage/biopmed-imaging/services?change=optical-hour";
        var client = await pages.As(Manager);
        var typed = new Dictionary<string, string>
        {
            ["home"] = "56.50",
            ["partner"] = "66",
            ["external"] = "91",
            ["academic"] = "a lot",
        };
        var refused = await DemonstrationPages.Post(client, Address, "prices", new(typed));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("value=\"a lot\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        typed["academic"] = "51";
        var changed = await DemonstrationPages.Post(client, Address, "prices", typed);
        Assert.Equal(HttpStatusCode.Redirect, changed.StatusCode);
        var prices = (await Grain.View())!.Services.First(s => s.Id.Value == "optical-hour").Prices;
        Assert.Equal((56.50m, 51m), (prices.Home.Amount, prices.Academic.Amount));
    }

    [Fact]
    public async Task A_delivery_is_recorded_with_what_was_used()
    {
        var now = pages.Service<IClock>().GetCurrentInstant();
        var booking = (await pages.Service<BookingLists>().Find(
            new BookingFilter(null, null, "confirmed", null, now, null, 200)))
            .First(b => b.Start < now && !b.Quote!.Items[0].Duration.IsCalendarDays);
        var item = booking.Quote!.Items[0];
        var client = await pages.As($"manager.{item.Platform}");
        var address = $"/manage/{item.Platform}/bookings/{booking.Id}/deliver";
        var fields = new Dictionary<string, string>
        {
            [$"{item.Id}-hours"] = "one",
            [$"{item.Id}-minutes"] = "30",
            [$"{item.Id}-quantity"] = "1",
            [$"{item.Id}-note"] = "short",
        };
        var refused = await DemonstrationPages.Post(client, address, "deliver", new(fields));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("value=\"one\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        fields[$"{item.Id}-hours"] = "1";
        var recorded = await DemonstrationPages.Post(client, address, "deliver", fields);
        Assert.Equal(HttpStatusCode.Redirect, recorded.StatusCode);
        Assert.EndsWith($"/bookings/{booking.Id}", recorded.Headers.Location!.ToString(), StringComparison.Ordinal);
        var after = await pages.Service<IGrainFactory>()
            .GetGrain<IBookingGrain>(booking.Id!.Value.Value).View(Actor.System);
        Assert.Equal((BookingStatus.Delivered, Length.OfMinutes(90)), (after!.Status, after.Usage[0].Used));
    }

    [Fact]
    public async Task A_claim_is_approved_and_then_paid_with_its_bank_reference()
    {
        var client = await pages.As(Officer);
        var claim = (await pages.Service<ProgrammeLists>().Claims(Programme, ClaimStatus.Open, 1))[0].Claim;
        var approved = await DemonstrationPages.Post(client, "/programmes/berlin-abroad", $"decide-{claim.Id}", new()
        {
            ["claim"] = claim.Id.Value,
            ["decision"] = "approve",
            ["note"] = "in order",
        });
        Assert.Equal(HttpStatusCode.Redirect, approved.StatusCode);
        var paid = await DemonstrationPages.Post(client, "/programmes/berlin-abroad", $"pay-{claim.Id}", new()
        {
            ["claim"] = claim.Id.Value,
            ["reference"] = "BANK-2027-1",
        });
        Assert.Equal(HttpStatusCode.Redirect, paid.StatusCode);
        var after = (await pages.Service<ProgrammeLists>().Claims(Programme, ClaimStatus.Paid, 100))
            .Single(c => c.Claim.Id == claim.Id);
        Assert.Equal("BANK-2027-1", after.Reference);
        Assert.Contains(claim.Evidence.QuoteSeal,
            await client.GetStringAsync($"/programmes/berlin-abroad/claims/{claim.Id}"), StringComparison.Ordinal);
    }

    private IPlatformGrain Grain => pages.Service<IGrainFactory>().GetGrain<IPlatformGrain>("biopmed-imaging");
}
