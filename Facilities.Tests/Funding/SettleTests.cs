using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Funding;

public sealed class SettleTests
{
    /// <summary>Domestic, so that VAT is charged: 22 % of the net price.</summary>
    private static QuoteRequest Domestic(decimal net, decimal face) => Request(
        Langhe, [Ordered(Plain(Eur(net)))], [Voucher("a", Eur(face), Programme("p", 75, new(true, [], [])))]);

    private static Settlement Left(QuoteRequest request, decimal net)
    {
        var quote = Quotes.Price(request).Quote!;
        var item = quote.Items[0];
        var line = item.Lines[0] with { UnitPrice = Eur(net), Amount = Eur(net) };
        return Settlements.Of(quote, [item with { Lines = [line], Net = Eur(net) }], Terms(request, quote));
    }

    [Fact]
    public void V18_an_hour_less_of_the_operator_releases_its_part_of_the_voucher()
    {
        var service = Plain(Eur(1660), Length.OfHours(4), operatorPerHour: Eur(85));
        var request = Request(Seine, [Ordered(service)], [Voucher("a", Eur(5000))]);
        var quote = Quotes.Price(request).Quote!;
        Assert.Equal((Eur(2000), Eur(1500)), (quote.Net, quote.Funding[0].Amount));
        var final = Settlements.Reckon(
            quote, [new DeliveredItem(quote.Items[0].Id, Length.OfHours(3), 1)], Terms(request, quote));
        Assert.Equal((Eur(1915), Eur(1436.25m), Eur(478.75m)),
            (final.Totals.Net, final.Funding.Shares[0].Amount, final.Totals.AccountPays));
        Assert.Equal(Eur(63.75m), quote.Funding[0].Amount - final.Funding.Shares[0].Amount);
    }

    [Fact]
    public void More_work_than_booked_is_paid_by_the_account_alone()
    {
        var request = WorkedExample();
        var quote = Quotes.Price(request).Quote!;
        var final = Settlements.Reckon(
            quote, [new DeliveredItem(quote.Items[0].Id, Length.OfHours(6), 1)], Terms(request, quote));
        Assert.Equal(quote.Funding.Select(f => f.Amount), final.Funding.Shares.Select(f => f.Amount));
        Assert.Equal(quote.AccountPays + Eur(90), final.Totals.AccountPays);
    }

    [Fact]
    public void An_agreement_or_voucher_that_ended_meanwhile_still_pays()
    {
        var request = WorkedExample();
        var quote = Quotes.Price(request).Quote!;
        var terms = Terms(request, quote) with
        {
            Agreements = [BiopmedBiotop with { EndsOn = new(2026, 11, 20) }],
            Vouchers = [Voucher("voucher-1", Eur(5000), expires: new(2026, 11, 20), used: Eur(4000))],
        };
        Assert.Equal(quote.Funding.Select(f => f.Amount),
            FundingPlan.Settle(terms, quote.Funding).Shares.Select(f => f.Amount));
    }

    [Fact]
    public void INV10_a_credit_recomputes_the_voucher_on_what_is_left()
    {
        var final = Left(Domestic(2000, 5000), 1500);
        Assert.Equal((Eur(1125), Eur(330), Eur(705)),
            (final.Funding.Shares[0].Amount, final.Totals.Tax, final.Totals.AccountPays));
    }

    [Fact]
    public void INV11_where_the_cap_bound_before_a_credit_is_the_accounts_alone()
    {
        var final = Left(Domestic(8000, 5000), 7000);
        Assert.Equal(Eur(5000), final.Funding.Shares[0].Amount);
        Assert.Equal(Eur(2000), final.Totals.Net - final.Funding.Shares[0].Amount);
    }
}
