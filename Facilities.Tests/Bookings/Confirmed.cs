using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;
using Story = Facilities.Tests.TestKit.Scenario<
    Facilities.Grains.Bookings.BookingState, Facilities.Grains.Bookings.BookingEvent,
    Facilities.Grains.Bookings.BookingRefusal>;

namespace Facilities.Tests.Bookings;

/// <summary>The worked example, confirmed, and what is done with it.</summary>
internal static class Confirmed
{
    public static readonly ItemId Item = new("item-1");
    public static readonly Actor Booker =
        People.Of("p-booker", OrganisationKind.Sme, "spree-diagnostics", Role.Booker);
    public static readonly Actor Reader =
        People.Of("p-reader", OrganisationKind.Sme, "spree-diagnostics", Role.Signatory);

    private static readonly CommandId C = new("c");

    /// <summary>It waits for approval.</summary>
    public static Story Waiting() => Held(ApprovalRule.Manager, null);

    public static Story Booking(ApprovalRule approval = ApprovalRule.Automatic, Service? service = null)
    {
        var held = Held(approval, service);
        if (approval == ApprovalRule.Manager)
            held = held.Do(new ApproveBooking(C, People.Imaging, true, ""), BookingDecisions.Decide);
        return held.Do(new SignContract(C, People.Spree, held.State.ContentHash, "A Name"), BookingDecisions.Decide)
            .Do(new AgreePayment(C, People.Spree, PaymentMethod.Invoice), BookingDecisions.Decide)
            .Do(new RecordPartsFollowed(C, Actor.System, PendingWork.Firming), BookingDecisions.Decide);
    }

    private static Story Held(ApprovalRule approval, Service? service)
    {
        var request = WorkedExample() with { Items = [Ordered((service ?? HalfDay) with { Approval = approval })] };
        var basis = new QuoteBasis(
            Quotes.Price(request).Quote!, Pricing.PriceSamples.Spree, [Imaging], [BiopmedBiotop], request.Vouchers);
        return new Story(BookingState.Nobody, Now, BookingEvolution.Evolve)
            .Do(new RequestBooking(C, People.Spree, new("b-1"), basis, null, "A study",
                [new StandingOffer(Imaging.Id, "Facility", new("p-imaging"), Now)]), BookingDecisions.Decide)
            .Do(new RecordHeld(C, Actor.System), BookingDecisions.Decide);
    }

    /// <summary>It is accepted, and this is the story after it.</summary>
    public static Story Do<TCommand>(
        this Story story, TCommand command,
        Func<BookingState, TCommand, Instant, Decision<BookingEvent, BookingRefusal>> decide)
    {
        var outcome = story.When(command, decide);
        Assert.Null(outcome.Decision.Refusal);
        return story.Given(outcome.Decision.Events.AsSpan());
    }

    /// <summary>The platform followed.</summary>
    public static Story Followed(this Story story) =>
        story.Do(new RecordMoved(C, Actor.System, story.State.MoveNumber), BookingDecisions.Decide);

    /// <summary>The platform could not follow.</summary>
    public static Story NotFollowed(this Story story) => story.Do(new RecordMoveRefused(
        C, Actor.System, story.State.MoveNumber, BookingRefusal.SlotTaken, "Taken.", Item), BookingDecisions.Decide);

    public static Story Move(this Story story, Actor by, Instant start) =>
        story.Do(new RescheduleBooking(C, by, [new ItemStart(Item, start)]), BookingDecisions.Decide);

    public static Story.Outcome Resize(this Story story, Length to, Actor? by = null) =>
        story.When(new ChangeLength(C, by ?? People.Spree, Item, to), BookingDecisions.Decide);

    public static Story Resized(this Story story, Length to) =>
        story.Resize(to).Then(typeof(LengthChangeRequested)).Followed();

    public static Story.Outcome Release(this Story story, Instant? from = null, Actor? by = null) =>
        story.When(new ReleaseTime(C, by ?? People.Spree, Item, from), BookingDecisions.Decide);

    public static Story.Outcome CheckIn(this Story story, Actor by) =>
        story.When(new CheckIn(C, by, Item), BookingDecisions.Decide);

    public static Settlement Price(this Story story) => BookingDecisions.PriceNow(story.State);

    public static CancellationFee Fee(this Story story, Instant at) =>
        BookingDecisions.CancellationOf(story.State, People.Spree, at);

    /// <summary>Whoever pays, pays the whole together.</summary>
    public static void AddsUp(this Settlement price) => Assert.Equal(
        price.Totals.Net + price.Totals.Tax,
        price.Totals.AccountPays + Money.Sum(price.Funding.Shares.Select(s => s.Amount), Currency.Eur));
}
