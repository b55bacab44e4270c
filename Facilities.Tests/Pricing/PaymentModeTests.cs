using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Funding;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Tests.Invoices;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Pricing;

/// <summary>Who pays whom, whatever the payment modes of the vouchers are.</summary>
public sealed class PaymentModeTests
{
    private static readonly ProgrammeTerms Back = Programme("back", 75, new(true, [], [])) with
    {
        PaymentMode = PaymentMode.Reimbursement,
    };

    /// <summary>The reference order of 2,000 with a voucher that is paid back.</summary>
    private static QuoteRequest Reference(params Voucher[] vouchers) => InvoiceTests.Reference(Spree) with
    {
        Vouchers = vouchers.Length > 0 ? [.. vouchers] : [Voucher("V-0001", Eur(5_000), Back)],
    };

    [Fact]
    public void V4_the_company_pays_the_provider_everything_and_is_owed_its_voucher()
    {
        var request = Reference();
        var quote = Quotes.Price(request).Quote!;
        Assert.Equal(
            (Eur(2_000), Eur(1_500), Eur(500)), (quote.PaysProviders, quote.PaidBack, quote.AccountPays));
        Assert.EndsWith("and the funder pays it back.", quote.Funding.Single().Reason, StringComparison.Ordinal);
        var advance = Back with { PaymentMode = PaymentMode.Instalments, Instalments = new(new(70), 30) };
        Assert.EndsWith(
            "the funder pays 70 % of it in advance and the rest after the claim.",
            Quotes.Price(Reference(Voucher("V-0001", Eur(5_000), advance))).Quote!.Funding.Single().Reason,
            StringComparison.Ordinal);
        var invoice = InvoiceTests.Of(request);
        Assert.Equal((Eur(0), Eur(2_000)), (invoice.Totals.Prepaid, invoice.Totals.Payable));
    }

    [Fact]
    public void The_contract_says_who_is_paid_first_and_what_is_paid_back()
    {
        var parts = new QuoteBasis(Quotes.Price(Reference()).Quote!, Spree, [Imaging], [], []);
        var contract = BookingDecisions.ContractOf(new("b-1"), parts, "");
        var sums = contract.Clauses.Single(c => c.Heading == "Price, tax and funding").Tables[1].Rows;
        Assert.Equal(
            ["2,000.00 EUR", "-1,500.00 EUR", "500.00 EUR"], sums.TakeLast(3).Select(r => r[2]));
        Assert.Equal("1.1", contract.TemplateVersion);
        // Contracts of before read as they were signed.
        var direct = parts with { Quote = Quotes.Price(InvoiceTests.Reference(Spree)).Quote! };
        Assert.Equal("1.0", BookingDecisions.ContractOf(new("b-1"), direct, "").TemplateVersion);
    }

    [Fact]
    public void Of_two_vouchers_one_pays_the_provider_and_one_is_paid_back()
    {
        var request = Reference(
            Voucher("V-0001", Eur(5_000), Programme("direct", 25, new(true, [], [])), new LocalDate(2027, 1, 1)),
            Voucher("V-0002", Eur(5_000), Back with { Rate = new(50) }, new LocalDate(2027, 2, 1)));
        var quote = Quotes.Price(request).Quote!;
        Assert.Equal([false, true], quote.Funding.Select(f => f.ToAccount));
        Assert.Equal(
            (Eur(1_500), Eur(1_000), Eur(500)), (quote.PaysProviders, quote.PaidBack, quote.AccountPays));
        var invoice = InvoiceTests.Of(request);
        Assert.Equal((Eur(500), Eur(1_500)), (invoice.Totals.Prepaid, invoice.Totals.Payable));
    }

    [Fact]
    public void A_voucher_for_everything_that_is_paid_back_still_leaves_a_payment_to_agree()
    {
        var request = Reference(Voucher("V-0001", Eur(5_000), Back with { Rate = new(100) }));
        var booking = BookingState.Nobody with { Quote = Quotes.Price(request).Quote! };
        Assert.True(booking.Quote!.AccountPays.IsZero);
        Assert.False(booking.PaymentPassed);
    }

    [Fact]
    public void A_credit_of_a_quarter_goes_back_to_the_company_and_the_claim_falls()
    {
        var request = Reference();
        var quote = Quotes.Price(request).Quote!;
        var left = Settlements.Of(
            quote, [.. quote.Items.Select(i => i with
            {
                Lines = [.. i.Lines.Select(l => l with { Amount = l.Amount.Times(0.75m) })],
                Net = i.Net.Times(0.75m),
            })], Terms(request, quote));
        Assert.Equal((Eur(1_125), Eur(1_500), Eur(375)), (left.PaidBack, left.PaysProviders, left.Totals.AccountPays));
        var remaining = InvoiceMaking.ForAcceptance(InvoiceTests.Head, Imaging, Spree, left)!;
        var credit = InvoiceMaking.Credit(InvoiceTests.Head, InvoiceTests.Of(request), remaining);
        Assert.Equal((Eur(0), Eur(500)), (credit.Totals.Prepaid, credit.Totals.Payable));
    }

    [Fact]
    public void What_was_paid_before_a_cancellation_goes_back_whole_but_for_the_fee()
    {
        var quote = Quotes.Price(Reference()).Quote!;
        var fee = CancellationFees.Reckon(
            quote, new Dictionary<PlatformId, DateTimeZone>
            {
                [Imaging.Id] = DateTimeZoneProviders.Tzdb["Europe/Rome"],
            }, Start - Duration.FromDays(3), CancellationCase.ByAccount, quote.PaysProviders);
        Assert.Equal(
            [(Eur(2_000), Eur(870), Eur(1_130)), (Eur(1_500), Eur(0), Eur(1_500))],
            fee.Refunds.Select(r => (r.Committed, r.Kept, r.Returned)));
    }

    /// <summary>
    /// What the company pays and what funders pay the providers is the gross price, before and after a delivery of less
    /// and a credit; the invoices ask for the former; what is paid back was paid.
    /// </summary>
    [Fact]
    public void The_providers_get_the_gross_price_in_every_mode_to_the_cent()
    {
        const int seed = 11_2026;
        var random = new Random(seed);
        var modes = Enum.GetValues<PaymentMode>();
        for (var round = 0; round < 200; round++)
        {
            var order = RandomOrders.Next(random);
            var request = order with
            {
                Vouchers = [.. order.Vouchers.Select(v => v with
                {
                    Programme = v.Programme with { PaymentMode = modes[random.Next(modes.Length)] },
                })],
            };
            var quote = Quotes.Price(request).Quote!;
            var because = $"seed {seed}, round {round}";
            Assert.True(quote.PaysProviders + ToProviders(quote.Funding) == quote.Gross, because);
            Assert.True(quote.PaysProviders - quote.PaidBack == quote.AccountPays, because);
            var delivered = Settlements.Reckon(quote, quote.Items.Select(i => new DeliveredItem(
                i.Id, Length.OfMinutes(random.Next(0, 1_200)), random.Next(0, i.Quantity + 1))), Terms(request, quote));
            var credited = Settlements.Of(
                quote, [.. delivered.Items.Select(i => Less(i, random.Next(0, 101) / 100m))], Terms(request, quote));
            foreach (var final in new[] { delivered, credited })
            {
                var invoices = request.Items.Select(i => i.Platform).Distinct().Select(platform =>
                    InvoiceMaking.ForAcceptance(InvoiceTests.Head, platform, request.Account, final))
                    .OfType<Invoice>().ToArray();
                Assert.True(final.PaysProviders + ToProviders(final.Funding.Shares) == final.Totals.Gross, because);
                Assert.True(final.PaysProviders == Sum(invoices.Select(i => i.Totals.Payable)), because);
                Assert.True(ToProviders(final.Funding.Shares) == Sum(invoices.Select(i => i.Totals.Prepaid)), because);
                Assert.True(final.PaidBack <= final.PaysProviders, because);
            }
        }
    }

    private static QuotedItem Less(QuotedItem item, decimal part)
    {
        ImmutableArray<PriceLine> lines = [.. item.Lines.Select(l => l with { Amount = l.Amount.Times(part) })];
        return item with { Lines = lines, Net = Sum(lines.Select(l => l.Amount)) };
    }

    private static Money ToProviders(IEnumerable<FundingShare> shares) =>
        Sum(shares.Where(s => !s.ToAccount).Select(s => s.Amount));

    private static Money Sum(IEnumerable<Money> amounts) => Money.Sum(amounts, Currency.Eur);
}
