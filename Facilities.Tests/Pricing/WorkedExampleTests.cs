using Facilities.Grains.Funding;
using Facilities.Grains.Pricing;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Pricing;

public sealed class WorkedExampleTests
{
    private static readonly Quote Quote = Quotes.Price(WorkedExample()).Quote!;

    [Fact]
    public void The_lines_are_time_set_up_and_operator()
    {
        var item = Assert.Single(Quote.Items);
        Assert.Equal(
            [
                (PriceLineKind.Time, "1 × half day, partner tariff", Eur(1380)),
                (PriceLineKind.Setup, "set-up", Eur(150)),
                (PriceLineKind.Operator, "operator: 4 h × 45.00", Eur(180)),
            ],
            item.Lines.Select(l => (l.Kind, l.Description, l.Amount)));
        Assert.Equal(Eur(1710), Quote.Net);
        Assert.Equal("biopmed-biotop", item.Tariff.Agreement?.Value);
    }

    [Fact]
    public void Co_financing_comes_first_then_the_voucher() => Assert.Equal(
        [
            (FundingKind.CoFinancing, "biopmed-biotop", "biotop", Eur(171)),
            (FundingKind.CoFinancing, "biopmed-biotop", "biopmed", Eur(85.50m)),
            (FundingKind.Voucher, "voucher-1", "berlin-abroad", Eur(1090.13m)),
        ],
        Quote.Funding.Select(f => (f.Kind, f.Id, f.Payer, f.Amount)));

    [Fact]
    public void Every_share_states_its_reason_with_the_figures()
    {
        Assert.Equal("10 % of 1,710.00 EUR net by the agreement biopmed-biotop.", Quote.Funding[0].Reason);
        Assert.Equal("Co-financing by the receiving cluster BioTOP", Quote.Funding[0].Name);
        Assert.Equal("75 % of the 1,453.50 EUR that remain after co-financing, rounded half up to the cent.",
            Quote.Funding[2].Reason);
    }

    [Fact]
    public void The_account_pays_the_remainder_under_reverse_charge()
    {
        var tax = Assert.Single(Quote.Tax);
        Assert.Equal(("IT", "AE", 0m, Eur(1710), Eur(0)), (tax.Country, tax.Category, tax.Rate, tax.Base, tax.Amount));
        Assert.StartsWith("Reverse charge (IT → DE business)", tax.Reason, StringComparison.Ordinal);
        Assert.Equal(Eur(363.37m), Quote.AccountPays);
    }

    [Fact]
    public void An_account_without_agreement_pays_the_external_tariff()
    {
        var quote = Quotes.Price(Request(Seine, [Ordered()], [])).Quote!;
        Assert.Equal([Eur(1920), Eur(150), Eur(180)], quote.Items[0].Lines.Select(l => l.Amount));
        Assert.Equal(Eur(2250), quote.AccountPays);
        Assert.Empty(quote.Funding);
        Assert.Equal("External tariff: no agreement between genopole and biopmed is in force on 21 November 2026.",
            quote.Items[0].Tariff.Reason);
    }

    [Fact]
    public void The_quote_is_honoured_for_a_day() =>
        Assert.Equal(Now + NodaTime.Duration.FromHours(24), Quote.ValidUntil);
}
