using System.Text.Json.Nodes;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Bookings;

/// <summary>Who approves and by when, what a refusal brings about, and what is offered instead.</summary>
public sealed class ApprovalTests
{
    private static readonly Wish PetCt =
        new("biopmed-imaging", "pet-ct-session", "2027-01-18T08:00:00+01:00", "PT4H");

    private static readonly object No = new { decision = "reject", note = "No tracer that day" };

    [Fact]
    public async Task A_refusal_offers_free_slots_near_it_the_proposed_ones_first_and_never_the_refused_one()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        var held = await berlin.Hold(PetCt);
        await (await host.As("sme.paris")).Hold(
            PetCt with { Start = "2027-01-20T08:00:00+01:00" }, "seine-therapeutics");
        var path = $"/bookings/{held.Id()}/approval";
        async Task<JsonNode> Refuse(string start, int status) => (await manager.Post(path, new
        {
            decision = "reject",
            note = "No tracer that day",
            alternatives = new[] { new { itemId = "i1", start } },
        })).Expect(status);
        // Taken, and off the grid: the booking still waits.
        var taken = await Refuse("2027-01-20T08:00:00+01:00", 422);
        Assert.Equal("/alternatives/0/start", taken["errors"]![0]!.Text("pointer"));
        await Refuse("2027-01-21T08:17:00+01:00", 422);
        Assert.Equal("awaitingApproval", (await berlin.Booking(held.Id())).Status());
        // One that overlaps the refused slot itself is free with the refusal.
        await Refuse("2027-01-18T09:00:00+01:00", 200);
        var alternatives = (await berlin.Booking(held.Id()))["alternatives"]!.AsArray();
        Assert.Equal(("2027-01-18T09:00:00+01:00", true),
            (alternatives[0]!.Text("start"), alternatives[0]!["proposed"]!.GetValue<bool>()));
        Assert.DoesNotContain(alternatives, a => a!.Text("start") == PetCt.Start);
        Assert.InRange(alternatives.Count, 2, Limits.Alternatives);
        foreach (var one in alternatives)
            (await berlin.Quote(PetCt with { Start = one!.Text("start") })).Expect(201);
    }

    [Fact]
    public async Task A_deadline_that_passes_frees_slot_and_voucher_at_once_and_says_what_else_is_free()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var berlin = await host.As("sme.berlin");
        var held = await berlin.Hold(PetCt);
        Assert.Equal("2026-12-04T23:00:00Z", held.Text("heldUntil"));
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 4, 23, 0));
        var ended = await berlin.Booking(held.Id());
        Assert.Equal("expired", ended.Status());
        Assert.Contains(ended["history"]!.AsArray(), h => h!.Text("event").Contains(
            "did not decide in time", StringComparison.Ordinal));
        Assert.Equal(PetCt.Start, ended["alternatives"]![0]!.Text("start"));
        Assert.True(await berlin.IsListed(PetCt));
        Assert.Equal(0m, (await berlin.Voucher()).Amount("reserved"));
    }

    [Fact]
    public async Task Public_holidays_that_the_platform_keeps_are_no_working_days_of_its_deadlines()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 3, 9, 0));
        Assert.Equal("2026-12-08T23:00:00Z", (await berlin.Hold(PetCt)).Text("heldUntil"));
        (await manager.Put("/platforms/biopmed-imaging/holidays", new { region = "IT" })).Expect(200);
        var later = await berlin.Hold(PetCt with { Start = "2027-01-20T08:00:00+01:00" });
        Assert.Equal("2026-12-09T23:00:00Z", later.Text("heldUntil"));
    }

    [Fact]
    public async Task Whoever_decides_sees_what_falls_and_who_is_next_and_the_next_one_gets_it()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, cuneo) = (await host.As("sme.berlin"), await host.As("sme.cuneo"));
        var manager = await host.As("manager.biopmed-imaging");
        var quote = (await berlin.Post("/quotes", new
        {
            accountId = ApiClient.Account,
            items = new[]
            {
                PetCt.Item(), new Wish("biocat-structural", "nmr-day", "2027-02-01T00:00:00+01:00", "P1D").Item(),
            },
        })).Expect(201);
        var held = (await berlin.Book(quote)).Expect(201);
        (await cuneo.Post("/accounts/langhe-biotech/waitlist", new
        {
            platformId = PetCt.Platform,
            serviceId = PetCt.Service,
            duration = PetCt.Duration,
            start = PetCt.Start,
        })).Expect(201);
        var falls = (await manager.Get($"/bookings/{held.Id()}/consequences")).Expect(200);
        Assert.Equal("biocat-structural", Assert.Single(falls["items"]!.AsArray())!.Text("platformId"));
        Assert.Contains(falls["returned"]!.AsArray(), r => r!.Text("kind") == "voucher");
        Assert.Equal("langhe-biotech", Assert.Single(falls["next"]!.AsArray())!.Text("accountId"));
        (await manager.Post($"/bookings/{held.Id()}/approval", No)).Expect(200);
        Assert.Equal("offered", (await cuneo.Get("/accounts/langhe-biotech/waitlist"))
            .Expect(200)["items"]![0]!.Status());
    }

    [Fact]
    public async Task The_named_approver_decides_and_somebody_else_does_not()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        object Named(string email) => new { approvers = new[] { new { email } }, deputyAfterDays = 1 };
        (await manager.Put("/platforms/biopmed-imaging/approvers", Named("manager.biocat-structural@example.org")))
            .Expect(422);
        var faults = (await manager.Put("/platforms/biopmed-imaging/approvers", new
        {
            approvers = new object[]
            {
                new { email = "nobody@example.org", deputyEmail = "nobody.else@example.org" },
                new { email = "no.one@example.org", services = new[] { "no-service" } },
            },
            deputyAfterDays = 9,
        })).Refused(422, "invalidRequest")["errors"]!.AsArray().Select(e => e!.Text("pointer"));
        Assert.Equal(
            [
                "/approvers/0/deputyEmail", "/approvers/0/email", "/approvers/1/email", "/approvers/1/services/0",
                "/deputyAfterDays",
            ],
            faults.Order(StringComparer.Ordinal));
        var late = new { approvers = Array.Empty<object>(), deputyAfterDays = 3 };
        (await manager.Put("/platforms/biopmed-imaging/approvers", late)).Refused(422, "notValid");
        (await manager.Put("/platforms/biopmed-imaging/approvers", Named("manager.biopmed-imaging@example.org")))
            .Expect(200);
        var held = await berlin.Hold(PetCt);
        var yes = new { decision = "approve" };
        var approved = (await manager.Post($"/bookings/{held.Id()}/approval", yes)).Expect(200);
        Assert.Equal("awaitingSignature", approved.Status());
    }

    [Fact]
    public async Task A_holiday_that_has_passed_still_puts_the_deputys_turn_off_in_the_decision_and_on_the_first_page()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, manager) = (await host.As("sme.berlin"), await host.As("manager.biopmed-imaging"));
        var people = host.Service<Silo.Identity.People>();
        await people.Enter([new("deputy.imaging@example.org", "Dora Deputy",
            (await people.FindByEmail("manager.biopmed-imaging@example.org"))!.Actor.Memberships)], ApiHost.Password);
        (await manager.Put("/platforms/biopmed-imaging/holidays", new { region = "IT" })).Expect(200);
        (await manager.Put("/platforms/biopmed-imaging/approvers", new
        {
            approvers = new[]
            {
                new { email = "manager.biopmed-imaging@example.org", deputyEmail = "deputy.imaging@example.org" },
            },
            deputyAfterDays = 1,
        })).Expect(200);
        // Tuesday the 8th is a holiday, so that Wednesday is the first working day after the request.
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 7, 9, 0));
        var path = $"/bookings/{(await berlin.Hold(PetCt)).Id()}/approval";
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 9, 9, 0));
        (await (await host.As("deputy.imaging")).Post(path, new { decision = "approve" })).Refused(403, "notAllowed");
        Assert.DoesNotContain("To approve", await FirstPage(), StringComparison.Ordinal);
        await host.AdvanceTo(Instant.FromUtc(2026, 12, 9, 23, 0));
        Assert.Contains("To approve", await FirstPage(), StringComparison.Ordinal);
        (await (await host.As("deputy.imaging")).Post(path, new { decision = "approve" })).Expect(200);

        async Task<string> FirstPage() =>
            await (await Browser(host, "deputy.imaging")).GetStringAsync("/");
    }

    internal static async Task<HttpClient> Browser(ApiHost host, string login)
    {
        var client = host.CreateClient();
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        await Pages.DemonstrationPages.Post(client, "/sign-in", "sign-in", new()
        {
            ["email"] = $"{login}@example.org",
            ["password"] = ApiHost.Password,
        });
        return client;
    }

    [Theory]
    [InlineData("pet-ct-session", false)]
    [InlineData("another-service", true)]
    public void Who_is_named_for_other_services_leaves_this_one_to_every_manager(string service, bool mayDecide)
    {
        var waiting = Confirmed.Waiting();
        var named = service == "another-service" ? new ServiceId(service) : waiting.State.Items[0].Service;
        var anna = new Approver(new(new("anna"), "Anna"), [named], null, null, null);
        var decision = BookingDecisions.Decide(
            waiting.State, new ApproveBooking(new("c"), People.Imaging, true, ""), waiting.Now,
            [new PlatformApproval(new("biopmed-imaging"), new ApprovalRules([anna], 1), [])]);
        Assert.Equal(mayDecide ? null : BookingRefusal.NotAllowed, decision.Refusal?.Code);
    }

    [Theory]
    [InlineData(0, false, null)]
    [InlineData(0, true, "Person p-imaging for Anna (deputy)")]
    [InlineData(3, false, "Person p-imaging for Anna (deputy)")]
    public void A_deputy_decides_while_the_approver_is_away_or_late_and_the_history_says_for_whom(
        int days, bool away, string? byName)
    {
        var waiting = Confirmed.Waiting();
        var today = waiting.Now.InUtc().Date;
        var anna = new Approver(new(new("anna"), "Anna"), [], new(People.Imaging.Person, People.Imaging.Name),
            away ? today : null, away ? today : null);
        var rules = new PlatformApproval(new("biopmed-imaging"), new ApprovalRules([anna], 1), []);
        var decision = BookingDecisions.Decide(
            waiting.State, new ApproveBooking(new("c"), People.Imaging, true, ""),
            waiting.Now + Duration.FromDays(days), [rules]);
        if (byName is null) Assert.Equal(BookingRefusal.NotAllowed, decision.Refusal?.Code);
        else Assert.Equal(byName, Assert.IsType<BookingApproved>(decision.Events[0]).ByName);
        // Somebody who is neither is told whose turn it is.
        var other = People.Of("p-other", OrganisationKind.Facility, "biopmed-imaging", Role.Manager);
        Assert.Contains("Anna", BookingDecisions.Decide(
            waiting.State, new ApproveBooking(new("c"), other, true, ""), waiting.Now, [rules]).Refusal!.Reason,
            StringComparison.Ordinal);
    }
}
