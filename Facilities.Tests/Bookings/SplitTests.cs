using System.Text.Json.Nodes;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Bookings;

/// <summary>One item becomes two: in one step of its calendar, and at the same price in sum.</summary>
public sealed class SplitTests
{
    private static readonly Length Four = Length.OfHours(4), Eight = Length.OfHours(8);

    [Fact]
    public void M10_two_parts_cost_together_what_the_whole_cost_to_the_cent()
    {
        var random = new Random(20_270_118);
        for (var round = 0; round < 500; round++)
        {
            var occupies = random.Next(2) == 0 ? Occupies.Once : Occupies.PerQuantity;
            var service = Plain(
                Eur(random.Next(1, 99_999) / 100m), Length.OfMinutes(15 * random.Next(1, 30)), Eur(random.Next(3)),
                random.Next(2) == 0 ? Eur(random.Next(1, 9_999) / 100m) : null, occupies);
            var minutes = 15 * random.Next(2, 60);
            var whole = Quotes.Price(Request(Pricing.PriceSamples.Spree, [Ordered(
                service, duration: Length.OfMinutes(minutes),
                quantity: occupies == Occupies.PerQuantity ? random.Next(1, 5) : 1)], [])).Quote!.Items[0];
            var cut = 15 * random.Next(1, minutes / 15);
            var (first, second) = SplitPrices.Split(
                whole, Length.OfMinutes(cut), Length.OfMinutes(minutes - cut), new("i2"));
            Assert.Equal(whole.Net, first.Net + second.Net);
            foreach (var part in new[] { first, second })
            {
                Assert.Equal(part.Net, Money.Sum(part.Lines.Select(l => l.Amount), Currency.Eur));
                Assert.All(part.Lines, line => Assert.False(line.Amount.IsNegative));
            }
            Assert.DoesNotContain(second.Lines, l => l.Kind is PriceLineKind.Setup or PriceLineKind.Option);
        }
    }

    [Fact]
    public void The_price_the_funding_and_the_fee_stay_in_sum_and_the_contract_as_it_was_signed()
    {
        var long8 = Confirmed.Booking().Resized(Eight);
        var split = long8.Do(Command(Four), BookingDecisions.Decide).Followed();
        Assert.Equal(long8.Price().Totals, split.Price().Totals);
        split.Price().AddsUp();
        Assert.Equal([(Start, Start + Duration.FromHours(4)), (Start + Duration.FromHours(4),
            Start + Duration.FromHours(8))], split.State.Items.Select(i => (i.Start, i.End)));
        Assert.Equal(long8.State.ContentHash, split.State.ContentHash);
        var late = Start - Duration.FromDays(5);
        Assert.Equal(long8.Fee(late).Net, split.Fee(late).Net);
        var delivered = split.At(Start).Do(new DeliverBooking(new("d"), People.Imaging, []), BookingDecisions.Decide);
        Assert.Equal(long8.Price().Totals, delivered.State.Final!.Totals);
        delivered.State.Final.AddsUp();
    }

    [Fact]
    public void A_part_that_is_moved_far_ahead_becomes_no_cheaper_to_cancel()
    {
        var late = Start - Duration.FromDays(5);
        var long8 = Confirmed.Booking().Resized(Eight).At(late);
        var split = long8.Do(Command(Four, Start + Duration.FromDays(60)), BookingDecisions.Decide).Followed();
        Assert.Equal(long8.Fee(late).Net, split.Fee(late).Net);
        Assert.True(split.Fee(late).Net.IsPositive);
    }

    [Fact]
    public void M7_cheap_hours_stay_with_the_part_that_lies_in_them_and_no_part_goes_where_it_would_cost_more()
    {
        var mornings = HalfDay with
        {
            Rules = new(SpecialHours: new(SpecialHoursKind.Discount, new(30),
                [new("FREQ=DAILY", TimeOfDay.Parse("08:00"), TimeOfDay.Parse("12:00"), HoursRule.DefaultValidFrom)])),
        };
        var whole = Confirmed.Booking(service: mornings).Resized(Eight);
        Money[] nets = [.. whole.Do(Command(Four), BookingDecisions.Decide).Followed().State.Agreed!.Items
            .Select(i => i.Net)];
        // Four hours cost 1,380 and the operator 180; the morning is 30 % off, and the first part keeps the set-up.
        Assert.Equal([Eur(1_380 - 414 + 180 + 150), Eur(1_380 + 180)], nets);
        // An afternoon goes into another one, and nobody but the facility moves it into hours that cost more.
        whole.Do(Command(Four, Start + Duration.FromHours(30)), BookingDecisions.Decide);
        var evenings = mornings with
        {
            Rules = new(SpecialHours: mornings.Rules!.SpecialHours! with { Kind = SpecialHoursKind.Surcharge }),
        };
        var dear = Confirmed.Booking(service: evenings).Resized(Eight);
        dear.When(Command(Four, Start + Duration.FromDays(1)), BookingDecisions.Decide)
            .Then(BookingRefusal.PriceWouldRise);
        dear.Do(Command(Four, Start + Duration.FromDays(1)) with { By = People.Imaging }, BookingDecisions.Decide);
    }

    [Fact]
    public void B14_a_part_is_shorter_than_the_whole_counted_alike_and_split_before_the_start()
    {
        var long8 = Confirmed.Booking().Resized(Eight);
        foreach (var length in new[] { Length.Zero, Eight, Length.OfHours(9), Length.OfDays(1) })
            long8.When(Command(length), BookingDecisions.Decide).Then(BookingRefusal.LengthNotAllowed);
        long8.When(Command(null), BookingDecisions.Decide).Then(BookingRefusal.LengthNotAllowed);
        long8.When(Command(null) with { At = Start }, BookingDecisions.Decide).Then(BookingRefusal.LengthNotAllowed);
        long8.When(Command(null) with { At = Start + Duration.FromHours(4) }, BookingDecisions.Decide)
            .Then(typeof(SplitRequested));
        long8.When(Command(Four) with { By = Confirmed.Reader }, BookingDecisions.Decide)
            .Then(BookingRefusal.NotAllowed);
        long8.When(Command(Four) with { By = People.Seine }, BookingDecisions.Decide)
            .Then(BookingRefusal.BookingUnknown);
        long8.At(Start).When(Command(Four), BookingDecisions.Decide).Then(BookingRefusal.AlreadyStarted);
        var refused = long8.Do(Command(Four), BookingDecisions.Decide).NotFollowed();
        Assert.Equal((1, Eur(3_270)), (refused.State.Items.Length, refused.Price().Totals.Net));
        Assert.True(refused.State.RefusedSplits!.Value[0].IsOf(Command(Four)));
    }

    [Fact]
    public async Task A_slot_is_split_in_its_place_and_nobody_comes_between_and_each_part_moves_by_itself()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        var booking = await berlin.Confirm(await berlin.Hold(
            new("biopmed-devices", "assembly-half-day", "2027-01-20T08:00:00+01:00", "PT10H")));
        var net = booking["quote"]!.Amount("net");
        var split = (await Split(berlin, booking, new { itemId = "i1", firstDuration = "PT5H" }, "once")).Expect(200);
        Assert.Equal(["2027-01-20T08:00:00+01:00", "2027-01-20T13:00:00+01:00"],
            split["items"]!.AsArray().Select(i => i!.Text("start")));
        Assert.Equal(net, split["parts"]!.AsArray().Sum(p => p!.Amount("net")));
        Assert.Equal(200,
            (await Split(berlin, booking, new { itemId = "i1", firstDuration = "PT5H" }, "once")).Status);
        Assert.Equal(409, (await paris.Quote(
            new("biopmed-devices", "assembly-half-day", "2027-01-20T13:00:00+01:00", "PT5H"),
            "seine-therapeutics")).Status);
        Assert.Equal(0, await Faults(host));
        (await berlin.Post($"/bookings/{booking.Id()}/reschedule", new
        {
            items = new[] { new { itemId = "i2", start = "2027-01-21T08:00:00+01:00" } },
        })).Expect(200);
        await paris.Hold(
            new("biopmed-devices", "assembly-half-day", "2027-01-20T13:00:00+01:00", "PT5H"), "seine-therapeutics");
        Assert.Equal(0, await Faults(host));
    }

    [Fact]
    public async Task B10_where_buffers_forbid_the_second_part_to_follow_at_once_it_goes_elsewhere_in_one_step()
    {
        using var host = ApiHost.Start(await CatalogueDatabase.Sqlite());
        var (berlin, paris) = (await host.As("sme.berlin"), await host.As("sme.paris"));
        var booking = await berlin.Confirm(await berlin.Hold(Wish.Mri("2027-01-18") with { Duration = "PT8H" }));
        var refused = await Split(berlin, booking, new { itemId = "i1", firstDuration = "PT4H" });
        refused.Refused(422, "slotNotOffered");
        Assert.Contains("needs 30 min before and 30 min after", refused.Text, StringComparison.Ordinal);
        var theirs = await paris.Hold(Wish.Mri("2027-01-19"), "seine-therapeutics");
        object Elsewhere(string start) => new { itemId = "i1", firstDuration = "PT4H", secondStart = start };
        (await Split(berlin, booking, Elsewhere("2027-01-19T08:00:00+01:00"))).Refused(409, "slotTaken");
        Assert.Single((await berlin.Booking(booking.Id()))["items"]!.AsArray());
        (await paris.Post($"/bookings/{theirs.Id()}/cancellation", new { reason = "" })).Expect(200);
        (await Split(berlin, booking, Elsewhere("2027-01-19T08:00:00+01:00"))).Expect(200);
        Assert.True(await paris.IsListed(Wish.Mri("2027-01-18", "12:30")));
        Assert.False(await paris.IsListed(Wish.Mri("2027-01-19")));
        Assert.Equal(0, await Faults(host));
        // Both parts are delivered, accepted and billed as one booking.
        await host.AdvanceTo(Instant.FromUtc(2027, 1, 19, 15, 0));
        var manager = await host.As("manager.biopmed-imaging");
        (await manager.Post($"/bookings/{booking.Id()}/delivery", new { })).Expect(200);
        (await berlin.Post($"/bookings/{booking.Id()}/acceptance", new { accepted = true })).Expect(200);
        Assert.Equal(0, await Faults(host));
    }

    private static SplitItem Command(Length? first, Instant? second = null) =>
        new(new("s"), People.Spree, Confirmed.Item, first, null, second);

    private static Task<ApiAnswer> Split(ApiClient client, JsonNode booking, object body, string? key = null) =>
        client.Post($"/bookings/{booking.Id()}/split", body, key);

    private static async Task<int> Faults(ApiHost host)
    {
        using var output = new StringWriter();
        var faults = await new Verifier(host.Storage.Open(), host.Clock, TimeProvider.System).Check(output);
        if (faults.ByName.Count > 0) Assert.Fail(output.ToString());
        return faults.ByName.Count;
    }
}
