using Facilities.Grains.Bookings;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Tests.Invoices;
using Facilities.Tests.TestKit;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Credits;

/// <summary>How a credit reaches those who pay: by the invoice, the card, a transfer, clusters and funders.</summary>
public sealed class CreditReckoningTests
{
    private static readonly CreditWish Half = new(Imaging.Id, 50, [], "Half of it failed.");

    [Fact]
    public void Clusters_voucher_and_company_pay_less_by_the_funding_of_what_is_left()
    {
        var booking = Unpaid(WorkedExample());
        var credit = CreditDecisions.Preview(booking, People.Imaging, Half, Now).Credit!;
        // 855.00 are left: 85.50 and 42.75 of the clusters, 75 % of the 726.75 that remain.
        Assert.Equal(
            (Eur(855), Eur(181.69m), Eur(363.37m - 181.69m)),
            (credit.Gross, credit.Left.Totals.AccountPays, credit.FromInvoice));
        Assert.Equal(
            [Eur(85.50m), Eur(42.75m), Eur(1_090.13m - 545.06m)], credit.Shares.Select(s => s.Amount));
    }

    [Fact]
    public void What_was_paid_by_card_goes_back_the_way_it_came_and_never_more_than_it_was()
    {
        var booking = Unpaid(WorkedExample());
        booking = booking with
        {
            Attempts =
            [
                new PaymentAttempt(
                    1, PaymentMethod.Card, Eur(363.37m), Now, Now, PaymentStage.Paid)
                {
                    Received = Eur(363.37m),
                    PaidAt = Now,
                    Use = PaymentUse.Counted,
                },
            ],
            Invoices = [.. booking.Invoices.Select(i => i with { Payable = Eur(0) })],
        };
        var decided = CreditDecisions.Decide(booking, new CreditBooking(new("c"), People.Imaging, Half, 0), Now);
        var refund = Assert.IsType<RefundRequested>(decided.Events[1]);
        Assert.Equal((Eur(181.68m), "Half of it failed."), (refund.Amount, refund.Reason));

        // Of a payment that was given back before, the rest is transferred.
        var before = booking with
        {
            Refunds = [new PaymentRefund("r1", 1, Eur(300), "Less was used.", Now, RefundStage.Paid, null)],
        };
        var credit = CreditDecisions.Preview(before, People.Imaging, Half, Now).Credit!;
        Assert.Equal((Eur(63.37m), Eur(118.31m)), (credit.ByRefund, credit.ByTransfer));
        Assert.NotNull(credit.TransferBy);
    }

    [Fact]
    public void A_company_that_is_paid_back_gets_the_whole_price_less_and_its_claim_falls()
    {
        var terms = BerlinAbroad with { PaymentMode = PaymentMode.Reimbursement };
        var booking = Unpaid(InvoiceTests.Reference(Spree) with
        {
            Vouchers = [Voucher("V-0001", Eur(5_000), terms)],
        });
        var credit = CreditDecisions.Preview(booking, People.Imaging, Half with { Percent = 25 }, Now).Credit!;
        var share = Assert.Single(credit.Shares);
        Assert.Equal(
            (Eur(500), Eur(500), Eur(375), true),
            (credit.Account, credit.FromInvoice, share.Amount, share.ToAccount));
        Assert.Equal(Eur(375), credit.Left.Totals.AccountPays);
    }

    [Theory]
    [InlineData(70)]
    [InlineData(80)]
    [InlineData(99)]
    public void A_programme_pays_no_more_than_its_rate_of_what_several_facilities_leave(int percent)
    {
        // The voucher is worth less than it might pay, so that the first credit alone would not lower it.
        var booking = Unpaid(Request(
            Spree, [Ordered(), Ordered(platform: Structural, id: "item-2")], [Voucher("voucher-1", Eur(1_500))], null,
            []));
        booking = Credited(booking, new(Imaging.Id, percent, [], "A part of it failed."));
        booking = Credited(booking, new(Structural.Id, 100, [], "All of it failed."));
        var left = Crediting.LeftOf(booking)!;
        Assert.True(
            left.Funding.Shares.Single().Amount <= left.Totals.Net.Times(0.75m),
            $"{left.Funding.Shares.Single().Amount} are paid of {left.Totals.Net}");
    }

    private static BookingState Credited(BookingState booking, CreditWish wish)
    {
        var manager = People.Of("p-m", OrganisationKind.Facility, wish.Platform.Value, Role.Manager);
        var credit = CreditDecisions.Preview(booking, manager, wish, Now).Credit!;
        booking = BookingEvolution.Evolve(booking, new BookingCredited(credit, "Manager"), Now);
        return BookingEvolution.Evolve(booking, new PartsFollowed(), Now);
    }

    [Fact]
    public void A_credit_that_would_make_the_company_pay_more_is_refused()
    {
        var terms = BerlinAbroad with { Rules = new() { CostMin = Eur(1_500) } };
        var booking = Unpaid(InvoiceTests.Reference(Spree) with
        {
            Vouchers = [Voucher("V-0001", Eur(5_000), terms)],
        });
        var dearer = CreditDecisions.Preview(booking, People.Imaging, Half, Now);
        Assert.Equal(BookingRefusal.CreditNotValid, dearer.Refusal!.Code);
        Assert.Contains("500.00", dearer.Refusal.Reason, StringComparison.Ordinal);
        Assert.NotNull(CreditDecisions.Preview(booking, People.Imaging, Half with { Percent = 25 }, Now).Credit);
        Assert.NotNull(CreditDecisions.Preview(booking, People.Imaging, Half with { Percent = 100 }, Now).Credit);
    }

    [Fact]
    public void Nothing_is_credited_before_there_is_an_invoice_or_while_one_is_made()
    {
        var booking = Unpaid(WorkedExample());
        BookingRefusal? Refused(BookingState state) =>
            CreditDecisions.Preview(state, People.Imaging, Half, Now).Refusal?.Code;
        Assert.Equal(BookingRefusal.NotDelivered, Refused(booking with { Status = BookingStatus.Delivered }));
        Assert.Equal(BookingRefusal.BookingEnded, Refused(booking with { Status = BookingStatus.Cancelled }));
        Assert.Equal(BookingRefusal.CreditUnderWay, Refused(booking with { Pending = PendingWork.SettlingUp }));
        Assert.Null(Refused(booking with { Status = BookingStatus.Settled }));
    }

    private static BookingState Unpaid(QuoteRequest request)
    {
        var booking = CreditConservationTests.Accepted(request, new Random(1));
        return booking with { Invoices = [.. booking.Invoices.Select(i => i with { Paid = false })] };
    }
}
