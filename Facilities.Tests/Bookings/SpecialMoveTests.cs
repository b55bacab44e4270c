using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Bookings;

/// <summary>Row M7: money follows a booking that moves between hours of different price.</summary>
public sealed class SpecialMoveTests
{
    private static readonly Instant Evening = Start + Duration.FromHours(12);

    // Mornings of Torino cost less: the worked example starts at 08:00.
    private static readonly Service Mornings = HalfDay with
    {
        Rules = new(SpecialHours: new(SpecialHoursKind.Discount, new(30),
            [new("FREQ=DAILY", TimeOfDay.Parse("08:00"), TimeOfDay.Parse("12:00"), HoursRule.DefaultValidFrom)])),
    };

    [Fact]
    public void M7_a_company_does_not_move_out_of_the_hours_for_which_it_pays_less()
    {
        var booked = Confirmed.Booking(service: Mornings);
        var outcome = booked.When(
            new RescheduleBooking(new("c"), People.Spree, [new(Confirmed.Item, Evening)]), BookingDecisions.Decide);
        outcome.Then(BookingRefusal.PriceWouldRise);
        Assert.Contains("414.00 EUR more", outcome.Decision.Refusal!.Reason, StringComparison.Ordinal);
        var moved = booked.Move(People.Spree, Start + Duration.FromDays(2)).Followed();
        Assert.Equal(booked.Price().Totals.Net, moved.Price().Totals.Net);
    }

    [Fact]
    public void M7_what_the_facility_moves_costs_what_it_did()
    {
        var booked = Confirmed.Booking(service: Mornings);
        var moved = booked.Move(People.Imaging, Evening).Followed();
        Assert.Equal(booked.Price().Totals, moved.Price().Totals);
        // Another length is priced by what was sealed: by the time first agreed, not by where it lies now.
        var longer = moved.Resized(Length.OfHours(8));
        Assert.Equal(Eur(2_760 - 414 + 150 + 360), longer.Price().Totals.Net);
    }

    [Fact]
    public void M7_moving_into_cheaper_hours_keeps_the_price_and_the_way_back()
    {
        var evening = HalfDay with
        {
            Rules = Mornings.Rules! with
            {
                SpecialHours = Mornings.Rules!.SpecialHours! with { Kind = SpecialHoursKind.Surcharge },
            },
        };
        var booked = Confirmed.Booking(service: evening);
        var moved = booked.Move(People.Spree, Evening).Followed();
        Assert.Equal(booked.Price().Totals.Net, moved.Price().Totals.Net);
        moved.Move(People.Spree, Start + Duration.FromDays(1)).Followed();
    }
}
