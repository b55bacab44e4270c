using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Bookings;

public sealed class BookingGateTests
{
    private static readonly BookingId Id = new("b-1");
    private static readonly CommandId C = new("c");

    private static QuoteBasis Basis(ApprovalRule approval = ApprovalRule.Automatic)
    {
        var request = WorkedExample();
        request = request with { Items = [request.Items[0] with { Service = HalfDay with { Approval = approval } }] };
        var quote = Quotes.Price(request).Quote!;
        return new QuoteBasis(quote, Pricing.PriceSamples.Spree, [Imaging], [BiopmedBiotop], request.Vouchers);
    }

    private static RequestBooking Request(QuoteBasis basis, bool standing = false) =>
        new(C, People.Spree, Id, basis, null, "A study",
        standing ? [new StandingOffer(Imaging.Id, "Facility", new("p-imaging"), Now)] : []);

    private static Scenario<BookingState, BookingEvent, BookingRefusal> Nothing() =>
        new(BookingState.Nobody, Now, BookingEvolution.Evolve);

    private static Scenario<BookingState, BookingEvent, BookingRefusal> Held(
        ApprovalRule approval = ApprovalRule.Automatic, bool standing = false)
    {
        var requested = Nothing().When(Request(Basis(approval), standing), BookingDecisions.Decide)
            .Then(typeof(BookingRequested), typeof(ResponsibleNamed));
        Type[] events = standing ? [typeof(BookingHeld), typeof(ContractSigned)] : [typeof(BookingHeld)];
        return requested.When(new RecordHeld(C, Actor.System), BookingDecisions.Decide).Then(events);
    }

    private static SignContract Sign(Scenario<BookingState, BookingEvent, BookingRefusal> booking, Actor by) =>
        new(C, by, booking.State.ContentHash, "A Name");

    private static Scenario<BookingState, BookingEvent, BookingRefusal> Signed()
    {
        var held = Held(standing: true);
        return held.When(Sign(held, People.Spree), BookingDecisions.Decide)
            .Then(typeof(ContractSigned), typeof(DeadlineSet));
    }

    private static Scenario<BookingState, BookingEvent, BookingRefusal> Confirmed() => Signed()
        .When(new AgreePayment(C, People.Spree, PaymentMethod.Invoice), BookingDecisions.Decide)
        .Then(typeof(PaymentAgreed), typeof(BookingConfirmed))
        .When(new RecordPartsFollowed(C, Actor.System, PendingWork.Firming), BookingDecisions.Decide)
            .Then(typeof(PartsFollowed));

    [Fact]
    public void A_hold_lasts_half_an_hour_and_can_be_lengthened_once()
    {
        var held = Held();
        Assert.Equal((BookingStatus.Held, Now + Duration.FromMinutes(30)), (held.State.Status, held.State.HeldUntil));
        var longer = held.When(new ExtendHold(C, People.Spree), BookingDecisions.Decide).Then(typeof(HoldExtended));
        Assert.Equal(Now + Duration.FromMinutes(60), longer.State.HeldUntil);
        longer.When(new ExtendHold(C, People.Spree), BookingDecisions.Decide).Then(BookingRefusal.AlreadyExtended);
    }

    [Fact]
    public void Nothing_is_confirmed_past_an_open_gate()
    {
        var held = Held(ApprovalRule.Manager);
        Assert.Equal(BookingStatus.AwaitingApproval, held.State.Status);
        held.When(Sign(held, People.Spree), BookingDecisions.Decide).Then(BookingRefusal.GateOpen);
        held.When(new AgreePayment(C, People.Spree, PaymentMethod.Invoice), BookingDecisions.Decide)
            .Then(BookingRefusal.GateOpen);
        var approved = held.When(new ApproveBooking(C, People.Imaging, true, ""), BookingDecisions.Decide)
            .Then(typeof(BookingApproved), typeof(DeadlineSet));
        approved.When(new AgreePayment(C, People.Spree, PaymentMethod.Invoice), BookingDecisions.Decide)
            .Then(BookingRefusal.GateOpen);
    }

    [Fact]
    public void With_a_standing_offer_the_companys_signature_and_payment_confirm() =>
        Assert.Equal((BookingStatus.Confirmed, true), (Confirmed().State.Status, Confirmed().State.WasFirm));

    [Fact]
    public void Without_a_standing_offer_both_sides_sign()
    {
        var held = Held();
        var one = held.When(Sign(held, People.Spree), BookingDecisions.Decide)
            .Then(typeof(ContractSigned), typeof(DeadlineSet));
        Assert.Equal(BookingStatus.AwaitingSignature, one.State.Status);
        one.When(Sign(held, People.Spree), BookingDecisions.Decide).Then(BookingRefusal.StepDone);
        var both = one.When(Sign(held, People.Imaging), BookingDecisions.Decide)
            .Then(typeof(ContractSigned), typeof(DeadlineSet));
        Assert.Equal(BookingStatus.AwaitingPayment, both.State.Status);
    }

    [Fact]
    public void Nothing_is_confirmed_while_it_is_moved()
    {
        var held = Held();
        var moving = held.Given(new MoveRequested(
            [new ItemMove(held.State.Items[0].Id, Start, Start + Duration.FromHours(4))], 1, "Sabine Sample"));
        moving.When(Sign(moving, People.Spree), BookingDecisions.Decide).Then(BookingRefusal.MoveUnderWay);
        moving.When(new AgreePayment(C, People.Spree, PaymentMethod.Invoice), BookingDecisions.Decide)
            .Then(BookingRefusal.MoveUnderWay);
        var waiting = Held(ApprovalRule.Manager).Given(new MoveRequested([], 1, "Sabine Sample"));
        waiting.When(new ApproveBooking(C, People.Imaging, true, ""), BookingDecisions.Decide)
            .Then(BookingRefusal.MoveUnderWay);
        moving.Given(new BookingMoved()).When(Sign(moving, People.Spree), BookingDecisions.Decide)
            .Then(typeof(ContractSigned), typeof(DeadlineSet));
    }

    [Fact]
    public void Only_the_recorded_text_can_be_signed_and_only_by_those_entitled()
    {
        var held = Held();
        held.When(Sign(held, People.Spree) with { ContentHash = "sha256:other" }, BookingDecisions.Decide)
            .Then(BookingRefusal.ContractChanged);
        var booker = People.Of("p", OrganisationKind.Sme, "spree-diagnostics", Role.Booker);
        held.When(Sign(held, booker), BookingDecisions.Decide).Then(BookingRefusal.NotAllowed);
        held.When(Sign(held, People.Seine), BookingDecisions.Decide).Then(BookingRefusal.BookingUnknown);
    }

    [Fact]
    public void A_broken_seal_and_a_stale_quote_are_refused()
    {
        var basis = Basis();
        Nothing().When(Request(basis) with { Seal = "sha256:other" }, BookingDecisions.Decide)
            .Then(BookingRefusal.SealBroken);
        var cheaper = basis with { Quote = basis.Quote with { AccountPays = Eur(1) } };
        Nothing().When(Request(cheaper), BookingDecisions.Decide).Then(BookingRefusal.SealBroken);
        Nothing().At(Now + Duration.FromHours(24)).When(Request(basis), BookingDecisions.Decide)
            .Then(BookingRefusal.QuoteExpired);
    }

    [Fact]
    public void After_the_deadline_nothing_passes_and_the_booking_expires()
    {
        var late = Held().At(Now + Duration.FromMinutes(30));
        late.When(Sign(late, People.Spree), BookingDecisions.Decide).Then(BookingRefusal.HoldExpired);
        var expired = late.When(new ExpireBooking(C, Actor.System), BookingDecisions.Decide)
            .Then(typeof(BookingExpired));
        Assert.Equal((BookingStatus.Expired, PendingWork.Releasing), (expired.State.Status, expired.State.Pending));
        Held().When(new ExpireBooking(C, Actor.System), BookingDecisions.Decide).ThenNothing();
    }

    [Fact]
    public void Once_confirmed_it_no_longer_expires() =>
        Confirmed().At(Now + Duration.FromDays(30)).When(new ExpireBooking(C, Actor.System), BookingDecisions.Decide)
            .ThenNothing();

    [Fact]
    public void A_confirmed_booking_is_cancelled_by_the_ladder_and_an_unconfirmed_one_free()
    {
        var free = Held().When(new CancelBooking(C, People.Spree, ""), BookingDecisions.Decide)
            .Then(typeof(BookingCancelled));
        Assert.Equal(Eur(0), free.State.Cancellation!.Gross);
        // Five calendar days of notice: half of time and operator, 1,380.00 and 180.00.
        var late = Confirmed().At(Start - Duration.FromDays(5)).When(new CancelBooking(C, People.Spree, ""),
            BookingDecisions.Decide)
            .Then(typeof(BookingCancelled));
        Assert.Equal(Eur(780), late.State.Cancellation!.Net);
        var byFacility = Confirmed().At(Start - Duration.FromDays(5)).When(new CancelBooking(C, People.Imaging, ""),
            BookingDecisions.Decide)
            .Then(typeof(BookingCancelled));
        Assert.Equal(Eur(0), byFacility.State.Cancellation!.Net);
    }

    [Fact]
    public void Delivery_is_recorded_from_the_start_and_priced_by_the_operator_as_used()
    {
        var deliver = new DeliverBooking(C, People.Imaging, [new ItemUsage(new("item-1"), Length.OfHours(3), 1, null)]);
        Confirmed().When(deliver, BookingDecisions.Decide).Then(BookingRefusal.NotYetStarted);
        var delivered = Confirmed().At(Start).When(deliver, BookingDecisions.Decide).Then(typeof(DeliveryRecorded));
        // 1,380.00 + 150.00 + 3 × 45.00; 75 % of what remains after 15 % of co-financing.
        Assert.Equal(Eur(1_665), delivered.State.Final!.Totals.Net);
        Assert.Equal(Eur(353.81m), delivered.State.Final.Totals.AccountPays);
        delivered.When(deliver, BookingDecisions.Decide).Then(BookingRefusal.StepDone);
    }

    [Fact]
    public void A_delivery_is_deemed_accepted_after_ten_working_days_unless_disputed()
    {
        var delivered = Confirmed().At(Start).When(new DeliverBooking(C, People.Imaging, []), BookingDecisions.Decide)
            .Then(typeof(DeliveryRecorded));
        var deem = new AcceptDelivery(C, Actor.System, true, "");
        delivered.At(delivered.State.AcceptBy!.Value - Duration.Epsilon).When(deem, BookingDecisions.Decide)
            .ThenNothing();
        delivered.At(delivered.State.AcceptBy.Value).When(deem, BookingDecisions.Decide).Then(typeof(DeliveryAccepted));
        // Delivered on Monday 1 February 2027: ten working days end with Monday 15 February.
        Assert.Equal(new LocalDate(2027, 2, 16), delivered.State.AcceptBy.Value.InZone(delivered.State.Zone).Date);
        var disputed = delivered.When(new AcceptDelivery(C, People.Spree, false, "no data"), BookingDecisions.Decide)
            .Then(typeof(DeliveryDisputed));
        disputed.At(Start + Duration.FromDays(60)).When(deem, BookingDecisions.Decide).ThenNothing();
    }

    [Fact]
    public void The_state_survives_being_stored()
    {
        var state = Confirmed().State;
        var json = System.Text.Json.JsonSerializer.Serialize(state, Json.Options);
        var back = System.Text.Json.JsonSerializer.Deserialize<BookingState>(json, Json.Options)!;
        Assert.Equal(json, System.Text.Json.JsonSerializer.Serialize(back, Json.Options));
        Assert.True(QuoteSeal.IsIntact(back.Quote!));
    }
}
