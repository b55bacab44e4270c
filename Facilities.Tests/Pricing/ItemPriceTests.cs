using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Pricing;

public sealed class ItemPriceTests
{
    private static readonly Tariff External = new(TariffClass.External, "");

    private static ItemPrice Of(Service service, Length duration, int quantity = 1, params ChosenOption[] options) =>
        ItemPrices.Price(service, External, duration, quantity, [.. options]);

    [Fact]
    public void Units_are_exact_and_never_rounded_up()
    {
        var line = Of(Plain(Eur(90), Length.OfHours(1), unit: "hour"), Length.OfMinutes(90)).Lines.Single();
        Assert.Equal((1.5m, Eur(135), "1.5 × hour, external tariff"), (line.Quantity, line.Amount, line.Description));
    }

    [Fact]
    public void A_half_cent_rounds_up_even_where_the_units_are_no_decimal()
    {
        // 30.03 × 10 min ÷ 60 min = 5.005 exactly, though 1/6 has no end as a decimal.
        Assert.Equal(Eur(5.01m), Of(Plain(Eur(30.03m), Length.OfHours(1)), Length.OfMinutes(10)).Net);
        Assert.Equal(Eur(0.02m), Of(Plain(Eur(0.03m), Length.OfHours(1)), Length.OfMinutes(30)).Net);
    }

    [Fact]
    public void A_price_per_unit_counts_the_quantity_whatever_the_duration() =>
        Assert.Equal(Eur(500), Of(Plain(Eur(100)), Length.OfHours(7), 5).Net);

    [Fact]
    public void A_price_per_time_counts_time_and_quantity()
    {
        var line = Of(Plain(Eur(10), Length.OfDays(30), occupies: Occupies.PerQuantity, unit: "chamberShelf"),
            Length.OfDays(90), 4)
            .Lines.Single();
        Assert.Equal((12m, Eur(120), "12 × chamber shelf, external tariff (4 for 90 days)"),
            (line.Quantity, line.Amount, line.Description));
    }

    [Fact]
    public void Set_up_counts_once_and_has_no_line_when_it_is_free()
    {
        Assert.Equal(Eur(310), Of(Plain(Eur(100), setup: Eur(10)), Length.OfHours(1), 3).Net);
        Assert.DoesNotContain(Of(Plain(Eur(100)), Length.OfHours(1)).Lines, l => l.Kind == PriceLineKind.Setup);
    }

    [Fact]
    public void An_operator_works_24_hours_a_calendar_day_and_once_for_each_unit_used()
    {
        var once = Plain(Eur(1), Length.OfDays(1), operatorPerHour: Eur(45));
        Assert.Equal(Eur(2 * 24 * 45),
            Of(once, Length.OfDays(2)).Lines.Single(l => l.Kind == PriceLineKind.Operator).Amount);
        var each = once with { Quantity = new QuantityRule(9, Occupies.PerQuantity) };
        var line = Of(each, Length.OfDays(2), 3).Lines.Single(l => l.Kind == PriceLineKind.Operator);
        Assert.Equal((144m, Eur(3 * 2 * 24 * 45)), (line.Quantity, line.Amount));
        var many = Plain(Eur(1), operatorPerHour: Eur(45));
        Assert.Equal(Eur(90),
            Of(many, Length.OfHours(2), 3).Lines.Single(l => l.Kind == PriceLineKind.Operator).Amount);
    }

    [Fact]
    public void Options_count_by_quantity()
    {
        var line = Of(HalfDay, Length.OfHours(4), 1, new ChosenOption(new("contrast"), 3)).Lines[^1];
        Assert.Equal((PriceLineKind.Option, "3 × Contrast agent", Eur(105)),
            (line.Kind, line.Description, line.Amount));
    }

    [Fact]
    public void Delivery_bills_time_as_booked_and_the_operator_as_used()
    {
        var item = Quotes.Price(WorkedExample(new ChosenOption(new("contrast"), 3))).Quote!.Items[0];
        ItemPrice Used(long hours, int contrast) => ItemPrices.Reprice(item, new DeliveredItem(
            item.Id, Length.OfHours(hours), 1, ImmutableArray.Create(new ChosenOption(new("contrast"), contrast))));
        Assert.Equal(item.Net, ItemPrices.Reprice(item, new DeliveredItem(item.Id, item.Duration, 1)).Net);
        Assert.Equal(item.Net - Eur(45), Used(3, 3).Net);
        Assert.Equal(item.Net + Eur(45), Used(5, 9).Net);
        Assert.Equal(item.Net - Eur(70), Used(4, 1).Net);
        Assert.DoesNotContain(Used(0, 0).Lines, l => l.Kind is PriceLineKind.Operator or PriceLineKind.Option);
    }

    [Fact]
    public void What_is_priced_per_unit_is_billed_as_delivered_never_above_the_order()
    {
        var request = Request(Spree, [Ordered(Plain(Eur(100)), quantity: 20)], []);
        var item = Quotes.Price(request).Quote!.Items[0];
        Money Net(int quantity) => ItemPrices.Reprice(item, new DeliveredItem(item.Id, item.Duration, quantity)).Net;
        Assert.Equal([Eur(1800), Eur(2000), Eur(0)], [Net(18), Net(25), Net(0)]);
    }

    [Fact]
    public void M8_a_later_price_change_does_not_alter_what_was_quoted()
    {
        var quote = Quotes.Price(WorkedExample()).Quote!;
        var dearer = HalfDay with { Prices = new Prices(Eur(9), Eur(9), Eur(9), Eur(9)), SetupFee = Eur(9) };
        var later = Quotes.Price(Request(Spree, [Ordered(dearer)], [])).Quote!;
        Assert.NotEqual(quote.Net, later.Net);
        var delivered = new DeliveredItem(quote.Items[0].Id, Length.OfHours(4), 1);
        Assert.Equal(Eur(1710), Settlements.Reckon(quote, [delivered], Terms(WorkedExample(), quote)).Totals.Net);
    }
}
