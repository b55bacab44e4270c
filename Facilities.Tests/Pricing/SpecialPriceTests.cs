using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using Facilities.Grains.Tax;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Pricing;

/// <summary>Off-peak and peak hours, and an operator who is there for a part.</summary>
public sealed class SpecialPriceTests
{
    private const string Rome = "Europe/Rome";

    private static readonly SpecialHours Nights = new(SpecialHoursKind.Discount, new(30),
        [Hours("FREQ=DAILY", "20:00", "24:00"), Hours("FREQ=DAILY", "00:00", "06:00")]);

    private static HoursRule Hours(string rrule, string from, string to) =>
        new(rrule, TimeOfDay.Parse(from), TimeOfDay.Parse(to), HoursRule.DefaultValidFrom);

    private static Service With(SpecialHours special, Service? service = null) =>
        (service ?? Plain(Eur(90), Length.OfHours(1), unit: "hour")) with { Rules = new(SpecialHours: special) };

    private static ItemPrice Of(Service service, string start, Length duration, int quantity = 1)
    {
        var zone = DateTimeZoneProviders.Tzdb[Rome];
        var from = Availability.Samples.At(start, zone);
        return ItemPrices.Price(service, new(TariffClass.External, ""), duration, quantity, [],
            new TimeRange(from, duration.After(from, zone)), Rome);
    }

    [Fact]
    public void Only_the_time_inside_the_hours_costs_less_and_the_line_says_which()
    {
        // 18:00 to 22:00: two of four hours.
        var price = Of(With(Nights), "2027-02-01T18:00", Length.OfHours(4));
        Assert.Equal([(PriceLineKind.Time, Eur(360)), (PriceLineKind.Discount, Eur(-54))],
            price.Lines.Select(l => (l.Kind, l.Amount)));
        Assert.Equal(Eur(306), price.Net);
        Assert.Equal(
            "2 h of 4 h in off-peak hours (Every day 20:00–24:00 and Every day 00:00–06:00): 30 % less for these",
            price.Lines[1].Description);
        // −0.6 units of 90.00: an invoice line is quantity times price.
        Assert.Equal((-0.6m, Eur(90)), (price.Lines[1].Quantity, price.Lines[1].UnitPrice));
        Assert.Single(Of(With(Nights), "2027-02-01T08:00", Length.OfHours(4)).Lines);
    }

    [Fact]
    public void Peak_hours_cost_more()
    {
        var peak = new SpecialHours(SpecialHoursKind.Surcharge, new(50),
            [Hours("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "09:00", "17:00")]);
        var price = Of(With(peak), "2027-02-01T08:00", Length.OfHours(4), 2);
        Assert.Equal((PriceLineKind.Surcharge, Eur(270)), (price.Lines[1].Kind, price.Lines[1].Amount));
        Assert.Single(Of(With(peak), "2027-02-06T08:00", Length.OfHours(4)).Lines);
    }

    [Theory]
    // 22:00 to 08:00 is nine hours in the night of spring and eleven in that of autumn; seven and nine are off-peak.
    [InlineData("2027-03-27T22:00", 9, 7)]
    [InlineData("2027-10-30T22:00", 11, 9)]
    [InlineData("2027-02-01T22:00", 10, 8)]
    public void T3_the_night_that_the_clocks_change_is_split_by_the_platforms_clock(
        string start, int hours, int inside)
    {
        var price = Of(With(Nights), start, Length.OfHours(hours));
        Assert.Equal((Eur(90 * hours), Eur(-27 * inside)), (price.Lines[0].Amount, price.Lines[1].Amount));
    }

    [Fact]
    public void Calendar_days_take_off_the_share_of_the_day_also_on_a_day_of_23_hours()
    {
        var daily = With(Nights, Plain(Eur(1_000), Length.OfDays(1)));
        // Ten of 24 hours and nine of 23.
        Assert.Equal(Eur(-125), Of(daily, "2027-02-01T00:00", Length.OfDays(1)).Lines[1].Amount);
        Assert.Equal(Eur(-117.39m), Of(daily, "2027-03-28T00:00", Length.OfDays(1)).Lines[1].Amount);
    }

    [Fact]
    public void M10_a_discount_rounds_once_and_a_whole_one_makes_the_time_free()
    {
        // 0.05 × 1/3 of 15 % … never rounded on the way: 0.333… cents is nothing, and no line says so.
        Assert.Single(Of(With(Nights, Plain(Eur(0.01m), Length.OfHours(3))), "2027-02-01T20:00", Length.OfHours(1))
            .Lines);
        var free = Nights with { Percent = new(100) };
        Assert.True(Of(With(free, Plain(Eur(10), Length.OfHours(3))), "2027-02-01T20:00", Length.OfHours(1))
            .Net.IsZero);
    }

    [Fact]
    public void The_operator_costs_the_operators_time()
    {
        var service = HalfDay with
        {
            Rules = new(PartialUses: [new(new("imaging-operator"), Length.OfHours(1), Length.OfMinutes(30), true)]),
        };
        Assert.Equal("operator: 1.5 h × 45.00", Line(service, 4).Description);
        Assert.Equal(Eur(67.50m), Line(service, 12).Amount);
        // A part that nobody calls the operator changes no price.
        var other = HalfDay with { Rules = new(PartialUses: [new(new("imaging-operator"), Length.OfHours(1), null)]) };
        Assert.Equal(Eur(180), Line(other, 4).Amount);

        static PriceLine Line(Service service, int hours) => ItemPrices.Price(
            service, new(TariffClass.External, ""), Length.OfHours(hours), 1, []).Lines[2];
    }

    [Fact]
    public void What_is_sealed_bills_deliveries_and_other_lengths()
    {
        var service = With(Nights, HalfDay) with { };
        service = service with
        {
            Rules = service.Rules! with
            {
                PartialUses = [new(new("imaging-operator"), Length.OfHours(1), Length.OfMinutes(30), true)],
            },
        };
        // Torino, 14:00 to 18:00 and to 22:00: two of eight hours are off-peak.
        var item = Quoted(service, Start + Duration.FromHours(6));
        var longer = ItemPrices.ForLength(item, Length.OfHours(8));
        Assert.Equal([Eur(2_760), Eur(-207), Eur(150), Eur(67.50m)], longer.Lines.Select(l => l.Amount));
        var shorter = ItemPrices.ForLength(item with
        {
            Lines = longer.Lines,
            Net = longer.Net,
            Duration = Length.OfHours(8)
        }, Length.OfHours(4));
        Assert.Equal(item.Net, shorter.Net);
        // Used for one hour: the operator was there for one, not for one and a half.
        var delivered = ItemPrices.Reprice(item, new(item.Id, Length.OfHours(1), 1));
        Assert.Equal(Eur(45), delivered.Lines.Single(l => l.Kind == PriceLineKind.Operator).Amount);
        Assert.Equal(Eur(67.50m), ItemPrices.Reprice(item, new(item.Id, Length.OfHours(4), 1)).Lines
            .Single(l => l.Kind == PriceLineKind.Operator).Amount);
    }

    [Fact]
    public void Terms_are_sealed_and_a_quote_without_them_is_sealed_as_it_always_was()
    {
        var plain = Quotes.Price(Request(Spree, [Ordered()], [])).Quote!;
        Assert.DoesNotContain("terms", Text(plain), StringComparison.Ordinal);
        var quote = Quotes.Price(Request(Spree, [Ordered(With(Nights, HalfDay))], [])).Quote!;
        Assert.Contains("\"terms\"", Text(quote), StringComparison.Ordinal);
        var item = quote.Items[0];
        Assert.False(QuoteSeal.IsIntact(quote with
        {
            Items = [item with { Terms = item.Terms! with { TimeZone = "Europe/Paris" } }],
        }));

        static string Text(Quote quote) => System.Text.Encoding.UTF8.GetString(QuoteSeal.Canonical(quote).Span);
    }

    [Fact]
    public void A_cancellation_fee_is_a_share_of_what_the_time_costs()
    {
        var night = Availability.Samples.At("2027-02-01T20:00", DateTimeZoneProviders.Tzdb[Rome]);
        var quote = Quotes.Price(Request(Spree, [Ordered(With(Nights, HalfDay)) with { Start = night }], [])).Quote!;
        var fee = CancellationFees.Reckon(quote, new Dictionary<PlatformId, DateTimeZone>
        {
            [Imaging.Id] = DateTimeZoneProviders.Tzdb[Rome],
        }, night - Duration.FromHours(1), CancellationCase.ByAccount, Eur(0));
        // 1,380.00 less 30 %, and four hours of the operator.
        Assert.Equal(Eur(966 + 180), fee.Items[0].Base);
    }

    private static QuotedItem Quoted(Service service, Instant start) =>
        Quotes.Price(Request(Spree, [Ordered(service) with { Start = start }], [])).Quote!.Items[0];
}
