using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Claims;
using Facilities.Grains.Funding;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Undertakings;
using Facilities.Tests.Invoices;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Claims;

/// <summary>The scenarios from end to end of the domain's facts, with their numbers.</summary>
public sealed class ScenarioTests
{
    private static readonly LocalDate Granted = new(2026, 3, 2);
    private static readonly VoucherId Voucher1 = new("V-0001");

    [Fact]
    public void S1_a_company_of_Berlin_in_Torino_paid_directly()
    {
        var request = InvoiceTests.Reference(Spree);
        var quote = Quotes.Price(request).Quote!;
        Assert.Equal((Eur(2_000), Eur(2_000), Eur(500)), (quote.Net, quote.Gross, quote.AccountPays));
        Assert.Equal(Eur(1_500), quote.Funding.Single().Amount);
        Assert.Equal(("AE", Eur(0)), (quote.Tax.Single().Category, quote.Tax.Single().Amount));
        var grant = Register().When(Grant(), UndertakingDecisions.Decide);
        var aid = (AidGranted)grant.Decision.Events.Single();
        Assert.Equal((Eur(5_000), Granted), (aid.Entry.Counts, aid.Entry.GrantedOn));
        Assert.Equal(new LocalDate(2026, 3, 30), aid.RegisterBy);
        Assert.Equal(Eur(3_500), Voucher("V-0001", Eur(5_000), used: Eur(1_500)).Available);
    }

    [Fact]
    public void S2_a_provider_outside_the_scope_is_refused()
    {
        var closed = Programme("p", 75, new(false, ["DE30", "DE40"], []));
        var request = InvoiceTests.Reference(Spree) with
        {
            Vouchers = [Voucher("V-0001", Eur(5_000), closed)],
            Choice = new VoucherChoice.Named([Voucher1]),
        };
        Assert.Equal(
            FundingRefusal.VoucherNotAccepted, Assert.Single(Quotes.Price(request).Funding.Refusals).Code);
    }

    [Fact]
    public void S3_a_company_that_pays_all_and_is_paid_back()
    {
        var berlin = Platform("biotop-sequencing", "biotop", "DE", "DE300", "Europe/Berlin");
        var terms = Programme("piemonte-innovation", 50, new(true, [], [])) with
        {
            CapPerVoucher = Eur(10_000),
            PaymentMode = PaymentMode.Reimbursement,
        };
        var request = Request(
            Langhe, [Ordered(Plain(Eur(7_480)), berlin)], [Voucher("V-0001", Eur(10_000), terms)], agreements: []);
        var quote = Quotes.Price(request).Quote!;
        var final = Settlements.Reckon(quote, [], Terms(request, quote));
        var invoice = InvoiceMaking.ForAcceptance(
            InvoiceTests.Head, berlin, Langhe, final, new HashSet<VoucherId> { Voucher1 })!;
        Assert.Equal((Eur(0), Eur(7_480)), (invoice.Totals.Prepaid, invoice.Totals.Payable));
        Assert.Equal(("AE", Eur(0)), (invoice.Taxes.Single().Category, invoice.Taxes.Single().Amount));
        Assert.Equal(Eur(3_740), final.Funding.Shares.Single().Amount);
    }

    [Fact]
    public void S5_a_company_of_London_with_its_own_money()
    {
        var london = Account("thames", "Thames Bio", "genopole", "GB", new(null, VatAnswer.NotChecked, null));
        var paris = Platform("genopole-imaging", "genopole", "FR", "FR104", "Europe/Paris");
        var quote = Quotes.Price(Request(
            london, [Ordered(Plain(Eur(1_550)), paris, quantity: 2)], [], agreements: [])).Quote!;
        Assert.Equal((Eur(3_100), Eur(3_100)), (quote.Net, quote.AccountPays));
        Assert.Equal(("O", Eur(0)), (quote.Tax.Single().Category, quote.Tax.Single().Amount));
        Assert.Empty(quote.Funding);
    }

    [Fact]
    public void S6_a_company_of_Paris_at_home_without_a_voucher()
    {
        var paris = Platform("genopole-imaging", "genopole", "FR", "FR104", "Europe/Paris");
        var quote = Quotes.Price(Request(Seine, [Ordered(Plain(Eur(2_000)), paris)], [], agreements: [])).Quote!;
        Assert.Equal((Eur(400), Eur(2_400)), (quote.TaxTotal, quote.AccountPays));
    }

    [Fact]
    public void S7_a_rejected_claim_and_a_revoked_award_count_as_no_aid()
    {
        var rejected = Claimed().When(
            new DecideClaim(new("d"), People.Officer, new("c-1"), false, "No final report."),
            ProgrammeDecisions.Decide)
            .Then(typeof(ClaimRejected), typeof(VoucherReduced));
        Assert.Equal(Eur(3_500), rejected.State.Awards["V-0001"].AidLeft);
        var revoked = rejected.When(Lapse(3_500, VoucherEnd.Revoked), LapseDecisions.Decide)
            .Then(typeof(VoucherReduced));
        Assert.Equal(Eur(0), revoked.State.Awards["V-0001"].AidLeft);
        Assert.Equal(revoked.State.Terms!.Budget, revoked.State.Free);
        Assert.Equal((Eur(0), Granted), Corrected(revoked.State.Awards["V-0001"]));
    }

    [Fact]
    public void S8_a_credit_of_a_quarter_goes_back_to_those_who_paid()
    {
        var request = InvoiceTests.Reference(Spree);
        var quote = Quotes.Price(request).Quote!;
        var before = Settlements.Reckon(quote, [], Terms(request, quote));
        var left = Settlements.Of(
            quote, Credited(quote), Terms(request, quote));
        Assert.Equal((Eur(1_125), Eur(375)), (left.Funding.Shares.Single().Amount, left.Totals.AccountPays));
        Assert.Equal(Eur(125), before.Totals.AccountPays - left.Totals.AccountPays);
        Assert.Equal(Eur(375), before.Funding.Shares.Single().Amount - left.Funding.Shares.Single().Amount);
    }

    [Fact]
    public void S9_a_cancellation_three_days_before_costs_the_company_alone()
    {
        var quote = Quotes.Price(InvoiceTests.Reference(Spree)).Quote!;
        var fee = CancellationFees.Reckon(
            quote, new Dictionary<PlatformId, DateTimeZone>
            {
                [Imaging.Id] = DateTimeZoneProviders.Tzdb["Europe/Rome"],
            },
            Start - Duration.FromDays(3), CancellationCase.ByAccount, Eur(0));
        Assert.Equal(Eur(870), fee.Net);
        var wallet = Given(
            new AccountRegistered(Spree), new VoucherReceived(Voucher1, BerlinAbroad, Eur(5_000), Now, new(2027, 1, 1)),
            new VouchersReserved(new("b-1"), [new(Voucher1, Eur(1_500))]), new VouchersReleased(new("b-1")));
        Assert.Equal(Eur(5_000), wallet.Vouchers["V-0001"].Available);
    }

    [Fact]
    public void S10_what_was_not_used_at_the_last_day_counts_no_more()
    {
        var expired = Claimed().When(Lapse(3_500, VoucherEnd.Expired), LapseDecisions.Decide)
            .Then(typeof(VoucherReduced));
        Assert.Equal((Eur(1_500), Granted), Corrected(expired.State.Awards["V-0001"]));
        // Told again, it comes back once.
        expired.When(Lapse(3_500, VoucherEnd.Expired), LapseDecisions.Decide).ThenNothing();
    }

    /// <summary>A quarter less of each line, which the failed scan was.</summary>
    private static ImmutableArray<QuotedItem> Credited(Quote quote) =>
    [
        .. quote.Items.Select(i => i with
        {
            Lines = [.. i.Lines.Select(l => l with { Amount = l.Amount.Times(0.75m) })],
            Net = i.Net.Times(0.75m),
        }),
    ];

    private static ReceiveLapse Lapse(decimal amount, VoucherEnd how) =>
        new(new("l"), Actor.System, Voucher1, Eur(amount), how, "As it is.", 1);

    /// <summary>What counts of the award, and since when, once the register was told.</summary>
    private static (Money Counts, LocalDate GrantedOn) Corrected(Award award)
    {
        var granted = Register().When(Grant(), UndertakingDecisions.Decide).Then(typeof(AidGranted));
        var lowered = granted.When(
            new ReduceAid(new("r"), Actor.System, "V-0001", award.AidLeft!.Value, award.Why!),
            UndertakingDecisions.Decide).Then(typeof(AidReduced));
        var entry = lowered.State.Entries["V-0001"].Entry;
        return (entry.Counts, entry.GrantedOn);
    }

    private static Scenario<UndertakingState, UndertakingEvent, UndertakingRefusal> Register() =>
        new(UndertakingState.Nothing, Now, UndertakingState.Evolve);

    private static GrantAid Grant() => new(new("g"), Actor.System, new AidEntry(
        "V-0001", new("spree-diagnostics"), "DE", AidBasis.DeMinimis, Granted, Eur(5_000), Eur(5_000), "Funder",
        AidSource.Voucher));

    private static Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> Claimed() =>
        new Scenario<ProgrammeState, ProgrammeEvent, ProgrammeRefusal>(
            ProgrammeState.Nobody, Now, ProgrammeState.Evolve)
            .Given(
                new ProgrammePublished(BerlinAbroad),
                new AwardPrepared(Voucher1, Spree.Id, Eur(5_000), Granted, Eur(5_000), new(2026, 12, 31), ""),
                new VoucherAwarded(Voucher1, Spree.Id, Eur(5_000), new(2026, 12, 31), ""),
                new ClaimOpened(new Claim(
                    new("c-1"), new("b-1"), Voucher1, Spree.Id, [Imaging.Id], Eur(1_500),
                    new ClaimEvidence("sha256:a", "sha256:b", Now, "MRI", Now, Now, "Somebody", ["N-1"], Eur(2_000)))));

    private static AccountState Given(params ReadOnlySpan<AccountEvent> events)
    {
        var wallet = AccountState.Nobody;
        foreach (var happened in events) wallet = AccountState.Evolve(wallet, happened, Now);
        return wallet;
    }
}
