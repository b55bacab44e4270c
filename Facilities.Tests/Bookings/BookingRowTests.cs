using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;
using Story = Facilities.Tests.TestKit.Scenario<
    Facilities.Grains.Bookings.BookingState, Facilities.Grains.Bookings.BookingEvent,
    Facilities.Grains.Bookings.BookingRefusal>;

namespace Facilities.Tests.Bookings;

public sealed class BookingRowTests
{
    private static readonly Story Booking = Confirmed.Booking();

    [Fact]
    public void A_booking_whose_parts_followed_is_listed_as_before_and_written_no_more()
    {
        var firming = Booking.State with { Pending = PendingWork.Firming };

        var effects = BookingRows.Of(firming, Booking.State, [], Booking.Now);

        Assert.Empty(effects.Rows);
        Assert.Equal(["resume"], effects.Due.Select(d => d.Name));
        Assert.Equal(Texts(firming), Texts(Booking.State));
    }

    [Fact]
    public void A_booking_that_changed_is_written_with_all_its_rows()
    {
        var noted = Booking.State with { Note = "Ring twice" };

        Assert.Equal(Texts(noted), BookingRows.Of(Booking.State, noted, [], Booking.Now).Rows.Select(TextOf));
    }

    private static string[] Texts(BookingState booking) => [.. BookingRows.RowsOf(booking).Select(TextOf)];

    private static string TextOf(RowWrite row) => $"{row.Table} {row.Key}: {string.Join(", ", row.Columns!.Value)}";
}
