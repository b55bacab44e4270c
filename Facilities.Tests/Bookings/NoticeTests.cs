using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Bookings;

/// <summary>The notice that counts after a booking was moved.</summary>
public sealed class NoticeTests
{
    private static readonly Instant FarAhead = Start + Duration.FromDays(40);

    [Fact]
    public void Moving_far_ahead_makes_a_cancellation_no_cheaper_than_it_was_and_says_why()
    {
        var moved = Confirmed.Booking().At(Start - Duration.FromDays(5)).Move(People.Spree, FarAhead).Followed();
        var fee = moved.Fee(Start - Duration.FromDays(4));
        Assert.Equal((Eur(780), 5), (fee.Net, fee.Items[0].NoticeDays));
        Assert.Equal(
            "50 % of time and operator, 1,560.00 EUR, for 5 calendar days of notice: so many were left on "
            + "27 January 2027, when it was moved away from Mon 1 Feb 2027, 08:00 (+01:00). Moving ahead adds none.",
            fee.Items[0].Reason);
        Assert.All(fee.Refunds, r => Assert.Equal(r.Committed, r.Kept + r.Returned));
    }

    [Fact]
    public void No_way_of_moving_and_cancelling_costs_less_than_cancelling_when_the_move_was_asked()
    {
        foreach (var days in new[] { 0, 1, 2, 6, 7, 13, 14, 30 })
            foreach (var ahead in new[] { -20, -1, 1, 10, 60 })
                foreach (var later in new[] { 0, 1, 5, 15, 30 })
                {
                    var asked = Start - Duration.FromDays(days) - Duration.FromHours(1);
                    var booking = Confirmed.Booking().At(asked);
                    var to = Start + Duration.FromDays(ahead);
                    if (to <= asked) continue;
                    var moved = booking.Move(People.Spree, to).Followed();
                    var cancelled = asked + Duration.FromDays(later);
                    Assert.True(
                        moved.Fee(cancelled).Net >= booking.Fee(asked).Net,
                        $"{days} days before, moved by {ahead}, cancelled {later} days later");
                    // A second move does not wash the first one off.
                    if (to <= cancelled) continue;
                    var again = moved.At(cancelled).Move(People.Spree, to + Duration.FromDays(90)).Followed();
                    Assert.True(again.Fee(cancelled).Net >= booking.Fee(asked).Net);
                }
    }

    [Fact]
    public void Notice_that_was_long_enough_stays_so_after_the_old_start_has_passed()
    {
        var moved = Confirmed.Booking().At(Start - Duration.FromDays(20)).Move(People.Spree, FarAhead).Followed();
        Assert.Equal(Eur(0), moved.Fee(Start + Duration.FromDays(10)).Net);
        Assert.Equal(Eur(780), moved.Fee(FarAhead - Duration.FromDays(3)).Net);
    }

    [Fact]
    public void What_the_facility_moves_and_what_is_not_confirmed_or_not_moved_takes_no_notice()
    {
        var late = Confirmed.Booking().At(Start - Duration.FromDays(5));
        Assert.Equal(Eur(0), late.Move(People.Imaging, FarAhead).Followed().Fee(Start).Net);
        var refused = late.Move(People.Spree, FarAhead).NotFollowed();
        Assert.Null(refused.State.Notices);
        Assert.Equal(Eur(0), refused.Fee(Start - Duration.FromDays(20)).Net);
        Assert.Equal(
            Eur(0), refused.Move(People.Imaging, FarAhead).Followed().Fee(Start - Duration.FromDays(1)).Net);
    }
}
