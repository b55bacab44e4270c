using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Feeds;
using Facilities.Grains.ICalendar;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Tests.Bookings;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Feeds;

public sealed class PartialFeedTests
{
    private static readonly ResourceId Operator = new("imaging-operator");

    [Fact]
    public void The_feed_of_a_resource_shows_the_parts_in_which_it_is_used_each_with_its_own_uid()
    {
        var part = new PartialUse(Operator, Length.OfHours(1), Length.OfMinutes(30));
        var parts = Entries(new FeedScope.Resource(Imaging.Id, Operator), part);
        Assert.Equal(
            [(Start, Start + Duration.FromHours(1)),
                (Start + Duration.FromMinutes(210), Start + Duration.FromHours(4))],
            parts.Select(e => ((EntryTime.Once)e.Time) is var time ? (time.Start, time.End) : default));
        Assert.Equal(2, parts.Select(e => e.Uid).Distinct().Count());
        var whole = Assert.Single(Entries(new FeedScope.Platform(Imaging.Id), part));
        Assert.Equal(whole.Uid, parts[0].Uid);
        Assert.Equal(whole.Time, Assert.Single(Entries(new FeedScope.Resource(Imaging.Id, Operator), null)).Time);
    }

    [Fact]
    public void A_feed_that_may_not_hold_all_says_so_and_no_other_does()
    {
        var scope = new FeedScope.Platform(Imaging.Id);
        Assert.Null(Feed(scope, null).Note);
        Assert.DoesNotContain("CALDESC", CalendarWriter.Write(Feed(scope, null)), StringComparison.Ordinal);
        var cut = CalendarWriter.Write(Feed(scope, null, Limits.FeedBookings) with { Entries = [] })
            .Replace("\r\n ", "", StringComparison.Ordinal);
        foreach (var name in new[] { "DESCRIPTION", "X-WR-CALDESC" })
            Assert.Contains($"\r\n{name}:This calendar shows the 20\\,000 bookings that start last. Earlier", cut,
                StringComparison.Ordinal);
    }

    private static ImmutableArray<CalendarEntry> Entries(FeedScope scope, PartialUse? part) =>
        Feed(scope, part).Entries;

    private static CalendarFeed Feed(FeedScope scope, PartialUse? part, int bookings = 1)
    {
        var booking = Confirmed.Booking().State;
        var fed = new FeedBooking(
            new("b-1"), booking.Status, new(booking.Account!.Id, booking.Account.Name),
            [new(Imaging.Id, Imaging.Name, Imaging.City)], booking.Items, "", null, true,
            [new HistoryEntry(Now, "held", "Somebody")]);
        return FeedEntries.Feed(
            new FeedRequest(People.Imaging, scope, FeedAudience.Full, "Operator", new Uri("https://example.org")),
            [.. Enumerable.Repeat(fed, bookings)],
            ImmutableDictionary<ServiceId, PartialUse?>.Empty.Add(HalfDay.Id, part), Now);
    }
}
