using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Credits;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Tests.Pricing;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Credits;

/// <summary>Whatever is credited, in whatever parts: every cent goes back to who paid it, and none is made.</summary>
public sealed class CreditConservationTests
{
    private const int Seed = 10_2030, Rounds = 300;

    [Fact]
    public void M10_what_facilities_credit_is_what_company_funders_and_clusters_get_back()
    {
        var random = new Random(Seed);
        var (credited, dearer) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var booking = Accepted(RandomOrders.Next(random), random);
            for (var step = random.Next(5); step > 0; step--)
            {
                var wish = Wish(booking, booking.Platforms[random.Next(booking.Platforms.Length)].Id, random);
                var preview = CreditDecisions.Preview(booking, Manager(wish), wish, Now);
                if (preview.Credit is null)
                {
                    dearer++;
                    continue;
                }
                booking = Credited(booking, preview.Credit, $"seed {Seed}, round {round}, step {step}");
                credited++;
            }
            Undone(booking, $"seed {Seed}, round {round}");
        }
        Assert.True(credited > Rounds / 2 && dearer > 0, $"{credited} were credited, {dearer} were not");
    }

    /// <summary>What is left is credited as well: then nobody pays anything, and the notes undo the invoices.</summary>
    private static void Undone(BookingState booking, string when)
    {
        foreach (var platform in booking.Platforms)
        {
            var wish = new CreditWish(platform.Id, 100, [], "All of it.");
            if (Crediting.NetLeft(booking, platform.Id).IsZero) continue;
            var preview = CreditDecisions.Preview(booking, Manager(wish), wish, Now);
            Assert.True(preview.Credit is not null, $"{when}: {preview.Refusal?.Reason} {preview.Faults}");
            booking = Credited(booking, preview.Credit, when);
        }
        var left = Crediting.LeftOf(booking)!;
        Assert.True(
            left.Totals.Gross.IsZero && left.Totals.AccountPays.IsZero && left.Funding.Shares.IsEmpty,
            $"{when}: {left.Totals} and {left.Funding.Shares.Length} shares are left");
        foreach (var platform in booking.Platforms)
            Assert.True(
                Sum((booking.Credits ?? []).Where(c => c.Credit.Platform == platform.Id).Select(c => c.Credit.Gross))
                    == Gross(booking, platform), $"{when}: the notes of {platform.Id} are not its invoice");
    }

    private static BookingState Credited(BookingState booking, Credit credit, string when)
    {
        var before = Crediting.LeftOf(booking)!;
        var direct = Sum(credit.Shares.Where(s => !s.ToAccount).Select(s => s.Amount));
        Assert.True(
            credit.Gross == credit.Account + direct, $"{when}: {credit.Gross} is not {credit.Account} + {direct}");
        Assert.True(
            credit.Account == credit.FromInvoice + credit.ByRefund + credit.ByTransfer, $"{when}: the account's part");
        Assert.True(
            before.Totals.Gross - credit.Left.Totals.Gross == Sum(credit.Shares.Select(s => s.Amount))
                + before.Totals.AccountPays - credit.Left.Totals.AccountPays, $"{when}: the sums before and after");
        Assert.True(credit.Left.Funding.Shares.Sum(s => s.Amount.Minor)
            == credit.Left.Funding.Allocations.Sum(a => a.Amount.Minor), $"{when}: the allocations");
        var note = Crediting.NoteOf(booking, credit);
        Assert.True(
            InvoiceRules.Check(note with { Number = "C-1" }).IsEmpty,
            $"{when}: {string.Join(' ', InvoiceRules.Check(note with { Number = "C-1" }))}");
        Assert.True((note.Totals.Gross, note.Totals.Payable) == (credit.Gross, credit.Account), $"{when}: the note");
        foreach (var other in booking.Platforms.Where(p => p.Id != credit.Platform))
            Assert.True(
                PartOf(before, other.Id) == PartOf(credit.Left, other.Id), $"{when}: what {other.Id} gets changed");
        var next = BookingEvolution.Evolve(booking, new BookingCredited(credit, "Manager"), Now);
        next = BookingEvolution.Evolve(next, new CreditNoted(credit.Number, note.Id, $"C-{credit.Number}"), Now);
        next = BookingEvolution.Evolve(next, new PartsFollowed(), Now);
        Assert.All(next.Invoices, invoice => Assert.False(invoice.ToPay.IsNegative));
        return next;
    }

    private static CreditWish Wish(BookingState booking, PlatformId platform, Random random)
    {
        if (random.Next(2) == 0) return new(platform, random.Next(1, 10_000) / 100m, [], "A part of it.");
        var items = booking.Final!.Items.Where(i => i.Platform == platform).ToArray();
        var item = items[random.Next(items.Length)];
        var line = random.Next(1, item.Lines.Length + 1);
        var open = Crediting.LeftOf(booking)!.Items.First(i => i.Id == item.Id).Lines[line - 1].Amount;
        return new(platform, null, [random.Next(2) == 0
            ? new(item.Id, line, random.Next(1, 101), null, null)
            : new(
                item.Id, line, null, null,
                new(Math.Max(1, (long)(open.Minor * random.NextDouble())), open.Currency))], "A part of a line.");
    }

    /// <summary>Delivered as booked and accepted; each invoice paid or not, by chance.</summary>
    internal static BookingState Accepted(QuoteRequest request, Random random)
    {
        var quote = Quotes.Price(request).Quote!;
        ImmutableArray<PlatformProfile> platforms = [.. request.Items.Select(i => i.Platform).DistinctBy(p => p.Id)];
        var booking = BookingState.Nobody with
        {
            Id = new("b-1"),
            Status = BookingStatus.Accepted,
            Quote = quote,
            Account = request.Account,
            Platforms = platforms,
            Agreements = [.. request.Agreements],
            Vouchers = [.. request.Vouchers],
            Items = [.. quote.Items.Select(i => new BookedItem(i.Id, i.Platform, i.Service, "", i.Start, i.End))],
            DeliveredAt = Now,
        };
        booking = booking with { Final = Settlements.Reckon(quote, [], BookingDecisions.BasisOf(booking).Funding()) };
        var reimbursed = request.Vouchers.Where(v => v.Programme.PaymentMode.PaysAccount())
            .Select(v => v.Id).ToHashSet();
        return booking with
        {
            Invoices = [.. platforms.Select(p => new BookedInvoice(
                new($"i-{p.Id}"), $"N-{p.Id}", p.Id, InvoiceMaking.ForAcceptance(
                    new(new("i"), "N", default, default, new("b-1"), null), p, request.Account, booking.Final!,
                    reimbursed)!.Totals.Payable, random.Next(2) == 0))],
        };
    }

    private static Actor Manager(CreditWish wish) => TestKit.People.Of(
        "p-manager", OrganisationKind.Facility, wish.Platform.Value, Role.Manager);

    private static Money PartOf(Settlement price, PlatformId platform) => Sum(price.Funding.Allocations
        .Where(a => price.Items.First(i => i.Id == a.Item).Platform == platform).Select(a => a.Amount));

    private static Money Gross(BookingState booking, PlatformProfile platform) => InvoiceMaking.ForAcceptance(
        new(new("i"), "N", default, default, new("b-1"), null), platform, booking.Account!, booking.Final!)!
        .Totals.Gross;

    private static Money Sum(IEnumerable<Money> amounts) => Money.Sum(amounts, Currency.Eur);
}
