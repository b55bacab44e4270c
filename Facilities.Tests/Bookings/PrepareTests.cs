using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using Facilities.Silo.Verification;
using Facilities.Tests.Feeds;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Bookings;

/// <summary>A facility or a cluster prepares a booking for a company; the company alone makes it its own.</summary>
public sealed class PrepareTests
{
    private const string Paris = "seine-therapeutics";

    [Fact]
    public async Task What_a_manager_prepared_waits_for_the_company_and_nobody_else_signs_for_it()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (manager, berlin) = (await host.As("manager.biopmed-imaging"), await host.As("sme.berlin"));
        var wish = Wish.Mri("2027-01-18");
        var booking = (await Prepare(manager, ApiClient.Account, "once", wish)).Expect(201);
        Assert.Equal(booking.Id(), (await Prepare(manager, ApiClient.Account, "once", wish)).Expect(201).Id());
        Assert.Equal("held", booking.Status());
        Assert.False(await berlin.IsListed(wish));
        // Three working days from Monday, 23 November 2026, and none of the company's vouchers.
        Assert.True(Instant.FromDateTimeOffset(booking["heldUntil"]!.GetValue<DateTimeOffset>())
            > host.Clock.GetCurrentInstant() + Duration.FromDays(2));
        Assert.DoesNotContain(booking["quote"]!["funding"]!.AsArray(), f => f!.Text("kind") == "voucher");
        Assert.Equal(0m, (await berlin.Voucher()).Amount("reserved"));

        var seen = await berlin.Booking(booking.Id());
        Assert.Equal("biopmed-imaging", seen["prepared"]!.Text("organisationId"));
        Assert.Contains("Prepared for", seen["history"]![0]!.Text("event") + seen["history"]![1]!.Text("event"),
            StringComparison.Ordinal);
        // The facility's own signature stands in advance; it cannot sign for the company.
        Assert.Equal(409, (await manager.Sign(booking, "A manager")).Status);
        Assert.Equal(403, (await manager.Pay(booking)).Status);
        Assert.Equal("held", (await berlin.Booking(booking.Id())).Status());
        var confirmed = await berlin.Confirm(seen);
        Assert.Equal("confirmed", confirmed.Status());
        Assert.Equal("Jana Krüger", confirmed["responsible"]!.Text("name"));
        Assert.Equal(0, await Faults(host));
    }

    [Fact]
    public async Task B20_what_the_company_declines_is_free_at_once_and_what_it_leaves_lapses()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (manager, berlin) = (await host.As("manager.biopmed-imaging"), await host.As("sme.berlin"));
        var wish = Wish.Mri("2027-01-18");
        var booking = (await Prepare(manager, ApiClient.Account, null, wish)).Expect(201);
        Assert.Equal(404,
            (await (await host.As("sme.paris")).Post($"/bookings/{booking.Id()}/decline", new { })).Status);
        (await berlin.Post($"/bookings/{booking.Id()}/decline", new { })).Expect(200);
        Assert.True(await berlin.IsListed(wish));
        (await berlin.Post($"/bookings/{booking.Id()}/decline", new { })).Refused(409, "stepDone");
        var other = (await Prepare(manager, ApiClient.Account, null, wish)).Expect(201);
        (await manager.Post($"/bookings/{other.Id()}/decline", new { })).Expect(200);
        var third = (await Prepare(manager, ApiClient.Account, null, wish)).Expect(201);
        await host.Advance(Duration.FromDays(6));
        Assert.Equal("expired", (await berlin.Booking(third.Id())).Status());
        Assert.True(await berlin.IsListed(wish));
        // What a company booked by itself is cancelled, not declined.
        var own = await berlin.Hold(wish);
        (await berlin.Post($"/bookings/{own.Id()}/decline", new { })).Refused(403, "notAllowed");
        Assert.Equal(0, await Faults(host));
    }

    [Fact]
    public async Task Only_the_facility_itself_or_the_companys_own_cluster_prepares()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (wish, bench) = (Wish.Mri("2027-01-18"),
            new Wish("biopmed-devices", "assembly-half-day", "2027-01-20T08:00:00+01:00", "PT5H"));
        foreach (var login in new[] { "manager.biopmed-devices", "sme.paris", "cluster.biopmed", "funder.berlin" })
            (await Prepare(await host.As(login), ApiClient.Account, null, wish)).Refused(403, "notAllowed");
        var manager = await host.As("manager.biopmed-imaging");
        (await Prepare(manager, ApiClient.Account, null, wish, bench)).Refused(403, "notAllowed");
        (await Prepare(manager, "no-such-account", null, wish)).Refused(403, "notAllowed");
        // Spree is of BioTOP: its cluster prepares at any facility, sees it, and signs nothing.
        var cluster = await host.As("cluster.biotop");
        var booking = (await Prepare(cluster, ApiClient.Account, null, wish, bench)).Expect(201);
        Assert.Equal("biotop", booking["prepared"]!.Text("organisationId"));
        Assert.Equal(403, (await cluster.Sign(booking)).Status);
        Assert.Equal(403, (await cluster.Post($"/bookings/{booking.Id()}/cancellation", new { reason = "" })).Status);
        await (await host.As("sme.berlin")).Confirm(booking);
        Assert.Equal(404, (await cluster.Get($"/bookings/{booking.Id()}")).Status);
        Assert.Equal(0, await Faults(host));
    }

    [Fact]
    public async Task Who_prepares_has_a_limit_of_its_own_and_takes_nothing_of_the_companys()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var manager = await host.As("manager.biopmed-imaging");
        Wish On(int day) => Wish.Mri($"2027-01-{day}");
        foreach (var day in new[] { 11, 12, 13, 14, 15 })
            (await Prepare(manager, Paris, null, On(day))).Expect(201);
        (await Prepare(manager, Paris, null, On(18))).Refused(409, "tooManyHolds");
        (await Prepare(manager, ApiClient.Account, null, On(18))).Expect(201);
        var paris = await host.As("sme.paris");
        await paris.Hold(On(19), Paris);
        Assert.Equal(0, await Faults(host));
    }

    [Fact]
    public async Task What_needs_approval_is_approved_first_and_lies_in_every_own_feed_until_somebody_takes_it_on()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        await host.Service<Silo.Identity.People>().Enter([new Silo.Identity.NewPerson(
            "colleague@example.org", "Kim Colleague",
            [new Membership(ApiClient.Account, "Spree Diagnostics", OrganisationKind.Sme, [Role.Booker])],
            new PersonId("kim"))], ApiHost.Password);
        object own = new { kind = "person", audience = "own" };
        var (mine, theirs) = (
            await FeedReader.Of(host, "sme.berlin", own), await FeedReader.Of(host, "colleague", own));
        var (manager, berlin) = (await host.As("manager.biopmed-imaging"), await host.As("sme.berlin"));
        var booking = (await Prepare(manager, ApiClient.Account, null,
            new Wish("biopmed-imaging", "pet-ct-session", "2027-01-18T08:00:00+01:00", "PT4H"))).Expect(201);
        Assert.Equal("awaitingApproval", booking.Status());
        (await berlin.Sign(booking)).Refused(409, "gateOpen");
        (await manager.Post($"/bookings/{booking.Id()}/approval", new { decision = "approve", note = "" })).Expect(200);
        Assert.Equal((1, 1), ((await mine.Events()).Length, (await theirs.Events()).Length));
        (await berlin.Sign(booking)).Expect(200);
        Assert.Equal((1, 0), ((await mine.Events()).Length, (await theirs.Events()).Length));
        // Handed over while the payment is open: that stays with who may agree it.
        (await berlin.Post($"/bookings/{booking.Id()}/handover", new { email = "colleague@example.org" })).Expect(200);
        Assert.Equal(403, (await (await host.As("colleague")).Pay(booking)).Status);
        var confirmed = (await berlin.Pay(booking)).Expect(200);
        Assert.Equal(("confirmed", "Kim Colleague"), (confirmed.Status(), confirmed["responsible"]!.Text("name")));
        Assert.Equal((0, 1), ((await mine.Events()).Length, (await theirs.Events()).Length));
        Assert.Equal(0, await Faults(host));
    }

    [Fact]
    public async Task Quotas_and_qualifications_of_the_company_hold_for_what_is_prepared_for_it()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var manager = await host.As("manager.biopmed-imaging");
        var optical = new Wish("biopmed-imaging", "optical-hour", "2027-01-18T08:00:00+01:00", "PT1H");
        (await Prepare(manager, Paris, null, optical)).Refused(422, "qualificationMissing");
        var service = (await manager.Get("/platforms/biopmed-imaging")).Expect(200)["services"]!.AsArray()
            .Single(s => s!.Text("serviceId") == "optical-hour")!.DeepClone();
        service["quota"] = JsonNode.Parse("""{"slotsPerWeek": 1}""");
        (await manager.Put("/platforms/biopmed-imaging/services/optical-hour", service)).Expect(200);
        await (await host.As("sme.berlin")).Hold(optical);
        (await Prepare(manager, ApiClient.Account, null, optical with { Start = "2027-01-19T08:00:00+01:00" }))
            .Refused(409, "quotaExceeded");
        (await Prepare(manager, ApiClient.Account, null, optical with { Start = "2027-01-25T08:00:00+01:00" }))
            .Expect(201);
    }

    [Fact]
    public void A_public_holiday_of_the_facility_is_no_day_to_answer()
    {
        var (plain, thanks) = (HeldUntil([]), HeldUntil([new LocalDate(2026, 11, 24)]));
        Assert.Equal(WorkingDays.EndAfter(Now, Limits.PreparedWorkingDays, Rome), plain);
        Assert.Equal(plain + Duration.FromDays(1), thanks);
        // It never waits beyond its start.
        var month = Enumerable.Range(0, 120).Select(day => new LocalDate(2026, 11, 22).PlusDays(day));
        Assert.Equal(Start, HeldUntil([.. month]));
    }

    private static DateTimeZone Rome => DateTimeZoneProviders.Tzdb["Europe/Rome"];

    private static Instant? HeldUntil(ImmutableArray<LocalDate> holidays)
    {
        var quote = Quotes.Price(Request(Pricing.PriceSamples.Spree, [Ordered(HalfDay)], [])).Quote!;
        var basis = new QuoteBasis(quote, Pricing.PriceSamples.Spree, [Imaging], [BiopmedBiotop], []);
        return new Scenario<BookingState, BookingEvent, BookingRefusal>(
            BookingState.Nobody, Now, BookingEvolution.Evolve)
            .Do(new PrepareBooking(new("p"), People.Imaging, new("b-1"), basis, "A study", []),
                BookingDecisions.Decide)
            .Do(new RecordHeld(new("h"), Actor.System, holidays), BookingDecisions.Decide).State.HeldUntil;
    }

    private static Task<ApiAnswer> Prepare(ApiClient client, string account, string? key, params Wish[] wishes) =>
        client.Post("/bookings/prepared", new
        {
            accountId = account,
            items = wishes.Select(w => w.Item()).ToArray(),
            purpose = "As talked over on the phone",
        }, key);

    private static async Task<int> Faults(ApiHost host)
    {
        using var output = new StringWriter();
        var faults = await new Verifier(host.Storage.Open(), host.Clock, TimeProvider.System).Check(output);
        if (faults.ByName.Count > 0) Assert.Fail(output.ToString());
        return faults.ByName.Count;
    }
}
