using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Pricing;

public sealed class CancellationFeeTests
{
    private static readonly DateTimeZone Rome = DateTimeZoneProviders.Tzdb["Europe/Rome"];
    private static readonly ImmutableDictionary<PlatformId, DateTimeZone> Zones =
        ImmutableDictionary<PlatformId, DateTimeZone>.Empty.Add(Imaging.Id, Rome)
            .Add(Structural.Id, DateTimeZoneProviders.Tzdb["Europe/Madrid"]);
    private static readonly Quote Quote = Quotes.Price(WorkedExample()).Quote!;

    private static CancellationFee At(LocalDateTime local, CancellationCase whose = CancellationCase.ByAccount,
        Money? paid = null) =>
        CancellationFees.Reckon(Quote, Zones, local.InZoneStrictly(Rome).ToInstant(), whose, paid ?? Eur(0));

    [Theory]
    [InlineData("2027-01-18T23:59", 14, 0, 0)]
    [InlineData("2027-01-19T00:00", 13, 25, 390)]
    [InlineData("2027-01-25T12:00", 7, 25, 390)]
    [InlineData("2027-01-26T00:00", 6, 50, 780)]
    [InlineData("2027-01-30T23:59", 2, 50, 780)]
    [InlineData("2027-01-31T00:00", 1, 100, 1560)]
    [InlineData("2027-02-01T07:59", 0, 100, 1560)]
    [InlineData("2027-02-01T11:00", 0, 100, 1560)]
    [InlineData("2027-02-03T09:00", -2, 100, 1560)]
    public void The_ladder_counts_calendar_days_of_the_platform(string local, int notice, int percent, int fee)
    {
        var when = NodaTime.Text.LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(local)
            .Value;
        var item = At(when).Items.Single();
        Assert.Equal((notice, (decimal)percent, Eur(fee), Eur(1560)),
            (item.NoticeDays, item.Percent.Value, item.Fee, item.Base));
    }

    [Fact]
    public void The_reason_states_share_base_and_notice() => Assert.Equal(
        "50 % of time and operator, 1,560.00 EUR, for 2 calendar days of notice.",
        At(new(2027, 1, 30, 12, 0)).Items[0].Reason);

    [Fact]
    public void The_platforms_date_counts_and_not_the_callers()
    {
        // 23:30 UTC on the 29th is the 30th in Torino.
        var when = Instant.FromUtc(2027, 1, 29, 23, 30);
        Assert.Equal(2, CancellationFees.NoticeDays(Start, when, Rome));
    }

    [Theory]
    [InlineData(CancellationCase.BeforeConfirmed)]
    [InlineData(CancellationCase.ByFacility)]
    public void There_is_no_fee_before_confirmation_or_when_the_facility_cancels(CancellationCase whose)
    {
        var fee = At(new(2027, 2, 1, 7, 0), whose, Eur(363.37m));
        Assert.Equal(Eur(0), fee.Gross);
        Assert.Equal((Eur(363.37m), Eur(0)), (fee.Refunds[0].Returned, fee.Refunds[0].StillDue));
    }

    [Fact]
    public void Public_money_pays_nothing_of_a_fee()
    {
        var fee = At(new(2027, 1, 30, 12, 0), paid: Eur(363.37m));
        Assert.Equal((Eur(363.37m), Eur(0), Eur(416.63m)),
            (fee.Refunds[0].Kept, fee.Refunds[0].Returned, fee.Refunds[0].StillDue));
        Assert.Equal([Eur(171), Eur(85.50m), Eur(1090.13m)], fee.Refunds.Skip(1).Select(r => r.Returned));
        Assert.All(fee.Refunds.Skip(1), r => Assert.True(r.Kept.IsZero && r.StillDue.IsZero));
    }

    [Fact]
    public void VAT15_a_fee_is_taxed_like_the_service()
    {
        var service = Plain(Eur(1740), Length.OfHours(4));
        var quote = Quotes.Price(Request(Langhe, [Ordered(service)], [])).Quote!;
        var when = new LocalDateTime(2027, 1, 30, 12, 0).InZoneStrictly(Rome).ToInstant();
        var fee = CancellationFees.Reckon(quote, Zones, when, CancellationCase.ByAccount, Eur(0));
        Assert.Equal((Eur(870), Eur(191.40m), Eur(1061.40m)), (fee.Net, fee.Tax.Single().Amount, fee.Gross));
    }

    [Fact]
    public void A_ladder_without_a_last_rung_falls_back_to_its_shortest_and_no_ladder_costs_nothing()
    {
        Assert.Equal(50m, CancellationFees.Rung([new(7, new(25)), new(2, new(50))], 1)!.Fee.Value);
        Assert.Null(CancellationFees.Rung([], 1));
    }

    [Fact]
    public void M5_what_was_paid_or_promised_is_kept_or_goes_back_to_its_source_to_the_cent()
    {
        const int seed = 20270201;
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var request = RandomOrders.Next(random);
            var quote = Quotes.Price(request).Quote!;
            var paid = Money.Zero(quote.Currency)
                + new Money(random.NextInt64(quote.AccountPays.Minor + 1), quote.Currency);
            var now = Start - Duration.FromHours(random.Next(-48, 500));
            var fee = CancellationFees.Reckon(quote, Zones, now, (CancellationCase)random.Next(3), paid);

            Assert.All(fee.Refunds, r => Assert.True(
                r.Committed == r.Kept + r.Returned && !r.Kept.IsNegative && !r.Returned.IsNegative
                    && !r.StillDue.IsNegative,
                $"seed {seed}, round {round}: {r}"));
            Assert.Equal(fee.Gross, Money.Sum(fee.Refunds.Select(r => r.Kept + r.StillDue), quote.Currency));
            Assert.Equal(quote.Funding.Select(f => f.Amount), fee.Refunds.Skip(1).Select(r => r.Returned));
            Assert.True(fee.Net <= quote.Net, $"seed {seed}, round {round}");
        }
    }
}
