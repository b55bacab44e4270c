using Facilities.Api.Http;
using Facilities.Grains.Kernel;

namespace Facilities.Tests.Http;

/// <summary>Ids that lie together in an index because they were made together.</summary>
public sealed class TimedIdTests
{
    private static readonly CommandId One = new("c-ffffffffffffffffffffffffffffffffffffffff");
    private static readonly CommandId Other = new("c-0000000000000000000000000000000000000000");

    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Quotes_and_their_bookings_are_ordered_by_the_second_of_the_quote()
    {
        var early = TimedId.OfQuote(One, Now);
        var late = TimedId.OfQuote(Other, Now.AddSeconds(1));

        Assert.True(string.CompareOrdinal(early.Value, late.Value) < 0, $"{early} comes before {late}");
        Assert.True(string.CompareOrdinal(
            TimedId.OfBooking(One, early).Value, TimedId.OfBooking(Other, late).Value) < 0);
    }

    [Fact]
    public void Ids_made_in_one_second_differ()
    {
        var quote = TimedId.OfQuote(One, Now);

        Assert.NotEqual(quote, TimedId.OfQuote(Other, Now));
        Assert.NotEqual(TimedId.OfBooking(One, quote), TimedId.OfBooking(Other, quote));
    }

    [Theory]
    [InlineData("q")]
    [InlineData("no-such-quote")]
    [InlineData("q-1234567")]
    public void A_quote_that_nobody_made_still_gives_a_valid_id(string quote) =>
        Assert.True(Id.IsValid(TimedId.OfBooking(One, new(quote)).Value));
}
