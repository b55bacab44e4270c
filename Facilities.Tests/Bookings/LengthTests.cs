using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Bookings;

/// <summary>A confirmed booking is made longer or shorter.</summary>
public sealed class LengthTests
{
    private static readonly Length Four = Length.OfHours(4), Eight = Length.OfHours(8);

    [Fact]
    public void Longer_costs_the_sealed_unit_prices_and_the_company_pays_what_was_not_reserved()
    {
        var longer = Confirmed.Booking().Resized(Eight);
        var price = longer.Price();
        // 2 × 1,380.00 + 150.00 + 8 × 45.00; co-financing and voucher stay at 171.00, 85.50 and 1,090.13.
        Assert.Equal((Eur(3_270), Eur(1_923.37m)), (price.Totals.Net, price.Totals.AccountPays));
        Assert.Equal([Eur(171), Eur(85.50m), Eur(1_090.13m)], price.Funding.Shares.Select(s => s.Amount));
        price.AddsUp();
        Assert.Equal(Start + Duration.FromHours(8), longer.State.End);
        Assert.Equal(Eur(363.37m), longer.State.Quote!.AccountPays);
        Assert.True(QuoteSeal.IsIntact(longer.State.Quote));
        Assert.Equal(
            "MRI 7 T, half day with operator: 8 h instead of 4 h, 1,560.00 EUR more net at the sealed unit prices",
            longer.State.Lengths!.Value[0].Reason);
        // A fee is a share of what is booked now.
        Assert.Equal(Eur(1_560), longer.Fee(Start - Duration.FromDays(5)).Net);
    }

    [Fact]
    public void A_delivery_bills_the_new_length_and_adds_up_to_the_cent()
    {
        var delivered = Confirmed.Booking().Resized(Eight).At(Start)
            .Do(new DeliverBooking(new("d"), People.Imaging, []), BookingDecisions.Decide);
        Assert.Equal((Eur(3_270), Eur(1_923.37m)),
            (delivered.State.Final!.Totals.Net, delivered.State.Final.Totals.AccountPays));
        delivered.State.Final.AddsUp();
        Assert.Equal(Eight, delivered.State.Usage[0].Used);
    }

    [Fact]
    public void Back_at_its_old_length_it_costs_what_was_quoted()
    {
        var back = Confirmed.Booking().Resized(Eight).Resized(Length.OfHours(12)).Resized(Four);
        Assert.Equal(back.State.Quote!.AccountPays, back.Price().Totals.AccountPays);
        Assert.Equal(back.State.Quote.Items[0].Lines, back.Price().Items[0].Lines);
        Assert.Equal(Start + Duration.FromHours(4), back.State.End);
    }

    [Fact]
    public void Shorter_is_free_only_as_long_as_cancelling_is()
    {
        var longer = Confirmed.Booking().Resized(Eight);
        longer.At(Start - Duration.FromDays(14)).Resize(Four).Then(typeof(LengthChangeRequested));
        longer.At(Start - Duration.FromDays(13)).Resize(Four).Then(BookingRefusal.LengthNotAllowed);
        // Nor does a move ahead make it free again.
        longer.At(Start - Duration.FromDays(13)).Move(People.Spree, Start + Duration.FromDays(60)).Followed()
            .Resize(Four).Then(BookingRefusal.LengthNotAllowed);
        longer.At(Start - Duration.FromDays(13)).Resize(Length.OfHours(12)).Then(typeof(LengthChangeRequested));
    }

    [Fact]
    public void Longer_needs_somebody_who_may_sign_and_no_approval_is_passed_over()
    {
        var booking = Confirmed.Booking();
        booking.Resize(Eight, Confirmed.Booker).Then(BookingRefusal.NotAllowed);
        booking.Resize(Eight, Confirmed.Reader).Then(BookingRefusal.NotAllowed);
        booking.Resize(Eight, People.Imaging).Then(BookingRefusal.NotAllowed);
        booking.Resize(Eight, People.Seine).Then(BookingRefusal.BookingUnknown);
        booking.Resized(Eight).Resize(Four, Confirmed.Booker).Then(typeof(LengthChangeRequested));
        Confirmed.Booking(ApprovalRule.Manager).Resize(Eight).Then(BookingRefusal.GateOpen);
    }

    [Theory]
    [InlineData("PT0M")]
    [InlineData("P1D")]
    public void B14_a_length_of_nothing_or_of_another_kind_is_refused(string length) =>
        Confirmed.Booking().Resize(Length.Parse(length)).Then(BookingRefusal.LengthNotAllowed);

    [Fact]
    public void A_length_is_changed_before_the_start_alone_and_one_change_at_a_time()
    {
        var booking = Confirmed.Booking();
        booking.Resize(Four).ThenNothing();
        booking.At(Start).Resize(Eight).Then(BookingRefusal.AlreadyStarted);
        var asked = booking.Resize(Eight).Then(typeof(LengthChangeRequested));
        asked.Resize(Length.OfHours(12)).Then(BookingRefusal.MoveUnderWay);
        var refused = asked.NotFollowed();
        Assert.Equal((null, Eur(1_710)), (refused.State.Lengths, refused.Price().Totals.Net));
        Assert.Equal(Start + Duration.FromHours(4), refused.State.End);
        Confirmed.Booking(service: HalfDay with { PricePer = null }).Resize(Eight)
            .Then(BookingRefusal.LengthNotAllowed);
    }

    [Fact]
    public void A_moved_booking_keeps_its_new_length()
    {
        var to = Start + Duration.FromDays(2);
        var moved = Confirmed.Booking().Resized(Eight).Move(People.Spree, to).Followed();
        Assert.Equal((to, to + Duration.FromHours(8)), (moved.State.Start, moved.State.End));
    }

    [Fact]
    public void M10_another_length_costs_what_the_quote_would_have_said_of_it()
    {
        var random = new Random(20_270_201);
        for (var round = 0; round < 300; round++)
        {
            var occupies = random.Next(2) == 0 ? Occupies.Once : Occupies.PerQuantity;
            var service = Plain(
                Eur(random.Next(1, 99_999) / 100m), Length.OfMinutes(15 * random.Next(1, 30)), Eur(random.Next(3)),
                random.Next(2) == 0 ? Eur(random.Next(1, 9_999) / 100m) : null, occupies);
            var quantity = occupies == Occupies.PerQuantity ? random.Next(1, 5) : 1;
            Length Any() => Length.OfMinutes(15 * random.Next(1, 60));
            QuotedItem Quoted(Length duration) => Quotes.Price(Request(
                Pricing.PriceSamples.Spree, [Ordered(service, duration: duration, quantity: quantity)], []))
                .Quote!.Items[0];
            var (from, to) = (Any(), Any());
            var (changed, fresh) = (ItemPrices.ForLength(Quoted(from), to), Quoted(to));
            Assert.Equal(
                fresh.Lines.Select(l => (l.Kind, l.Quantity, l.UnitPrice, l.Amount)),
                changed.Lines.Select(l => (l.Kind, l.Quantity, l.UnitPrice, l.Amount)));
            Assert.Equal(fresh.Net, changed.Net);
        }
    }

    [Fact]
    public void The_state_survives_being_stored_and_one_that_nobody_changed_says_nothing_new()
    {
        static string Stored(BookingState state) => System.Text.Json.JsonSerializer.Serialize(state, Json.Options);
        var changed = Confirmed.Booking().Resized(Eight).Release(Start + Duration.FromHours(3))
            .Then(typeof(ReleaseRequested)).Followed().State;
        var back = System.Text.Json.JsonSerializer.Deserialize<BookingState>(Stored(changed), Json.Options)!;
        Assert.Equal(Stored(changed), Stored(back));
        var plain = Stored(Confirmed.Booking().State);
        Assert.All(
            new[] { "notices", "lengths", "released", "arrivals", "lengthAsked", "releaseAsked", "agreed" },
            word => Assert.DoesNotContain($"\"{word}\"", plain, StringComparison.Ordinal));
    }
}
