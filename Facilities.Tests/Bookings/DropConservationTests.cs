using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Series;
using Facilities.Tests.Pricing;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Bookings;

/// <summary>
/// Whatever is split or cancelled of a booking and when, not a cent is lost, and no public money pays a fee.
/// </summary>
public sealed class DropConservationTests
{
    private const int Rounds = 1_500;

    [Fact]
    public void M10_and_M5_whatever_is_dropped_the_rest_and_the_fees_add_up_by_line_source_and_invoice()
    {
        const int seed = 10_2031;
        var random = new Random(seed);
        var (dropped, charged, funded, split) = (0, 0, 0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var because = $"seed {seed}, round {round}";
            var (booking, request) = Firm(random);
            var now = PriceSamples.Now;
            for (var times = random.Next(1, 4); times > 0; times--)
            {
                if (random.Next(2) == 0 && Halved(booking, random, now) is { } parts)
                {
                    Assert.Equal(BookingDecisions.PriceNow(booking).Totals, BookingDecisions.PriceNow(parts).Totals);
                    Fits(parts, BookingDecisions.PriceNow(parts), because);
                    (booking, split) = (parts, split + 1);
                }
                var named = booking.Items[random.Next(booking.Items.Length)];
                now = Instant.Max(now, named.Start - Duration.FromHours(random.Next(1, 24 * 20)));
                var item = named.Id;
                var scope = (SeriesScope)random.Next(3);
                var by = random.Next(4) == 0 ? Manager(booking, item) : Booker(booking);
                var preview = BookingDecisions.PreviewDrop(booking, by, item, scope, now);
                var decision = BookingDecisions.Decide(booking, new DropItems(new("d"), by, item, scope, ""), now);
                Assert.Equal(decision.Refusal, preview.Refusal);
                if (decision.Refusal is not null) continue;
                var before = booking;
                booking = Evolve(booking, decision.Events, now);
                booking = Evolve(booking, BookingDecisions.Decide(booking, new RecordMoved(
                    new("m"), Actor.System, booking.MoveNumber), now).Events, now);
                dropped += before.Items.Length - booking.Items.Length;
                if (preview.Fee!.Net.IsPositive) charged++;
                Assert.Equal(preview.Price!.Totals, BookingDecisions.PriceNow(booking).Totals);
                Fits(booking, preview.Price, because);
                Refunds(preview, because);
            }
            if (booking.Dropped is null) continue;
            var fees = Sum(booking.Dropped.Value.Select(d => d.Fee.Fee), booking);
            var whole = BookingDecisions.CancellationOf(booking, Booker(booking), now);
            Assert.True(whole.Net >= fees, because);
            Assert.Equal(fees, Sum(BookingDecisions.CancellationOf(
                booking, Manager(booking, booking.Items[0].Id), now).Items.Select(f => f.Fee), booking));

            var after = booking.End + Duration.FromHours(1);
            var used = BookingDecisions.Deliverable(booking, after).Select(i => new ItemUsage(
                i.Id, i.Duration, random.Next(1, i.Quantity + 1), null)).ToImmutableArray();
            Assert.Equal(booking.Items.Select(i => i.Id), used.Select(u => u.Item));
            var delivered = BookingDecisions.Decide(
                booking, new DeliverBooking(new("u"), Manager(booking, booking.Items[0].Id), used), after);
            var final = Assert.IsType<DeliveryRecorded>(Assert.Single(delivered.Events)).Price;
            Fits(booking, final, because);
            if (!final.Funding.Shares.IsEmpty) funded++;
            Invoiced(booking, request, final, because);
        }
        Assert.True(dropped > Rounds / 2 && charged > Rounds / 10 && funded > Rounds / 10 && split > Rounds / 10,
            $"{dropped} dropped, {charged} with a fee, {funded} funded, {split} split: too few to be believed.");
    }

    /// <summary>An item as two parts, the second at once or a day later; null where it cannot be.</summary>
    private static BookingState? Halved(BookingState booking, Random random, Instant now)
    {
        var id = booking.Items[random.Next(booking.Items.Length)].Id;
        var item = booking.Agreed!.Items.First(i => i.Id == id);
        var quarters = random.Next((int)item.Duration.Minutes / 15 + 1);
        var first = new Length(random.Next(item.Duration.Days + 1), 15 * quarters);
        Instant? second = random.Next(2) == 0 ? null : item.End + Duration.FromDays(1);
        var asked = BookingDecisions.Decide(
            booking, new SplitItem(new("s"), Manager(booking, item.Id), item.Id, first, null, second), now);
        if (asked.Refusal is not null) return null;
        var moving = Evolve(booking, asked.Events, now);
        return Evolve(moving, BookingDecisions.Decide(
            moving, new RecordMoved(new("m"), Actor.System, moving.MoveNumber), now).Events, now);
    }

    private static void Fits(BookingState booking, Settlement price, string because)
    {
        Assert.All(price.Items, i => Assert.Equal(i.Net, Sum(i.Lines.Select(l => l.Amount), booking)));
        Assert.Equal(price.Totals.Net, Sum(price.Items.Select(i => i.Net), booking));
        Assert.Equal(price.Totals.Gross, price.Totals.Net + Sum(price.Tax.Select(t => t.Amount), booking));
        Assert.Equal(
            price.Totals.Gross, price.Totals.AccountPays + Sum(price.Funding.Shares.Select(s => s.Amount), booking));
        Assert.All(price.Funding.Shares, share => Assert.True(share.Amount <= booking.Quote!.Funding
            .Single(f => f.Id == share.Id && f.Payer == share.Payer).Amount, because));
        foreach (var one in booking.Dropped ?? [])
        {
            Assert.Equal(one.Fee.Fee, price.Items.Single(i => i.Id == one.Item.Id).Net);
            Assert.DoesNotContain(price.Funding.Allocations, a => a.Item == one.Item.Id);
        }
    }

    private static void Refunds(DropPreview preview, string because)
    {
        Assert.All(preview.Fee!.Refunds, r => Assert.True(r.Committed == r.Kept + r.Returned, $"{because}: {r}"));
        Assert.All(preview.Fee.Refunds, r => Assert.False(r.Returned.IsNegative || r.StillDue.IsNegative, because));
        Assert.Equal(
            preview.Price!.Totals.Gross,
            Money.Sum(preview.Fee.Refunds.Select(r => r.Kept + r.StillDue), preview.Price.Totals.Gross.Currency));
        Assert.Equal(preview.Items.Select(i => i.Id), preview.Fee.Items.Select(f => f.Item));
    }

    private static void Invoiced(BookingState booking, QuoteRequest request, Settlement final, string because)
    {
        var head = new InvoiceHead(
            new("i"), "N-1", new LocalDate(2027, 2, 2), new LocalDate(2027, 2, 1), booking.Id!.Value, null);
        var invoices = booking.Platforms.Select(p => InvoiceMaking.ForAcceptance(head, p, request.Account, final))
            .OfType<Invoice>().ToArray();
        Assert.All(invoices, invoice => Assert.Empty(InvoiceRules.Check(invoice)));
        Assert.Equal(final.Totals.Gross, Sum(invoices.Select(i => i.Totals.Gross), booking));
        Assert.True(final.Totals.AccountPays == Sum(invoices.Select(i => i.Totals.Payable), booking), because);
    }

    /// <summary>A random order as confirmed, with its items some days apart, half of the time as one series.</summary>
    private static (BookingState Booking, QuoteRequest Request) Firm(Random random)
    {
        QuoteRequest request;
        do request = RandomOrders.Next(random);
        while (request.Items.Length < 2);
        var isSeries = random.Next(2) == 0;
        var quote = Quotes.Price(request).Quote!;
        quote = quote with
        {
            Items = [.. quote.Items.Select((item, n) => item with
            {
                Id = isSeries ? new ItemId($"i1.{n + 1:00}") : item.Id,
                Start = item.Start + Duration.FromDays(14 * n),
                End = item.End + Duration.FromDays(14 * n),
            })],
        };
        var platforms = request.Items.Select(i => i.Platform).DistinctBy(p => p.Id).ToImmutableArray();
        var booking = Evolve(BookingState.Nobody,
        [
            new BookingRequested(
                new("b-1"), quote, request.Account, platforms, request.Agreements, request.Vouchers, [], "", "h", "P"),
            new BookingHeld(PriceSamples.Now + Duration.FromHours(1)),
            new PaymentAgreed(PaymentMethod.Invoice, "P"), new BookingConfirmed(), new PartsFollowed(),
        ], PriceSamples.Now);
        return (booking, request);
    }

    private static BookingState Evolve(
        BookingState booking, ImmutableArray<BookingEvent> events, Instant at) =>
        events.Aggregate(booking, (state, happened) => BookingEvolution.Evolve(state, happened, at));

    private static Actor Booker(BookingState booking) =>
        People.Of("p-b", OrganisationKind.Sme, booking.Account!.Id.Value, Role.Booker);

    private static Actor Manager(BookingState booking, ItemId item) => People.Of(
        "p-m", OrganisationKind.Facility, booking.Items.First(i => i.Id == item).Platform.Value, Role.Manager);

    private static Money Sum(IEnumerable<Money> amounts, BookingState booking) =>
        Money.Sum(amounts, booking.Quote!.Currency);
}
