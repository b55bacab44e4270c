using System.Text.Json;
using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Tests.Bookings;

namespace Facilities.Tests.Kernel;

public sealed class WrittenOnceTests
{
    private static readonly BookingState Booking = Confirmed.Booking().State;

    [Fact]
    public void What_is_written_from_memory_is_what_would_be_written_anew()
    {
        var anew = JsonSerializer.Serialize(Booking, Json.Options);

        Assert.Equal(anew, JsonSerializer.Serialize(Booking, Json.Remembering));
        Assert.Equal(anew, JsonSerializer.Serialize(Booking, Json.Remembering));
    }

    [Fact]
    public void A_changed_copy_of_what_was_written_is_written_with_its_change()
    {
        JsonSerializer.Serialize(Booking, Json.Remembering);
        var changed = Booking with
        {
            Quote = Booking.Quote! with { Notes = ["changed"] },
            Account = Booking.Account! with { Name = "Changed" },
            Platforms = [Booking.Platforms[0] with { City = "Changed" }],
        };

        Assert.Equal(
            JsonSerializer.Serialize(changed, Json.Options), JsonSerializer.Serialize(changed, Json.Remembering));
        Assert.Equal(
            JsonSerializer.Serialize(Booking, Json.Options), JsonSerializer.Serialize(Booking, Json.Remembering));
    }

    [Fact]
    public void Whether_it_was_written_makes_no_difference_to_whether_two_are_equal()
    {
        var one = Booking.Account! with { };
        var text = JsonSerializer.Serialize(one, Json.Options);
        var read = JsonSerializer.Deserialize<AccountProfile>(text, Json.Options)!;
        var other = read with { Qualifications = one.Qualifications };
        JsonSerializer.Serialize(one, Json.Remembering);

        Assert.Equal(one, other);
        Assert.NotEqual(one, other with { Name = "Other" });
    }
}
