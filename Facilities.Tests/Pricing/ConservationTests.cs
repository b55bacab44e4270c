using System.Collections.Immutable;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Pricing;

public sealed class ConservationTests
{
    private const int Rounds = 1_000;

    [Fact]
    public void M10_lines_and_VAT_make_the_total_and_so_do_SME_funders_and_clusters()
    {
        const int seed = 10_2026;
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var quote = Quotes.Price(RandomOrders.Next(random)).Quote!;
            var lines = Sum(quote.Items.SelectMany(i => i.Lines).Select(l => l.Amount));
            var vat = Sum(quote.Tax.Select(t => t.Amount));
            var public_ = Sum(quote.Funding.Select(f => f.Amount));
            Assert.True(lines + vat == quote.Gross && quote.AccountPays + public_ == quote.Gross
                && public_ <= quote.Net,
                $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void M10_the_shares_by_item_add_up_and_pay_no_item_twice()
    {
        const int seed = 10_2027;
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var (quote, funding) = Quotes.Price(RandomOrders.Next(random));
            foreach (var share in quote!.Funding)
                Assert.Equal(share.Amount, Sum(funding.Allocations
                    .Where(a => a.Id == share.Id && a.Payer == share.Payer).Select(a => a.Amount)));
            foreach (var item in quote.Items)
                Assert.True(Sum(funding.Allocations.Where(a => a.Item == item.Id).Select(a => a.Amount)) <= item.Net,
                    $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void M10_a_settlement_never_draws_more_than_was_reserved()
    {
        const int seed = 10_2028;
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var request = RandomOrders.Next(random);
            var quote = Quotes.Price(request).Quote!;
            var delivered = quote.Items.Select(i => new DeliveredItem(
                i.Id, Length.OfMinutes(random.Next(0, 1_200)), random.Next(0, i.Quantity + 2)));
            var final = Settlements.Reckon(quote, delivered, Terms(request, quote));
            foreach (var share in final.Funding.Shares)
                Assert.True(share.Amount <= quote.Funding.Single(f => f.Id == share.Id && f.Payer == share.Payer)
                    .Amount,
                    $"seed {seed}, round {round}: {share}");
            Assert.Equal(final.Totals.Gross, final.Totals.AccountPays
                + Sum(final.Funding.Shares.Select(s => s.Amount)));
        }
    }

    [Fact]
    public void M10_the_invoices_of_all_providers_make_the_total_and_keep_the_rules()
    {
        const int seed = 10_2029;
        var random = new Random(seed);
        for (var round = 0; round < 400; round++)
        {
            var request = RandomOrders.Next(random);
            var quote = Quotes.Price(request).Quote!;
            var final = Settlements.Reckon(quote, [], Terms(request, quote));
            Assert.Equal(quote.Totals(), final.Totals);
            ImmutableArray<Invoice> invoices = [.. request.Items.Select(i => i.Platform).Distinct().Select(platform =>
                InvoiceMaking.ForAcceptance(
                    new(new("i"), "N-1", new LocalDate(2027, 2, 2), new LocalDate(2027, 2, 1), new("booking-1"), null),
                    platform, request.Account, final)!)];
            Assert.All(invoices, invoice => Assert.Empty(InvoiceRules.Check(invoice)));
            Assert.Equal(quote.Gross, Sum(invoices.Select(i => i.Totals.Gross)));
            Assert.Equal(quote.AccountPays, Sum(invoices.Select(i => i.Totals.Payable)));
        }
    }

    private static Money Sum(IEnumerable<Money> amounts) => Money.Sum(amounts, Currency.Eur);
}

internal static class QuoteTotals
{
    public static Totals Totals(this Quote quote) => new(quote.Net, quote.TaxTotal, quote.Gross, quote.AccountPays);
}
