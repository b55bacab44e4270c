using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Bookings;

/// <summary>Time that is given back, and who turned up.</summary>
public sealed class ReleaseTests
{
    private static readonly Instant Noon = Start + Duration.FromHours(2);
    private static readonly Instant End = Start + Duration.FromHours(4);

    [Fact]
    public void Whoever_finishes_early_ends_the_slot_now_to_the_minute_and_pays_the_same()
    {
        var running = Confirmed.Booking().At(Noon + Duration.FromSeconds(20));
        var released = running.Release().Then(typeof(ReleaseRequested)).Followed();
        var until = Noon + Duration.FromMinutes(1);
        Assert.Equal((Start, until), (released.State.Items[0].Start, released.State.Items[0].End));
        Assert.Equal((until, End), released.State.Released!.Value[0] is var r ? (r.From, r.Until) : default);
        Assert.Equal(running.Price().Totals, released.Price().Totals);
        var delivered = released.Do(new DeliverBooking(new("d"), People.Imaging, []), BookingDecisions.Decide);
        Assert.Equal(Eur(363.37m), delivered.State.Final!.Totals.AccountPays);
    }

    [Fact]
    public void The_rest_of_a_slot_is_given_back_before_it_starts_by_either_side()
    {
        foreach (var by in new[] { Confirmed.Booker, People.Imaging })
            Assert.Equal(
                Noon, Confirmed.Booking().Release(Noon, by).Then(typeof(ReleaseRequested)).Followed().State.End);
    }

    [Fact]
    public void Nothing_is_given_back_outside_the_slot_or_in_the_past()
    {
        var running = Confirmed.Booking().At(Noon);
        running.Release(Noon - Duration.FromMinutes(1)).Then(BookingRefusal.NothingToRelease);
        running.Release(End).Then(BookingRefusal.NothingToRelease);
        running.Release(End + Duration.FromDays(1)).Then(BookingRefusal.NothingToRelease);
        Confirmed.Booking().Release(Start).Then(BookingRefusal.NothingToRelease);
        Confirmed.Booking().Release().Then(BookingRefusal.NothingToRelease);
        Confirmed.Booking().At(End).Release().Then(BookingRefusal.NothingToRelease);
        running.Release(Noon, Confirmed.Reader).Then(BookingRefusal.NotAllowed);
        running.Release(Noon, People.Seine).Then(BookingRefusal.BookingUnknown);
        running.When(new ReleaseTime(new("c"), People.Spree, new("item-9")), BookingDecisions.Decide)
            .Then(BookingRefusal.ItemUnknown);
    }

    [Fact]
    public void One_change_at_a_time_and_nothing_is_settled_while_it_is_under_way()
    {
        var releasing = Confirmed.Booking().At(Noon).Release().Then(typeof(ReleaseRequested));
        releasing.Release(Noon + Duration.FromHours(1)).Then(BookingRefusal.MoveUnderWay);
        releasing.When(new DeliverBooking(new("d"), People.Imaging, []), BookingDecisions.Decide)
            .Then(BookingRefusal.MoveUnderWay);
        releasing.When(new RecordNoShow(new("n"), People.Imaging, ""), BookingDecisions.Decide)
            .Then(BookingRefusal.MoveUnderWay);
        releasing.When(new CancelBooking(new("x"), People.Imaging, ""), BookingDecisions.Decide)
            .Then(BookingRefusal.MoveUnderWay);
        var refused = releasing.NotFollowed();
        Assert.Equal((End, PendingWork.None, null), (refused.State.End, refused.State.Pending, refused.State.Released));
        refused.Release().Then(typeof(ReleaseRequested));
    }

    [Fact]
    public void What_was_given_back_in_part_is_neither_moved_nor_made_longer_again_but_may_end_earlier_still()
    {
        var released = Confirmed.Booking().Release(Noon).Then(typeof(ReleaseRequested)).Followed();
        released.When(
            new RescheduleBooking(
                new("m"), People.Spree, [new ItemStart(Confirmed.Item, Start + Duration.FromDays(1))]),
            BookingDecisions.Decide).Then(BookingRefusal.PartReleased);
        released.Resize(Length.OfHours(8)).Then(BookingRefusal.PartReleased);
        var earlier = Noon - Duration.FromHours(1);
        Assert.Equal(earlier, released.Release(earlier).Then(typeof(ReleaseRequested)).Followed().State.End);
        Assert.Equal(Eur(780), released.Fee(Start - Duration.FromDays(5)).Net);
    }

    [Fact]
    public void A_company_is_checked_in_from_an_hour_before_until_the_end_once_by_each_side()
    {
        var booking = Confirmed.Booking();
        booking.CheckIn(Confirmed.Booker).Then(BookingRefusal.NotYetStarted);
        booking.At(Start - Duration.FromMinutes(61)).CheckIn(People.Imaging).Then(BookingRefusal.NotYetStarted);
        booking.At(End).CheckIn(People.Imaging).Then(BookingRefusal.StepDone);
        booking.At(Start).CheckIn(Confirmed.Reader).Then(BookingRefusal.NotAllowed);
        booking.At(Start).CheckIn(People.Seine).Then(BookingRefusal.BookingUnknown);
        var there = booking.At(Start - Duration.FromHours(1)).CheckIn(Confirmed.Booker).Then(typeof(CheckedIn));
        there.CheckIn(People.Spree).ThenNothing();
        var both = there.CheckIn(People.Imaging).Then(typeof(CheckedIn));
        both.CheckIn(People.Imaging).ThenNothing();
        Assert.Equal([false, true], both.State.Arrivals!.Value.Select(a => a.ByFacility));
    }

    [Fact]
    public void Whom_the_facility_checked_in_is_no_no_show_and_the_companys_own_word_does_not_rule_it_out()
    {
        var noShow = new RecordNoShow(new("n"), People.Imaging, "");
        var booking = Confirmed.Booking().At(Start);
        booking.CheckIn(Confirmed.Booker).Then(typeof(CheckedIn)).When(noShow, BookingDecisions.Decide)
            .Then(typeof(NoShowRecorded));
        booking.CheckIn(People.Imaging).Then(typeof(CheckedIn)).When(noShow, BookingDecisions.Decide)
            .Then(BookingRefusal.StepDone);
    }
}
