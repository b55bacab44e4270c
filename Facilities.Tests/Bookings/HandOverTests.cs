using System.Text.Json.Nodes;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using Facilities.Tests.Feeds;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Bookings;

/// <summary>A booking is handed to a colleague: the facility and the feeds follow, nothing else changes.</summary>
public sealed class HandOverTests
{
    private static readonly Actor Colleague = Of("p-colleague", Role.Booker);
    private static readonly Actor Reader = Of("p-reader", Role.Finance);

    [Fact]
    public void The_responsible_person_or_an_owner_hands_it_on_to_somebody_of_the_company()
    {
        var booking = Confirmed.Booking();
        Assert.Equal(People.Spree.Person, booking.State.Responsible!.Person);
        booking.When(Over(People.Spree, Colleague), BookingDecisions.Decide).Then(typeof(ResponsibleNamed));
        booking.When(Over(People.Spree, People.Spree), BookingDecisions.Decide).ThenNothing();
        booking.When(Over(Reader, Colleague), BookingDecisions.Decide).Then(BookingRefusal.NotAllowed);
        booking.When(Over(People.Imaging, Colleague), BookingDecisions.Decide).Then(BookingRefusal.NotAllowed);
        booking.When(Over(People.Seine, Colleague), BookingDecisions.Decide).Then(BookingRefusal.BookingUnknown);
        booking.When(Over(People.Spree, People.Seine), BookingDecisions.Decide).Then(BookingRefusal.PersonUnknown);
        booking.When(Over(People.Spree, People.Imaging), BookingDecisions.Decide).Then(BookingRefusal.PersonUnknown);
        var handed = booking.Do(Over(People.Spree, Colleague), BookingDecisions.Decide);
        // Whoever has it hands it on.
        handed.When(Over(Colleague, Reader), BookingDecisions.Decide).Then(typeof(ResponsibleNamed));
        Assert.Equal(
            booking.State with { Responsible = handed.State.Responsible, History = handed.State.History },
            handed.State);
    }

    [Fact]
    public void What_is_over_is_not_handed_on()
    {
        var booking = Confirmed.Booking();
        booking.At(booking.State.End - Duration.FromMinutes(1)).When(
            Over(People.Spree, Colleague), BookingDecisions.Decide).Then(typeof(ResponsibleNamed));
        booking.At(booking.State.End).When(Over(People.Spree, Colleague), BookingDecisions.Decide)
            .Then(BookingRefusal.BookingEnded);
        booking.Do(new CancelBooking(new("x"), People.Spree, ""), BookingDecisions.Decide)
            .When(Over(People.Spree, Colleague), BookingDecisions.Decide).Then(BookingRefusal.BookingEnded);
    }

    [Fact]
    public async Task The_facility_sees_whom_to_expect_and_the_booking_moves_to_the_colleagues_own_feed()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        await host.Service<Silo.Identity.People>().Enter([new Silo.Identity.NewPerson(
            "colleague@example.org", "Kim Colleague",
            [new Membership(ApiClient.Account, "Spree Diagnostics", OrganisationKind.Sme, [Role.Booker])],
            new PersonId("kim"))], ApiHost.Password);
        var (berlin, kim) = (await host.As("sme.berlin"), await host.As("colleague"));
        var manager = await host.As("manager.biopmed-imaging");
        object own = new { kind = "person", audience = "own" };
        var mine = await FeedReader.Of(host, "sme.berlin", own);
        var theirs = await FeedReader.Of(host, "colleague", own);
        var booking = await berlin.Confirm(await berlin.Hold(Wish.Mri("2027-01-18")));
        Assert.Equal("Jana Krüger", booking["responsible"]!.Text("name"));
        Assert.Equal((1, 0), ((await mine.Events()).Length, (await theirs.Events()).Length));

        var path = $"/bookings/{booking.Id()}/handover";
        (await berlin.Post(path, new { })).Refused(422, "invalidRequest");
        (await berlin.Post(path, new { email = "sme.paris@example.org" })).Refused(422, "personUnknown");
        (await berlin.Post(path, new { email = "nobody@example.org" })).Refused(422, "personUnknown");
        (await kim.Post(path, new { email = "colleague@example.org" })).Refused(403, "notAllowed");
        (await berlin.Post(path, new { email = "colleague@example.org" }, "hand")).Expect(200);
        Assert.Equal(200, (await berlin.Post(path, new { email = "colleague@example.org" }, "hand")).Status);

        Assert.Equal("Kim Colleague", (await manager.Booking(booking.Id()))["responsible"]!.Text("name"));
        Assert.Equal((0, 1), ((await mine.Events()).Length, (await theirs.Events()).Length));
        Assert.Single((await kim.Booking(booking.Id()))["history"]!.AsArray(),
            h => h!.Text("event") == "Handed to Kim Colleague");
        var all = await FeedReader.Of(host, "sme.berlin", new { kind = "person", audience = "full" });
        Assert.Single(await all.Events());
        (await kim.Post(path, new { personId = "nobody" })).Refused(422, "personUnknown");
    }

    private static HandOverBooking Over(Actor by, Actor to) => new(new("h"), by, to);

    private static Actor Of(string person, Role role) =>
        People.Of(person, OrganisationKind.Sme, "spree-diagnostics", role);
}
